"""The use case of a batch: operations of all kinds, each with an outcome of its own, or all or none."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from exercise_buddy.core.http.conditional_requests import etag
from exercise_buddy.core.problem_schemas import MAX_ERRORS
from exercise_buddy.core.problems import FieldError, Forbidden, InvalidInput, NotFound, PreconditionFailed, Problem
from exercise_buddy.core.quotas import QuotaExceeded
from exercise_buddy.exercises.public import TooManyExercises
from exercise_buddy.sync.batch.apply import Applied, Batch, Operation, apply, create_workouts, find_document
from exercise_buddy.sync.batch.operations import CreateWorkout
from exercise_buddy.sync.batch.schemas import (
    InvalidOperation,
    OperationError,
    OperationOutcome,
    OperationsInput,
    OperationsReport,
    SyncOutcome,
)
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import TooManyRoutines

_FIRST_SERVER_ERROR = 500
_OK, _CREATED, _NO_CONTENT = 200, 201, 204
_STATUS = {SyncOutcome.CREATED: _CREATED, SyncOutcome.UPDATED: _OK, SyncOutcome.DELETED: _NO_CONTENT}
_LIMITS = (QuotaExceeded, TooManyExercises, TooManyRoutines, Forbidden)
_APPLIED = {SyncOutcome.CREATED, SyncOutcome.UPDATED, SyncOutcome.DELETED, SyncOutcome.UNCHANGED}


class _NotAllApplied(Exception):  # noqa: N818  (it only ends the savepoint)
    """An operation of an atomic batch cannot be applied."""


async def apply_batch(batch: Batch, given: OperationsInput, refuse: Callable[[Problem], None]) -> OperationsReport:
    """Apply the operations of a batch in their order; report the outcome of each.

    An operation that cannot be applied does not keep the others from being applied, unless the batch is atomic.

    Args:
        batch: what all operations share.
        given: the operations.
        refuse: called with the problem of each operation that the server refuses, to log it.

    Raises:
        AccountGone: the user no longer exists.

    """
    operations: list[Any] = given.operations
    # From here on, no other transaction writes this user's data.
    await users.lock_user(batch.session, batch.user_id)
    if not given.atomic:
        items = [item async for item in _apply_each(batch, operations, refuse)]
        return OperationsReport(applied=True, items=items)
    if any(isinstance(operation, InvalidOperation) for operation in operations):
        return _report_failure(operations, {})
    items = []
    try:
        async with batch.session.begin_nested():
            async for item in _apply_each(batch, operations, refuse):
                items.append(item)
                _require_applied(item)
    except _NotAllApplied:
        return _report_failure(operations, {len(items) - 1: items[-1]})
    return OperationsReport(applied=True, items=items)


def _require_applied(item: OperationOutcome) -> None:
    if item.outcome not in _APPLIED:
        raise _NotAllApplied


def _report_failure(operations: Sequence[Any], failed: dict[int, OperationOutcome]) -> OperationsReport:
    """Report an atomic batch that was not applied."""
    return OperationsReport(
        applied=False,
        items=[
            _report_invalid(operation)
            if isinstance(operation, InvalidOperation)
            else failed.get(position) or _build(_get_id(operation), SyncOutcome.NOT_APPLIED, status=None)
            for position, operation in enumerate(operations)
        ],
    )


async def _apply_each(
    batch: Batch, operations: Iterable[Operation], refuse: Callable[[Problem], None]
) -> AsyncIterator[OperationOutcome]:
    """Apply operations in their order; yield the outcome of each."""
    for creates_workouts, group in groupby(operations, lambda operation: isinstance(operation, CreateWorkout)):
        if not creates_workouts:
            for operation in group:
                yield await _apply_one(batch, operation, refuse)
            continue
        # A call writes many workouts in a fifth of the time of a call for each.
        creates = list(group)
        for operation, created in zip(creates, await create_workouts(batch, creates), strict=True):
            if isinstance(created, Problem):
                refuse(created)
                yield _report_problem(operation, _classify(created), created)
            else:
                yield _report_applied(operation, created)


async def _apply_one(batch: Batch, operation: Operation, refuse: Callable[[Problem], None]) -> OperationOutcome:
    if isinstance(operation, InvalidOperation):
        return _report_invalid(operation)
    deletes = operation.operation.startswith("delete_")
    try:
        async with batch.session.begin_nested():
            outcome, content = await apply(batch, operation)
    except NotFound as problem:
        if deletes:
            return _build(_get_id(operation), SyncOutcome.UNCHANGED, _NO_CONTENT)
        refuse(problem)
        return _report_problem(operation, SyncOutcome.NOT_FOUND, problem)
    except users.AccountGone:
        raise
    except Problem as problem:
        if problem.status >= _FIRST_SERVER_ERROR:
            raise
        refuse(problem)
        tag = None
        if isinstance(problem, PreconditionFailed):
            current = await find_document(batch, operation)
            tag = None if current is None else etag(current)
        return _report_problem(operation, _classify(problem), problem, tag)
    if content is None and outcome is not SyncOutcome.DELETED:
        content = await find_document(batch, operation)
    return _report_applied(operation, Applied(outcome, content))


def _report_applied(operation: Operation, applied: Applied) -> OperationOutcome:
    outcome, content = applied
    tag = None if content is None else etag(content)
    return _build(_get_id(operation), outcome, _STATUS.get(outcome, _OK), etag=tag)


def _classify(problem: Problem) -> SyncOutcome:
    if isinstance(problem, InvalidInput):
        return SyncOutcome.INVALID
    return SyncOutcome.REFUSED if isinstance(problem, _LIMITS) else SyncOutcome.CONFLICT


def _report_invalid(operation: InvalidOperation) -> OperationOutcome:
    problem = InvalidInput(errors=operation.errors)
    return _build(operation.id, SyncOutcome.INVALID, problem.status, problem=problem, errors=problem.errors)


def _report_problem(
    operation: Operation,
    outcome: SyncOutcome,
    problem: Problem,
    tag: str | None = None,
) -> OperationOutcome:
    errors = [FieldError(_point(operation, error), error.code, error.message) for error in problem.errors]
    return _build(_get_id(operation), outcome, problem.status, etag=tag, problem=problem, errors=errors)


def _point(operation: Operation, error: FieldError) -> str:
    """Return the pointer into an operation for the pointer into the request that it stands for."""
    path = error.pointer.removeprefix("/sets/0") if operation.operation == "append_set" else error.pointer
    name = path.removeprefix("/").partition("/")[0]
    of_operation = error.location != "body" or name in type(operation).model_fields
    return path if of_operation and name != "id" else f"/data{path}"


def _get_id(operation: Operation) -> UUID | None:
    found: UUID | None = getattr(operation, "id", None)
    return found


def _build(
    operation_id: UUID | None,
    outcome: SyncOutcome,
    status: int | None,
    *,
    etag: str | None = None,
    problem: Problem | None = None,
    errors: Sequence[FieldError] = (),
) -> OperationOutcome:
    return OperationOutcome(
        id=operation_id,
        outcome=outcome,
        status=status,
        etag=etag,
        problem=problem and f"/problems/{problem.slug}",
        detail=problem and (problem.detail or problem.title),
        errors=[
            OperationError(pointer=error.pointer, code=error.code, message=error.message)
            for error in errors[:MAX_ERRORS]
        ],
    )
