"""Assembly of CSV rows: cells to sets, sets to exercises, exercises to workouts.

Functions raise `CellError` for what cannot be parsed, or exceeds the limits of a set or a workout.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from exercise_buddy.core.text import remove_invisible, remove_misleading
from exercise_buddy.core.types import MAX_NOTES
from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.model import ParsedExercise, ParsedWorkout, Remarks
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.short_texts import cache_short_texts
from exercise_buddy.workouts.public import (
    MAX_DURATION,
    MAX_EXERCISES,
    MAX_REST_SECONDS,
    MAX_SETS,
    MAX_TITLE,
    WEIGHT_DECIMALS,
    WORKOUT_TOO_LARGE,
    SetInput,
    SetKind,
    is_too_large,
)

_LINE_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]+")
_LONG = timedelta(hours=6)
_DISTANCE_DECIMALS = 3
_MIN_RPE, _MAX_RPE = 1, 10
# Part of the names of exercises whose weight reduces the load, such as "Pull Up (Assisted)".
_ASSISTED = "assisted"


@dataclass(slots=True)
class ExerciseDraft:
    """An exercise whose rows are being read."""

    parsed: ParsedExercise
    key: str
    last_order: int = -1
    notes: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class WorkoutDraft:
    """A workout whose rows are being read.

    `duration` is None where the file does not state the end. `has_problems`: one of its rows could not be read.
    """

    line: int
    key: tuple[object, ...]
    started_at: datetime
    title: str
    duration: timedelta | None = None
    notes: dict[str, None] = field(default_factory=dict)
    exercises: list[ExerciseDraft] = field(default_factory=list)
    has_problems: bool = False
    set_count: int = 0

    @property
    def is_too_large(self) -> bool:
        """Whether it exceeds the limits of a workout. Further rows need not be kept."""
        return self.set_count > MAX_SETS or len(self.exercises) > MAX_EXERCISES


@dataclass(frozen=True, slots=True)
class SetUnits:
    """The units of the cells of sets where the row has none.

    `is_distance_stated`: the file or the user states the unit of distance; else it is a guess.
    """

    weight: str
    distance: str
    is_distance_stated: bool
    decimal_comma: bool


def add_set(draft: WorkoutDraft, exercise: ExerciseDraft, workout_set: SetInput) -> None:
    """Add a set to an exercise of a workout."""
    exercise.parsed.sets.append(workout_set)
    draft.set_count += 1


def add_note(notes: dict[str, None], text: str | None) -> None:
    """Add a note, which a table repeats in every row. A dictionary: a file may have as many notes as rows."""
    if text:
        notes[text] = None


def parse_set(values: Mapping[str, str], kind: SetKind, units: SetUnits, line: int, warnings: Remarks) -> SetInput:
    """Return the set of a row, from its cells by column.

    Apps write 0 for an empty field, so 0 kg, 0 m and 0 s mean none, and so do 0 reps where the set has a time or a
    distance. An empty set is kept, with 0 reps.
    """
    weight = _parse_weight(values, decimal_comma=units.decimal_comma)
    if weight is not None:
        unit = parsing.parse_unit(values.get("weight_unit", ""), parsing.WEIGHT_UNITS, units.weight, "weight")
        weight = round(weight * parsing.KILOGRAMS[unit], WEIGHT_DECIMALS)
    distance = parsing.parse_number(values.get("distance", ""), "distance", decimal_comma=units.decimal_comma)
    if distance:
        unit = parsing.parse_unit(values.get("distance_unit", ""), parsing.DISTANCE_UNITS, units.distance, "distance")
        distance = round(distance * parsing.METERS[unit], _DISTANCE_DECIMALS)
        if not units.is_distance_stated and not values.get("distance_unit"):
            message = f"The file states no unit of distance; {unit} is assumed. Send distance_unit to change it."
            warnings.add(line, "distance_unit", message)
    seconds = _parse_seconds(values.get("seconds", ""), decimal_comma=units.decimal_comma)
    reps: int | None = parsing.parse_whole_number(values.get("reps", ""), "reps")
    if not reps and (seconds or distance):
        reps = None
    if reps is None and not seconds and not distance:
        reps = 0
        warnings.add(line, "empty_set", "This set is empty; it is imported as a set of 0 reps.")
    try:
        return SetInput(
            kind=kind,
            reps=reps,
            weight_kg=weight,
            duration_seconds=seconds or None,
            distance_meters=distance or None,
            rpe=_parse_rpe(values.get("rpe", ""), line, warnings),
        )
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "set"
        raise CellError("out_of_range", f"{where}: {parsing.describe_error(error)}.") from None


def _parse_weight(values: Mapping[str, str], *, decimal_comma: bool) -> float | None:
    """Return a weight; None for 0. A negative one is the assistance of a machine, and an error anywhere else."""
    text = values.get("weight", "")
    if text.startswith("-") and _ASSISTED in values["exercise"].casefold():
        text = text.removeprefix("-")
    return parsing.parse_number(text, "weight", decimal_comma=decimal_comma) or None


def _parse_seconds(text: str, *, decimal_comma: bool) -> float | None:
    if ":" in text and (seconds := parsing.parse_duration(text)) is not None:
        return float(seconds)
    return parsing.parse_number(text, "seconds", decimal_comma=decimal_comma)


def _parse_rpe(text: str, line: int, warnings: Remarks) -> float | None:
    """Return an RPE. An invalid one is a warning: it is no reason to lose the set."""
    try:
        rpe = parsing.parse_number(text, "RPE", decimal_comma=True)
    except CellError as error:
        warnings.add(line, "unreadable_rpe", f"{error.message} The set is imported without it.")
        return None
    if not rpe:
        return None
    if not _MIN_RPE <= rpe <= _MAX_RPE:
        warnings.add(line, "rpe_out_of_range", "RPE ranges from 1 to 10. The set is imported without it.")
        return None
    if rpe * 2 != int(rpe * 2):
        warnings.add(line, "rpe_rounded", "RPE has steps of 0.5; it was rounded.")
        return int(rpe * 2 + 0.5) / 2
    return rpe


def add_rest(exercise: ExerciseDraft | None, seconds: float, line: int, warnings: Remarks) -> None:
    """Set the rest after the last set of an exercise."""
    if seconds > MAX_REST_SECONDS:
        raise CellError("out_of_range", "A rest lasts at most a day.")
    if exercise is None or not exercise.parsed.sets:
        warnings.add(line, "rest_without_set", "This rest follows no set and was left out.")
        return
    last = exercise.parsed.sets[-1]
    if last.rest_seconds is not None:
        warnings.add(line, "repeated_rest", "This is the second rest after one set; it replaces the first.")
    last.rest_seconds = round(seconds)


def build_workout(draft: WorkoutDraft, time_zone: str, warnings: Remarks, *, allow_empty: bool) -> ParsedWorkout:
    """Return the workout of a draft."""
    if not draft.exercises and (draft.has_problems or not allow_empty):
        raise CellError("empty_workout", "No row of this workout could be read.")
    for exercise in draft.exercises:
        name = f"note on {exercise.parsed.name}"
        exercise.parsed.notes = _clean_text("\n".join(exercise.notes), MAX_NOTES, draft.line, name, warnings) or None
    if draft.is_too_large:
        raise CellError("workout_too_large", f"A workout has at most {MAX_EXERCISES} exercises and {MAX_SETS} sets.")
    if is_too_large(exercise.parsed for exercise in draft.exercises):
        raise CellError("workout_too_large", f"{WORKOUT_TOO_LARGE}.")
    title = _LINE_BREAKS.sub(" ", draft.title).strip()
    title = _clean_text(title, MAX_TITLE, draft.line, "name of the workout", warnings)
    # Cut before it is cleaned: the cut may divide a flag or an emoji, whose invisible parts are then out of place.
    title = clean_name(title, draft.line, "name of the workout", warnings)
    title = unicodedata.normalize("NFC", title.strip())
    notes = _clean_text("\n".join(draft.notes), MAX_NOTES, draft.line, "note on the workout", warnings)
    duration = draft.duration or timedelta()
    check_duration(duration, draft.line, warnings)
    return ParsedWorkout(
        line=draft.line,
        title=title or "Workout",
        started_at=draft.started_at,
        ended_at=draft.started_at + duration,
        notes=notes or None,
        exercises=[exercise.parsed for exercise in draft.exercises],
        time_zone=time_zone,
    )


def check_duration(duration: timedelta, line: int, warnings: Remarks) -> None:
    """Check how long a workout lasts, and warn of one that the user seems to have forgotten to end."""
    if duration < timedelta():
        raise CellError("ends_before_start", "This workout ends before it begins.")
    if duration > MAX_DURATION:
        raise CellError("duration_out_of_range", "A workout lasts at most 31 days.")
    if duration > _LONG:
        warnings.add(line, "long_workout", f"This workout lasts {duration.total_seconds() / 3600:.0f} hours.")


def parse_exercise_name(text: str, line: int, warnings: Remarks) -> str:
    """Return the name of an exercise."""
    name, is_cleaned = _parse_name(text)
    if is_cleaned:
        _warn_of_invisible(line, "name of the exercise", warnings)
    return name


@cache_short_texts
def _parse_name(text: str) -> tuple[str, bool]:
    """Return the name of an exercise, and whether it had invisible characters."""
    cleaned = remove_invisible(text)
    return parsing.parse_exercise_name(cleaned), len(cleaned) < len(text)


def clean_name(text: str, line: int, name: str, warnings: Remarks) -> str:
    """Return a name without invisible characters, and warn of what was removed."""
    cleaned = remove_invisible(text)
    if len(cleaned) < len(text):
        _warn_of_invisible(line, name, warnings)
    return cleaned


def _warn_of_invisible(line: int, name: str, warnings: Remarks) -> None:
    warnings.add(line, "invisible_characters", f"Invisible characters were removed from the {name}.")


def clean_notes(text: str, line: int, name: str, warnings: Remarks) -> str:
    """Return a text without control characters and overrides of its direction, and warn of what was removed."""
    printable = parsing.strip_control_characters(text)
    if len(printable) < len(text):
        warnings.add(line, "control_characters", f"Control characters were removed from the {name}.")
    cleaned = remove_misleading(printable)
    if len(cleaned) < len(printable):
        _warn_of_invisible(line, name, warnings)
    return cleaned


def _clean_text(text: str, max_length: int, line: int, name: str, warnings: Remarks) -> str:
    """Return a text without what cannot be stored, and warn of what was removed."""
    cleaned = clean_notes(text, line, name, warnings)
    if len(cleaned) > max_length:
        warnings.add(line, "text_shortened", f"The {name} was cut to {max_length} characters.")
    return cleaned[:max_length]
