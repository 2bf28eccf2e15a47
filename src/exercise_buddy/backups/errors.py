"""The error of backups."""


class BackupError(ValueError):
    """A backup cannot be written, read or restored. The text is one line and says what to do."""
