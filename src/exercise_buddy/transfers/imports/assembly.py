"""Assembly of CSV rows: cells to sets, sets to exercises, exercises to workouts.

Functions raise `CellError` for what cannot be parsed, or exceeds the limits of a set or a workout.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from exercise_buddy.core.text import remove_invisible, remove_misleading
from exercise_buddy.core.types import MAX_NOTES
from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.model import ParsedExercise, ParsedWorkout
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.short_texts import cache_short_texts
from exercise_buddy.workouts.public import (
    HEART_RATE_DECIMALS,
    MAX_DURATION,
    MAX_EXERCISES,
    MAX_HEART_RATE_BPM,
    MAX_REST_SECONDS,
    MAX_SETS,
    MAX_TITLE,
    MIN_HEART_RATE_BPM,
    WORKOUT_TOO_LARGE,
    SetInput,
    SetKind,
    is_too_large,
)

_LINE_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]+")
_LONG = timedelta(hours=6)
_KINDS = dict.fromkeys(
    ("", "normal", "normal set", "regular", "working", "work", "n", "0", "false", "no"), SetKind.NORMAL
)
_KINDS |= dict.fromkeys(("warmup", "warm up", "warmup set", "warm up set", "w", "1", "true", "yes"), SetKind.WARM_UP)
_KINDS |= dict.fromkeys(("dropset", "drop set", "drop", "d"), SetKind.DROP)
_KINDS |= dict.fromkeys(("failure", "failure set", "fail", "to failure", "f"), SetKind.FAILURE)
_MAX_NAME = 120
_MAX_SUPERSET = 100
_NO_NAME = "Unnamed exercise"


@dataclass(slots=True)
class ExerciseDraft:
    """An exercise whose rows are being read.

    `orders` are the numbers of its sets, ascending: a table may be sorted by weight, or backwards. No row continues an
    exercise that `is_complete`.
    """

    parsed: ParsedExercise
    key: str
    orders: list[int] = field(default_factory=list)
    is_complete: bool = False
    notes: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class WorkoutDraft:
    """A workout whose rows are being read.

    `duration` is None where the file does not state the end. `has_problems`: one of its rows could not be read.
    """

    line: int
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


def add_set(draft: WorkoutDraft, exercise: ExerciseDraft, workout_set: SetInput, order: int | None) -> None:
    """Add a set to an exercise of a workout: by its number, or as the last one if it has none."""
    orders = exercise.orders
    order = order if order is not None else (orders[-1] if orders else -1)
    index = bisect_right(orders, order)
    orders.insert(index, order)
    exercise.parsed.sets.insert(index, workout_set)
    draft.set_count += 1


def find_or_add_exercise(
    draft: WorkoutDraft, added: ParsedExercise, key: str, order: int | None, *, has_set: bool = True
) -> ExerciseDraft:
    """Return the exercise that a row continues, or a new one.

    A row continues the last exercise of its key if that has no set of this number, wherever it is in the workout: the
    rows of exercises may alternate. Without a number, it continues the exercise of the row before.
    """
    candidates = draft.exercises if order is not None else draft.exercises[-1:]
    exercise = next((exercise for exercise in reversed(candidates) if exercise.key == key), None)
    if exercise is None or exercise.is_complete or (order in exercise.orders if order is not None else not has_set):
        exercise = ExerciseDraft(added, key)
        draft.exercises.append(exercise)
    return exercise


def number_superset(text: str, draft: WorkoutDraft) -> int | None:
    """Return the number of a superset: that of the file, or the next free one if that is not a small number."""
    if not text:
        return None
    number = parsing.parse_ordinal(text)
    if number is not None and number <= _MAX_SUPERSET:
        return number
    numbers = {exercise.key.partition("/")[0]: exercise.parsed.superset for exercise in draft.exercises}
    taken = [superset for superset in numbers.values() if superset is not None]
    return numbers.get(text, max(taken, default=-1) + 1)


def find_kind(text: str) -> SetKind | None:
    """Return the kind of a set in the words of apps; None for other words."""
    return _KINDS.get(" ".join(text.casefold().replace("_", " ").replace("-", " ").split()))


def too_large() -> CellError:
    """Return the error of a workout that exceeds the limits."""
    return CellError("workout_too_large", f"A workout has at most {MAX_EXERCISES} exercises and {MAX_SETS} sets.")


def add_note(notes: dict[str, None], text: str | None) -> None:
    """Add a note, which a table repeats in every row. A dictionary: a file may have as many notes as rows."""
    if text:
        notes[text] = None


def add_rest(exercise: ExerciseDraft | None, seconds: float, line: int, warnings: Remarks) -> None:
    """Set the rest after the last set of an exercise."""
    if not 0 <= seconds <= MAX_REST_SECONDS:
        warnings.add(line, "out_of_range", "A rest lasts at most a day. It was left out.")
        return
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
        raise too_large()
    if is_too_large(exercise.parsed for exercise in draft.exercises):
        raise CellError("workout_too_large", f"{WORKOUT_TOO_LARGE}.")
    title = _LINE_BREAKS.sub(" ", draft.title).strip()
    title = _clean_text(title, MAX_TITLE, draft.line, "name of the workout", warnings)
    # Cut before it is cleaned: the cut may divide a flag or an emoji, whose invisible parts are then out of place.
    title = clean_name(title, draft.line, "name of the workout", warnings)
    title = unicodedata.normalize("NFC", title.strip())
    notes = _clean_text("\n".join(draft.notes), MAX_NOTES, draft.line, "note on the workout", warnings)
    duration = check_duration(draft.duration or timedelta(), draft.line, warnings)
    return ParsedWorkout(
        line=draft.line,
        title=title or "Workout",
        started_at=draft.started_at,
        ended_at=draft.started_at + duration,
        notes=notes or None,
        exercises=[exercise.parsed for exercise in draft.exercises],
        time_zone=time_zone,
    )


def set_heart_rate(workout: ParsedWorkout, average: float | None, highest: float | None, warnings: Remarks) -> None:
    """Set the heart rate of a workout, if it can be right. 0 means that none was measured."""
    rates = [round(rate, HEART_RATE_DECIMALS) for rate in (average, highest) if rate]
    if rates != sorted(rates) or any(not MIN_HEART_RATE_BPM <= rate <= MAX_HEART_RATE_BPM for rate in rates):
        message = "The heart rate of this workout cannot be right. It was left out."
        warnings.add(workout.line, "heart_rate", message)
        return
    workout.average_heart_rate_bpm = rates[0] if average else None
    workout.max_heart_rate_bpm = rates[-1] if highest else None


def check_duration(duration: timedelta, line: int, warnings: Remarks) -> timedelta:
    """Return how long a workout lasts: 0 if its end cannot be right. Warn of that, and of one that was forgotten."""
    if duration < timedelta():
        warnings.add(line, "ends_before_start", "This workout ends before it begins; it is imported without its end.")
        return timedelta()
    if duration > MAX_DURATION:
        message = "A workout lasts at most 31 days; this one is imported without its end."
        warnings.add(line, "duration_out_of_range", message)
        return timedelta()
    if duration > _LONG:
        warnings.add(line, "long_workout", f"This workout lasts {duration.total_seconds() / 3600:.0f} hours.")
    return duration


def parse_exercise_name(text: str, line: int, warnings: Remarks) -> str:
    """Return the name of an exercise. A name that cannot be stored is changed, with a warning."""
    name, change = _parse_name(text)
    if change == "invisible_characters":
        _warn_of_invisible(line, "name of the exercise", warnings)
    elif change == "text_shortened":
        warnings.add(line, change, f"The name of the exercise was cut to {_MAX_NAME} characters.")
    elif change:
        warnings.add(line, change, f"The exercise of this set has no name; it is imported as {_NO_NAME}.")
    return name


@cache_short_texts
def _parse_name(text: str) -> tuple[str, str | None]:
    """Return the name of an exercise, and how it was changed."""
    cleaned = remove_invisible(_LINE_BREAKS.sub(" ", parsing.strip_control_characters(text))).strip()
    if not cleaned:
        return _NO_NAME, "exercise_name"
    change = "invisible_characters" if len(cleaned) < len(text.strip()) else None
    if len(cleaned) > _MAX_NAME:
        cleaned, change = remove_invisible(cleaned[:_MAX_NAME]).strip(), "text_shortened"
    return parsing.parse_exercise_name(cleaned), change


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
