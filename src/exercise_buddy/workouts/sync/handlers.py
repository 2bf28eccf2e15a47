"""The use cases of synchronization."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.pagination import decode_cursor, encode_cursor
from exercise_buddy.core.problem_schemas import MAX_ERRORS
from exercise_buddy.core.problems import FieldError, InvalidInput, Problem
from exercise_buddy.users import public as users
from exercise_buddy.workouts.documents.document import document_version
from exercise_buddy.workouts.documents.reading import DocumentRow, fetch_rows, read_documents
from exercise_buddy.workouts.documents.rendering import format_timestamp
from exercise_buddy.workouts.errors import CursorAhead
from exercise_buddy.workouts.handlers import build_workout
from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.storage.writer import WriteOutcome, write_workouts
from exercise_buddy.workouts.sync.queries import CHANGES
from exercise_buddy.workouts.sync.schemas import BatchError, BatchInput, BatchItem, BatchReport, InvalidWorkout, Outcome

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
    rows = await fetch_rows(
        database,
        CHANGES,
        user_id=user_id,
        limit=limit,
        after_revision=revision,
        after_id=last_id,
        document_version=document_version(),
    )
    current, found, *_ = rows[0]
    if current is None:
        raise users.AccountGone
    if revision > current:
        raise CursorAhead
    changed = [_Change(*row[2:5]) for row in rows if row[2] is not None]
    written = [DocumentRow(*row[5:]) for row in rows if row[5] is not None]
    documents = await read_documents(database, user_id, written, with_sets=True)
    # One that was deleted meanwhile is a later change.
    items = [
        _render_change(change, documents.get(change.workout_id, b"null"))
        for change in changed
        if change.deleted_at is not None or change.workout_id in documents
    ]
    after = (_TAG, changed[-1].revision, changed[-1].workout_id) if changed else (_TAG, revision, last_id)
    rest = orjson.dumps({"next_cursor": encode_cursor(after), "has_more": found > len(changed)})
    return b'{"items":[' + b",".join(items) + b"]," + rest[1:]


class _Change(NamedTuple):
    revision: int
    workout_id: UUID
    deleted_at: datetime | None


def _render_change(change: _Change, document: bytes) -> bytes:
    deleted_at = b"null" if change.deleted_at is None else orjson.dumps(format_timestamp(change.deleted_at))
    return b'{"id":"%s","deleted_at":%s,"workout":%s}' % (str(change.workout_id).encode(), deleted_at, document)


# --- batches -----------------------------------------------------------------------------------------------------


async def log_batch(session: AsyncSession, user_id: UUID, batch: BatchInput) -> BatchReport:
    """Write the new workouts of a batch; report the outcome of each.

    An invalid workout, or one whose id is taken, does not keep the others from being written.

    Raises:
        AccountGone: the user no longer exists.

    """
    checked: list[WorkoutInput | InvalidWorkout] = batch.workouts
    valid = [workout for workout in checked if not isinstance(workout, InvalidWorkout)]
    user_time_zone = None
    if any(workout.time_zone is None for workout in valid):
        user_time_zone = await users.get_time_zone(session, user_id)
    new = [await build_workout(session, user_id, workout, user_time_zone) for workout in valid]
    outcomes = iter(await write_workouts(session, user_id, new))
    return BatchReport(
        items=[
            _invalid_item(workout.id, workout.errors)
            if isinstance(workout, InvalidWorkout)
            else _build_item(workout, next(outcomes))
            for workout in checked
        ]
    )


def _build_item(workout: WorkoutInput, outcome: WriteOutcome) -> BatchItem:
    if isinstance(outcome.problem, InvalidInput):
        return _invalid_item(workout.id, outcome.problem.errors)
    if outcome.problem is not None:
        return _conflict(outcome.new.id, type(outcome.problem), outcome.problem.errors)
    if outcome.is_new:
        return BatchItem(id=outcome.new.id, outcome=Outcome.CREATED, status=201, problem=None, errors=[])
    return BatchItem(id=outcome.new.id, outcome=Outcome.UNCHANGED, status=200, problem=None, errors=[])


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
