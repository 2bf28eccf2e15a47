"""Everything that is held on a user as one ZIP, written while it is read.

A slice offers its part as a list of `ExportFile`s; `main` hands the lists of all slices over. Files are read in pages,
each on a connection that goes back before the page is handed on: a client that reads slowly holds none, and memory
holds a page, whatever the size of the account. So there is no snapshot: what is written meanwhile may be missing.

The ZIP is made by the standard library's `zipfile`, on a stream that cannot be rewound. It takes what we push, where
the libraries for streaming pull from iterables, and would need a thread of their own to wait for the database.
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
# Without it, Excel takes UTF-8 for the code page of the machine.
_BYTE_ORDER_MARK = "\ufeff".encode()
# What spreadsheets take for the beginning of a formula (OWASP, "CSV injection"), also in its full-width forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of the export.

    Args:
        name: its name in the ZIP, that of no other file.
        holds: the tables whose rows it has. A test sees to it that no table with a user's data is left out.
        read: gives the content for a user, in pieces. It holds no connection while it waits for its reader.

    """

    name: str
    holds: Collection[str]
    read: Callable[[Database, UUID], Chunks]


# --- what files are made of --------------------------------------------------------------------------------------


def json_document(name: str, document: JsonQuery, *, holds: Collection[str]) -> ExportFile:
    """Offer a document of the bound `user_id`: `null` where there is none."""

    async def read(database: Database, user_id: UUID) -> Chunks:
        yield await document.fetch(database, user_id=user_id) or b"null"

    return ExportFile(name, holds, read)


def json_list(name: str, listed: PagedList, *, holds: Collection[str], page_size: int = _PAGE_SIZE) -> ExportFile:
    """Offer a list as one JSON array, an item a line."""

    async def read(database: Database, user_id: UUID) -> Chunks:
        yield b"["
        between = b"\n"
        async with aclosing(listed.pages(database, user_id, limit=page_size)) as pages:
            async for items in pages:
                # What was to come next may have been deleted meanwhile: the last page can be empty.
                if inner := items[1:-1]:
                    yield between + inner
                    between = b",\n"
        yield b"\n]\n"

    return ExportFile(name, holds, read)


def csv_list(name: str, listed: PagedList, *, holds: Collection[str], page_size: int = _PAGE_SIZE) -> ExportFile:
    """Offer a list whose items have no fields of fields as a CSV (RFC 4180, UTF-8 with a byte order mark).

    A text that a spreadsheet would take for a formula gets an apostrophe in front of it. JSON has it as it was.
    """
    columns = listed.columns

    async def read(database: Database, user_id: UUID) -> Chunks:
        yield _BYTE_ORDER_MARK + _written([columns])
        async with aclosing(listed.pages(database, user_id, limit=page_size)) as pages:
            async for items in pages:
                yield await run_in_thread(_csv_rows, items, columns)

    return ExportFile(name, holds, read)


def _csv_rows(items: bytes, columns: Sequence[str]) -> bytes:
    return _written([[_cell(item[column]) for column in columns] for item in orjson.loads(items)])


def _written(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def spreadsheet_text(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Also before one that looks as if that had been done, so that `original_text` always gives back what was there.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def original_text(text: str) -> str:
    """Take away the apostrophe that `spreadsheet_text` has put before a text."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def _cell(value: Any) -> Any:  # noqa: ANN401  (anything that JSON has, but for objects and arrays)
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return spreadsheet_text(value)
        case _:
            return value


# --- the ZIP -----------------------------------------------------------------------------------------------------


class _Sink(io.RawIOBase):
    """Where the ZIP is written to: keeps what nobody has taken yet. It cannot be rewound, and `zipfile` notices."""

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


async def zipped(files: Sequence[ExportFile], database: Database, user_id: UUID, now: datetime) -> Chunks:
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
        # After a failure this only lets go of memory: what it writes into the sink is never taken.
        if member is not None:
            member.close()
        archive.close()


async def get_exports(request: Request) -> Sequence[ExportFile]:
    """Give what the slices of the running app offer."""
    files: Sequence[ExportFile] = request.state.exports
    return files


ExportsDep = Annotated[Sequence[ExportFile], Depends(get_exports)]
