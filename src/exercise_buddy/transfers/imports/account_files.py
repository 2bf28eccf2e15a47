"""The file of a whole account: a ZIP archive with one JSON file for each kind of data.

Nothing is unpacked to the disk, names of members are only compared, and limits hold for the bytes that are really read.
"""

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast
from zipfile import ZipFile, ZipInfo

import orjson

from exercise_buddy.core.restores import FORMAT, MANIFEST, VERSION, Item
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.containers import check_member, is_zip, open_archive, open_zip, refuse_damaged
from exercise_buddy.transfers.imports.json_stream import JsonStream, open_stream

_MAX_MANIFEST = 4096
MAX_MEMBER_BYTES = 1024**3
# What an export before there were manifests contains.
_FORMER = {"profile.json", "workouts.json", "custom_exercises.json"}


def is_account_file(file: BinaryIO) -> bool:
    """Return whether a file is the export of a whole account, and rewind it.

    Raises:
        UnreadableFile: the archive is damaged, or has a format of a later version.

    """
    if not is_zip(file):
        return False
    try:
        with open_zip(file) as archive:
            names = archive.namelist()
            if MANIFEST not in names:
                return set(names) >= _FORMER
            return _check_manifest(_read_manifest(archive))
    finally:
        file.seek(0)


def _read_manifest(archive: ZipFile) -> object:
    member = _get_member(archive, MANIFEST)
    with archive.open(member) as source:
        content = source.read(_MAX_MANIFEST)
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _check_manifest(manifest: object) -> bool:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return False
    version = manifest.get("version")
    if type(version) is not int or version < 1:
        raise UnreadableFile(f"The {MANIFEST} of this export has no valid version.")
    if version > VERSION:
        raise UnreadableFile(
            f"This export has version {version} of the format, and this server reads up to version {VERSION}. Update "
            "the server, or send the workouts.json in the archive to import the workouts only."
        )
    return True


def _get_member(archive: ZipFile, name: str) -> ZipInfo:
    members = [member for member in archive.infolist() if member.filename == name]
    if len(members) > 1:
        raise UnreadableFile(f"This ZIP archive contains {name} twice.")
    (member,) = members
    check_member(member)
    return member


class _BoundedFile(io.RawIOBase):
    """A member, of which no more than the limit is read."""

    def __init__(self, archive: ZipFile, member: ZipInfo) -> None:
        self._archive, self._member = archive, member
        self._source = archive.open(member)
        self._left = MAX_MEMBER_BYTES

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Rewind: nothing else is needed."""
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation
        self._source.close()
        self._source = self._archive.open(self._member)
        self._left = MAX_MEMBER_BYTES
        return 0

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        content = self._source.read(min(len(view), 64 * 1024))
        self._left -= len(content)
        if self._left < 0:
            raise UnreadableFile(f"{self._member.filename} in this ZIP archive is larger than 1 GiB.")
        view[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._source.close()
        super().close()


class AccountFile:
    """The open file of a whole account."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive

    def get_size(self, name: str) -> int:
        """Return how many bytes a member claims to have; 0 if the export lacks it."""
        return sum(member.file_size for member in self._archive.infolist() if member.filename == name)

    def read_pages(self, name: str, page_size: int, *, is_list: bool) -> Generator[list[Item], None, None]:
        """Yield the items of a member in pages; none if the export lacks it. They are read as they are asked for.

        Raises:
            UnreadableFile: the member is no JSON of this kind, or too large.

        """
        if name not in self._archive.namelist():
            return
        try:
            # Errors while a page is used are not raised here.
            with (
                refuse_damaged(),
                _BoundedFile(self._archive, _get_member(self._archive, name)) as member,
                open_stream(cast("BinaryIO", io.BufferedReader(member))) as stream,
            ):
                yield from _read_pages(stream, page_size) if is_list else ([Item(1, stream.value())],)
        except UnreadableFile as error:
            raise UnreadableFile(f"Nothing was imported. {name}: {error.detail}") from None


def _read_pages(stream: JsonStream, page_size: int) -> Iterator[list[Item]]:
    page: list[Item] = []
    for line, value in stream.elements():
        page.append(Item(line, value))
        if len(page) == page_size:
            yield page
            page = []
    if page:
        yield page


@contextmanager
def open_account_file(file: BinaryIO) -> Iterator[AccountFile]:
    """Yield the contents of the file of a whole account.

    Raises:
        UnreadableFile: the archive is damaged.

    """
    file.seek(0)
    with open_archive(file) as archive:
        yield AccountFile(archive)
