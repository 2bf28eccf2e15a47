"""Recomputation of the stored totals of workouts from their sets, with the definitions of the insert.

It updates workouts whose exercise was changed, merged or replaced, and it verifies stored totals.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlmodel
from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    FromClause,
    Select,
    SmallInteger,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.statements import Statement
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.workouts.documents.storage import find_differing_documents, render_documents
from exercise_buddy.workouts.selectables import performed, sets, workout
from exercise_buddy.workouts.storage import rep_quality, sizes, totals
from exercise_buddy.workouts.storage.records import (
    find_all_exercises,
    find_contained_exercises,
    recompute_records,
)
from exercise_buddy.workouts.tables import TOTALS, Workout, WorkoutExercise

BATCH = 500
"""The number of workouts of one statement, which stays within the statement timeout."""

WORKOUT_TOTALS = (*totals.WORKOUT_TOTALS, "met_minutes", "stored_bytes")

_WORKOUTS = cast(bindparam("workouts", type_=ARRAY(Uuid)), ARRAY(Uuid))
_OWNER = bindparam("owner_id", type_=Uuid)
_FALSE: ColumnElement[bool] = literal_column("false")
_DOCUMENT = "document"
_ZERO: ColumnElement[int] = literal_column("0")


def _recomputed() -> tuple[CTE, CTE]:
    """Return the totals of the exercises and of the workouts `workouts` of the user `owner_id`, from their sets."""
    reps = rep_quality.rep_sums(sets)
    # One lookup for each exercise: a join with all sets may compare each exercise with each.
    sums = (
        select(*totals.set_totals(sets), *rep_quality.set_sums(sets, reps), sizes.sum_set_bytes(sets))
        .select_from(sets.outerjoin(reps, sets.c.rep_offset_ms.is_not(None)))
        .where(
            sets.c.user_id == _OWNER,
            sets.c.workout_id == performed.c.workout_id,
            sets.c.exercise_position == performed.c.position,
        )
        .correlate(performed)
        .lateral("sums")
    )
    exercise = (
        select(
            performed.c.workout_id,
            performed.c.position,
            func.coalesce(catalogue.c.met, custom.c.met).label("met"),
            *totals.exercise_totals(
                sums,
                func.coalesce(catalogue.c.bodyweight_share, custom.c.bodyweight_share),
                func.coalesce(catalogue.c.assisted, custom.c.assisted, _FALSE),
            ),
            sizes.exercise_bytes(performed, sums),
        )
        .select_from(
            performed.outerjoin(catalogue, catalogue.c.id == performed.c.catalogue_exercise_id)
            .outerjoin(custom, and_(custom.c.user_id == _OWNER, custom.c.id == performed.c.custom_exercise_id))
            .join(sums, literal_column("true"))
        )
        .where(performed.c.user_id == _OWNER, performed.c.workout_id == any_(_WORKOUTS))
        .cte("exercise")
    )
    by_workout = (
        select(exercise.c.workout_id, *totals.workout_totals(exercise), sizes.sum_exercise_bytes(exercise))
        .group_by(exercise.c.workout_id)
        .cte("by_workout")
    )
    total = (
        select(
            workout.c.id.label("workout_id"),
            *(func.coalesce(by_workout.c[name], _ZERO).label(name) for name in totals.WORKOUT_TOTALS),
            totals.met_minutes(by_workout.c.met, workout.c.duration_seconds).label("met_minutes"),
            sizes.workout_bytes(workout, by_workout).label("stored_bytes"),
        )
        .select_from(workout.outerjoin(by_workout, by_workout.c.workout_id == workout.c.id))
        .where(workout.c.user_id == _OWNER, workout.c.id == any_(_WORKOUTS))
        .cte("total")
    )
    return exercise, total


def _differs(stored: FromClause, recomputed: FromClause, names: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(stored.c[name].is_distinct_from(recomputed.c[name]) for name in names))


def _build_exercise_update() -> UpdateBase:
    exercise, _ = _recomputed()
    return (
        update(performed)
        .where(
            performed.c.user_id == _OWNER,
            performed.c.workout_id == exercise.c.workout_id,
            performed.c.position == exercise.c.position,
            _differs(performed, exercise, TOTALS),
        )
        .values({name: exercise.c[name] for name in TOTALS})
        .returning(performed.c.workout_id)
    )


def _build_workout_update() -> UpdateBase:
    _, total = _recomputed()
    return (
        update(workout)
        .where(
            workout.c.user_id == _OWNER, workout.c.id == total.c.workout_id, _differs(workout, total, WORKOUT_TOTALS)
        )
        .values({name: total.c[name] for name in WORKOUT_TOTALS} | {"updated_at": workout.c.updated_at})
        .returning(workout.c.id)
    )


def _build_differences() -> Select[Any]:
    exercise, total = _recomputed()

    def differing(stored: FromClause, counted: FromClause, position: Any, name: str) -> Select[Any]:  # noqa: ANN401
        return select(
            counted.c.workout_id,
            position.label("position"),
            literal_column(f"'{name}'", Text).label("name"),
            cast(func.to_jsonb(stored.c[name]), Text).label("stored"),
            cast(func.to_jsonb(counted.c[name]), Text).label("counted"),
        ).where(stored.c[name].is_distinct_from(counted.c[name]))

    of_exercise = and_(
        performed.c.user_id == _OWNER,
        performed.c.workout_id == exercise.c.workout_id,
        performed.c.position == exercise.c.position,
    )
    of_workout = and_(workout.c.user_id == _OWNER, workout.c.id == total.c.workout_id)
    no_position = cast(null(), SmallInteger)
    rows = union_all(
        *(differing(performed, exercise, exercise.c.position, name).where(of_exercise) for name in TOTALS),
        *(differing(workout, total, no_position, name).where(of_workout) for name in WORKOUT_TOTALS),
    ).subquery("difference")
    return select(rows).order_by(rows.c.workout_id, rows.c.position.nulls_first(), rows.c.name)


_UPDATE_EXERCISES = Statement(_build_exercise_update())
_UPDATE_WORKOUTS = Statement(_build_workout_update())
_DIFFERENCES = Statement(_build_differences())


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored total, record or document that differs from the recomputed one.

    `position` is that of the exercise in the workout, None for a total of the workout itself. A total of a month, week
    or year has no `workout_id`. `stored` and `counted` are JSON, None for null.
    """

    workout_id: UUID | None
    position: int | None
    name: str
    stored: str | None
    counted: str | None


