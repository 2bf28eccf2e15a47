"""The use case of exporting workouts. No connection is held while whoever asked for them reads."""

from contextlib import aclosing
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.exports import Chunks
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.exercises.public import custom_exercises
from exercise_buddy.workouts.exporting import hevy
from exercise_buddy.workouts.exporting.queries import set_rows, whole_workouts
from exercise_buddy.workouts.imports.exercise_buddy_json import FORMAT, VERSION

Format = Literal["csv", "json"]

# A workout may have hundreds of sets, and what a camera saw of thousands of reps.
_WORKOUTS_A_PAGE = 20
_EXERCISES_A_PAGE = 100


async def export_workouts(
    database: Database, user_id: UUID, form: Format, now: datetime, filters: dict[str, Any]
) -> Chunks:
    """Give workouts as a file, in pieces that are made while they are read.

    The first of them is there when this returns: what fails before is an answer like any other.

    Args:
        database: to read from.
        user_id: whose workouts.
        form: Hevy's CSV, or our own JSON, which comes back as it was.
        now: the present, aware.
        filters: those of the list of workouts, by name; None is no filter.

    """
    chunks = _csv(database, user_id, filters) if form == "csv" else _json(database, user_id, now, filters)
    first = await anext(chunks)

    async def whole() -> Chunks:
        async with aclosing(chunks):
            yield first
            async for chunk in chunks:
                yield chunk

    return whole()


async def _csv(database: Database, user_id: UUID, filters: dict[str, Any]) -> Chunks:
    before = hevy.header()
    async with aclosing(set_rows.pages(database, user_id, limit=_WORKOUTS_A_PAGE, **filters)) as pages:
        async for rows in pages:
            yield before + await run_in_thread(hevy.lines, rows)
            before = b""


async def _json(database: Database, user_id: UUID, now: datetime, filters: dict[str, Any]) -> Chunks:
    head = {"format": FORMAT, "version": VERSION, "exported_at": now.isoformat(timespec="seconds")}
    before = orjson.dumps(head).removesuffix(b"}") + b',\n"custom_exercises":['
    parts: list[tuple[PagedList, int, dict[str, Any], bytes]] = [
        (custom_exercises, _EXERCISES_A_PAGE, {}, b'\n],\n"workouts":['),
        (whole_workouts, _WORKOUTS_A_PAGE, filters, b"\n]}\n"),
    ]
    for listed, limit, wanted, after in parts:
        between = b"\n"
        async with aclosing(listed.pages(database, user_id, limit=limit, **wanted)) as pages:
            async for items in pages:
                # An item a line: whoever reads it line by line needs no memory for the rest.
                if inner := items[1:-1]:
                    yield before + between + inner
                    before, between = b"", b",\n"
        before += after
    yield before
