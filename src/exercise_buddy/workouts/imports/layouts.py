"""What apps call the columns of their tables, and how to know them where they are called otherwise.

A header is compared without letter case, accents, signs and the unit that it may have in brackets. Strong translates
its header, and not into words that we know of every language. So its columns are also known by their order, if what
stands in them is what must stand there: dates, orders of sets, numbers. The report says so.
"""

# ruff: noqa: RUF001  (letters of other scripts that look like ours)

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from exercise_buddy.workouts.imports import parsing
from exercise_buddy.workouts.imports.csv_rows import Sheet
from exercise_buddy.workouts.imports.dates import read_moment
from exercise_buddy.workouts.imports.months import folded
from exercise_buddy.workouts.imports.parsing import CellError
from exercise_buddy.workouts.tables import Source

_BRACKETS = re.compile(r"[(\[（](?P<unit>[^)\]）]*)[)\]）]")
_SIGNS = re.compile(r"[\W_]+")
_LOOKED_AT = 200
_LONGEST_ORDER = 30
_SHOWN = 20
_LONGEST_SHOWN = 40
_LONGEST_LIST = 300


@dataclass(frozen=True, slots=True)
class Layout:
    """How an app writes its tables: the names of its columns by what they hold, and the orders it writes them in."""

    app: str
    source: Source
    names: Mapping[str, str]
    required: Sequence[str]
    orders: Sequence[str]
    example: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a sheet hold what, and the units that their names say. `unknown` are the names of the others."""

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


def _key(name: str) -> str:
    return _SIGNS.sub(" ", folded(_BRACKETS.sub("", name))).strip()


_KEYS = {
    layout.app: {holds: [_key(name) for name in names.split(";")] for holds, names in layout.names.items()}
    for layout in LAYOUTS
}


def columns_of(sheet: Sheet) -> Columns | None:
    """Find out which app has written a sheet and what its columns hold; None if it is in no known layout.

    May read the first rows of the sheet.
    """
    keys = [_key(name) for name in sheet.header]
    for layout in LAYOUTS:
        index = _by_name(keys, _KEYS[layout.app])
        if all(holds in index for holds in layout.required):
            return _columns(layout, index, sheet.header, by_order=False)
    by_order = _by_order(sheet, _by_name(keys, _KEYS[STRONG.app]))
    return _columns(STRONG, by_order, sheet.header, by_order=True) if by_order else None


def printable(header: Sequence[str]) -> list[str]:
    """Give names of columns as an answer may show them: the first ones, without what cannot be printed."""
    names = ("".join(filter(str.isprintable, name))[:_LONGEST_SHOWN] for name in header[:_SHOWN])
    return [name for name in names if name]


def shown(header: Sequence[str]) -> str:
    """Give names of columns in one line that is not too long."""
    return ", ".join(printable(header))[:_LONGEST_LIST]


def _by_name(keys: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    index: dict[str, int] = {}
    for holds, candidates in names.items():
        found = next((name for name in candidates if name in keys), None)
        if found is not None and keys.index(found) not in index.values():
            index[holds] = keys.index(found)
    return index


def _columns(layout: Layout, index: Mapping[str, int], header: Sequence[str], *, by_order: bool) -> Columns:
    def unit(holds: str, units: Mapping[str, str]) -> str | None:
        if holds not in index:
            return None
        name = header[index[holds]]
        brackets = _BRACKETS.search(name)
        said = brackets["unit"] if brackets else _key(name).rpartition(" ")[2]
        return units.get(said.casefold().strip(" ."))

    return Columns(
        layout,
        index,
        unit("weight", parsing.WEIGHT_UNITS),
        unit("distance", parsing.DISTANCE_UNITS),
        [name for position, name in enumerate(header) if name and position not in index.values()],
        by_order=by_order,
    )


# --- by their order ----------------------------------------------------------------------------------------------


def _is_number(text: str) -> bool:
    try:
        parsing.number(text, "", decimal_comma=True)
    except CellError:
        return False
    return True


_MUST_BE: dict[str, Callable[[str], bool]] = {
    "date": lambda text: read_moment(text) is not None,
    "duration": lambda text: not text or parsing.duration_seconds(text) is not None,
    "exercise": bool,
    # A number, a letter, or what a telephone's language calls a note or a rest.
    "order": lambda text: 0 < len(text) <= _LONGEST_ORDER,
    "weight": _is_number,
    "weight_unit": lambda text: not text or text.casefold() in parsing.WEIGHT_UNITS,
    "reps": _is_number,
    "distance": _is_number,
    "distance_unit": lambda text: not text or text.casefold() in parsing.DISTANCE_UNITS,
    "seconds": _is_number,
    "rpe": _is_number,
    "number": lambda text: parsing.ordinal(text) is not None,
}


def _by_order(sheet: Sheet, known: Mapping[str, int]) -> dict[str, int] | None:
    orders = [order.split() for order in STRONG.orders]
    orders = [order for order in orders if len(order) == len(sheet.header)]
    if not orders:
        return None
    rows = [row for _, row in itertools.islice(sheet.rows(), _LOOKED_AT) if not isinstance(row, CellError)]
    for order in orders:
        index = {holds: position for position, holds in enumerate(order)}
        if any(index.get(holds) != position for holds, position in known.items()):
            continue
        numbered = sum(parsing.ordinal(row[index["order"]].strip()) is not None for row in rows)
        fits = all(_MUST_BE[holds](row[index[holds]].strip()) for row in rows for holds in order if holds in _MUST_BE)
        if fits and numbered * 4 >= len(rows) > 0:
            return index
    return None
