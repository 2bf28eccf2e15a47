"""Files inside of other files: ZIP archives and Excel workbooks.

What an archive claims about its members is not believed: limits hold for the bytes that are really unpacked.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.workbooks import is_workbook, unpack_sheets

_MAX_MEMBERS = 100
_ZIP_START = b"PK\3\4"
# That of an export of Apple Health with 20,000 routes.
_MAX_DIRECTORY_BYTES = 2 * 1024 * 1024
_MAX_UNPACKED_BYTES = 128 * 1024 * 1024
_MAX_MEMORY = 1024 * 1024
_CHUNK = 64 * 1024
_END = struct.Struct("<4s4H2LH")
_MAX_COMMENT = 65_535
_ENCRYPTED = 0x1
_MAX_HEALTH_BYTES = 4 * 1024**3 - 1
# The name of the file is in the language of the phone: Export.xml, exportar.xml.
_HEALTH = re.compile(r"apple_health_export/[^/]+(?<!_cda)\.xml", re.IGNORECASE)
_FOUND_IN_NAMES = {
    "xl/workbook.bin": "a binary Excel file (.xlsb): save it as .xlsx or CSV",
    "word/document.xml": "a Word document: save its table as .xlsx or CSV",
    "Index/Document.iwa": "a document of Numbers or Pages: export it as CSV",
    "Index.zip": "a document of Numbers or Pages: export it as CSV",
    "META-INF/manifest.xml": "an OpenDocument file (.ods): save it as .xlsx or CSV",
}


@dataclass(frozen=True, slots=True)
class ContainedFile:
    """A file out of a container. It has to be closed."""

    name: str
    file: BinaryIO


def unpack(file: BinaryIO) -> Iterator[ContainedFile]:
    """Yield the files of a ZIP archive, or the sheets of a workbook as CSV.

    Raises:
        UnreadableFile: the archive is damaged, encrypted or too large, or is a document of a foreign kind.

    """
    with open_zip(file) as archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if is_workbook(names):
            for member in members:
                check_member(member)
            sheets = unpack_sheets(file, archive)
            yield from (ContainedFile(name, sheet) for name, sheet in sheets)
            return
        for name, found in _FOUND_IN_NAMES.items():
            if name in names:
                raise UnreadableFile(f"This is {found}.")
        if health := _find_health(members):
            # It may be larger than the disk: the archive is unpacked while it is read.
            check_member(health)
            # No more bytes are read than it claims.
            if health.file_size > _MAX_HEALTH_BYTES:
                raise UnreadableFile("The export.xml in this ZIP archive is larger than 4 GB.")
            yield ContainedFile(health.filename, cast("BinaryIO", archive.open(health)))
            return
        yield from _unpack_members(archive, [member for member in members if not _is_ignored(member)])


def is_zip(file: BinaryIO) -> bool:
    """Return whether a file begins as a ZIP archive with members does, and rewind it."""
    file.seek(0)
    start = file.read(len(_ZIP_START))
    file.seek(0)
    return start == _ZIP_START


def measure_content(file: BinaryIO) -> int:
    """Return the size of a file in bytes, of an archive that of its members, and rewind it.

    No member is larger than its archive says: the library reads no further.

    Raises:
        UnreadableFile: the archive is damaged, or has too many members.

    """
    if not is_zip(file):
        size = file.seek(0, 2)
        file.seek(0)
        return size
    try:
        with open_zip(file) as archive:
            return sum(member.file_size for member in archive.infolist())
    finally:
        file.seek(0)


@contextmanager
def open_zip(file: BinaryIO) -> Iterator[ZipFile]:
    """Yield a ZIP archive.

    Raises:
        UnreadableFile: the archive is damaged, or has too many members.

    """
    with refuse_damaged(), _open(file) as archive:
        yield archive


@contextmanager
def refuse_damaged() -> Iterator[None]:
    """Turn errors of reading an archive into `UnreadableFile`. Only for blocks that do nothing else.

    Errors of the network are `OSError`s, too.
    """
    try:
        yield
    except (BadZipFile, EOFError, OSError, ValueError, zlib.error, struct.error):
        raise UnreadableFile("This ZIP archive is damaged: export it again, or send the file in it.") from None


def open_archive(file: BinaryIO) -> ZipFile:
    """Return an archive, which the caller closes; its members are read within `refuse_damaged`.

    Raises:
        UnreadableFile: the archive is damaged, or has too many members.

    """
    with refuse_damaged():
        return _open(file)


def _open(file: BinaryIO) -> ZipFile:
    _check_directory(file)
    archive = ZipFile(file)
    # Each route and each electrocardiogram is a file beside the one that is read.
    if len(archive.infolist()) > _MAX_MEMBERS and not _find_health(archive.infolist()):
        archive.close()
        raise UnreadableFile(f"This ZIP archive contains more than {_MAX_MEMBERS} files: send the file itself.")
    return archive


def _find_health(members: list[ZipInfo]) -> ZipInfo | None:
    """Return the export of Apple Health in an archive: of several files, the largest."""
    found = [member for member in members if _HEALTH.fullmatch(member.filename)]
    return max(found, key=lambda member: member.file_size, default=None)


def _check_directory(file: BinaryIO) -> None:
    """Raise an error if the list of members is missing or large: the library reads it at once."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _MAX_COMMENT - _END.size))
    tail = file.read()
    file.seek(0)
    position = tail.rfind(b"PK\5\6")
    if position < 0 or position + _END.size > len(tail):
        raise UnreadableFile("This ZIP archive is incomplete: its end is missing. Export or download it again.")
    directory_bytes = _END.unpack_from(tail, position)[5]
    # A larger directory than the format of 1989 allows stands behind this mark.
    if directory_bytes > _MAX_DIRECTORY_BYTES or b"PK\6\7" in tail[max(0, position - 20) : position]:
        raise UnreadableFile("This ZIP archive contains too many files: send the file itself.")


def _is_ignored(member: ZipInfo) -> bool:
    parts = member.filename.split("/")
    return member.is_dir() or parts[0] == "__MACOSX" or parts[-1].startswith(".") or parts[-1] == "Thumbs.db"


def check_member(member: ZipInfo) -> None:
    """Check that a member can be read with little memory.

    Raises:
        UnreadableFile: it is encrypted, or has an unusual compression.

    """
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableFile("This ZIP archive is protected by a password: send it without one.")
    # Other methods may need gigabytes of memory.
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise UnreadableFile("This ZIP archive has an unusual compression: compress it again, or send the file in it.")


def _unpack_members(archive: ZipFile, members: list[ZipInfo]) -> Iterator[ContainedFile]:
    unpacked = 0
    for member in members:
        check_member(member)
        target = cast("BinaryIO", SpooledTemporaryFile(max_size=_MAX_MEMORY))  # noqa: SIM115  (the caller closes it)
        try:
            with archive.open(member) as source:
                unpacked += _copy(source, target, _MAX_UNPACKED_BYTES - unpacked)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        yield ContainedFile(member.filename, target)


def _copy(source: IO[bytes], target: BinaryIO, limit: int) -> int:
    copied = 0
    while chunk := source.read(_CHUNK):
        copied += len(chunk)
        if copied > limit:
            megabytes = _MAX_UNPACKED_BYTES // 1024 // 1024
            raise UnreadableFile(f"The files in this ZIP archive are larger than {megabytes} MB.")
        target.write(chunk)
    return copied
