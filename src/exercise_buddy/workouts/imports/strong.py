"""Reads the CSV that the app Strong exports, in the layouts it has had.

A row is a set. Rows with the same date and workout name, one after the other, are a workout; rows with the same
exercise name, one after the other, an exercise of it. `Set Order` is a number, or W (warm-up), D (drop set),
F (failure), or says that the row is no set: "Rest Timer" is the rest after the set before, "Note" a note on the
exercise.

Strong writes 0 where nothing was entered, so 0 kg, 0 m and 0 s are read as nothing; 0 reps too where there is a time or
a distance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO

from pydantic import ValidationError

from exercise_buddy.core.fields import MAX_NOTES
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.workouts.catalogue import name_key
from exercise_buddy.workouts.imports import cells
from exercise_buddy.workouts.imports.cells import DISTANCE_UNITS, WEIGHT_UNITS, CellError
from exercise_buddy.workouts.imports.schemas import (
    METERS_PER,
    POUND_IN_KG,
    DistanceUnit,
    ReadExercise,
    ReadWorkout,
    Remark,
    WeightUnit,
)
from exercise_buddy.workouts.imports.table import Layout, Table
from exercise_buddy.workouts.schemas import (
    MAX_DURATION,
    MAX_EXERCISES,
    MAX_REST_SECONDS,
    MAX_SETS,
    MAX_TITLE,
    WEIGHT_DECIMALS,
    SetInput,
)
from exercise_buddy.workouts.tables import SetKind

_LAYOUT = Layout(
    app="Strong",
    columns={
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
    },
    required=("date", "title", "exercise", "order", "weight", "reps"),
    example="Date, Workout Name, Duration, Exercise Name, Set Order, Weight, Reps, Distance, Seconds, Notes, "
    "Workout Notes, RPE",
)
_KINDS = {"w": SetKind.WARM_UP, "d": SetKind.DROP, "f": SetKind.FAILURE}
_LONG = timedelta(hours=6).total_seconds()
_DISTANCE_DECIMALS = 3


@dataclass(slots=True)
class _Open:
    """A workout whose rows are being read."""

    line: int
    started_at: datetime
    title: str
    duration: str
    notes: list[str] = field(default_factory=list)
    exercises: list[ReadExercise] = field(default_factory=list)
    last_order: int = 0
    in_exercise: str = ""


class StrongReader:
    """Reads one file. `warnings` and `problems` fill while it is read."""

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
        self._table = Table(file, _LAYOUT)
        self._time_zone = time_zone
        self._last_moment: tuple[str, datetime] | None = None
        self.warnings: list[Remark] = []
        self.problems: list[Remark] = []
        self.weight_unit = self._table.unit_in_header("weight", WEIGHT_UNITS) or weight_unit
        if self.weight_unit is None and "weight_unit" not in self._table:
            error = FieldError("/weight_unit", "missing", "The file does not say its unit of weight: send kg or lb")
            raise InvalidInput(errors=[error])
        said = self._table.unit_in_header("distance", DISTANCE_UNITS) or distance_unit
        self._distance_is_said = said is not None or "distance_unit" in self._table
        self.distance_unit: DistanceUnit = said or ("mi" if self.weight_unit == "lb" else "km")

    # --- the rows ------------------------------------------------------------------------------------------------

    def workouts(self) -> Iterator[ReadWorkout]:
        """Read the workouts, one after the other. A row that cannot be read becomes a problem, and the rest goes on."""
        current: _Open | None = None
        for line, values in self._table.rows():
            if isinstance(values, CellError):
                self._leave_out(line, values)
                continue
            try:
                started_at = self._moment(values["date"])
                if current is None or (current.started_at, current.title) != (started_at, values["title"]):
                    if current is not None:
                        yield from self._close(current)
                    current = _Open(line, started_at, values["title"], values.get("duration", ""))
                self._add(current, values, line)
            except CellError as error:
                # Also one whose date cannot be read: the workout around it goes on after it.
                self._leave_out(line, error)
        if current is not None:
            yield from self._close(current)

    def _moment(self, text: str) -> datetime:
        if self._last_moment is None or self._last_moment[0] != text:
            self._last_moment = (text, cells.moment(text, self._time_zone))
        return self._last_moment[1]

    def _leave_out(self, line: int, error: CellError) -> None:
        self.problems.append(Remark(line, error.code, error.message))

    def _add(self, current: _Open, values: dict[str, str], line: int) -> None:
        order = values["order"].casefold()
        name = cells.exercise_name(values["exercise"])
        if order == "rest timer":
            self._add_rest(current, values, line)
            return
        number = cells.ordinal(order)
        if number is None and order not in _KINDS and order != "note":
            raise CellError("unknown_set_order", "The set order is neither a number nor W, D, F, Note or Rest Timer.")
        read = None if order == "note" else self._set(values, _KINDS.get(order, SetKind.NORMAL))
        starts_over = number == 1 and current.last_order >= 1
        if name_key(name) != current.in_exercise or starts_over:
            current.exercises.append(ReadExercise(name))
            current.in_exercise, current.last_order = name_key(name), 0
        exercise = current.exercises[-1]
        current.last_order = number or current.last_order
        _note(exercise.notes, values.get("notes"))
        _note(current.notes, values.get("workout_notes"))
        if read is not None:
            exercise.sets.append(read)
            if read.distance_meters is not None and not self._distance_is_said:
                self._warn(
                    line,
                    "distance_unit",
                    f"The file has no unit of distance; {self.distance_unit} is taken, as it goes with "
                    f"{self.weight_unit or 'the weights'}. Send distance_unit to say otherwise.",
                )

    def _add_rest(self, current: _Open, values: dict[str, str], line: int) -> None:
        seconds = cells.number(values.get("seconds", ""), "rest")
        if not seconds:
            return
        if seconds > MAX_REST_SECONDS:
            raise CellError("out_of_range", "A rest lasts at most a day.")
        if current.exercises and current.exercises[-1].sets:
            current.exercises[-1].sets[-1].rest_seconds = round(seconds)
        else:
            self._warn(line, "rest_without_set", "This rest comes after no set, so it is left out.")

    def _set(self, values: dict[str, str], kind: SetKind) -> SetInput:
        weight = cells.number(values["weight"], "weight") or None
        if weight is not None:
            unit = cells.unit(values.get("weight_unit", ""), WEIGHT_UNITS, self.weight_unit or "kg", "weight")
            weight = round(weight * POUND_IN_KG if unit == "lb" else weight, WEIGHT_DECIMALS)
        distance = cells.number(values.get("distance", ""), "distance") or None
        if distance is not None:
            length = cells.unit(values.get("distance_unit", ""), DISTANCE_UNITS, self.distance_unit, "distance")
            distance = round(distance * METERS_PER[length], _DISTANCE_DECIMALS)
        seconds = cells.number(values.get("seconds", ""), "seconds") or None
        reps = cells.whole_number(values["reps"], "reps")
        if not reps and (seconds is not None or distance is not None):
            reps = None
        rpe = cells.number(values.get("rpe", ""), "rpe")
        try:
            return SetInput(
                kind=kind, reps=reps, weight_kg=weight, duration_seconds=seconds, distance_meters=distance, rpe=rpe
            )
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "set"
            raise CellError("out_of_range", f"{where}: {cells.reason(error)}.") from None

    # --- a workout -----------------------------------------------------------------------------------------------

    def _close(self, current: _Open) -> Iterator[ReadWorkout]:
        try:
            yield self._workout(current)
        except CellError as error:
            self._leave_out(current.line, error)

    def _workout(self, current: _Open) -> ReadWorkout:
        exercises = [exercise for exercise in current.exercises if exercise.sets or exercise.notes]
        if not exercises:
            raise CellError("empty_workout", "No row of this workout could be read.")
        if sum(len(exercise.sets) for exercise in exercises) > MAX_SETS or len(exercises) > MAX_EXERCISES:
            raise CellError(
                "workout_too_large", f"A workout has at most {MAX_EXERCISES} exercises and {MAX_SETS} sets."
            )
        started_at = current.started_at
        title = " ".join(self._storable(current.title, MAX_TITLE, current.line, "name of the workout").split())
        for exercise in exercises:
            what = f"note on {exercise.name}"
            exercise.note = self._storable("\n".join(exercise.notes), MAX_NOTES, current.line, what)
        notes = self._storable("\n".join(current.notes), MAX_NOTES, current.line, "note on the workout")
        return ReadWorkout(
            line=current.line,
            title=title or "Workout",
            started_at=started_at,
            ended_at=started_at + self._duration(current),
            notes=notes or None,
            exercises=exercises,
        )

    def _duration(self, current: _Open) -> timedelta:
        if not current.duration:
            return timedelta()
        seconds = cells.duration_seconds(current.duration)
        if seconds is None:
            self._warn(current.line, "unreadable_duration", "The duration cannot be read; the workout is kept without.")
            return timedelta()
        if seconds > MAX_DURATION.total_seconds():
            message = "The duration is over 31 days; the workout is kept without."
            self._warn(current.line, "duration_out_of_range", message)
            return timedelta()
        if seconds > _LONG:
            self._warn(current.line, "long_workout", f"This workout lasts {seconds / 3600:.0f} hours.")
        return timedelta(seconds=seconds)

    def _storable(self, text: str, length: int, line: int, what: str) -> str:
        """Make a text storable, and say what was lost."""
        kept = cells.without_control_characters(text)
        if len(kept) < len(text):
            self._warn(line, "control_characters", f"Control characters were taken out of the {what}.")
        if len(kept) > length:
            self._warn(line, "text_shortened", f"The {what} was cut to {length} characters.")
        return kept[:length]

    def _warn(self, line: int, code: str, message: str) -> None:
        self.warnings.append(Remark(line, code, message))


def _note(notes: list[str], text: str | None) -> None:
    if text and text not in notes:
        notes.append(text)
