"""The export of all data of a user: a ZIP that is streamed while it is built.

Each slice contributes a list of `ExportFile`s; `main` passes all lists in. Files are read in pages, and each page
returns its connection before it is sent: a slow client holds no connection, and memory is bounded by one page. There is
therefore no snapshot: rows written during the export may be missing.

The standard library's `zipfile` writes the ZIP to a stream that is not seekable. Libraries for streaming ZIPs pull from
iterables, and would need a thread of their own to wait for the database.
"""

import csv
import io
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Annotated, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from fastapi import Depends, Request

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.json_queries import JsonQuery
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.threads import run_in_thread

Chunks = AsyncGenerator[bytes, None]

_PAGE_SIZE = 100
_CHUNK_BYTES = 64 * 1024
# Without it, Excel reads UTF-8 in the code page of the machine.
_BYTE_ORDER_MARK = "\ufeff".encode()
# Characters that begin a formula in a spreadsheet (OWASP, "CSV injection"), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of the export.

    Args:
        name: its unique name in the ZIP.
        holds: the tables whose rows it contains. A test checks that no table with user data is missing.
        read: yields the content for a user in chunks. It holds no connection while its consumer waits.

    """

    name: str
    holds: Collection[str]
    read: Callable[[Database, UUID], Chunks]


# --- contents ----------------------------------------------------------------------------------------------------


def json_document(name: str, query: JsonQuery, *, holds: Collection[str]) -> ExportFile:
    """Return a file with the JSON document of the bound `user_id`, or `null` if it does not exist."""

    async def read(database: Database, user_id: UUID) -> Chunks:
        yield await query.find(database, user_id=user_id) or b"null"

    return ExportFile(name, holds, read)


def constant_document(name: str, content: dict[str, Any]) -> ExportFile:
    """Return a file with the same JSON document for all users."""

    async def read(_database: Database, _user_id: UUID) -> Chunks:
        yield orjson.dumps(content) + b"\n"

    return ExportFile(name, (), read)


def json_list(name: str, listed: PagedList, *, holds: Collection[str], page_size: int = _PAGE_SIZE) -> ExportFile:
    """Return a file with a list as one JSON array, one item per line."""

    async def read(database: Database, user_id: UUID) -> Chunks:
        yield b"["
        between = b"\n"
        async with aclosing(listed.pages(database, user_id, limit=page_size)) as pages:
            async for items in pages:
                # Items may be deleted between pages, so the last page can be empty.
                if inner := items[1:-1]:
                    yield between + inner
                    between = b",\n"
        yield b"\n]\n"

    return ExportFile(name, holds, read)


def csv_list(name: str, listed: PagedList, *, holds: Collection[str], page_size: int = _PAGE_SIZE) -> ExportFile:
    """Return a file with a list of flat items as CSV (RFC 4180, UTF-8 with a byte order mark).

    Texts that a spreadsheet would evaluate as a formula get a leading apostrophe; the JSON files keep them unchanged.
    """
    columns = listed.columns

    async def read(database: Database, user_id: UUID) -> Chunks:
        yield _BYTE_ORDER_MARK + _csv_bytes([columns])
        async with aclosing(listed.pages(database, user_id, limit=page_size)) as pages:
            async for items in pages:
                yield await run_in_thread(_csv_rows, items, columns)

    return ExportFile(name, holds, read)


def _csv_rows(items: bytes, columns: Sequence[str]) -> bytes:
    return _csv_bytes([[_cell(item[column]) for column in columns] for item in orjson.loads(items)])


def _csv_bytes(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def spreadsheet_text(text: str) -> str:
    """Return the text with a leading apostrophe if a spreadsheet would evaluate it as a formula.

    Texts that already look escaped get another apostrophe, so that `original_text` always restores the original.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def original_text(text: str) -> str:
    """Return the text without the apostrophe that `spreadsheet_text` added."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def _cell(value: Any) -> Any:  # noqa: ANN401  (any JSON value except objects and arrays)
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return spreadsheet_text(value)
        case _:
            return value


# --- the ZIP -----------------------------------------------------------------------------------------------------


class _Sink(io.RawIOBase):
    """The output of the ZIP: a buffer of what was not sent yet. It is not seekable, which `zipfile` detects."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def __len__(self) -> int:
        return len(self._kept)

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:  # noqa: ANN401  (any buffer)
        self._kept += content
        return len(content)

    def take(self) -> bytes:
        taken = bytes(self._kept)
        self._kept.clear()
        return taken


async def stream_zip(files: Sequence[ExportFile], database: Database, user_id: UUID, now: datetime) -> Chunks:
    """Write the files of a user into a ZIP, and give it in chunks of about 64 KiB.

    Whatever a file raises while it is read is raised here, and ends the ZIP before its directory: nothing takes what
    is there for a whole one.

    Args:
        files: what to write, in this order.
        database: to read from.
        user_id: whose data.
        now: what the ZIP says when its files were written.

    """
    sink = _Sink()
    archive = ZipFile(sink, "w")
    member: IO[bytes] | None = None
    try:
        for file in files:
            entry = ZipInfo(file.name, now.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            # Nobody knows yet how large it will be, and the header with its sizes comes first.
            member = archive.open(entry, "w", force_zip64=True)
            async with aclosing(file.read(database, user_id)) as pieces:
                async for piece in pieces:
                    await run_in_thread(member.write, piece)
                    if len(sink) >= _CHUNK_BYTES:
                        yield sink.take()
            member.close()
        archive.close()
        yield sink.take()
    finally:
        # After a failure this only frees memory: nothing reads the sink any more.
        if member is not None:
            member.close()
        archive.close()


async def get_exports(request: Request) -> Sequence[ExportFile]:
    """Return the export files of all slices of the running application."""
    files: Sequence[ExportFile] = request.state.exports
    return files


ExportsDep = Annotated[Sequence[ExportFile], Depends(get_exports)]
