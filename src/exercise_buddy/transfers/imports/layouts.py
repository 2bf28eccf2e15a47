"""The layouts of the files of apps: their column names, and how to detect columns with other names.

Headers are compared without case, accents, punctuation and the unit in brackets. Strong translates its header, and not
all its translations are known. So its columns are also detected by their order, if their cells fit: dates, set orders,
numbers. The report says so.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.csv_rows import CsvTable
from exercise_buddy.transfers.imports.dates import parse_date_time
from exercise_buddy.transfers.imports.months import fold_text
from exercise_buddy.transfers.imports.numbers import NumberFormat, parse_cell_number
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.workouts.public import Source

_BRACKETS = re.compile(r"[(\[（](?P<unit>[^)\]）]*)[)\]）]")  # noqa: RUF001  (full-width brackets)
_PUNCTUATION = re.compile(r"[\W_]+")
_CHECKED_ROWS = 200
_LONGEST_ORDER = 30
_SHOWN_NAMES = 20
_LONGEST_SHOWN_NAME = 40
_LONGEST_LIST = 300


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of an app's tables: the names of each column, and the orders in which the app writes its columns.

    `names` separates the names of a column by commas, and `orders` the columns of an order by spaces. A table has the
    layout if it has all `required` columns. `example` is its header, for people. Rows with the same cells in the
    columns `key` are a workout; the columns `weights` need a unit, and the columns `ignored` only show the app.
    """

    app: str
    source: Source
    names: Mapping[str, str]
    required: Sequence[str]
    example: str
    orders: Sequence[str] = ()
    key: Sequence[str] = ("date", "title")
    weights: Sequence[str] = ("weight",)
    number_format: NumberFormat | None = None
    ignored: Sequence[str] = ()
    folded_names: Mapping[str, Sequence[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Fold the names as those of a header are."""
        folded = {column: [fold_column_name(name) for name in names.split(",")] for column, names in self.names.items()}
        object.__setattr__(self, "folded_names", folded)


@dataclass(frozen=True, slots=True)
class Columns:
    """The detected columns of a file, with the units in their names, and the names of the columns that are left out."""

    layout: Layout
    header: Sequence[str]
    index: Mapping[str, int]
    weight_unit: str | None
    distance_unit: str | None
    left_out: Sequence[str]
    by_order: bool


def fold_column_name(name: str) -> str:
    """Return the name of a column in the form in which names are compared."""
    return _PUNCTUATION.sub(" ", fold_text(_BRACKETS.sub("", name))).strip()


def detect_columns(table: CsvTable, layouts: Sequence[Layout]) -> Columns | None:
    """Return the layout and the columns of a table; None if its layout is unknown. Reads its first rows if needed.

    The first layout wins whose required columns the table has; without one, the first whose order of columns fits.
    """
    header = [fold_column_name(name) for name in table.header]
    for layout in layouts:
        index = _index_by_name(header, layout.folded_names)
        if all(column in index for column in layout.required):
            return build_columns(layout, index, table.header, by_order=False)
    orders = [(layout, order.split()) for layout in layouts for order in layout.orders]
    orders = [(layout, order) for layout, order in orders if len(order) == len(header)]
    first_rows = itertools.islice(table.rows(), _CHECKED_ROWS if orders else 0)
    rows = [[cell.strip() for cell in row] for _, row in first_rows if not isinstance(row, CellError)]
    for layout, order in orders:
        index = {column: position for position, column in enumerate(order)}
        if _fits_order(index, rows, _index_by_name(header, layout.folded_names)):
            return build_columns(layout, index, table.header, by_order=True)
    return None


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


def build_columns(layout: Layout, index: Mapping[str, int], header: Sequence[str], *, by_order: bool) -> Columns:
    """Return the columns of a table at an index, with the units in their names."""
    used = {position for column, position in index.items() if column not in layout.ignored}
    return Columns(
        layout,
        header,
        index,
        _find_unit("weight", parsing.WEIGHT_UNITS, index, header),
        _find_unit("distance", parsing.DISTANCE_UNITS, index, header),
        [name for position, name in enumerate(header) if name and position not in used],
        by_order=by_order,
    )


def _find_unit(column: str, units: Mapping[str, str], index: Mapping[str, int], header: Sequence[str]) -> str | None:
    """Return the unit in the name of a column."""
    if column not in index:
        return None
    name = header[index[column]]
    brackets = _BRACKETS.search(name)
    unit = brackets["unit"] if brackets else fold_column_name(name).rpartition(" ")[2]
    return units.get(unit.casefold().strip(" ."))


# --- by their order ----------------------------------------------------------------------------------------------


def _is_number(text: str) -> bool:
    return not text or parse_cell_number(text, "decimal_comma") is not None


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


def _fits_order(index: Mapping[str, int], rows: Sequence[Sequence[str]], known: Mapping[str, int]) -> bool:
    """Return whether the columns at an index fit the known names and the first rows."""
    if any(index.get(column) != position for column, position in known.items()):
        return False
    numbered = sum(parsing.parse_ordinal(row[index["order"]]) is not None for row in rows)
    checks = [(index[column], check) for column, check in _CELL_CHECKS.items() if column in index]
    return numbered * 4 >= len(rows) > 0 and all(check(row[position]) for row in rows for position, check in checks)
