"""The reader of files that the app Hevy exports, and of our own CSV, which has the same columns.

A row is a set. Consecutive rows with the same start, end and title are a workout; consecutive rows with the same
exercise are an exercise of it, until the set number starts over. Exercises with the same `superset_id` are done in
turn. A row without a set means an exercise without sets, or a workout without exercises: only our own files have them.
"""

import sys

from exercise_buddy.core.exports import original_text
from exercise_buddy.transfers.imports import assembly, parsing
from exercise_buddy.transfers.imports.assembly import ExerciseDraft, WorkoutDraft
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.model import ParsedExercise, fold_name
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.workouts.public import SetKind, Source

_KINDS = dict.fromkeys(("", "normal", "regular", "working", "work", "n"), SetKind.NORMAL)
_KINDS |= dict.fromkeys(("warmup", "warm up", "warm_up", "warm-up", "w"), SetKind.WARM_UP)
_KINDS |= dict.fromkeys(("dropset", "drop set", "drop_set", "drop", "d"), SetKind.DROP)
_KINDS |= dict.fromkeys(("failure", "fail", "to failure", "f"), SetKind.FAILURE)
_SET_COLUMNS = ("order", "kind", "weight", "reps", "distance", "seconds", "rpe")
_TEXT_COLUMNS = ("title", "workout_notes", "exercise", "notes")
_MAX_SUPERSET = 100
# The last order of an exercise without sets: no row continues it.
_NO_MORE_SETS = sys.maxsize

_LAYOUT = Layout(
    app="Hevy",
    source=Source.HEVY,
    names={
        "title": "title, workout title, workout name, workout",
        "date": "start time, start, started at, start date",
        "end": "end time, end, ended at, end date",
        "workout_notes": "description, workout notes, workout description",
        "exercise": "exercise title, exercise name, exercise",
        "superset": "superset id, superset",
        "notes": "exercise notes, notes",
        "order": "set index, set number, set order, set",
        "kind": "set type, type, set kind",
        "weight": "weight kg, weight kgs, weight lbs, weight lb, weight",
        "reps": "reps, repetitions",
        "distance": (
            "distance km, distance miles, distance mi, distance meters, distance m, distance yards, distance ft, "
            "distance"
        ),
        "seconds": "duration seconds, duration s, duration, seconds",
        "rpe": "rpe",
    },
    required=("title", "date", "exercise", "order", "reps"),
    example=(
        "title, start_time, end_time, description, exercise_title, superset_id, exercise_notes, set_index, "
        "set_type, weight_kg, reps, distance_km, duration_seconds, rpe"
    ),
)


class HevyReader(CsvReader):
    """Reads a table in Hevy's layout."""

    layout = _LAYOUT

    _allows_empty_workouts = True

    def _read_values(self, row: list[str]) -> dict[str, str]:
        values = super()._read_values(row)
        for column in _TEXT_COLUMNS:
            if values.get(column, "").startswith("'"):
                values[column] = original_text(values[column])
        return values

    def _build_key(self, values: dict[str, str]) -> tuple[object, ...]:
        return (self._parse_time(values["date"]), values.get("end"), values["title"])

    def _start_workout(self, values: dict[str, str], line: int) -> WorkoutDraft:
        draft = WorkoutDraft(line, self._build_key(values), self._parse_time(values["date"]), values["title"])
        if end := values.get("end"):
            try:
                draft.duration = self._parse_end(end, draft.started_at) - draft.started_at
            except CellError:
                message = "The end of this workout cannot be read; the workout is imported without it."
                self.warnings.add(line, "unreadable_end", message)
        return draft

    def _add_row(self, draft: WorkoutDraft, values: dict[str, str], line: int) -> None:
        is_set = any(values.get(column) for column in _SET_COLUMNS)
        assembly.add_note(draft.notes, values.get("workout_notes"))
        if not is_set and not values["exercise"]:
            return
        name = assembly.parse_exercise_name(values["exercise"], line, self.warnings)
        kind = _KINDS.get(values.get("kind", "").casefold())
        if kind is None:
            kind = SetKind.NORMAL
            self.warnings.add(line, "unknown_set_type", "The type of this set is unknown; it is read as a normal set.")
        workout_set = assembly.parse_set(values, kind, self._units, line, self.warnings) if is_set else None
        order = parsing.parse_ordinal(values["order"])
        exercise = _find_or_add_exercise(draft, name, order if is_set else None, values.get("superset", ""))
        if not is_set:
            exercise.last_order = _NO_MORE_SETS
        elif order is not None:
            exercise.last_order = order
        assembly.add_note(exercise.notes, values.get("notes"))
        if workout_set is not None:
            assembly.add_set(draft, exercise, workout_set)


def _find_or_add_exercise(draft: WorkoutDraft, name: str, order: int | None, superset: str) -> ExerciseDraft:
    """Return the exercise that a row continues, or a new one."""
    key = f"{superset}/{fold_name(name)}"
    # The exercises of a superset may alternate in the rows as they do in the gym.
    candidates = draft.exercises if superset else draft.exercises[-1:]
    for exercise in reversed(candidates):
        if exercise.key == key and order is not None and exercise.last_order < order:
            return exercise
    added = ExerciseDraft(ParsedExercise(name, superset=_number_superset(superset, draft)), key)
    draft.exercises.append(added)
    return added


def _number_superset(text: str, draft: WorkoutDraft) -> int | None:
    """Return the number of a superset: that of the file, or the next free one if that is not a small number."""
    if not text:
        return None
    number = parsing.parse_ordinal(text)
    if number is not None and number <= _MAX_SUPERSET:
        return number
    numbers = {exercise.key.partition("/")[0]: exercise.parsed.superset for exercise in draft.exercises}
    taken = [superset for superset in numbers.values() if superset is not None]
    return numbers.get(text, max(taken, default=-1) + 1)
