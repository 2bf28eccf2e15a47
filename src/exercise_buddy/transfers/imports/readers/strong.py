# ruff: noqa: RUF001  (names in other scripts)
"""The reader of files that the app Strong exports, in all its layouts.

A row is a set. Rows with the same date, name and number are a workout. `Set Order` is a number, W (warm-up), D (drop
set) or F (failure); other values mark rows that are not sets: "Rest Timer" is the rest after the previous set, "Note" a
note on the exercise.
"""

from exercise_buddy.transfers.imports import assembly, parsing
from exercise_buddy.transfers.imports.assembly import WorkoutDraft
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.model import ParsedExercise, fold_name
from exercise_buddy.transfers.imports.months import fold_text
from exercise_buddy.transfers.imports.numbers import parse_cell_number
from exercise_buddy.workouts.public import SetKind, Source

_KINDS = {"w": SetKind.WARM_UP, "d": SetKind.DROP, "f": SetKind.FAILURE}
_RESTS = {"rest timer", "rest", "pausentimer", "ruhetimer", "temporizador de descanso", "minuteur de repos"}
_RESTS |= {"timer di riposo", "timer recupero", "rusttimer", "таймер отдыха", "休憩タイマー", "休息计时器"}
_RESTS = {fold_text(word) for word in _RESTS}
_NOTES = {"note", "notes", "notiz", "nota", "notitie", "заметка", "メモ", "备注"}
_NOTES = {fold_text(word) for word in _NOTES}

_LAYOUT = Layout(
    app="Strong",
    source=Source.STRONG,
    names={
        "number": "workout #, workout number, workout no",
        "date": "date, datum, fecha, data, дата, 日付, 日期, tarih, dato, 날짜, päivämäärä",
        "title": (
            "workout name, workout-name, trainingsname, name des workouts, nombre del entrenamiento, "
            "nombre de entrenamiento, nom de l'entraînement, nom de la séance, nome allenamento, "
            "nome dell'allenamento, nome do treino, workoutnaam, naam workout, naam training, название тренировки, "
            "ワークアウト名, 训练名称, 訓練名稱, antrenman adı, 운동 이름"
        ),
        "duration": (
            "duration, workout duration, dauer, workout-dauer, duración, duración del entrenamiento, durée, "
            "durée de l'entraînement, durata, durata allenamento, duração, duração do treino, duur, duur workout, "
            "длительность, продолжительность, продолжительность тренировки, 時間, 时长, süre"
        ),
        "exercise": (
            "exercise name, name der übung, übungsname, übung, nombre del ejercicio, nombre de ejercicio, "
            "nom de l'exercice, nome esercizio, nome dell'esercizio, nome do exercício, oefeningnaam, "
            "naam oefening, название упражнения, エクササイズ名, 种目名称, 动作名称, egzersiz adı, 운동명"
        ),
        "order": (
            "set order, reihenfolge festlegen, satzreihenfolge, satz-reihenfolge, orden de series, "
            "orden de la serie, ordre des séries, ordre de la série, ordine serie, ordine delle serie, "
            "ordem das séries, ordem da série, setvolgorde, volgorde sets, порядок подходов, "
            "セット順, 组顺序, set sırası"
        ),
        "weight": "weight, kg, lb, lbs, gewicht, peso, poids, вес, 重量, ağırlık, vikt, vægt, vekt, waga, paino, 무게",
        "weight_unit": (
            "weight unit, gewichtseinheit, unidad de peso, unité de poids, unità di peso, unidade de peso, "
            "gewichtseenheid, единица веса, 重量単位, 重量单位"
        ),
        "reps": (
            "reps, wiederh, wdh, wiederholungen, repeticiones, répétitions, rép, ripetizioni, repetições, "
            "herhalingen, повторения, повт, 回数, 次数, tekrar, repetitioner, gentagelser, powtórzenia, toistot, 횟수"
        ),
        "distance": (
            "distance, km, mi, miles, entfernung, distanz, distancia, distanza, distância, afstand, расстояние, 距離, "
            "距离, mesafe"
        ),
        "distance_unit": (
            "distance unit, entfernungseinheit, distanzeinheit, unidad de distancia, unité de distance, "
            "unità di distanza, unidade de distância, afstandseenheid, единица расстояния, 距離単位, 距离单位"
        ),
        "seconds": "seconds, sekunden, segundos, secondes, secondi, seconden, секунды, 秒, 秒数, saniye, sekunder",
        "notes": "notes, notizen, notas, note, notities, заметки, メモ, 备注, notlar, anteckningar",
        "workout_notes": (
            "workout notes, workout-notizen, trainingsnotizen, notas del entrenamiento, notas de entrenamiento, "
            "notes de l'entraînement, notes de la séance, note allenamento, note sull'allenamento, "
            "notas do treino, notities workout, workoutnotities, заметки к тренировке, ワークアウトメモ, 训练备注, "
            "antrenman notları"
        ),
        "rpe": "rpe",
    },
    key=("date", "title", "number"),
    required=("date", "title", "exercise", "order", "weight", "reps"),
    example=(
        "Date, Workout Name, Duration, Exercise Name, Set Order, Weight, Reps, Distance, Seconds, Notes, "
        "Workout Notes, RPE"
    ),
    orders=(
        "date title duration exercise order weight reps distance seconds notes workout_notes rpe",
        "date title exercise order weight reps distance seconds notes workout_notes rpe",
        "date title duration exercise order weight reps distance seconds rpe",
        "date title exercise order weight weight_unit reps rpe distance distance_unit seconds notes workout_notes "
        "duration",
        "date title exercise order weight weight_unit reps rpe distance distance_unit seconds notes workout_notes",
        "date title duration exercise order weight weight_unit reps rpe distance distance_unit seconds notes "
        "workout_notes",
        "number date title duration exercise order weight reps rpe distance seconds notes workout_notes",
    ),
)


