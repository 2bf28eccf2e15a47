"""The settings of transfers."""

from pydantic import Field

from exercise_buddy.core.settings import CoreSettings

DEFAULT_IMPORT_BYTES = 256 * 1024**2
MAX_IMPORT_BYTES = 4 * 1024**3
"""The largest value of `import_max_bytes`."""


class TransfersSettings(CoreSettings):
    """The settings of transfers.

    Attributes:
        import_max_bytes: the most bytes of a file that is imported over HTTP.

    """

    import_max_bytes: int = Field(default=DEFAULT_IMPORT_BYTES, ge=1024**2, le=MAX_IMPORT_BYTES)
