"""The operations of a batch: each is what one request to an endpoint of its own would do."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from exercise_buddy.core.types import Input
from exercise_buddy.exercises.public import CustomExerciseChange, CustomExerciseInput
from exercise_buddy.statistics.public import GoalInput
from exercise_buddy.users.public import BodyMeasurementChange, BodyMeasurementInput
from exercise_buddy.workouts.public import (
    ExerciseChange,
    ExerciseInput,
    Finish,
    RoutineChange,
    RoutineContent,
    RoutineInput,
    SetChange,
    SetInput,
    WorkoutChange,
    WorkoutInput,
)

NewId = Annotated[
    UUID, Field(description="The id of the new resource (UUIDv7), of your choice, so that a retry is safe.")
]
TargetId = Annotated[UUID, Field(description="The id of the resource.")]
WorkoutId = Annotated[UUID, Field(description="The id of the workout.")]


class Change(Input):
    """An operation on something that is stored."""

    if_match: str | None = Field(
        default=None,
        max_length=1000,
        description="The `ETag` of the version that you know, as in `If-Match`. Parts of workouts have the tag of the "
        "workout. Without it, the operation applies to any version.",
    )


class ChangeById(Change):
    """An operation on a resource that has an id."""

    id: TargetId


class PartChange(ChangeById):
    """An operation on an exercise or a set of a workout. `id` is the id of that part."""

    workout_id: WorkoutId


class Create(Input):
    """An operation that creates a resource."""

    id: NewId

    @model_validator(mode="before")
    @classmethod
    def _copy_id(cls, value: Any) -> Any:  # noqa: ANN401  (any value from pydantic)
        """Return the operation with its id in its data, which have rules for it."""
        if isinstance(value, dict) and isinstance(value.get("data"), dict) and "id" in value:
            return {**value, "data": {"id": value["id"], **value["data"]}}
        return value

    @model_validator(mode="after")
    def _require_one_id(self) -> Self:
        data: Any = getattr(self, "data", None)
        if data.id != self.id:
            raise ValueError("The id of `data` is that of the operation, or left out")
        return self


# --- workouts ----------------------------------------------------------------------------------------------------


class CreateWorkout(Create):
    """As `POST /workouts`."""

    operation: Annotated[Literal["create_workout"], Field(description="The operation.")]
    data: WorkoutInput


class ReplaceWorkout(ChangeById):
    """As `PUT /workouts/{workout_id}`."""

    operation: Annotated[Literal["replace_workout"], Field(description="The operation.")]
    data: WorkoutInput


class UpdateWorkout(ChangeById):
    """As `PATCH /workouts/{workout_id}`."""

    operation: Annotated[Literal["update_workout"], Field(description="The operation.")]
    data: WorkoutChange


class FinishWorkout(ChangeById):
    """As `POST /workouts/{workout_id}/finish`."""

    operation: Annotated[Literal["finish_workout"], Field(description="The operation.")]
    data: Finish = Field(default_factory=Finish)


class DeleteWorkout(ChangeById):
    """As `DELETE /workouts/{workout_id}`."""

    operation: Annotated[Literal["delete_workout"], Field(description="The operation.")]


class AppendExercise(Create, Change):
    """As `POST /workouts/{workout_id}/exercises`: `id` is the id of the exercise within the workout."""

    operation: Annotated[Literal["append_exercise"], Field(description="The operation.")]
    workout_id: WorkoutId
    data: ExerciseInput


class UpdateExerciseOfWorkout(PartChange):
    """As `PATCH /workouts/{workout_id}/exercises/{entry_id}`: `id` is the id of the exercise within the workout."""

    operation: Annotated[Literal["update_exercise_of_workout"], Field(description="The operation.")]
    data: ExerciseChange


class DeleteExerciseOfWorkout(PartChange):
    """As `DELETE /workouts/{workout_id}/exercises/{entry_id}`: `id` is the id of the exercise within the workout."""

    operation: Annotated[Literal["delete_exercise_of_workout"], Field(description="The operation.")]


class AppendSet(Create, Change):
    """As `POST /workouts/{workout_id}/sets` with one set. Send either `exercise_id` or `entry_id`."""

    operation: Annotated[Literal["append_set"], Field(description="The operation.")]
    workout_id: WorkoutId
    exercise_id: UUID | None = Field(
        default=None, description="The exercise: the last one of the workout that is this one, or a new one."
    )
    entry_id: UUID | None = Field(default=None, description="The `id` of an exercise in the workout.")
    data: SetInput

    @model_validator(mode="after")
    def _require_one_exercise(self) -> Self:
        if (self.exercise_id is None) == (self.entry_id is None):
            raise ValueError("Send either exercise_id or entry_id")
        return self


class UpdateSet(PartChange):
    """As `PATCH /workouts/{workout_id}/sets/{set_id}`."""

    operation: Annotated[Literal["update_set"], Field(description="The operation.")]
    data: SetChange


class DeleteSet(PartChange):
    """As `DELETE /workouts/{workout_id}/sets/{set_id}`."""

    operation: Annotated[Literal["delete_set"], Field(description="The operation.")]


# --- routines ----------------------------------------------------------------------------------------------------


class CreateRoutine(Create):
    """As `POST /routines`."""

    operation: Annotated[Literal["create_routine"], Field(description="The operation.")]
    data: RoutineInput


class ReplaceRoutine(ChangeById):
    """As `PUT /routines/{routine_id}`."""

    operation: Annotated[Literal["replace_routine"], Field(description="The operation.")]
    data: RoutineContent


class UpdateRoutine(ChangeById):
    """As `PATCH /routines/{routine_id}`."""

    operation: Annotated[Literal["update_routine"], Field(description="The operation.")]
    data: RoutineChange


class DeleteRoutine(ChangeById):
    """As `DELETE /routines/{routine_id}`."""

    operation: Annotated[Literal["delete_routine"], Field(description="The operation.")]


# --- body measurements, exercises, the goal ----------------------------------------------------------------------


class CreateBodyMeasurement(Create):
    """As `POST /users/me/body-measurements`."""

    operation: Annotated[Literal["create_body_measurement"], Field(description="The operation.")]
    data: BodyMeasurementInput


class UpdateBodyMeasurement(ChangeById):
    """As `PATCH /users/me/body-measurements/{measurement_id}`."""

    operation: Annotated[Literal["update_body_measurement"], Field(description="The operation.")]
    data: BodyMeasurementChange


class DeleteBodyMeasurement(ChangeById):
    """As `DELETE /users/me/body-measurements/{measurement_id}`."""

    operation: Annotated[Literal["delete_body_measurement"], Field(description="The operation.")]


class CreateExercise(Create):
    """As `POST /exercises`: a custom exercise."""

    operation: Annotated[Literal["create_exercise"], Field(description="The operation.")]
    data: CustomExerciseInput


class UpdateExercise(ChangeById):
    """As `PATCH /exercises/{exercise_id}`: a custom exercise."""

    operation: Annotated[Literal["update_exercise"], Field(description="The operation.")]
    data: CustomExerciseChange


class DeleteExercise(ChangeById):
    """As `DELETE /exercises/{exercise_id}`: a custom exercise."""

    operation: Annotated[Literal["delete_exercise"], Field(description="The operation.")]
    move_to: UUID | None = Field(
        default=None, description="The exercise that replaces it in workouts and routines, if they contain it."
    )


class ReplaceGoal(Change):
    """As `PUT /statistics/goal`."""

    operation: Annotated[Literal["replace_goal"], Field(description="The operation.")]
    data: GoalInput


class DeleteGoal(Change):
    """As `DELETE /statistics/goal`."""

    operation: Annotated[Literal["delete_goal"], Field(description="The operation.")]


Operation = Annotated[
    CreateWorkout
    | ReplaceWorkout
    | UpdateWorkout
    | FinishWorkout
    | DeleteWorkout
    | AppendExercise
    | UpdateExerciseOfWorkout
    | DeleteExerciseOfWorkout
    | AppendSet
    | UpdateSet
    | DeleteSet
    | CreateRoutine
    | ReplaceRoutine
    | UpdateRoutine
    | DeleteRoutine
    | CreateBodyMeasurement
    | UpdateBodyMeasurement
    | DeleteBodyMeasurement
    | CreateExercise
    | UpdateExercise
    | DeleteExercise
    | ReplaceGoal
    | DeleteGoal,
    Field(discriminator="operation"),
]
