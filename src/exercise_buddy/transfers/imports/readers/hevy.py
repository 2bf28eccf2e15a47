"""The reader of files that the app Hevy exports, and of our own CSV, which has the same columns.

A row is a set. Rows with the same start, end and title are a workout. Exercises with the same `superset_id` are done
in turn. A row without a set means an exercise without sets, or a workout without exercises: only our own files have
them.
"""

from exercise_buddy.core.exports import original_text
from exercise_buddy.transfers.imports import assembly, parsing
from exercise_buddy.transfers.imports.assembly import WorkoutDraft
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.model import ParsedExercise, fold_name
from exercise_buddy.workouts.public import Source

_SET_COLUMNS = ("order", "kind", "weight", "reps", "distance", "seconds", "rpe")
_TEXT_COLUMNS = ("title", "workout_notes", "exercise", "notes")

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
    key=("date", "end", "title"),
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

    def _add_row(self, draft: WorkoutDraft, values: dict[str, str], line: int) -> None:
        is_set = any(values.get(column) for column in _SET_COLUMNS)
        assembly.add_note(draft.notes, values.get("workout_notes"))
        if not is_set and not values["exercise"]:
            return
        name = assembly.parse_exercise_name(values["exercise"], line, self.warnings)
        workout_set = self._parse_set(values, self._parse_kind(values, line), line) if is_set else None
        order = parsing.parse_ordinal(values["order"]) if is_set else None
        superset = values.get("superset", "")
        added = ParsedExercise(name, superset=assembly.number_superset(superset, draft))
        exercise = assembly.find_or_add_exercise(draft, added, f"{superset}/{fold_name(name)}", order, has_set=is_set)
        if workout_set is None:
            exercise.is_complete = True
        assembly.add_note(exercise.notes, values.get("notes"))
        if workout_set is not None:
            assembly.add_set(draft, exercise, workout_set, order)
