"""The columns of a table that no app wrote: as the client names them, and a proposal for a client that does not."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.transfers.imports.csv_rows import CsvTable
from exercise_buddy.transfers.imports.dates import parse_date_time
from exercise_buddy.transfers.imports.layouts import Columns, Layout, build_columns, fold_column_name
from exercise_buddy.transfers.imports.numbers import parse_cell_number
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.workouts.public import Source

COLUMNS: Mapping[str, str] = {
    "date": "day, workout date, training date, start time, start date, started at, datetime, date time, timestamp, "
    "when, jour, dia, día, giorno, dag, trainingsdatum, trainingstag, tag, день, 日時",
    "exercise": "exercise, exercise title, movement, lift, activity, übung, oefening, ejercicio, esercizio, exercício, "
    "exercice, упражнение, ćwiczenie, övning, øvelse, liike, egzersiz, 種目, 动作, 운동",
    "reps": "repetitions, rep, reps done, wiederholung, anzahl, répétition, reps completed",
    "weight": "kg, lb, lbs, load, weight kg, weight lbs, last, charge, carga, belastung, ciężar, obciążenie",
    "weight_unit": "unit, weight unit, einheit, unité, unidad, unità",
    "seconds": "time under load, hold, set duration, duration seconds, zeit, temps, tiempo, tempo, время, 時間",
    "distance": "km, miles, distance km, strecke, dystans, sträcka",
    "distance_unit": "distance unit",
    "order": "set, set number, set no, set index, satz, série, serie, série no, подход, セット",
    "kind": "set type, type, set kind, warmup, warm up, satztyp",
    "rpe": "effort, rpe, anstrengung",
    "rir": "rir, reps in reserve",
    "superset": "superset id, superset, supersatz",
    "title": "workout, session, routine, training, title, name, workout title, séance, entreno, allenamento, treino, "
    "einheit name, trening, тренировка",
    "time": "start, uhrzeit, hour, hora, heure, ora, clock",
    "end": "end time, end, ended at, finished at, ende",
    "duration": "workout duration, dauer, durée, duración, durata, duração",
    "notes": "comment, comments, remark, kommentar, bemerkung, notizen, commentaire, comentario, appunti, note",
    "workout_notes": "workout note, workout comment, session notes",
}
"""The columns that can be named, with the names that a proposal recognizes beside those of the apps."""

_REQUIRED = ("date", "exercise")
_RESULTS = ("reps", "seconds", "distance")
_JSON: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])
_CHECKED_ROWS = 200
_MOST_COLUMNS = 200
_LONGEST_NAME = 200
_SHARE = 0.8
_MOST_REPS = 200
_SHORTEST_WORD = 2

LAYOUT = Layout(
    app="Table",
    source=Source.TABLE,
    names=COLUMNS,
    key=("date", "title", "end"),
    required=(*_REQUIRED, "reps"),
    example="any table whose columns are named by the form field columns",
)


def parse_columns(text: str | None) -> dict[str, str] | None:
    """Return the names of columns from a JSON object; None for none.

    Raises:
        InvalidInput: it is not such an object, names an unknown column or one twice, or lacks a required column.

    """
    if not text:
        return None
    try:
        columns = _JSON.validate_json(text)
    except ValidationError:
        message = 'This should be a JSON object with the names of columns, such as {"date": "Datum"}'
        raise InvalidInput(errors=[FieldError("/columns", "columns", message)]) from None
    known = ", ".join(COLUMNS)
    errors = [
        FieldError(f"/columns/{column}", "unknown_column", f"Known columns: {known}")
        for column in columns
        if column not in COLUMNS
    ]
    errors += [
        FieldError(f"/columns/{column}", "column_needed", "This column is required")
        for column in _REQUIRED
        if column not in columns
    ]
    if not any(column in columns for column in _RESULTS):
        errors.append(FieldError("/columns/reps", "column_needed", f"One of these is required: {', '.join(_RESULTS)}"))
    names = list(columns.values())
    errors += [
        FieldError(f"/columns/{column}", "column_taken", "Another column has the same name")
        for position, (column, name) in enumerate(columns.items())
        if name in names[:position]
    ]
    if errors:
        raise InvalidInput("The columns cannot be read.", errors=errors)
    return columns


def map_columns(header: Sequence[str], columns: Mapping[str, str]) -> Columns:
    """Return the columns that a client names.

    Raises:
        InvalidInput: the table does not have such a column.

    """
    folded = [fold_column_name(name) for name in header]
    index: dict[str, int] = {}
    errors = []
    for column, name in columns.items():
        key = fold_column_name(name)
        if name.strip() in header:
            index[column] = header.index(name.strip())
        elif key and key in folded:
            index[column] = folded.index(key)
        else:
            errors.append(FieldError(f"/columns/{column}", "column_missing", "The file has no column of this name"))
    if errors:
        raise InvalidInput("The columns do not fit the file.", errors=errors)
    return build_columns(LAYOUT, index, header, by_order=False)


# --- proposal ----------------------------------------------------------------------------------------------------


def propose_columns(table: CsvTable, layouts: Iterable[Layout]) -> dict[str, str] | None:
    """Return a proposal for the columns of a table, by their names and their cells; None if it would not work."""
    header = [name if len(name) <= _LONGEST_NAME else "" for name in table.header[:_MOST_COLUMNS]]
    first_rows = itertools.islice(table.rows(), _CHECKED_ROWS)
    rows = [[cell.strip() for cell in row] for _, row in first_rows if not isinstance(row, CellError)]
    if not rows:
        return None
    free = {position for position, name in enumerate(header) if name and header.index(name) == position}
    found = _find_by_name(header, free, _collect_names(layouts))
    cells = {position: [row[position] for row in rows if row[position]] for position in free | set(found.values())}
    if "date" in found and not _are_mostly(cells[found["date"]], _is_date):
        free.add(found.pop("date"))
    if "time" in found and len({(row[found["time"]]) for row in rows}) > len(rows) / 2:
        # The time of each set, not that of the workout.
        free.add(found.pop("time"))
    _find_by_cells(found, free, cells, len(rows))
    if any(column not in found for column in _REQUIRED) or not any(column in found for column in _RESULTS):
        return None
    return {column: header[found[column]] for column in COLUMNS if column in found}


def _collect_names(layouts: Iterable[Layout]) -> dict[str, list[str]]:
    names = {column: list(LAYOUT.folded_names[column]) for column in COLUMNS}
    for layout in layouts:
        for column, others in layout.folded_names.items():
            if column in names:
                names[column] = [*others, *names[column]]
    return names


def _find_by_name(header: Sequence[str], free: set[int], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the positions of columns whose names are known, or else contain a known name. Take them from `free`."""
    folded = {position: fold_column_name(header[position]) for position in free}
    found: dict[str, int] = {}
    for is_part in (False, True):
        for column, known in names.items():
            for position in sorted(free) if column not in found else ():
                name = folded[position]
                words = [word for word in known if len(word) > _SHORTEST_WORD or not is_part]
                if any(f" {word} " in f" {name} " for word in words) if is_part else name in words:
                    found[column] = position
                    free.discard(position)
                    break
    return found


