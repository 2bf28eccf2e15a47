"""The response bodies of personal records."""

from pydantic import Field

from exercise_buddy.core.types import Count, Measure, NextCursor, Output, example
from exercise_buddy.statistics.examples import RECORD_HISTORY, RECORDS
from exercise_buddy.statistics.field_types import LocalDay, RecordValue, WorkoutId
from exercise_buddy.statistics.schemas import Formula, NamedExercise, RecordKind, Unit


class Record(Output):
    """A personal record, held by the workout that reached it first.

    `weight_kg` and `reps` are those of the set, for kinds that depend on them. A `baseline` is the first value of its
    kind, which broke no record.
    """

    kind: RecordKind
    value: RecordValue
    unit: Unit = Field(description="The unit of the value.")
    weight_kg: Measure | None = Field(
        description="The weight of the set in kilograms. Null for kinds that do not depend on it."
    )
    reps: Count | None = Field(description="The reps of the set. Null for kinds that do not depend on them.")
    date: LocalDay
    workout_id: WorkoutId
    baseline: bool = Field(description="Whether it is the first value of its kind, which broke no record.")


class ExerciseRecords(Output):
    """The personal records of one exercise."""

    exercise: NamedExercise
    records: list[Record] = Field(description="The records of the exercise, one for each kind.")


class Records(Output):
    """Personal records by exercise, ordered by name. The formula is that of the estimated one-rep max."""

    model_config = example(RECORDS)

    e1rm_formula: Formula = Field(description="The formula of the estimated one-rep max.")
    items: list[ExerciseRecords] = Field(description="The exercises, ordered by name.")


class BrokenRecord(Output):
    """A broken record: the workout, the previous value and the improvement.

    An exercise of a workout breaks a record at most once, with its best set. `weight_kg` is the load of `reps_at_load`,
    and null for the other kinds.
    """

    exercise: NamedExercise
    kind: RecordKind
    value: RecordValue
    previous: Measure = Field(description="The value before, in `unit`.")
    improvement: Measure = Field(description="The value minus the one before, in `unit`.")
    unit: Unit = Field(description="The unit of the values.")
    weight_kg: Measure | None = Field(description="The load of `reps_at_load` in kilograms. Null for other kinds.")
    date: LocalDay
    workout_id: WorkoutId
    workout_title: str = Field(description="The title of the workout.")


class RecordHistory(Output):
    """A page of broken records, the newest first. The formula is that of the estimated one-rep max."""

    model_config = example(RECORD_HISTORY)

    e1rm_formula: Formula = Field(description="The formula of the estimated one-rep max.")
    items: list[BrokenRecord] = Field(description="The broken records, the newest first.")
    next_cursor: NextCursor
