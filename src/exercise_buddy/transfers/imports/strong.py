"""The reader of files that the app Strong exports, in all its layouts.

A row is a set. Consecutive rows with the same date, name and number are a workout; consecutive rows with the same
exercise name are an exercise of it. `Set Order` is a number, W (warm-up), D (drop set) or F (failure); other values
mark rows that are not sets: "Rest Timer" is the rest after the previous set, "Note" a note on the exercise.
"""

from datetime import timedelta

from exercise_buddy.transfers.imports import assembly, parsing
from exercise_buddy.transfers.imports.assembly import ExerciseDraft, WorkoutDraft
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.model import ParsedExercise, fold_name
from exercise_buddy.transfers.imports.months import fold_text
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.workouts.public import SetKind

_KINDS = {"w": SetKind.WARM_UP, "d": SetKind.DROP, "f": SetKind.FAILURE}
_RESTS = {"rest timer", "rest", "pausentimer", "ruhetimer", "temporizador de descanso", "minuteur de repos"}
_RESTS |= {"timer di riposo", "timer recupero", "rusttimer", "таймер отдыха", "休憩タイマー", "休息计时器"}
_RESTS = {fold_text(word) for word in _RESTS}
_NOTES = {"note", "notes", "notiz", "nota", "notitie", "заметка", "メモ", "备注"}
_NOTES = {fold_text(word) for word in _NOTES}
_MAX_SECONDS = 10**12  # More than a timedelta holds; a workout of that length is refused anyway.


class StrongReader(CsvReader):
    """Reads a table in one of Strong's layouts."""

    def _build_key(self, values: dict[str, str]) -> tuple[object, ...]:
        return (self._parse_time(values["date"]), values["title"], values.get("number"))

    def _start_workout(self, values: dict[str, str], line: int) -> WorkoutDraft:
        draft = WorkoutDraft(line, self._build_key(values), self._parse_time(values["date"]), values["title"])
        if text := values.get("duration"):
            seconds = parsing.parse_duration(text)
            if seconds is None:
                message = "The duration cannot be read; the workout is imported without it."
                self.warnings.add(line, "unreadable_duration", message)
            else:
                draft.duration = timedelta(seconds=min(seconds, _MAX_SECONDS))
        return draft

    def _add_row(self, draft: WorkoutDraft, values: dict[str, str], line: int) -> None:
        order = fold_text(values["order"])
        name = assembly.parse_exercise_name(values["exercise"], line, self.warnings)
        exercise = draft.exercises[-1] if draft.exercises else None
        key = fold_name(name)
        if order in _RESTS or key in _RESTS:
            rest = parsing.parse_number(values.get("seconds", ""), "rest", decimal_comma=self._units.decimal_comma)
            if rest:
                assembly.add_rest(exercise, rest, line, self.warnings)
            return
        number = parsing.parse_ordinal(order)
        is_note = order in _NOTES
        if number is None and order not in _KINDS and not is_note:
            raise CellError("unknown_set_order", "The set order is not a number, W, D, F, Note or Rest Timer.")
        if is_note and not values.get("notes"):
            return
        kind = _KINDS.get(order, SetKind.NORMAL)
        workout_set = None if is_note else assembly.parse_set(values, kind, self._units, line, self.warnings)
        starts_over = number == 1 and exercise is not None and exercise.last_order >= 1
        if exercise is None or key != exercise.key or starts_over:
            exercise = ExerciseDraft(ParsedExercise(name), key)
            draft.exercises.append(exercise)
        exercise.last_order = number or exercise.last_order
        assembly.add_note(exercise.notes, values.get("notes"))
        assembly.add_note(draft.notes, values.get("workout_notes"))
        if workout_set is not None:
            assembly.add_set(draft, exercise, workout_set)
