"""What the statistics of progress send."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from exercise_buddy.core.fields import Output
from exercise_buddy.statistics.progress.formulas import Formula
from exercise_buddy.statistics.schemas import NamedExercise

RecordUnit = Literal["kg", "reps", "s", "m"]


class RecordKind(StrEnum):
    """What a personal record is the best of: always of one set.

    `reps_at_load` is the most reps with a weight or a heavier one, so there is one for each weight that has been lifted
    more often than any heavier one. `reps_unbroken` is the longest run of reps that a camera saw without a pause.
    """

    LOAD = "load"
    E1RM = "e1rm"
    REPS = "reps"
    REPS_AT_LOAD = "reps_at_load"
    SET_VOLUME = "set_volume"
    DURATION = "duration"
    DISTANCE = "distance"
    REPS_UNBROKEN = "reps_unbroken"


class Record(Output):
    """A personal record, held by the workout that reached it first.

    `weight_kg` and `reps` are those of the set, where the kind is made of them. A `baseline` is the first value of all,
    which broke no record.
    """

    kind: RecordKind
    value: float
    unit: RecordUnit
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
    """Personal records by exercise, in the order of their names. The formula is that of the estimated one-rep max."""

    e1rm_formula: Formula
    items: list[ExerciseRecords]


class BrokenRecord(Output):
    """A record when it was broken: by which workout, what stood before, and by how much it went up.

    `weight_kg` is the load of `reps_at_load`, and null for the other kinds.
    """

    exercise: NamedExercise
    kind: RecordKind
    value: float
    previous: float
    improvement: float
    unit: RecordUnit
    weight_kg: float | None
    date: date
    workout_id: UUID
    workout_title: str


class RecordHistory(Output):
    """A page of broken records, the newest first. The formula is that of the estimated one-rep max."""

    e1rm_formula: Formula
    items: list[BrokenRecord]
    next_cursor: str | None
