"""Request and response schemas of batches."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticKnownError

from exercise_buddy.core.http.validation import field_errors
from exercise_buddy.core.problems import FieldError
from exercise_buddy.core.types import Input, Output, StrictBool, example
from exercise_buddy.sync.batch.examples import BATCH, BATCH_REPORT
from exercise_buddy.sync.batch.operations import Operation

MAX_BATCH = 100
_OPERATION: TypeAdapter[Any] = TypeAdapter(Operation)


@dataclass(frozen=True, slots=True)
class InvalidOperation:
    """An operation that cannot be applied. `id` is null if it has no valid one."""

    id: UUID | None
    errors: list[FieldError]


def _locate(error: Any) -> tuple[str | int, ...]:  # noqa: ANN401  (pydantic's `ErrorDetails` has no total keys)
    """Return the location of an error: the union adds its tag, and names no field if there is no valid one."""
    return ("body", "operation") if error["type"].startswith("union_tag") else ("body", *error["loc"][1:])


def _check_operation(value: Any) -> Any:  # noqa: ANN401  (any value from pydantic, and any operation)
    """Return an operation or its errors, so that an invalid one does not keep the others from being applied."""
    if not isinstance(value, dict):
        raise PydanticKnownError("dict_type")
    try:
        return _OPERATION.validate_python(value)
    except ValidationError as error:
        errors = field_errors({**item, "loc": _locate(item)} for item in error.errors())
    try:
        return InvalidOperation(UUID(value["id"]), errors)
    except (KeyError, ValueError, TypeError, AttributeError):
        return InvalidOperation(None, errors)


# Without the input type, OpenAPI would describe `InvalidOperation`.
CheckedOperation = Annotated[Any, PlainValidator(_check_operation, json_schema_input_type=Operation)]


class OperationsInput(Input):
    """Operations to apply in their order."""

    model_config = example(BATCH)

    operations: list[CheckedOperation] = Field(
        min_length=1,
        max_length=MAX_BATCH,
        description="The operations. Each finds what the earlier ones have done.",
    )
    atomic: StrictBool = Field(default=False, description="Whether to apply all of them or none.")


class SyncOutcome(StrEnum):
    """The outcome of an operation.

    `unchanged`: it was applied before, or what it deletes does not exist. `refused`: a limit of the account.
    `not_applied`: it is valid, but another one of an atomic batch is not.
    """

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    REFUSED = "refused"
    NOT_APPLIED = "not_applied"


class OperationError(Output):
    """An error in an operation. The pointer points into that operation."""

    pointer: str = Field(description="A JSON pointer to the field in that operation.")
    code: str = Field(description="The kind of the error.")
    message: str = Field(description="The error in English.")


class OperationOutcome(Output):
    """The outcome of one operation: what the endpoint for it would have responded."""

    id: UUID | None = Field(description="The id of the operation. Null for the goal, and without a valid one.")
    outcome: SyncOutcome
    status: Annotated[int, Field(ge=200, le=599)] | None = Field(
        description="The status that the endpoint would have sent. Null if it was not applied."
    )
    etag: str | None = Field(
        description="The `ETag` of the stored version. A part of a workout has the tag of the workout. It can be null."
    )
    problem: str | None = Field(description="The `type` of the problem, such as `/problems/precondition-failed`.")
    detail: str | None = Field(description="What is wrong, in English. Null without a problem.")
    errors: list[OperationError] = Field(description="The errors of an invalid operation. Empty otherwise.")


class OperationsReport(Output):
    """The outcomes of the operations of a batch, in the order of the request."""

    model_config = example(BATCH_REPORT)

    applied: bool = Field(description="Whether the valid operations were applied. False only for an atomic batch.")
    items: list[OperationOutcome] = Field(description="The outcomes.")
