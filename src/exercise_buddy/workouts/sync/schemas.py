"""Request and response schemas of batches."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainValidator, ValidationError
from pydantic_core import PydanticKnownError

from exercise_buddy.core.http.validation import field_errors
from exercise_buddy.core.problems import FieldError
from exercise_buddy.core.types import Input, Output, example
from exercise_buddy.workouts.examples import BATCH_REPORT, BATCHED_WORKOUT
from exercise_buddy.workouts.schemas import WorkoutInput

MAX_BATCH = 100


@dataclass(frozen=True, slots=True)
class InvalidWorkout:
    """An invalid workout of a batch. `id` is null if it has no valid one."""

    id: UUID | None
    errors: list[FieldError]


def _check_workout(value: Any) -> WorkoutInput | InvalidWorkout:  # noqa: ANN401  (any value from pydantic)
    """Return a workout or its errors, so that an invalid workout does not keep the others from being written."""
    if not isinstance(value, dict):
        raise PydanticKnownError("dict_type")
    try:
        return WorkoutInput.model_validate(value)
    except ValidationError as error:
        errors = field_errors({**item, "loc": ("body", *item["loc"])} for item in error.errors())
    try:
        return InvalidWorkout(UUID(value["id"]), errors)
    except (KeyError, ValueError, TypeError, AttributeError):
        return InvalidWorkout(None, errors)


# Without the union, OpenAPI would describe `InvalidWorkout`.
CheckedWorkout = Annotated[Any, PlainValidator(_check_workout, json_schema_input_type=WorkoutInput)]


class BatchInput(Input):
    """Workouts to log, each as in `POST /workouts` and with an outcome of its own."""

    model_config = example({"workouts": [BATCHED_WORKOUT]})

    workouts: list[CheckedWorkout] = Field(min_length=1, max_length=MAX_BATCH, description="The workouts.")


class Outcome(StrEnum):
    """The outcome of a workout of a batch."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    INVALID = "invalid"


class BatchError(Output):
    """An error in a workout of a batch. The pointer points into that workout."""

    pointer: str = Field(description="A JSON pointer to the field in that workout.")
    code: str = Field(description="The kind of the error.")
    message: str = Field(description="The error in English.")


class BatchItem(Output):
    """The outcome of one workout of a batch: the response that `POST /workouts` would have sent."""

    id: UUID | None = Field(description="Null for an invalid workout without an id.")
    outcome: Outcome
    status: Annotated[int, Field(ge=200, le=599)] = Field(
        description="The status that `POST /workouts` would have sent."
    )
    problem: str | None = Field(description="The `type` of the problem, such as `/problems/workout-id-taken`.")
    errors: list[BatchError] = Field(description="The errors of an invalid workout. Empty otherwise.")


class BatchReport(Output):
    """The outcomes of the workouts of a batch, in the order of the request."""

    model_config = example(BATCH_REPORT)

    items: list[BatchItem] = Field(description="The outcomes, in the order of the request.")
