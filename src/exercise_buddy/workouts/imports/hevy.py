"""Reads what the app Hevy exports, and our own CSV, which has the same columns.

A row is a set. Rows with the same start, end and title, one after the other, are a workout; rows with the same
exercise, one after the other, an exercise of it, until the number of the set starts over. Exercises with one
`superset_id` are done in turn. A row without a set is of an exercise without sets, or of a workout without exercises:
only our own files have such.
"""

import sys

from exercise_buddy.core.exports import original_text
from exercise_buddy.exercises.public import name_key
from exercise_buddy.workouts.imports import assembly, parsing
from exercise_buddy.workouts.imports.assembly import OpenExercise, OpenWorkout
from exercise_buddy.workouts.imports.csv_reader import TableReader
from exercise_buddy.workouts.imports.model import ReadExercise
from exercise_buddy.workouts.imports.parsing import CellError
from exercise_buddy.workouts.tables import SetKind

_KINDS = dict.fromkeys(("", "normal", "regular", "working", "work", "n"), SetKind.NORMAL)
_KINDS |= dict.fromkeys(("warmup", "warm up", "warm_up", "warm-up", "w"), SetKind.WARM_UP)
_KINDS |= dict.fromkeys(("dropset", "drop set", "drop_set", "drop", "d"), SetKind.DROP)
_KINDS |= dict.fromkeys(("failure", "fail", "to failure", "f"), SetKind.FAILURE)
_OF_A_SET = ("order", "kind", "weight", "reps", "distance", "seconds", "rpe")
_TEXTS = ("title", "workout_notes", "exercise", "notes")
_MAX_SUPERSET = 100
_END = sys.maxsize


class HevyReader(TableReader):
    """Reads a table in Hevy's layout."""

    _may_be_empty = True

    def _values(self, row: list[str]) -> dict[str, str]:
        values = super()._values(row)
        for holds in _TEXTS:
            if values.get(holds, "").startswith("'"):
                values[holds] = original_text(values[holds])
        return values

    def _key(self, values: dict[str, str]) -> tuple[object, ...]:
        return (self._moment(values["date"]), values.get("end"), values["title"])

    def _open(self, values: dict[str, str], line: int) -> OpenWorkout:
        current = OpenWorkout(line, self._key(values), self._moment(values["date"]), values["title"])
        if end := values.get("end"):
            try:
                current.lasts = self._moment_after(end, current.started_at) - current.started_at
            except CellError:
                message = "The end of this workout cannot be read; the workout is kept without."
                self.warnings.add(line, "unreadable_end", message)
        return current

    def _add(self, current: OpenWorkout, values: dict[str, str], line: int) -> None:
        is_set = any(values.get(holds) for holds in _OF_A_SET)
        assembly.add_note(current.notes, values.get("workout_notes"))
        if not is_set and not values["exercise"]:
            return
        name = parsing.exercise_name(values["exercise"])
        kind = _KINDS.get(values.get("kind", "").casefold())
        if kind is None:
            kind = SetKind.NORMAL
            self.warnings.add(line, "unknown_set_type", "This type of set is unknown; it is taken for a normal one.")
        read = assembly.read_set(values, kind, self._units, line, self.warnings) if is_set else None
        order = parsing.ordinal(values["order"])
        exercise = self._exercise(current, name, order if is_set else None, values.get("superset", ""))
        # Nothing goes on with an exercise without sets.
        exercise.last_order = _END if not is_set else order if order is not None else exercise.last_order
        assembly.add_note(exercise.notes, values.get("notes"))
        if read is not None:
            assembly.add_set(current, exercise, read)

    def _exercise(self, current: OpenWorkout, name: str, order: int | None, superset: str) -> OpenExercise:
        """Find the exercise that a row goes on with, or begin one."""
        key = f"{superset}/{name_key(name)}"
        # The exercises of a superset may take turns in the rows as they do in the gym.
        candidates = current.exercises if superset else current.exercises[-1:]
        for exercise in reversed(candidates):
            if exercise.key == key and order is not None and exercise.last_order < order:
                return exercise
        begun = OpenExercise(ReadExercise(name, superset=_superset(superset, current)), key)
        current.exercises.append(begun)
        return begun


def _superset(text: str, current: OpenWorkout) -> int | None:
    """Give a superset the number that it has in the file, or, where that is no small number, the next one."""
    if not text:
        return None
    number = parsing.ordinal(text)
    if number is not None and number <= _MAX_SUPERSET:
        return number
    known = {exercise.key.partition("/")[0]: exercise.read.superset for exercise in current.exercises}
    taken = [superset for superset in known.values() if superset is not None]
    return known.get(text, max(taken, default=-1) + 1)
