"""Reads what the app Strong exports, in the layouts it has had.

A row is a set. Rows with the same date, name and number, one after the other, are a workout; rows with the same
exercise name, one after the other, an exercise of it. `Set Order` is a number, or W (warm-up), D (drop set),
F (failure), or says that the row is no set: "Rest Timer" is the rest after the set before, "Note" a note on the
exercise.
"""

from datetime import timedelta

from exercise_buddy.exercises.public import name_key
from exercise_buddy.workouts.imports import assembly, parsing
from exercise_buddy.workouts.imports.assembly import OpenExercise, OpenWorkout
from exercise_buddy.workouts.imports.csv_reader import TableReader
from exercise_buddy.workouts.imports.model import ReadExercise
from exercise_buddy.workouts.imports.months import folded
from exercise_buddy.workouts.imports.parsing import CellError
from exercise_buddy.workouts.tables import SetKind

_KINDS = {"w": SetKind.WARM_UP, "d": SetKind.DROP, "f": SetKind.FAILURE}
_RESTS = {"rest timer", "rest", "pausentimer", "ruhetimer", "temporizador de descanso", "minuteur de repos"}
_RESTS |= {"timer di riposo", "timer recupero", "rusttimer", "таймер отдыха", "休憩タイマー", "休息计时器"}
_RESTS = {folded(word) for word in _RESTS}
_NOTES = {"note", "notes", "notiz", "nota", "notitie", "заметка", "メモ", "备注"}
_NOTES = {folded(word) for word in _NOTES}


class StrongReader(TableReader):
    """Reads a table in Strong's layout."""

    def _key(self, values: dict[str, str]) -> tuple[object, ...]:
        return (self._moment(values["date"]), values["title"], values.get("number"))

    def _open(self, values: dict[str, str], line: int) -> OpenWorkout:
        current = OpenWorkout(line, self._key(values), self._moment(values["date"]), values["title"])
        if duration := values.get("duration"):
            seconds = parsing.duration_seconds(duration)
            if seconds is None:
                message = "The duration cannot be read; the workout is kept without."
                self.warnings.add(line, "unreadable_duration", message)
            else:
                # More than a timedelta holds is also more than a workout lasts.
                current.lasts = timedelta(seconds=min(seconds, 10**12))
        return current

    def _add(self, current: OpenWorkout, values: dict[str, str], line: int) -> None:
        order = folded(values["order"])
        name = parsing.exercise_name(values["exercise"])
        if order in _RESTS or name_key(name) in _RESTS:
            seconds = parsing.number(values.get("seconds", ""), "rest", decimal_comma=self._units.decimal_comma)
            if seconds:
                assembly.add_rest(current.exercises[-1] if current.exercises else None, seconds, line, self.warnings)
            return
        number = parsing.ordinal(order)
        is_note = order in _NOTES
        if number is None and order not in _KINDS and not is_note:
            raise CellError("unknown_set_order", "The set order is neither a number nor W, D, F, Note or Rest Timer.")
        if is_note and not values.get("notes"):
            return
        kind = _KINDS.get(order, SetKind.NORMAL)
        read = None if is_note else assembly.read_set(values, kind, self._units, line, self.warnings)
        exercise = current.exercises[-1] if current.exercises else None
        starts_over = number == 1 and exercise is not None and exercise.last_order >= 1
        if exercise is None or name_key(name) != exercise.key or starts_over:
            exercise = OpenExercise(ReadExercise(name), name_key(name))
            current.exercises.append(exercise)
        exercise.last_order = number or exercise.last_order
        assembly.add_note(exercise.notes, values.get("notes"))
        assembly.add_note(current.notes, values.get("workout_notes"))
        if read is not None:
            assembly.add_set(current, exercise, read)
