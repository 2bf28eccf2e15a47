"""Backups in a bucket of an S3-compatible server."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import S3Store

from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.places import StoredBackup
from exercise_buddy.core.ops.backup_settings import S3_SCHEME, BackupSettings, split_bucket_url
from exercise_buddy.core.threads import Result, start_daemon

if TYPE_CHECKING:
    from obstore import BytesStream
    from obstore.store import ClientConfig

_PIECE_BYTES = 8 * 1024 * 1024
_PART_BYTES = 5 * 1024 * 1024
# The most that S3 accepts.
_MAX_PARTS = 10_000
_REQUEST_TIMEOUT = "30s"
# A backup may take hours on a slow line. Each part must have arrived within the second time, so 0.7 Mbit/s are needed.
_TRANSFER_TIMEOUT, _SILENCE_TIMEOUT = "7d", "60s"
_PARALLEL_PARTS = 1
_RETRIES = 3
# Perhaps it was not verified because the server has become silent.
_WITHDRAWAL_SECONDS = 20.0
# Counted from the first request, so a download that is interrupted later could not go on with a shorter one.
_RETRY_TIME = timedelta(days=7)

log = structlog.get_logger()


@contextmanager
def _readable(what: object) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise BackupError(f"{what}: {_first_sentence(error)}") from None
        raise BackupError(f"{what} does not exist.") from None
    except (OSError, BaseError) as error:
        raise BackupError(f"{what}: {_first_sentence(error)}") from None


def _call(call: Callable[[], Result]) -> Result:
    # While the library waits for a server, it delays signals.
    return start_daemon(call).result()


def _first_sentence(error: Exception) -> str:
    """Return what a server has said, or the first line of the error, which names the address that was requested."""
    said = re.search(r"<Message>([^<]+)</Message>", str(error))
    return (said[1] if said else str(error)).strip().splitlines()[0].rstrip(" .:") + "."


class BucketPlace:
    """A folder of a bucket."""

    def __init__(self, url: str, settings: BackupSettings) -> None:
        self._url = url.rstrip("/")
        try:
            bucket, folder = split_bucket_url(url)
        except ValueError as error:
            # Not the URL, which may contain a key.
            raise BackupError(f"An {S3_SCHEME} URL is invalid: {error}.") from None
        options: dict[str, Any] = {}
        if settings.backup_s3_endpoint is not None:
            options["endpoint"] = settings.backup_s3_endpoint
        if settings.backup_s3_access_key_id and settings.backup_s3_secret_access_key:
            options["access_key_id"] = settings.backup_s3_access_key_id
            options["secret_access_key"] = settings.backup_s3_secret_access_key.get_secret_value()
        is_local = (settings.backup_s3_endpoint or "").startswith("http:")

        def open_store(client: "ClientConfig") -> S3Store:
            return S3Store(
                bucket,
                prefix=folder or None,
                region=settings.backup_s3_region,
                client_options=client,
                retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_TIME},
                **options,
            )

        self._store = open_store({"timeout": _REQUEST_TIMEOUT, "allow_http": is_local})
        self._transfers = open_store(
            {"timeout": _TRANSFER_TIMEOUT, "read_timeout": _SILENCE_TIMEOUT, "allow_http": is_local}
        )

    def __str__(self) -> str:
        return self._url

    def find_draft_folder(self, work: Path) -> Path:
        """Return the folder for work, from which the finished draft is uploaded."""
        return work

    def store(self, draft: Path, name: str) -> None:
        """Upload the draft. The server shows an object once it is complete; it is read back and compared."""
        part_bytes = max(_PART_BYTES, -(-draft.stat().st_size // _MAX_PARTS))
        with _readable(f"{self._url}/{name}"):
            _call(
                lambda: obstore.put(
                    self._transfers, name, draft, chunk_size=part_bytes, max_concurrency=_PARALLEL_PARTS
                )
            )
        try:
            self._compare(draft, name)
        except BaseException as error:
            # What nobody has verified must not count as a backup.
            outcome = self._withdraw(name)
            if isinstance(error, BackupError):
                raise BackupError(f"{error} {outcome}") from None
            log.warning("backup_not_verified", backup=f"{self._url}/{name}", outcome=outcome)
            raise
        draft.unlink()

    def _compare(self, draft: Path, name: str) -> None:
        with draft.open("rb") as file:
            sent = hashlib.file_digest(file, "sha256").digest()
        with self.open(name) as stored:
            digest = hashlib.sha256()
            while piece := stored.read(_PIECE_BYTES):
                digest.update(piece)
        if digest.digest() != sent:
            raise BackupError(f"{self._url}/{name} is not what was uploaded.")

    def _withdraw(self, name: str) -> str:
        """Delete a backup that was not verified, and return a sentence that says whether that was possible."""
        try:
            start_daemon(lambda: obstore.delete(self._store, name)).result(_WITHDRAWAL_SECONDS)
        except (OSError, BaseError):
            return "It could not be deleted there: do not use it."
        return "It was deleted there."

    def list(self) -> list[StoredBackup]:
        """Return the backups, the oldest first."""
        with _readable(self._url):
            entries = _call(lambda: [entry for page in obstore.list(self._store) for entry in page])
        return sorted(found for entry in entries if (found := StoredBackup.parse(entry["path"], entry["size"])))

    @contextmanager
    def open(self, name: str) -> Iterator[BufferedReader]:
        """Yield the content of a backup."""
        with _readable(f"{self._url}/{name}"):
            pieces = _call(lambda: obstore.get(self._transfers, name).stream(min_chunk_size=_PIECE_BYTES))
        yield BufferedReader(_Object(pieces, f"{self._url}/{name}"), _PIECE_BYTES)

    def delete(self, name: str) -> None:
        """Delete a backup."""
        with _readable(f"{self._url}/{name}"):
            _call(lambda: obstore.delete(self._store, name))


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
                piece = _call(lambda: next(self._pieces, None))
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count