class StrongReader(CsvReader):
    """Reads a table in one of Strong's layouts."""

    layout = _LAYOUT

    def _add_row(self, draft: WorkoutDraft, values: dict[str, str], line: int) -> None:
        order = fold_text(values["order"])
        name = assembly.parse_exercise_name(values["exercise"], line, self.warnings)
        key = fold_name(name)
        number = parsing.parse_ordinal(order)
        is_rest = order in _RESTS or key in _RESTS
        if is_rest or (number is None and order not in _KINDS and not _has_result(values)):
            self._add_rest_or_note(draft, key, values, line, is_known=is_rest or order in _NOTES)
            return
        if number is None and order not in _KINDS:
            message = "The set order is not a number, W, D, F, Note or Rest Timer; it is read as a normal set."
            self.warnings.add(line, "unknown_set_order", message)
        workout_set = self._parse_set(values, _KINDS.get(order, SetKind.NORMAL), line)
        last = draft.exercises[-1] if draft.exercises else None
        if number is not None and number > 1 and last is not None and last.key == key and number in last.orders:
            # Only the first number starts over: some releases repeat others.
            number = last.orders[-1] + 1
        exercise = assembly.find_or_add_exercise(draft, ParsedExercise(name), key, number)
        assembly.add_note(exercise.notes, values.get("notes"))
        assembly.add_note(draft.notes, values.get("workout_notes"))
        assembly.add_set(draft, exercise, workout_set, number)

    def _add_rest_or_note(
        self, draft: WorkoutDraft, key: str, values: dict[str, str], line: int, *, is_known: bool
    ) -> None:
        """Add the rest after the last set, or a note on an exercise."""
        if not is_known:
            message = "The set order is not a number, W, D, F, Note or Rest Timer; it is read as a rest or a note."
            self.warnings.add(line, "unknown_set_order", message)
        rest = parse_cell_number(values.get("seconds", ""), self._units.number_format)
        if rest is not None and rest.value:
            exercise = draft.exercises[-1] if draft.exercises else None
            assembly.add_rest(exercise, rest.value, line, self.warnings)
        elif values.get("notes") and key not in _RESTS:
            name = assembly.parse_exercise_name(values["exercise"], line, self.warnings)
            exercise = assembly.find_or_add_exercise(draft, ParsedExercise(name), key, None)
            assembly.add_note(exercise.notes, values["notes"])
            assembly.add_note(draft.notes, values.get("workout_notes"))


def _has_result(values: dict[str, str]) -> bool:
    return any(values.get(column, "").strip("0.,") for column in ("weight", "reps", "distance"))
