"""What all readers of files share: the options, the parsed workouts, and the remarks about a file."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, Literal, NamedTuple, Protocol
from uuid import UUID

from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.exercises.public import CustomExerciseInput, name_key
from exercise_buddy.transfers.imports.dates import DateOrder
from exercise_buddy.transfers.imports.measurements import Measurements
from exercise_buddy.transfers.imports.numbers import NumberFormat
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.short_texts import cache_short_texts
from exercise_buddy.workouts.public import SetInput, Source, TargetSet

WeightUnit = Literal["kg", "lb"]
DistanceUnit = Literal["m", "km", "mi"]


class LoadedName(NamedTuple):
    """The key of a name, where the sets have a load: "Squat" is another exercise then."""

    key: str


ExerciseReference = UUID | str | LoadedName
"""How a file refers to an exercise: by its id if the file has one, else by the key of its name."""

fold_name = cache_short_texts(name_key)
"""Return the key of a name of an exercise."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user states where the file does not.

    `time_zone` is an IANA name. `columns` are the names of the columns of a table that no app wrote.
    """

    weight_unit: WeightUnit | None = None
    distance_unit: DistanceUnit | None = None
    time_zone: str | None = None
    date_order: DateOrder | None = None
    number_format: NumberFormat | None = None
    columns: Mapping[str, str] | None = None


class OnConflict(StrEnum):
    """What happens to a stored workout that has other content in the file."""

    SKIP = "skip"
    REPLACE = "replace"
    KEEP = "keep"


@dataclass(slots=True)
class ParsedExercise:
    """An exercise within a workout of a file. Only our own files have its `id`, `targets`, and ids of parts.

    `entry_id` is its id within the workout.
    """

    name: str
    sets: list[SetInput] = field(default_factory=list)
    notes: str | None = None
    superset: int | None = None
    id: UUID | None = None
    targets: list[TargetSet] = field(default_factory=list)
    entry_id: UUID | None = None

    @property
    def reference(self) -> ExerciseReference:
        """How the file refers to it."""
        if self.id is not None:
            return self.id
        key = fold_name(self.name)
        return LoadedName(key) if any(one_set.weight_kg for one_set in self.sets) else key


@dataclass(slots=True)
class NamedSets:
    """What a whole file says about a name of an exercise: where it comes first, and the largest load of its sets."""

    name: str
    line: int
    most_kg: float = 0.0


@dataclass(slots=True)
class ParsedWorkout:
    """A workout of a file. The times are aware. Only our own files have the last four fields."""

    line: int
    title: str
    started_at: datetime
    ended_at: datetime | None
    notes: str | None
    exercises: list[ParsedExercise]
    time_zone: str
    id: UUID | None = None
    source: Source | None = None
    routine_id: UUID | None = None
    energy_kcal: float | None = None
    average_heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None

    def fingerprint(self) -> bytes:
        """Return the hash of its content. Exercises count by name: their ids differ from account to account."""
        return fingerprint(
            [
                self.title,
                self.started_at.timestamp(),
                self.ended_at and self.ended_at.timestamp(),
                self.notes,
                [
                    [
                        fold_name(exercise.name),
                        exercise.notes,
                        exercise.superset,
                        [list_set_values(workout_set) for workout_set in exercise.sets],
                    ]
                    for exercise in self.exercises
                ],
            ]
        )


def list_set_values(workout_set: SetInput) -> list[Any]:
    """Return the values that identify a set. A list of names: later fields must not make a known file look new."""
    return [
        workout_set.kind.value,
        workout_set.reps,
        workout_set.weight_kg,
        workout_set.duration_seconds,
        workout_set.distance_meters,
        workout_set.rpe,
        workout_set.rest_seconds,
        workout_set.evidence and workout_set.evidence.model_dump(mode="json"),
        *([] if workout_set.assistance_kg is None else [workout_set.assistance_kg]),
    ]


@dataclass(frozen=True, slots=True)
class Units:
    """The units in which a file was read, for the report."""

    weight: str
    distance: str


class FileReader(Protocol):
    """Reads one file. `warnings` and `problems` grow while it reads."""

    source: Source
    units: Units
    time_zone: str | None
    """The time zone of all workouts of the file; None if each has its own."""
    warnings: Remarks
    problems: Remarks
    measurements: Measurements
    """The body measurements of the file. They are complete when all workouts are read."""

    def workouts(self) -> Generator[ParsedWorkout | None, None, None]:
        """Yield the workouts, one by one. What cannot be read becomes a problem, and reading continues.

        None means that it has read for some time: a large file has gigabytes of other data before its workouts.
        """

    def custom_exercises(self) -> Sequence[CustomExerciseInput]:
        """Return the custom exercises that the file describes."""


@dataclass(frozen=True, slots=True)
class FileStart:
    """The first bytes of a file, and their text without leading white space."""

    content: bytes
    text: str


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format that is not a table with one header. `example` says what its files look like, for people.

    `open` returns the reader of a file whose start it `recognizes`, or raises `UnreadableFile` or `InvalidInput`. With
    `is_streamed`, the memory that it takes does not depend on the size of the file.
    """

    app: str
    example: str
    recognizes: Callable[[FileStart], bool]
    open: Callable[[BinaryIO, ImportOptions], FileReader]
    is_streamed: bool = False