def _find_by_cells(found: dict[str, int], free: set[int], cells: Mapping[int, Sequence[str]], rows: int) -> None:
    """Add the columns that the cells show to be a date, an exercise, reps or a weight."""
    full = [position for position in sorted(free) if len(cells[position]) >= rows * _SHARE]
    dates = [position for position in full if _are_mostly(cells[position], _is_date)]
    numbers = [position for position in full if position not in dates and _are_mostly(cells[position], _is_number)]
    texts = [position for position in full if position not in (*dates, *numbers)]
    if "date" not in found and dates:
        found["date"] = dates[0]
    if "exercise" not in found and texts:
        found["exercise"] = max(texts, key=lambda position: len(set(cells[position])))
    counts = [position for position in numbers if _are_mostly(cells[position], _is_count)]
    if not any(column in found for column in _RESULTS) and counts:
        found["reps"] = counts[-1]
        numbers.remove(counts[-1])
    if "weight" not in found and len(numbers) == 1:
        found["weight"] = numbers[0]


def _are_mostly(cells: Sequence[str], check: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(check, cells)) >= len(cells) * _SHARE


def _is_date(text: str) -> bool:
    return parse_date_time(text) is not None


def _is_number(text: str) -> bool:
    return parse_cell_number(text, "decimal_point") is not None


def _is_count(text: str) -> bool:
    number = parse_cell_number(text, "decimal_point")
    return number is not None and 0 < number.value <= _MOST_REPS and number.value == int(number.value)
