"""Puts the rows of a table together: cells to sets, sets to exercises, exercises to workouts."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from exercise_buddy.core.types import MAX_NOTES
from exercise_buddy.workouts.imports import parsing
from exercise_buddy.workouts.imports.model import ReadExercise, ReadWorkout, Remarks
from exercise_buddy.workouts.imports.parsing import CellError
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

_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]+")
_LONG = timedelta(hours=6)
_DISTANCE_DECIMALS = 3
_MIN_RPE, _MAX_RPE = 1, 10
# In the names of exercises whose weight takes from the load, such as "Pull Up (Assisted)".
_ASSISTED = "assisted"


@dataclass(slots=True)
class OpenExercise:
    """An exercise whose rows are being read."""

    read: ReadExercise
    key: str
    last_order: int = -1
    notes: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class OpenWorkout:
    """A workout whose rows are being read.

    `lasts` is None where the file does not say when it ended; `failed` says that a row of it could not be read.
    """

    line: int
    key: tuple[object, ...]
    started_at: datetime
    title: str
    lasts: timedelta | None = None
    notes: dict[str, None] = field(default_factory=dict)
    exercises: list[OpenExercise] = field(default_factory=list)
    failed: bool = False
    set_count: int = 0

    @property
    def is_too_large(self) -> bool:
        """Whether it has more than a workout may have. Further rows need not be kept."""
        return self.set_count > MAX_SETS or len(self.exercises) > MAX_EXERCISES


@dataclass(frozen=True, slots=True)
class SetUnits:
    """In what the cells of sets are, where the row does not say. `distance_said`: somebody has said it."""

    weight: str
    distance: str
    distance_said: bool
    decimal_comma: bool


def add_set(current: OpenWorkout, exercise: OpenExercise, one: SetInput) -> None:
    """Add a set to an exercise of a workout."""
    exercise.read.sets.append(one)
    current.set_count += 1


def add_note(notes: dict[str, None], text: str | None) -> None:
    """Add a note that a table repeats in every row. A file may have as many other ones as it has rows."""
    if text:
        notes[text] = None


def read_set(values: Mapping[str, str], kind: SetKind, units: SetUnits, line: int, warnings: Remarks) -> SetInput:
    """Read a set from the cells of a row, by what they hold.

    Apps write 0 where nothing was entered, so 0 kg, 0 m and 0 s are read as nothing; 0 reps too where there is a time
    or a distance. A set of which nothing at all is said is kept, with 0 reps.

    Raises:
        CellError: a cell is no number, or beyond what a set may be.

    """
    weight = _weight(values, decimal_comma=units.decimal_comma)
    if weight is not None:
        unit = parsing.unit(values.get("weight_unit", ""), parsing.WEIGHT_UNITS, units.weight, "weight")
        weight = round(weight * parsing.KILOGRAMS[unit], WEIGHT_DECIMALS)
    distance = parsing.number(values.get("distance", ""), "distance", decimal_comma=units.decimal_comma)
    if distance:
        unit = parsing.unit(values.get("distance_unit", ""), parsing.DISTANCE_UNITS, units.distance, "distance")
        distance = round(distance * parsing.METERS[unit], _DISTANCE_DECIMALS)
        if not units.distance_said and not values.get("distance_unit"):
            message = f"The file has no unit of distance; {unit} is taken. Send distance_unit to say otherwise."
            warnings.add(line, "distance_unit", message)
    seconds = _seconds(values.get("seconds", ""), decimal_comma=units.decimal_comma)
    reps: int | None = parsing.whole_number(values.get("reps", ""), "reps")
    if not reps and (seconds or distance):
        reps = None
    if reps is None and not seconds and not distance:
        reps = 0
        warnings.add(line, "empty_set", "Nothing is said of this set; it is kept as a set of 0 reps.")
    try:
        return SetInput(
            kind=kind,
            reps=reps,
            weight_kg=weight,
            duration_seconds=seconds or None,
            distance_meters=distance or None,
            rpe=_rpe(values.get("rpe", ""), line, warnings),
        )
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "set"
        raise CellError("out_of_range", f"{where}: {parsing.reason(error)}.") from None


def _weight(values: Mapping[str, str], *, decimal_comma: bool) -> float | None:
    """Read a weight; None for 0. One below 0 is what an assisting machine takes off, and nothing anywhere else."""
    text = values.get("weight", "")
    if _ASSISTED in values["exercise"].casefold():
        text = text.removeprefix("-")
    return parsing.number(text, "weight", decimal_comma=decimal_comma) or None


def _seconds(text: str, *, decimal_comma: bool) -> float | None:
    if ":" in text and (clock := parsing.duration_seconds(text)) is not None:
        return float(clock)
    return parsing.number(text, "seconds", decimal_comma=decimal_comma)


def _rpe(text: str, line: int, warnings: Remarks) -> float | None:
    """Read an RPE. One that is none is no reason to lose the set."""
    try:
        rpe = parsing.number(text, "RPE", decimal_comma=True)
    except CellError as error:
        warnings.add(line, "unreadable_rpe", f"{error.message} The set is kept without.")
        return None
    if not rpe:
        return None
    if not _MIN_RPE <= rpe <= _MAX_RPE:
        warnings.add(line, "rpe_out_of_range", "RPE goes from 1 to 10. The set is kept without.")
        return None
    if rpe * 2 != int(rpe * 2):
        warnings.add(line, "rpe_rounded", "RPE goes in steps of 0.5; it was rounded.")
        return int(rpe * 2 + 0.5) / 2
    return rpe


def add_rest(exercise: OpenExercise | None, seconds: float, line: int, warnings: Remarks) -> None:
    """Note the rest after the last set of an exercise.

    Raises:
        CellError: it is longer than a day.

    """
    if seconds > MAX_REST_SECONDS:
        raise CellError("out_of_range", "A rest lasts at most a day.")
    if exercise is None or not exercise.read.sets:
        warnings.add(line, "rest_without_set", "This rest comes after no set, so it is left out.")
        return
    last = exercise.read.sets[-1]
    if last.rest_seconds is not None:
        warnings.add(line, "repeated_rest", "This is the second rest after one set; it takes the place of the first.")
    last.rest_seconds = round(seconds)


def close(current: OpenWorkout, time_zone: str, warnings: Remarks, *, may_be_empty: bool) -> ReadWorkout:
    """Make a workout of the rows that were read.

    Raises:
        CellError: there is nothing in it, or more than a workout may have, or it lasts longer than one may.

    """
    if not current.exercises and (current.failed or not may_be_empty):
        raise CellError("empty_workout", "No row of this workout could be read.")
    for exercise in current.exercises:
        notes = _storable("\n".join(exercise.notes), MAX_NOTES, current.line, f"note on {exercise.read.name}", warnings)
        exercise.read.notes = notes or None
    exercises = [exercise.read for exercise in current.exercises]
    if current.is_too_large:
        raise CellError("workout_too_large", f"A workout has at most {MAX_EXERCISES} exercises and {MAX_SETS} sets.")
    title = _storable(current.title, MAX_TITLE, current.line, "name of the workout", warnings)
    title = unicodedata.normalize("NFC", _BREAKS.sub(" ", title).strip())
    notes = _storable("\n".join(current.notes), MAX_NOTES, current.line, "note on the workout", warnings)
    lasts = current.lasts or timedelta()
    check_length(lasts, current.line, warnings)
    return ReadWorkout(
        line=current.line,
        title=title or "Workout",
        started_at=current.started_at,
        ended_at=current.started_at + lasts,
        notes=notes or None,
        exercises=exercises,
        time_zone=time_zone,
    )


def check_length(lasts: timedelta, line: int, warnings: Remarks) -> None:
    """Warn of a workout that somebody seems to have forgotten to end.

    Raises:
        CellError: it lasts longer than any does, or ends before it begins.

    """
    if lasts < timedelta():
        raise CellError("ends_before_start", "This workout ends before it begins.")
    if lasts > MAX_DURATION:
        raise CellError("duration_out_of_range", "A workout lasts at most 31 days.")
    if lasts > _LONG:
        warnings.add(line, "long_workout", f"This workout lasts {lasts.total_seconds() / 3600:.0f} hours.")


def _storable(text: str, length: int, line: int, what: str, warnings: Remarks) -> str:
    """Make a text storable, and say what was lost."""
    kept = parsing.without_control_characters(text)
    if len(kept) < len(text):
        warnings.add(line, "control_characters", f"Control characters were taken out of the {what}.")
    if len(kept) > length:
        warnings.add(line, "text_shortened", f"The {what} was cut to {length} characters.")
    return kept[:length]