def _batches(workout_ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(workout_ids), BATCH):
        yield list(workout_ids[start : start + BATCH])


@asynccontextmanager
async def _hash_joins(session: AsyncSession) -> AsyncIterator[None]:
    """Yield while statements of the transaction join by hash tables.

    A nested loop compares each workout of a batch with each, and PostgreSQL chooses it as long as its statistics do not
    know the user: 250 workouts took more than 5 s instead of 50 ms.
    """
    connection = await session.connection()
    await connection.exec_driver_sql("SET LOCAL enable_nestloop = off")
    yield
    await connection.exec_driver_sql("SET LOCAL enable_nestloop = on")


async def list_all_workout_ids(session: AsyncSession, user_id: UUID) -> list[UUID]:
    """Return the ids of all workouts of a user."""
    return list(await session.exec(sqlmodel.select(Workout.id).where(col(Workout.user_id) == user_id)))


async def list_workout_ids(session: AsyncSession, user_id: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """Return the ids of the next `limit` workouts of a user after an id, in the order of ids; None: the first ones."""
    following = sqlmodel.select(Workout.id).where(col(Workout.user_id) == user_id)
    if after is not None:
        following = following.where(col(Workout.id) > after)
    return list(await session.exec(following.order_by(col(Workout.id)).limit(limit)))


async def list_workouts_with(session: AsyncSession, user_id: UUID, exercise_id: UUID) -> list[UUID]:
    """Return the ids of the user's workouts that contain an exercise."""
    containing = sqlmodel.select(WorkoutExercise.workout_id).where(
        col(WorkoutExercise.user_id) == user_id, col(WorkoutExercise.exercise_id) == exercise_id
    )
    return list(await session.exec(containing.distinct()))


async def recompute_totals(session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID]) -> set[UUID]:
    """Recompute workout totals from their sets; return the ids whose stored totals differed.

    Revisions and `updated_at` stay: see `mark_changed`.
    """
    changed: set[UUID] = set()
    async with _hash_joins(session):
        for batch in _batches(workout_ids):
            for statement in (_UPDATE_EXERCISES, _UPDATE_WORKOUTS):
                rows = await statement.run_in(session, owner_id=user_id, workouts=batch)
                changed.update(rows.scalars())
    await recompute_records(session, user_id, await find_contained_exercises(session, user_id, changed))
    return changed


async def find_differences(session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID]) -> list[Difference]:
    """Return the stored totals of workouts that differ from the recomputed ones. Nothing is written."""
    found: list[Difference] = []
    async with _hash_joins(session):
        for batch in _batches(workout_ids):
            rows = await _DIFFERENCES.run_in(session, owner_id=user_id, workouts=batch)
            found += [Difference(*row) for row in rows.all()]
    return found


async def find_document_differences(
    session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID]
) -> list[Difference]:
    """Return where stored documents of workouts differ from what their rows say. Nothing is written."""
    return [
        Difference(workout_id, None, f"{_DOCUMENT} {pointer}", stored, rendered)
        for batch in _batches(workout_ids)
        for workout_id, pointer, stored, rendered in await find_differing_documents(session, user_id, batch)
    ]


def is_of_document(difference: Difference) -> bool:
    """Return whether a difference is one of a document."""
    return difference.name.startswith(_DOCUMENT)


async def recompute_all_records(session: AsyncSession, user_id: UUID) -> list[Difference]:
    """Recompute and store all personal records of a user; return the stored ones that differed.

    To verify without a write, roll back.
    """
    changes = await find_all_exercises(session, user_id)
    return [
        Difference(workout_id, position, f"record {kind}", stored, computed)
        for workout_id, position, kind, stored, computed in await recompute_records(session, user_id, changes)
    ]


async def mark_changed(session: AsyncSession, user_id: UUID, workout_ids: Iterable[UUID], revision: int) -> None:
    """Add workouts to the change feed at a new revision of the user, and render their documents."""
    ids = list(workout_ids)
    # One array for any number of ids: a statement has at most 32,767 parameters.
    changed = any_(bindparam("changed", ids, type_=ARRAY(Uuid)))
    await session.exec(
        update(workout)
        .where(workout.c.user_id == user_id, workout.c.id == changed)
        .values(revision=revision, updated_at=func.now())
    )
    await render_documents(session, user_id, ids)
