"""Reads our own JSON, as `GET /workouts/export?format=json` writes it, and `workouts.json` of the export of everything.

Workouts come back as they were, with their ids, zones and what a camera saw. Fields that an import cannot set, such as
totals, are passed over.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Annotated, Any, BinaryIO, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.types import Count, Notes, SingleLine, Timestamp, TimeZone
from exercise_buddy.exercises.public import CustomExerciseInput
from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports import assembly
from exercise_buddy.workouts.imports.csv_reader import refuse_nonsense
from exercise_buddy.workouts.imports.json_stream import JsonStream
from exercise_buddy.workouts.imports.model import ReadExercise, ReadWorkout, Remarks, Units
from exercise_buddy.workouts.imports.parsing import CellError
from exercise_buddy.workouts.schemas import MAX_EXERCISES, MAX_SETS, MAX_TARGETS, MAX_TITLE, SetInput, TargetSet
from exercise_buddy.workouts.tables import Source

FORMAT = "exercise-buddy"
VERSION = 1
_MAX_CUSTOM = 10_000


class _Ours(BaseModel):
    model_config = ConfigDict(extra="ignore")


class OwnExercise(CustomExerciseInput):
    """What we know of an exercise that is somebody's own."""

    model_config = ConfigDict(extra="ignore")


class _Named(_Ours):
    id: UUID
    name: Annotated[str, Field(max_length=120), SingleLine]


class _Performed(_Ours):
    exercise: _Named
    superset: Annotated[Count, Field(le=100)] | None = None
    notes: Notes | None = None
    targets: list[TargetSet] = Field(default_factory=list, max_length=MAX_TARGETS)
    sets: list[SetInput] = Field(max_length=MAX_SETS)


class _Workout(_Ours):
    id: UUID
    title: Annotated[str, Field(max_length=MAX_TITLE), SingleLine]
    started_at: Timestamp
    ended_at: Timestamp | None = None
    time_zone: TimeZone
    notes: Notes | None = None
    source: Source = Source.MANUAL
    routine_id: UUID | None = None
    exercises: list[_Performed] = Field(max_length=MAX_EXERCISES)

    @model_validator(mode="after")
    def _not_too_many_sets(self) -> "_Workout":
        if sum(len(one.sets) for one in self.exercises) > MAX_SETS:
            raise ValueError(f"A workout has at most {MAX_SETS} sets")
        return self


class _Head(_Ours):
    format: Literal["exercise-buddy"]
    version: int


_CUSTOM: TypeAdapter[OwnExercise] = TypeAdapter(OwnExercise)


class OwnReader:
    """Reads one file. `warnings` and `problems` fill while it is read."""

    source = Source.EXERCISE_BUDDY
    units = Units("kg", "m")
    time_zone: str | None = None

    def __init__(self, file: BinaryIO) -> None:
        """Read what stands beside the workouts.

        Raises:
            UnreadableFile: this is no such file, or one of a later version.

        """
        self._file = file
        self.warnings = Remarks()
        self.problems = Remarks()
        self._custom: list[OwnExercise] = []
        stream = JsonStream(file)
        try:
            # The export of everything has the bare list.
            if stream.peek() == "{":
                self._read_head(stream)
        finally:
            stream.close()

    def _read_head(self, stream: JsonStream) -> None:
        head: dict[str, Any] = {}
        found: list[str] = []
        for key in stream.members():
            found.append(key)
            if key in {"format", "version"}:
                head[key] = stream.value()
            elif key == "custom_exercises":
                self._read_custom(stream)
            else:
                stream.skip()
        try:
            version = _Head.model_validate(head).version
        except ValidationError:
            version = None
        if version is None or "workouts" not in found:
            raise UnreadableFile("This JSON is no export of ours.", columns_found=found)
        if version > VERSION:
            raise UnreadableFile(f"This export has version {version} of the format; {VERSION} is known here.")

    def _read_custom(self, stream: JsonStream) -> None:
        for _ in stream.elements():
            line = stream.line
            value = stream.value()
            if len(self._custom) < _MAX_CUSTOM:
                try:
                    self._custom.append(_CUSTOM.validate_python(value))
                except ValidationError as error:
                    message = f"This exercise is known by its name only: {_reason(error)}."
                    self.warnings.add(line, "unreadable_exercise", message)

    def custom_exercises(self) -> Sequence[OwnExercise]:
        """Give what the file knows of the exercises that it calls its owner's own."""
        return self._custom

    def workouts(self) -> Generator[ReadWorkout, None, None]:
        """Read the workouts, one after the other. What cannot be read becomes a problem, and the rest goes on."""
        stream = JsonStream(self._file)
        try:
            if stream.peek() == "[":
                yield from self._elements(stream)
                return
            for key in stream.members():
                if key == "workouts":
                    yield from self._elements(stream)
                else:
                    stream.skip()
        finally:
            stream.close()

    def _elements(self, stream: JsonStream) -> Iterator[ReadWorkout]:
        for _ in stream.elements():
            line = stream.line
            value = stream.value()
            try:
                yield self._workout(_Workout.model_validate(value), line)
            except ValidationError as error:
                self.problems.add(line, "invalid_workout", f"{_reason(error)}.")
            except CellError as error:
                self.problems.add(line, error.code, error.message)
            refuse_nonsense(self.problems.count)

    def _workout(self, given: _Workout, line: int) -> ReadWorkout:
        if given.ended_at is not None:
            assembly.check_length(given.ended_at - given.started_at, line, self.warnings)
        return ReadWorkout(
            line=line,
            title=given.title,
            started_at=given.started_at,
            ended_at=given.ended_at,
            notes=given.notes,
            exercises=[
                ReadExercise(one.exercise.name, one.sets, one.notes, one.superset, one.exercise.id, one.targets)
                for one in given.exercises
            ],
            time_zone=given.time_zone,
            id=given.id,
            source=given.source,
            routine_id=given.routine_id,
        )


def _reason(error: ValidationError) -> str:
    first = error.errors(include_input=False)[0]
    return f"{pointer(first['loc'])}: {first['msg'].removeprefix('Value error, ')}"
