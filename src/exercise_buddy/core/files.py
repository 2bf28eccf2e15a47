"""Atomic writing of files: a reader sees a file before or after a write, never half of it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4


@contextmanager
def write_atomically(path: Path, *, draft: Path | None = None, overwrite: bool = True) -> Iterator[BinaryIO]:
    """Yield a draft that becomes the file when the context ends without an error; only its owner can read a new file.

    A crash leaves the file as it was. A former file passes its mode and owner on: root may replace a file that another
    user reads.

    Args:
        path: the file. Behind a link, the target is replaced and the link stays.
        draft: the path of the draft, in the folder of the file. A fixed path serves as a lock; by default it is random.
        overwrite: whether a file that exists is replaced.

    Raises:
        FileExistsError: the draft exists; or the file does, and `overwrite` is false.

    """
    path = path.resolve()
    draft = draft or path.with_name(f"{path.name}.{uuid4().hex}")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            _copy_mode_and_owner(path, descriptor)
            os.fsync(descriptor)
        if overwrite:
            draft.replace(path)
        else:
            # Unlike a rename, a link fails if the name exists: the first of several writers wins.
            path.hardlink_to(draft)
            draft.unlink()
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _copy_mode_and_owner(path: Path, descriptor: int) -> None:
    if path.exists() and hasattr(os, "fchown"):
        former, new = path.stat(), os.fstat(descriptor)
        os.fchmod(descriptor, stat.S_IMODE(former.st_mode))
        if (new.st_uid, new.st_gid) != (former.st_uid, former.st_gid):
            os.fchown(descriptor, former.st_uid, former.st_gid)


def sync_folder(folder: Path) -> None:
    """Write a folder to the disk: a new name in it is there only then."""
    # Windows cannot open folders.
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
