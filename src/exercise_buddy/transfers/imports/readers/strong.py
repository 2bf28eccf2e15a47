# ruff: noqa: RUF001  (names in other scripts)
"""The reader of files that the app Strong exports, in all its layouts.

A row is a set. Consecutive rows with the same date, name and number are a workout; consecutive rows with the same
exercise name are an exercise of it. `Set Order` is a number, W (warm-up), D (drop set) or F (failure); other values
mark rows that are not sets: "Rest Timer" is the rest after the previous set, "Note" a note on the exercise.
"""

from datetime import timedelta

from exercise_buddy.transfers.imports import assembly, parsing
from exercise_buddy.transfers.imports.assembly import ExerciseDraft, WorkoutDraft
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.model import ParsedExercise, fold_name
from exercise_buddy.transfers.imports.months import fold_text
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.workouts.public import SetKind, Source

_KINDS = {"w": SetKind.WARM_UP, "d": SetKind.DROP, "f": SetKind.FAILURE}
_RESTS = {"rest timer", "rest", "pausentimer", "ruhetimer", "temporizador de descanso", "minuteur de repos"}
_RESTS |= {"timer di riposo", "timer recupero", "rusttimer", "таймер отдыха", "休憩タイマー", "休息计时器"}
_RESTS = {fold_text(word) for word in _RESTS}
_NOTES = {"note", "notes", "notiz", "nota", "notitie", "заметка", "メモ", "备注"}
_NOTES = {fold_text(word) for word in _NOTES}
_MAX_SECONDS = 10**12  # More than a timedelta holds; a workout of that length is refused anyway.

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
        "weight": "weight, gewicht, peso, poids, вес, 重量, ağırlık, vikt, vægt, vekt, waga, paino, 무게",
        "weight_unit": (
            "weight unit, gewichtseinheit, unidad de peso, unité de poids, unità di peso, unidade de peso, "
            "gewichtseenheid, единица веса, 重量単位, 重量单位"
        ),
        "reps": (
            "reps, wiederh, wdh, wiederholungen, repeticiones, répétitions, rép, ripetizioni, repetições, "
            "herhalingen, повторения, повт, 回数, 次数, tekrar, repetitioner, gentagelser, powtórzenia, toistot, 횟수"
        ),
        "distance": (
            "distance, entfernung, distanz, distancia, distanza, distância, afstand, расстояние, 距離, 距离, mesafe"
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
