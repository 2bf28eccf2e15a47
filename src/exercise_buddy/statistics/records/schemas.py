"""The response bodies of personal records."""

from datetime import date
from uuid import UUID

from exercise_buddy.core.types import Output
from exercise_buddy.statistics.schemas import Formula, NamedExercise, RecordKind, Unit


class Record(Output):
    """A personal record, held by the workout that reached it first.

    `weight_kg` and `reps` are those of the set, for kinds that depend on them. A `baseline` is the first value of its
    kind, which broke no record.
    """

    kind: RecordKind
    value: float
    unit: Unit
    weight_kg: float | None
    reps: int | None
    date: date
    workout_id: UUID
    baseline: bool


class ExerciseRecords(Output):
    """The personal records of one exercise."""

    exercise: NamedExercise
    records: list[Record]


class Records(Output):
    """Personal records by exercise, ordered by name. The formula is that of the estimated one-rep max."""

    e1rm_formula: Formula
    items: list[ExerciseRecords]


class BrokenRecord(Output):
    """A broken record: the workout, the previous value and the improvement.

    An exercise of a workout breaks a record at most once, with its best set. `weight_kg` is the load of `reps_at_load`,
    and null for the other kinds.
    """

    exercise: NamedExercise
    kind: RecordKind
    value: float
    previous: float
    improvement: float
    unit: Unit
    weight_kg: float | None
    date: date
    workout_id: UUID
    workout_title: str


class RecordHistory(Output):
    """A page of broken records, the newest first. The formula is that of the estimated one-rep max."""

    e1rm_formula: Formula
    items: list[BrokenRecord]
    next_cursor: str | None
