"""The write path of workouts: totals are computed in Python, and one call stores any number of workouts.

The call writes all workouts or none: nearly always all. Else it tells what is stored already, and a second call writes
the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.problems import InvalidInput, Problem
from exercise_buddy.core.quotas import UNLIMITED, Quota, Quotas
from exercise_buddy.exercises.public import unknown_exercise
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import PartIdTaken, WorkoutIdTaken
from exercise_buddy.workouts.part_ids import drop_taken_ids, list_taken_ids
from exercise_buddy.workouts.schemas import list_chosen_ids
from exercise_buddy.workouts.storage.computed_totals import ExerciseFacts
from exercise_buddy.workouts.storage.facts import Catalogue, find_custom_facts, get_catalogue
from exercise_buddy.workouts.storage.prepared import NewWorkout, PreparedWorkout, prepare_workout
from exercise_buddy.workouts.storage.records import RecordChanges, recompute_records
from exercise_buddy.workouts.storage.write_call import WriteState, call_write_workouts
from exercise_buddy.workouts.tables import DeletedWorkout, WorkoutExercise, WorkoutSet

_delete_workouts = load_sql(__package__, "delete.sql")


@dataclass(slots=True)
class WriteOutcome:
    """What became of a workout to write.

    Attributes:
        new: the workout.
        prepared: the same with its totals; None if one of its exercises is unknown.
        problem: why it was not written. None if it was, or exists with the same content.
        is_new: whether it was written.
        content: its JSON, if it was written and no other one with it.

    """

    new: NewWorkout
    prepared: PreparedWorkout | None = None
    problem: Problem | None = None
    is_new: bool = False
    content: bytes | None = None


async def write_workouts(
    session: AsyncSession,
    user_id: UUID,
    workouts: Sequence[NewWorkout],
    *,
    imported: bool = False,
) -> list[WriteOutcome]:
    """Write workouts with their exercises, sets, totals and records under a new revision of the user.

    A workout that was written before, by its id and fingerprint, is not written again. If none is written, the revision
    stays.

    Args:
        session: the transaction.
        user_id: the owner.
        workouts: the workouts. Exercises and sets without an id get one.
        imported: whether a deleted workout comes back, and a taken id of an exercise or set is replaced by a new one.

    Returns:
        The outcome of each workout, in order.

    Raises:
        AccountGone: the user no longer exists.

    """
    state = WriteState()
    while True:
        catalogue = await get_catalogue(session, state.catalogue_version)
        outcomes = _prepare(workouts, await _find_facts(session, user_id, catalogue, workouts))
        # Nothing is known before the first call, which writes all workouts if it can.
        quotas = UNLIMITED if state.catalogue_version is None else Quotas.of(session)
        _decide(outcomes, state, quotas, imported=imported)
        written = [outcome.prepared for outcome in outcomes if outcome.is_new and outcome.prepared is not None]
        if not written and state.catalogue_version is not None:
            return outcomes
        called = await call_write_workouts(session, user_id, written, catalogue.version, imported=imported)
        state = called.with_earlier(state)
        if state.is_written:
            break
    if len(outcomes) == 1:
        outcomes[0].content = state.documents[0].to_json(state.mass_kg)
    return outcomes


async def _find_facts(
    session: AsyncSession, user_id: UUID, catalogue: Catalogue, workouts: Iterable[NewWorkout]
) -> dict[UUID, ExerciseFacts]:
    """Return the facts of those exercises of workouts that the user can use."""
    facts: dict[UUID, ExerciseFacts] = {}
    others: set[UUID] = set()
    # One by one: the difference of two sets of ids would visit the whole catalogue.
    for exercise_id in {exercise.exercise_id for new in workouts for exercise in new.exercises}:
        known = catalogue.facts.get(exercise_id)
        if known is None:
            others.add(exercise_id)
        else:
            facts[exercise_id] = known
    if others:
        # Under the lock: a custom exercise may be renamed, merged or deleted.
        await users.lock_user(session, user_id)
        facts |= await find_custom_facts(session, user_id, others)
    return facts


def _prepare(workouts: Iterable[NewWorkout], facts: dict[UUID, ExerciseFacts]) -> list[WriteOutcome]:
    outcomes = []
    for new in workouts:
        unknown = [
            unknown_exercise(f"/exercises/{position}/exercise_id")
            for position, exercise in enumerate(new.exercises)
            if exercise.exercise_id not in facts
        ]
        outcomes.append(
            WriteOutcome(new, problem=InvalidInput(errors=unknown))
            if unknown
            else WriteOutcome(new, prepare_workout(new, facts))
        )
    return outcomes


def _decide(outcomes: Iterable[WriteOutcome], state: WriteState, quotas: Quotas, *, imported: bool) -> None:
    """Update the outcomes: which workouts are new, and why others cannot be written."""
    fingerprints, parts = dict(state.fingerprints), dict(state.parts)
    free_workouts = max(quotas.workouts - state.workouts, 0)
    free_bytes = max(quotas.stored_bytes - state.stored_bytes, 0)
    exceeded: Quota | None = None
    for outcome in outcomes:
        new, prepared = outcome.new, outcome.prepared
        if prepared is None:
            continue
        if new.id in fingerprints:
            outcome.problem = None if fingerprints[new.id] == new.fingerprint else WorkoutIdTaken()
            continue
        if new.id in state.deleted and not imported:
            outcome.problem = users.ResourceDeleted()
            continue
        taken = list_taken_ids(list_chosen_ids(new.exercises), new.id, parts)
        if taken and not imported:
            outcome.problem = PartIdTaken(errors=taken)
            continue
        free_workouts -= 1
        free_bytes -= prepared.totals["stored_bytes"]
        if exceeded is None and (free_workouts < 0 or free_bytes < 0):
            exceeded = Quota.WORKOUTS if free_workouts < 0 else Quota.STORED_BYTES
        if exceeded is not None:
            # No later one is written in its place.
            outcome.problem = quotas.build_problem(exceeded)
            continue
        if taken:
            drop_taken_ids(new.exercises, new.id, parts)
        parts |= {part_id: new.id for _, part_id in list_chosen_ids(new.exercises)}
        fingerprints[new.id] = new.fingerprint
        outcome.is_new = True


async def delete_workouts(session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID], revision: int) -> int:
    """Delete workouts with their exercises, sets and records; return how many were deleted.

    Tombstones tell the change feed. The caller holds the user's lock.

    Args:
        session: the transaction.
        user_id: the owner.
        workout_ids: the workouts.
        revision: the new revision of the user.

    """
    changes = RecordChanges()
    if len(workout_ids) > 1:
        # The leaves first: a cascade would look up the referring rows of each row.
        for table in (WorkoutSet, WorkoutExercise):
            contained = (col(table.user_id) == user_id, col(table.workout_id).in_(workout_ids))
            await session.exec(delete(table).where(*contained))
    deleted = await _delete(session, user_id, workout_ids, changes)
    session.add_all(DeletedWorkout(user_id=user_id, workout_id=id_, revision=revision) for id_ in deleted)
    await session.flush()
    await recompute_records(session, user_id, changes)
    return len(deleted)


async def _delete(
    session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID], changes: RecordChanges
) -> list[UUID]:
    rows = await _delete_workouts.run_in(session, user_id=user_id, workout_ids=list(workout_ids))
    deleted = rows.all()
    for row in deleted:
        changes.add(row.exercise_ids, row.started_at)
    return [row.id for row in deleted]
