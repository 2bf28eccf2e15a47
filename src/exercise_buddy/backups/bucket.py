"""Backups in a bucket of an S3-compatible server."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.places import StoredBackup
from exercise_buddy.core.ops.backup_settings import BackupSettings

if TYPE_CHECKING:
    from obstore import BytesStream

_PIECE_BYTES = 8 * 1024 * 1024
_TIMEOUT = "120s"
_RETRIES = 3
_RETRY_TIME = timedelta(seconds=60)


@contextmanager
def _readable(what: object) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise BackupError(f"{what} does not exist.") from None
    except (OSError, BaseError) as error:
        raise BackupError(f"{what}: {_first_sentence(error)}") from None


def _first_sentence(error: Exception) -> str:
    """Return what a server has said, or the first line of the error, which names the address that was requested."""
    said = re.search(r"<Message>([^<]*)</Message>", str(error))
    return said[1] if said else str(error).splitlines()[0]


class BucketPlace:
    """A folder of a bucket."""

    def __init__(self, url: str, settings: BackupSettings) -> None:
        parts = urlsplit(url)
        self._url = url.rstrip("/")
        options: dict[str, Any] = {}
        if settings.backup_s3_endpoint is not None:
            options["endpoint"] = settings.backup_s3_endpoint
        if settings.backup_s3_access_key_id and settings.backup_s3_secret_access_key:
            options["access_key_id"] = settings.backup_s3_access_key_id
            options["secret_access_key"] = settings.backup_s3_secret_access_key.get_secret_value()
        is_local = (settings.backup_s3_endpoint or "").startswith("http:")
        self._store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            region=settings.backup_s3_region,
            client_options={"timeout": _TIMEOUT, "allow_http": is_local},
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_TIME},
            **options,
        )

    def __str__(self) -> str:
        return self._url

    def find_draft_folder(self, work: Path) -> Path:
        """Return the folder for work, from which the finished draft is uploaded."""
        return work

    def store(self, draft: Path, name: str) -> None:
        """Upload the draft. The server shows an object once it is complete; it is read back and compared."""
        with _readable(f"{self._url}/{name}"):
            obstore.put(self._store, name, draft)
        with draft.open("rb") as file:
            sent = hashlib.file_digest(file, "sha256").digest()
        with self.open(name) as stored:
            digest = hashlib.sha256()
            while piece := stored.read(_PIECE_BYTES):
                digest.update(piece)
        if digest.digest() != sent:
            self.delete(name)
            raise BackupError(f"{self._url}/{name} is not what was uploaded. It was deleted there.")
        draft.unlink()

    def list(self) -> list[StoredBackup]:
        """Return the backups, the oldest first."""
        with _readable(self._url):
            entries = [entry for page in obstore.list(self._store) for entry in page]
        return sorted(found for entry in entries if (found := StoredBackup.parse(entry["path"], entry["size"])))

    @contextmanager
    def open(self, name: str) -> Iterator[BufferedReader]:
        """Yield the content of a backup."""
        with _readable(f"{self._url}/{name}"):
            pieces = obstore.get(self._store, name).stream(min_chunk_size=_PIECE_BYTES)
        yield BufferedReader(_Object(pieces, f"{self._url}/{name}"), _PIECE_BYTES)

    def delete(self, name: str) -> None:
        """Delete a backup."""
        with _readable(f"{self._url}/{name}"):
            obstore.delete(self._store, name)


class _Object(RawIOBase):
    """An object of a bucket as a file, whose errors are readable.

    It is received in one response: not every server answers a request for a range with a range.
    """

    def __init__(self, pieces: "BytesStream", name: str) -> None:
        super().__init__()
        self._pieces = pieces
        self._piece = memoryview(b"")
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  (a writable buffer)
        while not self._piece:
            with _readable(self._name):
                piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count
