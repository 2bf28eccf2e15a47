"""The layouts of the files of apps: their column names, and how to detect columns with other names.

Headers are compared without case, accents, punctuation and the unit in brackets. Strong translates its header, and not
all its translations are known. So its columns are also detected by their order, if their cells fit: dates, set orders,
numbers. The report says so.
"""

# ruff: noqa: RUF001  (letters of other scripts that look like ours)

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from exercise_buddy.workouts.imports import parsing
from exercise_buddy.workouts.imports.csv_rows import CsvTable
from exercise_buddy.workouts.imports.dates import parse_date_time
from exercise_buddy.workouts.imports.months import fold_text
from exercise_buddy.workouts.imports.parsing import CellError
from exercise_buddy.workouts.tables import Source

_BRACKETS = re.compile(r"[(\[（](?P<unit>[^)\]）]*)[)\]）]")
_PUNCTUATION = re.compile(r"[\W_]+")
_CHECKED_ROWS = 200
_LONGEST_ORDER = 30
_SHOWN_NAMES = 20
_LONGEST_SHOWN_NAME = 40
_LONGEST_LIST = 300


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of an app's files: the names of each column, and the orders in which the app writes the columns."""

    app: str
    source: Source
    names: Mapping[str, str]
    required: Sequence[str]
    orders: Sequence[str]
    example: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The detected columns of a file, with the units in their names, and the names of the `unknown` columns."""

    layout: Layout
    index: Mapping[str, int]
    weight_unit: str | None
    distance_unit: str | None
    unknown: Sequence[str]
    by_order: bool


STRONG = Layout(
    app="Strong",
    source=Source.STRONG,
    names={
        "number": "workout #; workout number; workout no",
        "date": "date; datum; fecha; data; дата; 日付; 日期; tarih; dato; 날짜; päivämäärä",
        "title": "workout name; workout-name; trainingsname; name des workouts; nombre del entrenamiento; "
        "nombre de entrenamiento; nom de l'entraînement; nom de la séance; nome allenamento; nome dell'allenamento; "
        "nome do treino; workoutnaam; naam workout; naam training; название тренировки; ワークアウト名; 训练名称; "
        "訓練名稱; antrenman adı; 운동 이름",
        "duration": "duration; workout duration; dauer; workout-dauer; duración; duración del entrenamiento; durée; "
        "durée de l'entraînement; durata; durata allenamento; duração; duração do treino; duur; duur workout; "
        "длительность; продолжительность; продолжительность тренировки; 時間; 时长; süre",
        "exercise": "exercise name; name der übung; übungsname; übung; nombre del ejercicio; nombre de ejercicio; "
        "nom de l'exercice; nome esercizio; nome dell'esercizio; nome do exercício; oefeningnaam; naam oefening; "
        "название упражнения; エクササイズ名; 种目名称; 动作名称; egzersiz adı; 운동명",
        "order": "set order; reihenfolge festlegen; satzreihenfolge; satz-reihenfolge; orden de series; "
        "orden de la serie; ordre des séries; ordre de la série; ordine serie; ordine delle serie; ordem das séries; "
        "ordem da série; setvolgorde; volgorde sets; порядок подходов; セット順; 组顺序; set sırası",
        "weight": "weight; gewicht; peso; poids; вес; 重量; ağırlık; vikt; vægt; vekt; waga; paino; 무게",
        "weight_unit": "weight unit; gewichtseinheit; unidad de peso; unité de poids; unità di peso; "
        "unidade de peso; gewichtseenheid; единица веса; 重量単位; 重量单位",
        "reps": "reps; wiederh; wdh; wiederholungen; repeticiones; répétitions; rép; ripetizioni; repetições; "
        "herhalingen; повторения; повт; 回数; 次数; tekrar; repetitioner; gentagelser; powtórzenia; toistot; 횟수",
        "distance": "distance; entfernung; distanz; distancia; distanza; distância; afstand; расстояние; 距離; 距离; "
        "mesafe",
        "distance_unit": "distance unit; entfernungseinheit; distanzeinheit; unidad de distancia; unité de distance; "
        "unità di distanza; unidade de distância; afstandseenheid; единица расстояния; 距離単位; 距离单位",
        "seconds": "seconds; sekunden; segundos; secondes; secondi; seconden; секунды; 秒; 秒数; saniye; sekunder",
        "notes": "notes; notizen; notas; note; notities; заметки; メモ; 备注; notlar; anteckningar",
        "workout_notes": "workout notes; workout-notizen; trainingsnotizen; notas del entrenamiento; "
        "notas de entrenamiento; notes de l'entraînement; notes de la séance; note allenamento; "
        "note sull'allenamento; notas do treino; notities workout; workoutnotities; заметки к тренировке; "
        "ワークアウトメモ; 训练备注; antrenman notları",
        "rpe": "rpe",
    },
    required=("date", "title", "exercise", "order", "weight", "reps"),
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
    example="Date, Workout Name, Duration, Exercise Name, Set Order, Weight, Reps, Distance, Seconds, Notes, "
    "Workout Notes, RPE",
)
HEVY = Layout(
    app="Hevy",
    source=Source.HEVY,
    names={
        "title": "title; workout title; workout name; workout",
        "date": "start time; start; started at; start date",
        "end": "end time; end; ended at; end date",
        "workout_notes": "description; workout notes; workout description",
        "exercise": "exercise title; exercise name; exercise",
        "superset": "superset id; superset",
        "notes": "exercise notes; notes",
        "order": "set index; set number; set order; set",
        "kind": "set type; type; set kind",
        "weight": "weight kg; weight kgs; weight lbs; weight lb; weight",
        "reps": "reps; repetitions",
        "distance": "distance km; distance miles; distance mi; distance meters; distance m; distance yards; "
        "distance ft; distance",
        "seconds": "duration seconds; duration s; duration; seconds",
        "rpe": "rpe",
    },
    required=("title", "date", "exercise", "order", "reps"),
    orders=(),
    example="title, start_time, end_time, description, exercise_title, superset_id, exercise_notes, set_index, "
    "set_type, weight_kg, reps, distance_km, duration_seconds, rpe",
)
LAYOUTS = (STRONG, HEVY)


def _fold_name(name: str) -> str:
    return _PUNCTUATION.sub(" ", fold_text(_BRACKETS.sub("", name))).strip()


_FOLDED_NAMES = {
    layout.app: {column: [_fold_name(name) for name in names.split(";")] for column, names in layout.names.items()}
    for layout in LAYOUTS
}


def detect_columns(table: CsvTable) -> Columns | None:
    """Return the layout and the columns of a table; None if its layout is unknown. Reads its first rows if needed."""
    header = [_fold_name(name) for name in table.header]
    for layout in LAYOUTS:
        index = _index_by_name(header, _FOLDED_NAMES[layout.app])
        if all(column in index for column in layout.required):
            return _build_columns(layout, index, table.header, by_order=False)
    by_order = _index_by_order(table, _index_by_name(header, _FOLDED_NAMES[STRONG.app]))
    return _build_columns(STRONG, by_order, table.header, by_order=True) if by_order else None


def list_printable(header: Sequence[str]) -> list[str]:
    """Return the first column names, without unprintable characters, for a response."""
    names = ("".join(filter(str.isprintable, name))[:_LONGEST_SHOWN_NAME] for name in header[:_SHOWN_NAMES])
    return [name for name in names if name]


def join_printable(header: Sequence[str]) -> str:
    """Return the first column names as one line of limited length."""
    return ", ".join(list_printable(header))[:_LONGEST_LIST]


def _index_by_name(header: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    index: dict[str, int] = {}
    for column, candidates in names.items():
        found = next((name for name in candidates if name in header), None)
        if found is not None and header.index(found) not in index.values():
            index[column] = header.index(found)
    return index


def _build_columns(layout: Layout, index: Mapping[str, int], header: Sequence[str], *, by_order: bool) -> Columns:
    return Columns(
        layout,
        index,
        _find_unit("weight", parsing.WEIGHT_UNITS, index, header),
        _find_unit("distance", parsing.DISTANCE_UNITS, index, header),
        [name for position, name in enumerate(header) if name and position not in index.values()],
        by_order=by_order,
    )


def _find_unit(column: str, units: Mapping[str, str], index: Mapping[str, int], header: Sequence[str]) -> str | None:
    """Return the unit in the name of a column."""
    if column not in index:
        return None
    name = header[index[column]]
    brackets = _BRACKETS.search(name)
    unit = brackets["unit"] if brackets else _fold_name(name).rpartition(" ")[2]
    return units.get(unit.casefold().strip(" ."))


# --- by their order ----------------------------------------------------------------------------------------------


def _is_number(text: str) -> bool:
    try:
        parsing.parse_number(text, "", decimal_comma=True)
    except CellError:
        return False
    return True


_CELL_CHECKS: dict[str, Callable[[str], bool]] = {
    "date": lambda text: parse_date_time(text) is not None,
    "duration": lambda text: not text or parsing.parse_duration(text) is not None,
    "exercise": bool,
    # A number, a letter, or the word for a note or a rest in the phone's language.
    "order": lambda text: 0 < len(text) <= _LONGEST_ORDER,
    "weight": _is_number,
    "weight_unit": lambda text: not text or text.casefold() in parsing.WEIGHT_UNITS,
    "reps": _is_number,
    "distance": _is_number,
    "distance_unit": lambda text: not text or text.casefold() in parsing.DISTANCE_UNITS,
    "seconds": _is_number,
    "rpe": _is_number,
    "number": lambda text: parsing.parse_ordinal(text) is not None,
}


def _index_by_order(table: CsvTable, known: Mapping[str, int]) -> dict[str, int] | None:
    """Return the columns in the first order of Strong that fits the known names and the first rows."""
    orders = [order.split() for order in STRONG.orders]
    orders = [order for order in orders if len(order) == len(table.header)]
    if not orders:
        return None
    first_rows = itertools.islice(table.rows(), _CHECKED_ROWS)
    rows = [[cell.strip() for cell in row] for _, row in first_rows if not isinstance(row, CellError)]
    for order in orders:
        index = {column: position for position, column in enumerate(order)}
        if any(index.get(column) != position for column, position in known.items()):
            continue
        numbered = sum(parsing.parse_ordinal(row[index["order"]]) is not None for row in rows)
        checks = [(index[column], check) for column, check in _CELL_CHECKS.items() if column in index]
        if numbered * 4 >= len(rows) > 0 and all(check(row[position]) for row in rows for position, check in checks):
            return index
    return None
