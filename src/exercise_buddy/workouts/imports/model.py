"""What the readers of files have in common: what they are told, what they give, and what they say about it."""

import bisect
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from exercise_buddy.exercises.public import name_key
from exercise_buddy.workouts.imports.dates import DateOrder
from exercise_buddy.workouts.schemas import SetInput, TargetSet
from exercise_buddy.workouts.tables import Source

WeightUnit = Literal["kg", "lb"]
DistanceUnit = Literal["m", "km", "mi"]

SHOWN_REMARKS = 500


@dataclass(frozen=True, slots=True)
class Given:
    """What the owner of a file says where the file does not. `time_zone` is an IANA name."""

    weight_unit: WeightUnit | None = None
    distance_unit: DistanceUnit | None = None
    time_zone: str | None = None
    date_order: DateOrder | None = None


class Remark(NamedTuple):
    """Something about one line of a file (the header is line 1)."""

    line: int
    code: str
    message: str


class Remarks:
    """Counts remarks and keeps those on the first lines: a file of nothing but broken rows must not fill the memory."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[Remark] = []

    def add(self, line: int, code: str, message: str) -> None:
        """Add a remark."""
        self.count += 1
        if len(self.first) == SHOWN_REMARKS:
            if line >= self.first[-1].line:
                return
            self.first.pop()
        bisect.insort(self.first, Remark(line, code, message))


@dataclass(slots=True)
class ReadExercise:
    """An exercise within a workout, as a file has it: by its name, and our own files by its id too."""

    name: str
    sets: list[SetInput] = field(default_factory=list)
    notes: str | None = None
    superset: int | None = None
    id: UUID | None = None
    targets: list[TargetSet] = field(default_factory=list)


@dataclass(slots=True)
class ReadWorkout:
    """A workout, as a file has it. The points in time are aware. Only our own files have what stands last."""

    line: int
    title: str
    started_at: datetime
    ended_at: datetime | None
    notes: str | None
    exercises: list[ReadExercise]
    time_zone: str
    id: UUID | None = None
    source: Source | None = None
    routine_id: UUID | None = None

    def content(self) -> list[Any]:
        """Give what makes it this workout and no other, as JSON, whatever ids its exercises have here."""
        return [
            self.title,
            self.started_at.timestamp(),
            self.ended_at and self.ended_at.timestamp(),
            self.notes,
            [
                [name_key(one.name), one.notes, one.superset, [set_content(a_set) for a_set in one.sets]]
                for one in self.exercises
            ],
        ]


def set_content(one: SetInput) -> list[Any]:
    """Give what makes a set this one. Named one by one: what sets get later must not make a known file look new."""
    return [
        one.kind.value,
        one.reps,
        one.weight_kg,
        one.duration_seconds,
        one.distance_meters,
        one.rpe,
        one.rest_seconds,
        one.evidence and one.evidence.model_dump(mode="json"),
    ]


@dataclass(frozen=True, slots=True)
class Units:
    """In what a file has been read, for the report."""

    weight: str
    distance: str


class Reader(Protocol):
    """Reads one file. `warnings` and `problems` fill while it is read."""

    source: Source
    units: Units
    time_zone: str | None
    """Where all workouts of the file happened, if it is of one zone."""
    warnings: Remarks
    problems: Remarks

    def workouts(self) -> Generator[ReadWorkout, None, None]:
        """Read the workouts, one after the other. What cannot be read becomes a problem, and the rest goes on."""

    def custom_exercises(self) -> Sequence[Any]:
        """Give what the file knows of the exercises that it calls its owner's own."""
