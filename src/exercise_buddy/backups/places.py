"""Where backups are stored: a folder, or a bucket (see `bucket`)."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Protocol

from exercise_buddy.backups.errors import BackupError
from exercise_buddy.core.files import sync_folder
from exercise_buddy.core.ops.backup_settings import S3_SCHEME, BackupSettings
from exercise_buddy.core.private_files import check_folder, prepare_folder

SUFFIX = ".tar"
ENCRYPTED_SUFFIX = ".tar.age"
_NAME = re.compile(r"exercise-buddy-(\d{8}T\d{6}Z)\.tar(\.age)?")
_TIME = "%Y%m%dT%H%M%SZ"
_DRAFT_PREFIX = ".draft-"
# A backup that takes longer than this is not expected: the draft is of a process that was killed.
_DRAFT_SECONDS = 24 * 60 * 60


def build_name(created_at: datetime, *, is_encrypted: bool) -> str:
    """Return the name of a backup, which sorts by time."""
    return f"exercise-buddy-{created_at.astimezone(UTC):{_TIME}}{ENCRYPTED_SUFFIX if is_encrypted else SUFFIX}"


@dataclass(frozen=True, slots=True, order=True)
class StoredBackup:
    """A backup in a place: the time of its name, its name, and its size in bytes."""

    created_at: datetime
    name: str
    size: int

    @classmethod
    def parse(cls, name: str, size: int) -> "StoredBackup | None":
        """Return the backup of a file, None if it has not the name of one: such a file is never touched."""
        found = _NAME.fullmatch(name)
        if found is None:
            return None
        try:
            return cls(datetime.strptime(found[1], _TIME).replace(tzinfo=UTC), name, size)
        except ValueError:
            return None


class Place(Protocol):
    """A place of backups. What goes wrong there is a `BackupError`."""

    def find_draft_folder(self, work: Path) -> Path:
        """Return the folder in which a draft is written; `work` is private and on this machine."""

    def store(self, draft: Path, name: str) -> None:
        """Store a finished draft, which is complete and verified, or not there at all. The draft is gone then."""

    def list(self) -> list[StoredBackup]:
        """Return the backups, the oldest first."""

    def open(self, name: str) -> AbstractContextManager[BufferedReader]:
        """Return a context that yields the content of a backup."""

    def delete(self, name: str) -> None:
        """Delete a backup."""


def open_place(settings: BackupSettings, place: str | None = None) -> Place:
    """Return a place by its folder or URL; by default, the one of `BACKUP_TO`."""
    text = place or settings.backup_place
    if text.startswith(S3_SCHEME):
        # The library takes a tenth of a second to load.
        from exercise_buddy.backups.bucket import BucketPlace  # noqa: PLC0415

        return BucketPlace(text, settings)
    return FolderPlace(Path(text), is_encrypted=bool(settings.backup_recipients))


@contextmanager
def _readable(what: object) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise BackupError(f"{what} does not exist.") from None
    except OSError as error:
        raise BackupError(f"{what}: {error.strerror or error}.") from None


class FolderPlace:
    """A folder."""

    def __init__(self, folder: Path, *, is_encrypted: bool) -> None:
        self._folder = folder
        self._is_encrypted = is_encrypted

    def __str__(self) -> str:
        return str(self._folder)

    def find_draft_folder(self, work: Path) -> Path:
        """Return the folder itself, so that a finished draft only gets another name. It is created."""
        del work
        with _readable(self._folder):
            if not self._folder.exists():
                prepare_folder(self._folder)
            elif not self._is_encrypted:
                check_folder(self._folder)
            for draft in self._folder.glob(f"{_DRAFT_PREFIX}*"):
                if time.time() - draft.stat().st_mtime > _DRAFT_SECONDS:
                    draft.unlink(missing_ok=True)
        return self._folder

    def store(self, draft: Path, name: str) -> None:
        """Rename the draft, which is on the disk already, to its final name."""
        path = self._folder / name
        with _readable(path):
            # One backup of a database is written at a time. (A link would not replace either, but shares have none.)
            if path.exists():
                raise BackupError(f"{path} exists. Wait for a second, or choose another folder for this server.")
            draft.rename(path)
            sync_folder(self._folder)

    def list(self) -> list[StoredBackup]:
        """Return the backups, the oldest first; none if the folder does not exist."""
        with _readable(self._folder):
            if not self._folder.exists():
                return []
            files = [(path.name, path.stat().st_size) for path in self._folder.iterdir() if path.is_file()]
        return sorted(found for name, size in files if (found := StoredBackup.parse(name, size)))

    @contextmanager
    def open(self, name: str) -> Iterator[BufferedReader]:
        """Yield the content of a backup."""
        with _readable(self._folder / name):
            file = (self._folder / name).open("rb")
        with file:
            yield file

    def delete(self, name: str) -> None:
        """Delete a backup."""
        with _readable(self._folder / name):
            (self._folder / name).unlink(missing_ok=True)
            sync_folder(self._folder)


def make_draft(folder: Path) -> tuple[Path, BinaryIO]:
    """Create an empty draft, which only its owner can read, and open it."""
    path = folder / f"{_DRAFT_PREFIX}{os.urandom(8).hex()}"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    return path, os.fdopen(descriptor, "w+b")
