"""The reader of our own JSON: of `GET /workouts/export?format=json`, and `workouts.json` of the export of all data.

Workouts return as they were, with their ids, time zones and rep evidence. Fields that an import cannot set, such as
totals, are ignored.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Any, BinaryIO, Literal

from pydantic import ValidationError

from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.restores import ExportedItem
from exercise_buddy.exercises.public import CustomExerciseInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import assembly
from exercise_buddy.transfers.imports.csv_rows import open_text
from exercise_buddy.transfers.imports.json_stream import JsonStream, open_stream
from exercise_buddy.transfers.imports.measurements import Measurements
from exercise_buddy.transfers.imports.model import (
    FileFormat,
    FileStart,
    ImportOptions,
    ParsedExercise,
    ParsedWorkout,
    Units,
)
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.survey import limit_problems
from exercise_buddy.workouts.public import ExportedWorkout, Source

FORMAT = "exercise-buddy"
VERSION = 1
_MAX_CUSTOM_EXERCISES = 10_000
_MAX_BLANKS = 4096


class _CustomExercise(CustomExerciseInput):
    model_config = ExportedItem.model_config


class _Header(ExportedItem):
    format: Literal["exercise-buddy"]
    version: int


class ExerciseBuddyReader:
    """Reads one file. `warnings` and `problems` grow while it reads."""

    source = Source.EXERCISE_BUDDY
    units = Units("kg", "m")
    time_zone: str | None = None

    def __init__(self, file: BinaryIO, _: ImportOptions | None = None) -> None:
        """Read everything but the workouts. The export of all data has the bare list of workouts.

        Raises:
            UnreadableFile: the file is not an export of ours, or one of a later version.

        """
        self._file = file
        with open_text(file) as text:
            self._is_bare_list = text.read(_MAX_BLANKS).lstrip("\ufeff \t\r\n").startswith("[")
        self.warnings = Remarks()
        self.problems = Remarks()
        self.measurements = Measurements(self.warnings, self.problems)
        self._custom_exercises: list[CustomExerciseInput] = []
        with open_stream(file) as stream:
            if self._is_bare_list:
                _check_first_element(stream)
            else:
                self._read_header(stream)

    def _read_header(self, stream: JsonStream) -> None:
        header: dict[str, Any] = {}
        keys: list[str] = []
        for key in stream.members():
            keys.append(key)
            if key in {"format", "version"}:
                header[key] = stream.value()
            elif key == "custom_exercises":
                self._read_custom_exercises(stream)
            else:
                stream.skip()
        try:
            version = _Header.model_validate(header).version
        except ValidationError:
            version = None
        if version is None or "workouts" not in keys:
            raise UnreadableFile("This JSON is not an export of ours.", columns_found=keys)
        if version > VERSION:
            raise UnreadableFile(f"This export has version {version} of the format; only {VERSION} can be read.")

    def _read_custom_exercises(self, stream: JsonStream) -> None:
        for line, value in stream.elements():
            if len(self._custom_exercises) < _MAX_CUSTOM_EXERCISES:
                try:
                    self._clean_text(value, "name", "name of the exercise", line)
                    self._custom_exercises.append(_CustomExercise.model_validate(value))
                except ValidationError as error:
                    message = f"Only the name of this exercise can be read: {_describe_error(error)}."
                    self.warnings.add(line, "unreadable_exercise", message)

    def custom_exercises(self) -> Sequence[CustomExerciseInput]:
        """Return the custom exercises that the file describes."""
        return self._custom_exercises

    def workouts(self) -> Generator[ParsedWorkout, None, None]:
        """Yield the workouts, one by one. What cannot be read becomes a problem, and reading continues."""
        with open_stream(self._file) as stream:
            if self._is_bare_list:
                yield from self._read_workouts(stream)
                return
            for key in stream.members():
                if key == "workouts":
                    yield from self._read_workouts(stream)
                else:
                    stream.skip()

    def _read_workouts(self, stream: JsonStream) -> Iterator[ParsedWorkout]:
        has_workouts = False
        for line, value in stream.elements():
            self._clean_texts(value, line)
            try:
                workout = self._build_workout(ExportedWorkout.model_validate(value), line)
                has_workouts = True
                yield workout
            except ValidationError as error:
                self.problems.add(line, "invalid_workout", f"{_describe_error(error)}.")
            except CellError as error:
                self.problems.add(line, error.code, error.message)
            limit_problems(self.problems.count)
        if self.problems.count and not has_workouts:
            raise UnreadableFile(f"No workout of this file can be read. {self.problems.first[0].message}")

    def _clean_texts(self, workout: Any, line: int) -> None:  # noqa: ANN401  (any JSON)
        """Remove invisible characters, which earlier releases stored, from the texts of a workout."""
        self._clean_text(workout, "title", "name of the workout", line)
        self._clean_text(workout, "notes", "note on the workout", line)
        exercises = workout.get("exercises") if isinstance(workout, dict) else None
        for exercise in exercises if isinstance(exercises, list) else []:
            if isinstance(exercise, dict):
                self._clean_text(exercise, "notes", "note on the exercise", line)
                self._clean_text(exercise.get("exercise"), "name", "name of the exercise", line)

    def _clean_text(self, owner: Any, key: str, name: str, line: int) -> None:  # noqa: ANN401
        if isinstance(owner, dict) and isinstance(text := owner.get(key), str):
            clean = assembly.clean_notes if key == "notes" else assembly.clean_name
            owner[key] = clean(text, line, name, self.warnings)

    def _build_workout(self, workout: ExportedWorkout, line: int) -> ParsedWorkout:
        ended_at = workout.ended_at
        if ended_at is not None:
            duration = assembly.check_duration(ended_at - workout.started_at, line, self.warnings)
            ended_at = workout.started_at + duration
        exercises = [
            ParsedExercise(
                performed.exercise.name,
                performed.sets,
                performed.notes,
                performed.superset,
                performed.exercise.id,
                performed.targets,
                performed.id,
            )
            for performed in workout.exercises
        ]
        return ParsedWorkout(**workout.list_content() | {"line": line, "exercises": exercises, "ended_at": ended_at})


def _check_first_element(stream: JsonStream) -> None:
    """Check that a list is one of workouts."""
    for _, first in stream.elements():
        if isinstance(first, dict) and {"started_at", "exercises"} <= first.keys():
            return
        break
    raise UnreadableFile("This JSON is a list, but not one of our workouts.")


def _describe_error(error: ValidationError) -> str:
    first = error.errors(include_input=False)[0]
    return f"{pointer(first['loc'])}: {first['msg'].removeprefix('Value error, ')}"


def _recognize(start: FileStart) -> bool:
    return start.text.startswith(("{", "["))


FILE_FORMAT = FileFormat(FORMAT, "our own JSON", _recognize, ExerciseBuddyReader)
