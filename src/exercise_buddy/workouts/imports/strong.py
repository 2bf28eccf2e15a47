"""Reads the CSV that the app Strong exports, in the layouts it has had.

A row is a set. Rows with the same date and workout name, one after the other, are a workout; rows with the same
exercise name, one after the other, an exercise of it. `Set Order` is a number, or W (warm-up), D (drop set),
F (failure), or says that the row is no set: "Rest Timer" is the rest after the set before, "Note" a note on the
exercise.

Strong writes 0 where nothing was entered, so 0 kg, 0 m and 0 s are read as nothing; 0 reps too where there is a time or
a distance.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core import fields
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.workouts.catalogue import name_key
from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports.schemas import (
    EXERCISE_NAME,
    METERS_PER,
    POUND_IN_KG,
    TITLE,
    DistanceUnit,
    ReadExercise,
    ReadWorkout,
    Remark,
    WeightUnit,
)
from exercise_buddy.workouts.schemas import MAX_DURATION, MAX_EXERCISES, MAX_REST_SECONDS, MAX_SETS, SetInput
from exercise_buddy.workouts.tables import SetKind

# The names of the columns in all layouts, by what they hold.
_COLUMNS = {
    "date": ("date",),
    "title": ("workout name",),
    "duration": ("duration", "workout duration", "duration (sec)"),
    "exercise": ("exercise name",),
    "order": ("set order",),
    "weight": ("weight", "weight (kg)", "weight (lbs)", "weight (lb)"),
    "weight_unit": ("weight unit",),
    "reps": ("reps",),
    "distance": ("distance", "distance (meters)", "distance (km)", "distance (miles)", "distance (mi)"),
    "distance_unit": ("distance unit",),
    "seconds": ("seconds",),
    "notes": ("notes",),
    "workout_notes": ("workout notes",),
    "rpe": ("rpe",),
}
_REQUIRED = ("date", "title", "exercise", "order", "weight", "reps")
_WEIGHT_UNITS: dict[str, WeightUnit] = {"kg": "kg", "kgs": "kg", "lb": "lb", "lbs": "lb"}
_DISTANCE_UNITS: dict[str, DistanceUnit] = {
    "m": "m",
    "meters": "m",
    "km": "km",
    "mi": "mi",
    "miles": "mi",
}
_KINDS = {"w": SetKind.WARM_UP, "d": SetKind.DROP, "f": SetKind.FAILURE}
_DURATION = re.compile(r"(?:(?P<h>\d+)\s*h)?\s*(?:(?P<m>\d+)\s*m(?:in)?)?\s*(?:(?P<s>\d+)\s*s(?:ec)?)?", re.IGNORECASE)
_IN_HEADER = re.compile(r"\((?P<unit>\w+)\)")
_LONG = timedelta(hours=6)
_NUMBER = TypeAdapter(float)


class _RowError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class _Open:
    """A workout whose rows are being read."""

    line: int
    date: str
    title: str
    duration: str
    notes: str
    exercises: list[ReadExercise] = field(default_factory=list)
    last_order: int = 0
    in_exercise: str = ""


class StrongReader:
    """Reads one file. `remarks` and `problems` fill while it is read."""

    def __init__(
        self, file: BinaryIO, weight_unit: WeightUnit | None, distance_unit: DistanceUnit | None, time_zone: str
    ) -> None:
        """Read the header.

        Args:
            file: the bytes of the CSV, UTF-8.
            weight_unit: what the weights are in, where the file does not say.
            distance_unit: what the distances are in, where the file does not say.
            time_zone: where the workouts happened (IANA): the file has local times only.

        Raises:
            UnreadableFile: this is no such CSV.
            InvalidInput: the file does not say its weight unit, and neither do you.

        """
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="strict", newline="")
        self._line = 1
        header, delimiter = self._read_header()
        self._rows = csv.reader(self._text, delimiter=delimiter)
        self._width = len(header)
        self._index = self._find_columns(header)
        self.weight_unit = self._unit_of("weight", header, _WEIGHT_UNITS, weight_unit)
        self.distance_unit: DistanceUnit = self._unit_of("distance", header, _DISTANCE_UNITS, distance_unit) or (
            "mi" if self.weight_unit == "lb" else "km"
        )
        self._distance_guessed = distance_unit is None and "(" not in header[self._index.get("distance", 0)]
        self._time_zone = time_zone
        self.warnings: list[Remark] = []
        self.problems: list[Remark] = []
        if self.weight_unit is None and "weight_unit" not in self._index:
            error = FieldError("/weight_unit", "missing", "The file does not say its unit of weight: send kg or lb")
            raise InvalidInput(errors=[error])

    # --- the header ----------------------------------------------------------------------------------------------

    def _read_header(self) -> tuple[list[str], str]:
        try:
            first = self._text.readline(10_000)
        except UnicodeDecodeError:
            raise UnreadableFile("The file is not text in UTF-8.") from None
        delimiter = ";" if first.count(";") > first.count(",") else ","
        header = next(csv.reader([first], delimiter=delimiter), [])
        return [name.strip() for name in header], delimiter

    def _find_columns(self, header: Sequence[str]) -> dict[str, int]:
        names = [name.casefold() for name in header]
        index = {
            holds: names.index(found)
            for holds, candidates in _COLUMNS.items()
            if (found := next((name for name in candidates if name in names), None)) is not None
        }
        missing = [_COLUMNS[holds][0].title() for holds in _REQUIRED if holds not in index]
        if missing:
            shown = ", ".join(name[:40] for name in header[:20]) or "none"
            raise UnreadableFile(
                f"This is not a CSV that Strong has exported: the columns {', '.join(missing)} are missing. "
                f"Columns found: {shown[:300]}. Known layouts: Strong ("
                "Date, Workout Name, Duration, Exercise Name, Set Order, Weight, Reps, Distance, Seconds, Notes, "
                "Workout Notes, RPE)."
            )
        return index

    def _unit_of(self, column: str, header: Sequence[str], units: dict[str, Any], given: Any) -> Any:  # noqa: ANN401
        if column in self._index:
            found = _IN_HEADER.search(header[self._index[column]])
            if found:
                return units.get(found["unit"].casefold(), given)
        return given

    # --- the rows ------------------------------------------------------------------------------------------------

    def workouts(self) -> Iterator[ReadWorkout]:
        """Read the workouts, one after the other. A row that cannot be read becomes a problem, and the rest goes on."""
        current: _Open | None = None
        for line, row in self._numbered_rows():
            try:
                values = self._values(row)
                key = (values["date"], values["title"])
                if current is None or (current.date, current.title) != key:
                    if current is not None:
                        yield from self._close(current)
                    current = _Open(
                        line,
                        values["date"],
                        values["title"],
                        values.get("duration", ""),
                        values.get("workout_notes", ""),
                    )
                self._add(current, values, line)
            except _RowError as error:
                self.problems.append(Remark(line, error.code, error.message))
        if current is not None:
            yield from self._close(current)

    def _numbered_rows(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            line = self._rows.line_num + 2
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except UnicodeDecodeError:
                raise UnreadableFile(f"The file is not text in UTF-8, from line {line} on.") from None
            except csv.Error as error:
                self.problems.append(Remark(line, "unreadable_row", f"This row is no CSV: {error}."))
                continue
            if row:
                yield line, row

    def _values(self, row: list[str]) -> dict[str, str]:
        if len(row) != self._width:
            raise _RowError("wrong_columns", f"This row has {len(row)} columns, the header has {self._width}.")
        return {holds: row[index].strip() for holds, index in self._index.items()}

    def _add(self, current: _Open, values: dict[str, str], line: int) -> None:
        order = values["order"].casefold()
        name = _one_line(EXERCISE_NAME, values["exercise"], "exercise_name", "The name of the exercise")
        if order == "rest timer":
            self._add_rest(current, values)
            return
        number = int(order) if order.isdecimal() else 0
        if not number and order not in _KINDS and order != "note":
            raise _RowError("unknown_set_order", "The set order is neither a number nor W, D, F, Note or Rest Timer.")
        read = None if order == "note" else self._set(values, _KINDS.get(order, SetKind.NORMAL))
        starts_over = number == 1 and current.last_order >= 1
        if name_key(name) != current.in_exercise or starts_over:
            current.exercises.append(ReadExercise(name))
            current.in_exercise, current.last_order = name_key(name), 0
        exercise = current.exercises[-1]
        if number:
            current.last_order = number
        note = values.get("notes", "")
        if note and note not in exercise.notes:
            exercise.notes.append(note)
        if read is not None:
            if read.distance_meters is not None and self._distance_guessed and "distance_unit" not in self._index:
                unit = self.distance_unit
                self.warnings.append(
                    Remark(
                        line,
                        "distance_unit",
                        f"The file has no unit of distance; {unit} is taken, as it goes with "
                        f"{self.weight_unit or 'the weights'}. Send distance_unit to say otherwise.",
                    )
                )
            exercise.sets.append(read)

    def _add_rest(self, current: _Open, values: dict[str, str]) -> None:
        seconds = _number(values.get("seconds", ""), "seconds")
        if seconds is None or not current.exercises or not current.exercises[-1].sets:
            return
        if seconds > MAX_REST_SECONDS:
            raise _RowError("out_of_range", "A rest lasts at most a day.")
        current.exercises[-1].sets[-1].rest_seconds = round(seconds)

    def _set(self, values: dict[str, str], kind: SetKind) -> SetInput:
        weight = _number(values["weight"], "weight") or None
        if weight is not None:
            unit = self._row_unit(values.get("weight_unit", ""), _WEIGHT_UNITS, self.weight_unit, "weight")
            weight = round(weight * POUND_IN_KG if unit == "lb" else weight, 4)
        distance = _number(values.get("distance", ""), "distance") or None
        if distance is not None:
            unit = self._row_unit(values.get("distance_unit", ""), _DISTANCE_UNITS, self.distance_unit, "distance")
            distance = round(distance * METERS_PER[unit], 3)
        seconds = _number(values.get("seconds", ""), "seconds") or None
        reps = _number(values["reps"], "reps")
        if reps is not None and reps != int(reps):
            raise _RowError("not_a_whole_number", "The reps are not a whole number.")
        if not reps and (seconds is not None or distance is not None):
            reps = None
        try:
            return SetInput(
                kind=kind,
                reps=None if reps is None else int(reps),
                weight_kg=weight,
                duration_seconds=seconds,
                distance_meters=distance,
                rpe=_number(values.get("rpe", ""), "rpe"),
            )
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "set"
            raise _RowError("out_of_range", f"{where}: {first['msg'].removeprefix('Value error, ')}.") from None

    @staticmethod
    def _row_unit(text: str, units: dict[str, Any], default: str | None, what: str) -> str:
        if not text:
            return default or "kg"
        if text.casefold() not in units:
            raise _RowError("unknown_unit", f"The unit of the {what} is none of {', '.join(units)}.")
        return str(units[text.casefold()])

    # --- a workout -----------------------------------------------------------------------------------------------

    def _close(self, current: _Open) -> Iterator[ReadWorkout]:
        try:
            yield self._workout(current)
        except _RowError as error:
            self.problems.append(Remark(current.line, error.code, error.message))

    def _workout(self, current: _Open) -> ReadWorkout:
        exercises = [exercise for exercise in current.exercises if exercise.sets or exercise.notes]
        count = sum(len(exercise.sets) for exercise in exercises)
        if not exercises:
            raise _RowError("empty_workout", "No row of this workout could be read.")
        if count > MAX_SETS or len(exercises) > MAX_EXERCISES:
            raise _RowError("workout_too_large", f"A workout has at most {MAX_SETS} sets of {MAX_EXERCISES} exercises.")
        started_at = self._started_at(current.date)
        title = _one_line(TITLE, current.title[:200] or "Workout", "workout_name", "The name of the workout")
        return ReadWorkout(
            line=current.line,
            title=title,
            started_at=started_at,
            ended_at=started_at + self._duration(current),
            notes=current.notes or None,
            exercises=exercises,
        )

    def _started_at(self, text: str) -> datetime:
        try:
            local = datetime.fromisoformat(text)
        except ValueError:
            raise _RowError(
                "unreadable_date", "The date cannot be read: it should be like 2026-03-29 18:30:00."
            ) from None
        aware = local if local.tzinfo is not None else local.replace(tzinfo=fields.zone(self._time_zone))
        try:
            return _MOMENT.validate_python(aware)
        except (ValidationError, OverflowError):
            raise _RowError("date_out_of_range", "The date lies before 1970 or in the future.") from None

    def _duration(self, current: _Open) -> timedelta:
        text = current.duration
        if not text:
            return timedelta()
        found = _DURATION.fullmatch(text)
        if text.isdecimal() and len(text) < 10:  # noqa: PLR2004  (more digits are no duration)
            duration = timedelta(seconds=int(text))
        elif found and any(found.groups()) and len(text) < 20:  # noqa: PLR2004
            hours, minutes, seconds = (int(part or 0) for part in found.group("h", "m", "s"))
            duration = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        else:
            self.warnings.append(
                Remark(current.line, "unreadable_duration", "The duration cannot be read; the workout is kept without.")
            )
            return timedelta()
        if duration > MAX_DURATION:
            self.warnings.append(
                Remark(
                    current.line, "duration_out_of_range", "The duration is over 31 days; the workout is kept without."
                )
            )
            return timedelta()
        if duration > _LONG:
            length = duration.total_seconds() / 3600
            self.warnings.append(Remark(current.line, "long_workout", f"This workout lasts {length:.0f} hours."))
        return duration


_MOMENT: TypeAdapter[datetime] = TypeAdapter(fields.Moment)


def _one_line(adapter: TypeAdapter[str], text: str, code: str, what: str) -> str:
    try:
        return adapter.validate_python(text)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise _RowError(code, f"{what}: {message}.") from None


def _number(text: str, what: str) -> float | None:
    if not text:
        return None
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number - number != 0 or "_" in text:
        raise _RowError("not_a_number", f"The {what} is not a number.")
    if number < 0:
        raise _RowError("out_of_range", f"The {what} is negative.")
    return number
