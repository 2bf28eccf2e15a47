"""Storing documents of workouts whose rows are written already, and their verification."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Integer, Text, Uuid, any_, bindparam, cast, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.json_queries import USER, json_object
from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.workouts.documents.document import WorkoutDocument, document_version
from exercise_buddy.workouts.documents.queries import is_current, workout_rows
from exercise_buddy.workouts.documents.reading import fetch_rows, render_rows
from exercise_buddy.workouts.selectables import workout

_BATCH = 100

FIRST_ID = UUID(int=0)
"""Precedes all ids."""

_store = load_sql(__package__, "store.sql")
_twin = workout.alias("twin")
_rendered = workout_rows(_twin).where(_twin.c.user_id == USER, _twin.c.id == workout.c.id)
# In one statement: an edit between two would be a difference.
_COMPARED = Statement(
    select(
        workout.c.id,
        workout.c.document,
        workout.c.document_sets,
        cast(json_object(_rendered.correlate(workout)), Text),
    ).where(
        workout.c.user_id == USER,
        workout.c.id == any_(bindparam("workout_ids", type_=ARRAY(Uuid))),
        is_current(workout),
    )
)
_WITHOUT_DOCUMENT = Statement(
    select(workout.c.id)
    .where(workout.c.user_id == USER, workout.c.id > bindparam("after", type_=Uuid), is_current(workout).is_not(True))
    .order_by(workout.c.id)
    .limit(bindparam("limit", type_=Integer))
)


async def render_documents(session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID]) -> None:
    """Render workouts from their rows and store their documents. The caller holds the user's lock."""
    for start in range(0, len(workout_ids), _BATCH):
        documents = await render_rows(session, user_id, workout_ids[start : start + _BATCH])
        stored = [document.compress() for document in documents.values()]
        await _store.run_in(
            session,
            user_id=user_id,
            document_version=document_version(),
            workout_ids=list(documents),
            documents=[one.document for one in stored],
            document_sets=[one.sets for one in stored],
            sizes=[one.size for one in stored],
        )


async def find_outdated_workouts(session: AsyncSession, user_id: UUID, after: UUID, limit: int) -> list[UUID]:
    """Return the ids of some of a user's workouts that have no current document, in the order of ids.

    Args:
        session: the transaction.
        user_id: the owner.
        after: the ids are greater than this one.
        limit: the maximum number of workouts.

    """
    values = {"user_id": user_id, "after": after, "limit": limit, "document_version": document_version()}
    return list((await _WITHOUT_DOCUMENT.run_in(session, **values)).scalars())


async def find_differing_documents(
    session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID]
) -> Iterator[tuple[UUID, str, str | None, str | None]]:
    """Return where documents that are read differ from the rows of their workouts.

    With each workout: the JSON pointer, and both values there as JSON, None for null.
    """
    values = {"user_id": user_id, "workout_ids": list(workout_ids), "document_version": document_version()}
    compared = [
        (workout_id, WorkoutDocument.decompress(*stored), WorkoutDocument.from_content(orjson.loads(content)))
        for workout_id, *stored, content in await fetch_rows(session, _COMPARED, **values)
    ]
    return (
        (workout_id, pointer, _as_json(in_document), _as_json(in_rows))
        for workout_id, document, rendered in compared
        if document != rendered
        for pointer, in_document, in_rows in _compare("", document.to_content(), rendered.to_content())
    )


def _compare(pointer: str, stored: Any, expected: Any) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401  (any JSON)
    match stored, expected:
        case dict(), dict():
            for key in stored.keys() | expected.keys():
                yield from _compare(f"{pointer}/{key}", stored.get(key), expected.get(key))
        case list(), list():
            for index, (left, right) in enumerate(zip_longest(stored, expected)):
                yield from _compare(f"{pointer}/{index}", left, right)
        case _ if stored != expected:
            yield pointer, stored, expected


def _as_json(value: Any) -> str | None:  # noqa: ANN401
    return None if value is None else orjson.dumps(value).decode()
