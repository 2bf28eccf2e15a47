"""The reader of `measurement_data.csv`, which the app Hevy exports besides its workouts.

A row is a day, with a column for each measurement: `"9 Feb 2023, 00:00",83.69,18.5,…`. The name of a column has its
unit: `weight_kg` or `weight_lbs`, `waist_cm` or `waist_in`. `fat_percent` is in percent. Most cells are empty.

Source of the layout: the header and rows in the tests of several importers of real exports, in centimetres and in
inches. The language of the phone only changes the names of months.
"""

from collections.abc import Mapping, Sequence

from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.measurement_table import MeasurementTable, read_header
from exercise_buddy.transfers.imports.model import FileFormat, FileStart
from exercise_buddy.transfers.imports.numbers import is_nothing
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.workouts.public import Source

_WEIGHTS = ("weight kg", "weight kgs", "weight lbs", "weight lb", "weight")
_FAT = "fat percent"
_LENGTH_UNITS = {"cm", "in"}


class HevyMeasurementReader(MeasurementTable):
    """Reads a table of measurements in Hevy's layout."""

    source = Source.HEVY

    def _find_columns(self, header: Sequence[str]) -> Mapping[str, int]:
        columns = {"date": header.index("date"), "fat": header.index(_FAT)}
        weight = _find_weight(header)
        if weight is not None:
            columns["weight"] = weight
        return columns

    def _find_weight_unit(self) -> str | None:
        if "weight" not in self._columns:
            return "kg"
        _, _, unit = self._header[self._columns["weight"]].casefold().rpartition("_")
        return parsing.WEIGHT_UNITS.get(unit)

    def _list_weights(self, row: Sequence[str]) -> Sequence[tuple[str, str]]:
        return [(row[self._columns["weight"]], "")] if "weight" in self._columns else []

    def _list_numbers(self, row: Sequence[str]) -> Sequence[str]:
        return [row[position] for column, position in self._columns.items() if column != "date"]

    def _read_row(self, row: Sequence[str], line: int) -> tuple[float | None, float | None]:
        for position, cell in enumerate(row):
            if position not in self._columns.values() and not is_nothing(cell.strip()):
                self.measurements.leave_out(_name_kind(self._header[position]), line)
        weight = row[self._columns["weight"]].strip() if "weight" in self._columns else ""
        mass = self._parse_mass(weight, self._find_weight_unit())
        try:
            return mass, self._parse_fat(row[self._columns["fat"]].strip())
        except CellError as error:
            if mass is None:
                raise
            self.measurements.warn(line, error.code, f"{error.message} It was left out.")
            return mass, None


def _name_kind(column: str) -> str:
    """Return the kind of measurement of a column, without its unit."""
    name, _, unit = column.rpartition("_")
    return (name if name and unit in _LENGTH_UNITS else column).replace("_", " ")


def _find_weight(header: Sequence[str]) -> int | None:
    return next((header.index(name) for name in _WEIGHTS if name in header), None)


def _recognize(start: FileStart) -> bool:
    header = read_header(start)
    return "date" in header and _FAT in header


FILE_FORMAT = FileFormat(
    "Hevy", "date, weight_kg, fat_percent, neck_cm, shoulder_cm, chest_cm, …", _recognize, HevyMeasurementReader
)
