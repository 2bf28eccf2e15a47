"""The use cases of synchronization."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.pagination import decode_cursor, encode_cursor
from exercise_buddy.core.problems import MAX_ERRORS, FieldError, InvalidInput, Problem
from exercise_buddy.exercises.public import find_usable_exercises, unknown_exercise
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import CursorAhead, PartIdTaken, WorkoutDeleted, WorkoutIdTaken
from exercise_buddy.workouts.handlers import build_workout
from exercise_buddy.workouts.part_ids import find_workouts_of_parts, list_taken_ids
from exercise_buddy.workouts.schemas import WorkoutInput, list_chosen_ids
from exercise_buddy.workouts.storage.writer import NewWorkout, write_workouts
from exercise_buddy.workouts.sync.queries import changes
from exercise_buddy.workouts.sync.schemas import BatchError, BatchInput, BatchItem, BatchReport, InvalidWorkout, Outcome
from exercise_buddy.workouts.tables import DeletedWorkout, Workout

_TAG = "changes"
_CURSOR: TypeAdapter[tuple[str, int, UUID]] = TypeAdapter(tuple[str, int, UUID])
_BEFORE_ALL_CHANGES = (_TAG, -1, UUID(int=0))
_MAX_REVISION = 2**63 - 1


async def list_changes(database: Database, user_id: UUID, *, since: str | None, limit: int) -> bytes:
    """Return the `Changes` JSON: the workouts that were written or deleted after a cursor.

    Args:
        database: the database to read from.
        user_id: the owner.
        since: `next_cursor` of the previous response, or None for all workouts.
        limit: the maximum number of items.

    Raises:
        InvalidInput: the cursor does not belong to the change feed.
        CursorAhead: the cursor is newer than the stored data.
        AccountGone: the user no longer exists.

    """
    tag, revision, last_id = _BEFORE_ALL_CHANGES if since is None else decode_cursor(since, _CURSOR, "since")
    if tag != _TAG or not -1 <= revision <= _MAX_REVISION:
        raise InvalidInput(errors=[FieldError("/since", "cursor", "This is not a cursor of the changes", "query")])
    items, last_revision, next_id, has_more, current = await changes.fetch_row(
        database, user_id=user_id, limit=limit, after_revision=revision, after_id=last_id
    )
    if current is None:
        raise users.AccountGone
    if revision > current:
        raise CursorAhead
    after = (_TAG, revision, last_id) if last_revision is None else (_TAG, last_revision, next_id)
    rest = orjson.dumps({"next_cursor": encode_cursor(after), "has_more": has_more})
    return b'{"items":' + bytes(items) + b"," + rest[1:]


# --- batches -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Candidate:
    """A valid workout of a batch."""

    index: int
    new: NewWorkout


async def log_batch(session: AsyncSession, user_id: UUID, batch: BatchInput) -> BatchReport:
    """Write the new workouts of a batch; report the outcome of each.

    An invalid workout, or one whose id is taken, does not keep the others from being written.

    Raises:
        AccountGone: the user no longer exists.

    """
    # Until the transaction ends, no other one writes this user's data: what is looked up below stays true.
    user_time_zone = await users.lock_user(session, user_id)
    items: list[BatchItem | None] = [None] * len(batch.workouts)
    parsed: dict[int, WorkoutInput] = {}
    checked: list[WorkoutInput | InvalidWorkout] = batch.workouts
    for index, workout in enumerate(checked):
        if isinstance(workout, InvalidWorkout):
            items[index] = _invalid_item(workout.id, workout.errors)
        else:
            parsed[index] = workout
    wanted = {exercise.exercise_id for workout in parsed.values() for exercise in workout.exercises}
    known = await find_usable_exercises(session, user_id, wanted)
    candidates: list[_Candidate] = []
    for index, workout in parsed.items():
        pointers = [
            unknown_exercise(f"/exercises/{position}/exercise_id")
            for position, exercise in enumerate(workout.exercises)
            if exercise.exercise_id not in known
        ]
        if pointers:
            items[index] = _invalid_item(workout.id, pointers)
        else:
            candidates.append(_Candidate(index, await build_workout(session, user_id, workout, user_time_zone)))
    for index, item in await _write_new(session, user_id, candidates):
        items[index] = item
    return BatchReport(items=[item for item in items if item is not None])


async def _write_new(session: AsyncSession, user_id: UUID, candidates: list[_Candidate]) -> list[tuple[int, BatchItem]]:
    """Write the candidates that are new; return the outcome of each with its index."""
    ids = {candidate.new.id for candidate in candidates}
    stored = select(Workout.id, Workout.fingerprint).where(col(Workout.user_id) == user_id, col(Workout.id).in_(ids))
    tombstones = select(DeletedWorkout.workout_id).where(
        col(DeletedWorkout.user_id) == user_id, col(DeletedWorkout.workout_id).in_(ids)
    )
    fingerprints: dict[UUID, bytes] = dict(iter(await session.exec(stored)))
    deleted = set(await session.exec(tombstones))
    chosen = [part_id for candidate in candidates for _, part_id in list_chosen_ids(candidate.new.exercises)]
    workouts_of_parts = await find_workouts_of_parts(session, user_id, chosen)
    outcomes: list[tuple[int, BatchItem]] = []
    new: list[NewWorkout] = []
    for candidate in candidates:
        known = fingerprints.get(candidate.new.id)
        taken = list_taken_ids(candidate.new.exercises, candidate.new.id, workouts_of_parts)
        if candidate.new.id in deleted:
            item = _conflict(candidate.new.id, WorkoutDeleted)
        elif taken:
            item = _conflict(candidate.new.id, PartIdTaken, taken)
        elif known is None:
            # Later workouts of the batch with the same ids are compared with this one.
            fingerprints[candidate.new.id] = candidate.new.fingerprint
            workouts_of_parts |= {part_id: candidate.new.id for _, part_id in list_chosen_ids(candidate.new.exercises)}
            new.append(candidate.new)
            item = BatchItem(id=candidate.new.id, outcome=Outcome.CREATED, status=201, problem=None, errors=[])
        elif known == candidate.new.fingerprint:
            item = BatchItem(id=candidate.new.id, outcome=Outcome.UNCHANGED, status=200, problem=None, errors=[])
        else:
            item = _conflict(candidate.new.id, WorkoutIdTaken)
        outcomes.append((candidate.index, item))
    if not new:
        return outcomes
    written = await write_workouts(session, user_id, new)
    if len(written) == len(new):
        return outcomes
    beyond = {workout.id for workout in new} - written
    problem = await users.find_exceeded_quota(session, user_id)
    return [
        (index, _conflict(item.id, type(problem)) if item.id in beyond and item.problem is None else item)
        for index, item in outcomes
    ]


def _conflict(workout_id: UUID, problem: type[Problem], errors: Sequence[FieldError] = ()) -> BatchItem:
    return BatchItem(
        id=workout_id,
        outcome=Outcome.CONFLICT,
        status=problem.status,
        problem=f"/problems/{problem.slug}",
        errors=_batch_errors(errors),
    )


def _invalid_item(workout_id: UUID | None, errors: Sequence[FieldError]) -> BatchItem:
    return BatchItem(
        id=workout_id,
        outcome=Outcome.INVALID,
        status=InvalidInput.status,
        problem=f"/problems/{InvalidInput.slug}",
        errors=_batch_errors(errors),
    )


def _batch_errors(errors: Sequence[FieldError]) -> list[BatchError]:
    return [
        BatchError(**{name: error.as_json()[name] for name in BatchError.model_fields}) for error in errors[:MAX_ERRORS]
    ]
