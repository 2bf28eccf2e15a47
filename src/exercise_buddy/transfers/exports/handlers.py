"""The use case of exporting workouts. No connection is held while the client reads."""

from contextlib import aclosing
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.exports import Chunks
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.exercises.public import custom_exercises
from exercise_buddy.transfers.exports import hevy
from exercise_buddy.transfers.imports.readers.exercise_buddy_json import FORMAT, VERSION
from exercise_buddy.workouts.public import exported_sets, exported_workouts

ExportFormat = Literal["csv", "json"]

# A workout may have hundreds of sets, and evidence of thousands of reps.
_WORKOUTS_PER_PAGE = 20
_EXERCISES_PER_PAGE = 100


async def export_workouts(
    database: Database, user_id: UUID, export_format: ExportFormat, now: datetime, filters: dict[str, Any]
) -> Chunks:
    """Return the content of a file of workouts, generated while it is read.

    The first chunk is generated before this returns: an error until then becomes a normal problem response.

    Args:
        database: where to read.
        user_id: the owner of the workouts.
        export_format: Hevy's CSV, or our own JSON, which an import restores without loss.
        now: the current time, aware.
        filters: those of the list of workouts, by name; None is no filter.

    """
    if export_format == "csv":
        chunks = _generate_csv(database, user_id, filters)
    else:
        chunks = _generate_json(database, user_id, now, filters)
    return _prepend(await anext(chunks), chunks)


async def _prepend(first: bytes, chunks: Chunks) -> Chunks:
    async with aclosing(chunks):
        yield first
        async for chunk in chunks:
            yield chunk


async def _generate_csv(database: Database, user_id: UUID, filters: dict[str, Any]) -> Chunks:
    header = hevy.write_header()
    async with aclosing(exported_sets.pages(database, user_id, limit=_WORKOUTS_PER_PAGE, **filters)) as pages:
        async for rows in pages:
            yield header + await run_in_thread(hevy.write_rows, rows)
            header = b""


async def _generate_json(database: Database, user_id: UUID, now: datetime, filters: dict[str, Any]) -> Chunks:
    header = {"format": FORMAT, "version": VERSION, "exported_at": now.isoformat(timespec="seconds")}
    before = orjson.dumps(header).removesuffix(b"}") + b',\n"custom_exercises":['
    exercises = custom_exercises.pages(database, user_id, limit=_EXERCISES_PER_PAGE)
    workouts = exported_workouts.pages(database, user_id, limit=_WORKOUTS_PER_PAGE, **filters)
    for items, after in ((exercises, b'\n],\n"workouts":['), (workouts, b"\n]}\n")):
        separator = b"\n"
        async with aclosing(items) as pages:
            async for page in pages:
                # One item per line: a program that reads line by line needs no memory for the rest.
                if inner := page[1:-1]:
                    yield before + separator + inner
                    before, separator = b"", b",\n"
        before += after
    yield before
