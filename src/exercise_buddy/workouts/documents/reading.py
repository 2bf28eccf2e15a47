"""Read workouts from their stored documents. A workout without a current document is rendered by PostgreSQL."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import driver_connection
from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.problems import Problem
from exercise_buddy.workouts.documents.document import WorkoutDocument, document_version
from exercise_buddy.workouts.documents.queries import RENDER, document_columns
from exercise_buddy.workouts.errors import WorkoutNotFound
from exercise_buddy.workouts.selectables import workout


class DocumentRow(NamedTuple):
    """A row of `document_columns`. `document` is None if it is not current; `document_sets` also without sets."""

    workout_id: UUID
    document: bytes | None
    document_sets: bytes | None
    mass_kg: float | None


async def fetch_rows(
    source: Reads | AsyncSession,
    statement: Statement,
    **values: Any,  # noqa: ANN401  (bound values)
) -> Sequence[Sequence[Any]]:
    """Return the rows of a statement, of a read, or in the transaction of a session."""
    arguments = statement.arguments(values)
    found: Sequence[Sequence[Any]]
    if isinstance(source, AsyncSession):
        found = await (await driver_connection(source)).fetch(statement.sql, *arguments)
    else:
        found = await source.read(lambda connection: connection.fetch(statement.sql, *arguments))
    return found


async def render_rows(
    source: Reads | AsyncSession, user_id: UUID, workout_ids: Sequence[UUID]
) -> dict[UUID, WorkoutDocument]:
    """Return the documents that PostgreSQL renders from the rows of workouts that exist, by their ids."""
    rows = await fetch_rows(source, RENDER, user_id=user_id, workout_ids=list(workout_ids))
    return {workout_id: WorkoutDocument.from_content(orjson.loads(content)) for workout_id, content in rows}


async def read_documents(
    source: Reads | AsyncSession, user_id: UUID, rows: Sequence[DocumentRow], *, with_sets: bool
) -> dict[UUID, bytes]:
    """Return the JSON of workouts by their ids, in the order of their rows.

    A workout without a current document is rendered. It is missing if it was deleted meanwhile.
    """
    missing = [row.workout_id for row in rows if row.document is None]
    rendered = await render_rows(source, user_id, missing) if missing else {}
    found: dict[UUID, bytes] = {}
    for workout_id, document, document_sets, mass_kg in rows:
        if document is not None:
            found[workout_id] = WorkoutDocument.decompress(document, document_sets).to_json(
                mass_kg, with_sets=with_sets
            )
        elif workout_id in rendered:
            found[workout_id] = rendered[workout_id].to_json(mass_kg, with_sets=with_sets)
    return found


class WorkoutQuery(Statement):
    """A query of workouts with their sets.

    Args:
        conditions: selects rows of `workout` of the bound `user_id`.
        missing: the problem that `fetch` raises when no row is selected.

    """

    def __init__(self, conditions: Select[Any], *, missing: type[Problem] = WorkoutNotFound) -> None:
        super().__init__(conditions.with_only_columns(*document_columns(workout, with_sets=True)))
        self._missing = missing

    async def find_all(
        self,
        source: Reads | AsyncSession,
        *,
        user_id: UUID,
        **values: Any,  # noqa: ANN401  (bound values)
    ) -> dict[UUID, bytes]:
        """Return the JSON of all selected workouts, by their ids."""
        rows = await fetch_rows(source, self, user_id=user_id, document_version=document_version(), **values)
        return await read_documents(source, user_id, [DocumentRow(*row) for row in rows], with_sets=True)

    async def fetch(
        self,
        source: Reads | AsyncSession,
        *,
        user_id: UUID,
        **values: Any,  # noqa: ANN401
    ) -> bytes:
        """Return the JSON of the selected workout.

        Raises:
            Problem: no workout is selected: see `missing`.

        """
        for document in (await self.find_all(source, user_id=user_id, **values)).values():
            return document
        raise self._missing
