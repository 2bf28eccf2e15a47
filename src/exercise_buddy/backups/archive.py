"""The content of a backup: a tar archive of a manifest, the dump of the database, and files.

The manifest comes first and has the size and the SHA-256 of everything after it, so a reader knows what to expect, and
finds each damage. Without encryption, a checksum of the manifest follows it: nothing else would protect that.
"""

import hashlib
import re
import tarfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from exercise_buddy.backups.errors import BackupError

FORMAT = 1
DUMP = "database.dump"
FILES = "files"
_MANIFEST = "manifest.json"
_CHECKSUM = "manifest.json.sha256"
_MAX_MANIFEST_BYTES = 16 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def _member_name(value: str) -> str:
    # Of a file that is written: nothing may lead out of the folder.
    if not _NAME.fullmatch(value) or value in {_MANIFEST, _CHECKSUM}:
        raise ValueError("this is not a name in a backup")
    return value


class Member(BaseModel):
    """A file of the archive. `size` is in bytes, `sha256` in hexadecimal digits."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, AfterValidator(_member_name)]
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a backup contains.

    Attributes:
        format: the version of this structure.
        created_at: the time of the snapshot of the database, in UTC.
        version: the version of the program.
        revision: the revision of the database schema, of the last migration.
        postgresql: the major version of the server.
        secret_key: a fingerprint of `SECRET_KEY`; not the key.
        rows: the number of rows of each table, in the same snapshot as the dump.
        members: the files after the manifest, in their order.

    """

    model_config = ConfigDict(extra="forbid")

    format: int
    created_at: datetime
    version: str
    revision: str
    postgresql: int
    secret_key: str
    rows: dict[Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")], int]
    members: list[Member]


def describe_member(path: Path, name: str) -> Member:
    """Return the size and the checksum of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Member(name=name, size=file.tell(), sha256=digest.hexdigest())


def write_archive(target: BinaryIO, manifest: Manifest, folder: Path) -> None:
    """Write an archive of the members, which are below `folder`."""
    content = orjson.dumps(manifest.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
    checksum = f"{hashlib.sha256(content).hexdigest()}  {_MANIFEST}\n".encode()
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_PIECE_BYTES) as archive:
        _add(archive, manifest, _MANIFEST, len(content), BytesIO(content))
        _add(archive, manifest, _CHECKSUM, len(checksum), BytesIO(checksum))
        for member in manifest.members:
            with (folder / member.name).open("rb") as file:
                _add(archive, manifest, member.name, member.size, file)


def _add(archive: tarfile.TarFile, manifest: Manifest, name: str, size: int, content: BinaryIO) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(manifest.created_at.timestamp())
    archive.addfile(entry, content)


def read_archive(source: BinaryIO, folder: Path | None = None) -> Manifest:
    """Read an archive to its end and compare it with its manifest.

    Args:
        source: the archive, of which each byte is read once.
        folder: where the members are written; None to check them only.

    Raises:
        BackupError: it is damaged, incomplete, or of a newer version of the program.

    """
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=_PIECE_BYTES) as archive:
            entries = iter(archive)
            content = _read_small(archive, entries, _MANIFEST)
            checksum = _read_small(archive, entries, _CHECKSUM)
            if checksum.split()[:1] != [hashlib.sha256(content).hexdigest().encode()]:
                raise _damaged("its manifest does not have its checksum")
            manifest = _parse_manifest(content)
            for member in manifest.members:
                _read_member(archive, _next(entries, member.name), member, folder)
            if next(entries, None) is not None:
                raise _damaged("it has files that its manifest does not name")
    except tarfile.TarError as error:
        raise _damaged(f"it is not an archive, or ends too early ({error})") from None
    return manifest


def read_manifest(source: BinaryIO) -> Manifest:
    """Read the manifest at the beginning of an archive only.

    Raises:
        BackupError: it is damaged, or of a newer version of the program.

    """
    try:
        with tarfile.open(fileobj=source, mode="r|") as archive:
            return _parse_manifest(_read_small(archive, iter(archive), _MANIFEST))
    except tarfile.TarError as error:
        raise _damaged(f"it is not an archive, or ends too early ({error})") from None


def _next(entries: Iterator[tarfile.TarInfo], name: str) -> tarfile.TarInfo:
    entry = next(entries, None)
    if entry is None or entry.name != name or not entry.isreg():
        raise _damaged(f"{name} is missing")
    return entry


def _read_small(archive: tarfile.TarFile, entries: Iterator[tarfile.TarInfo], name: str) -> bytes:
    entry = _next(entries, name)
    file = archive.extractfile(entry)
    if file is None or entry.size > _MAX_MANIFEST_BYTES:
        raise _damaged(f"{name} is too large")
    return file.read()


def _parse_manifest(content: bytes) -> Manifest:
    try:
        found = orjson.loads(content)
        if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise BackupError(
                f"The backup has format {found['format']}, and this version of the program reads up to {FORMAT}. "
                f"Use Exercise Buddy {found.get('version', 'of a later version')}."
            )
        return Manifest.model_validate(found)
    except (orjson.JSONDecodeError, ValidationError):
        raise _damaged("its manifest cannot be read") from None


def _read_member(archive: tarfile.TarFile, entry: tarfile.TarInfo, member: Member, folder: Path | None) -> None:
    file = archive.extractfile(entry)
    if file is None or entry.size != member.size:
        raise _damaged(f"{member.name} has another size than in the manifest")
    digest = hashlib.sha256()
    if folder is None:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    else:
        path = folder / member.name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("xb") as target:
            path.chmod(0o600)
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
                target.write(piece)
    if digest.hexdigest() != member.sha256:
        raise _damaged(f"{member.name} does not have the checksum of the manifest")


def _damaged(reason: str) -> BackupError:
    return BackupError(f"The backup is damaged: {reason}.")
