"""Encryption of backups for public keys, in the format of age (https://age-encryption.org/v1).

The server has public keys only, so who breaks into it reads no former backup.
"""

import io
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyrage
from pyrage import DecryptError, IdentityError, x25519

from exercise_buddy.backups.errors import BackupError
from exercise_buddy.core.files import write_atomically
from exercise_buddy.core.private_files import check_secret_file, prepare_folder

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_SECRET_KEY = "AGE-SECRET-KEY-"  # noqa: S105  (how one begins)
_PIECE_BYTES = 1024 * 1024
_MAGIC = b"age-encryption.org/"


def generate_identity(path: Path) -> str:
    """Create a file with a new secret key, as `age-keygen` does, and return the public key.

    Raises:
        BackupError: the file exists or cannot be written.

    """
    identity = x25519.Identity.generate()
    try:
        prepare_folder(path.absolute().parent)
        with write_atomically(path, overwrite=False) as draft:
            draft.write(f"# public key: {identity.to_public()}\n{identity}\n".encode())
    except FileExistsError:
        raise BackupError(f"{path} exists. Choose another name: a lost key makes its backups unreadable.") from None
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}") from None
    return str(identity.to_public())


def read_identities(path: Path) -> list[x25519.Identity]:
    """Return the secret keys of a file, one per line, as `age-keygen` writes it.

    Raises:
        BackupError: the file cannot be read, or has no key.
        UnsafePathError: other users can read it.

    """
    try:
        check_secret_file(path)
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
        keys = [x25519.Identity.from_str(line) for line in lines if line.startswith(_SECRET_KEY)]
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}") from None
    except (IdentityError, UnicodeDecodeError):
        raise BackupError(f"{path} has a line that is not a secret key of age.") from None
    if not keys:
        raise BackupError(f"{path} has no secret key of age: a line that begins with {_SECRET_KEY}")
    return keys


@contextmanager
def encrypt(target: BinaryIO, recipients: Sequence[x25519.Recipient]) -> Iterator[BinaryIO]:
    """Yield a file; what is written to it goes to `target`, encrypted for each recipient.

    Raises:
        OSError: `target` cannot be written.
        BackupError: the content cannot be encrypted.

    """
    reading, writing = os.pipe()
    watched = _Watched(target)

    def work() -> None:
        with os.fdopen(reading, "rb") as source:
            pyrage.encrypt_io(source, watched, recipients)

    worker = _Worker(work)
    try:
        with os.fdopen(writing, "wb") as draft:
            yield draft
    except BrokenPipeError:
        # The thread has failed, and says why.
        worker.join()
        if worker.error is None:
            raise
    finally:
        worker.join()
    if watched.error is not None:
        raise watched.error
    if worker.error is not None:
        raise BackupError(f"The backup cannot be encrypted: {worker.error}")


@contextmanager
def decrypt(source: BinaryIO, identities: Sequence[x25519.Identity]) -> Iterator[BinaryIO]:
    """Yield a file with the decrypted content of `source`. At the end, the rest of it is read and checked.

    Raises:
        BackupError: none of the keys fits, or the content is damaged or incomplete.
        OSError: `source` cannot be read.

    """
    reading, writing = os.pipe()
    watched = _Watched(source)
    refused = False

    def work() -> None:
        nonlocal refused
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            target = _Watched(pipe)
            try:
                pyrage.decrypt_io(watched, target, identities)
            finally:
                refused = target.error is not None

    worker = _Worker(work)
    failed: Exception | None = None
    with os.fdopen(reading, "rb") as content:
        try:
            yield content
            while content.read(_PIECE_BYTES):
                pass
        except Exception as error:  # noqa: BLE001  (raised below)
            failed = error
    worker.join()
    if watched.error is not None:
        raise watched.error
    # The reader may have stopped first; or else it stopped because the content ended early.
    if worker.error is not None and not refused:
        raise _describe(worker.error)
    if failed is not None:
        raise failed


def is_encrypted(source: BufferedReader) -> bool:
    """Return whether a file is encrypted, without reading it."""
    return source.peek(len(_MAGIC)).startswith(_MAGIC)


@contextmanager
def open_content(source: BufferedReader, identities: Sequence[x25519.Identity]) -> Iterator[BinaryIO]:
    """Yield the archive of a backup that may be encrypted.

    Raises:
        BackupError: as of `decrypt`; or the backup is encrypted, and there is no key.

    """
    if not is_encrypted(source):
        yield source
        return
    if not identities:
        raise BackupError("The backup is encrypted. Name the file with the secret key: --identity FILE")
    with decrypt(source, identities) as content:
        yield content


class _Watched(io.BufferedIOBase):
    """A file that remembers the error of an operation: the library passes on its text only."""

    def __init__(self, file: BinaryIO | io.RawIOBase) -> None:
        super().__init__()
        self._file = file
        self.error: BaseException | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        with self._watch():
            return bytes(self._file.read(-1 if size is None else size) or b"")

    def write(self, content: "Buffer", /) -> int:
        with self._watch():
            rest = memoryview(content)
            while rest:
                # A pipe may take less.
                rest = rest[self._file.write(rest) or 0 :]
            return len(memoryview(content))

    def flush(self) -> None:
        with self._watch():
            self._file.flush()

    @contextmanager
    def _watch(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self.error = self.error or error
            raise


class _Worker:
    """A thread, and the error that ended it."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.error: BaseException | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001  (raised in the other thread)
            self.error = error

    def join(self) -> None:
        self._thread.join()


def _describe(error: BaseException) -> BackupError:
    if isinstance(error, DecryptError) and "matching keys" in str(error):
        return BackupError("None of the keys can decrypt this backup. Name the file of another: --identity FILE")
    return BackupError(f"The backup is damaged or incomplete, and cannot be decrypted: {error}")
