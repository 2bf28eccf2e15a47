# ruff: noqa: RUF001  (names in other scripts)
"""The reader of the body measurements that the app Strong exports besides its workouts.

A row is one value: `2024-01-15 07:05:12,Weight,180.4,lbs,Strong`, with the kind in a cell. Body fat is in percent. Of
the header, `Date` is translated; the kinds are, too. Values that Apple Health wrote into Strong are among the rows.

Source of the layout: the header `Date,Measurement Type,Value,Unit,Source`, and the German one that begins with `Datum`,
in three independent importers of real exports, and their tests. Strong does not document it. Some say that Strong
exports a ZIP archive with a file for each kind; the files of such an archive are read together.
"""

from collections.abc import Mapping, Sequence

from exercise_buddy.transfers.imports.measurement_table import MeasurementTable, read_header
from exercise_buddy.transfers.imports.model import FileFormat, FileStart
from exercise_buddy.transfers.imports.months import fold_text
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.readers.strong import StrongReader
from exercise_buddy.workouts.public import Source


def _fold(names: str) -> tuple[str, ...]:
    return tuple(fold_text(name.strip()) for name in names.split(","))


_COLUMNS: Mapping[str, Sequence[str]] = {
    "date": StrongReader.layout.folded_names["date"],
    "kind": _fold(
        "measurement type, messungstyp, art der messung, tipo de medición, type de mesure, tipo di misurazione"
    ),
    "value": _fold("value, wert, valor, valeur, valore, waarde"),
    "unit": _fold("unit, einheit, unidad, unité, unità, unidade, eenheid"),
}
_REQUIRED = ("date", "kind", "value")
_WEIGHT = set(
    _fold(
        "weight, body weight, bodyweight, gewicht, körpergewicht, peso, peso corporal, peso corporeo, poids, "
        "poids du corps, poids corporel, lichaamsgewicht, вес, вес тела, масса тела, 体重, vikt, kroppsvikt, vægt, "
        "kropsvægt, vekt, kroppsvekt, waga, masa ciała, paino, kilo, vücut ağırlığı, 체중"
    )
)
_FAT = set(
    _fold(
        "body fat percentage, body fat, bodyfat, fat percentage, körperfett, körperfettanteil, "
        "porcentaje de grasa corporal, grasa corporal, pourcentage de graisse corporelle, graisse corporelle, "
        "masse grasse, percentuale di grasso corporeo, grasso corporeo, massa grassa, "
        "percentual de gordura corporal, gordura corporal, lichaamsvetpercentage, lichaamsvet, vetpercentage, "
        "процент жира, жир, 体脂肪率, 体脂率, kroppsfett, kropsfedt, tkanka tłuszczowa, rasvaprosentti, "
        "vücut yağ oranı, 체지방률"
    )
)


class StrongMeasurementReader(MeasurementTable):
    """Reads a table of measurements in Strong's layout."""

    source = Source.STRONG

    def _find_columns(self, header: Sequence[str]) -> Mapping[str, int]:
        return _index_columns(header)

    def _find_weight_unit(self) -> str | None:
        return None

    def _list_weights(self, row: Sequence[str]) -> Sequence[tuple[str, str]]:
        if _fold_kind(row[self._columns["kind"]]) not in _WEIGHT:
            return []
        return [(row[self._columns["value"]], self._find_unit(row))]

    def _list_numbers(self, row: Sequence[str]) -> Sequence[str]:
        return [row[self._columns["value"]]]

    def _find_unit(self, row: Sequence[str]) -> str:
        return row[self._columns["unit"]].strip() if "unit" in self._columns else ""

    def _read_row(self, row: Sequence[str], line: int) -> tuple[float | None, float | None]:
        kind, value = row[self._columns["kind"]].strip(), row[self._columns["value"]].strip()
        unit = self._find_unit(row)
        folded = _fold_kind(kind)
        if folded in _WEIGHT:
            return self._parse_mass(value, unit), None
        if folded in _FAT:
            if unit not in {"", "%"}:
                raise CellError("unknown_unit", "The unit of the body fat is not %.")
            return None, self._parse_fat(value)
        self.measurements.leave_out(kind.casefold(), line)
        return None, None


def _fold_kind(text: str) -> str:
    return fold_text(text.strip().removesuffix("%").strip())


def _index_columns(header: Sequence[str]) -> dict[str, int]:
    found = {column: [name for name in names if name in header] for column, names in _COLUMNS.items()}
    return {column: header.index(names[0]) for column, names in found.items() if names}


def _recognize(start: FileStart) -> bool:
    columns = _index_columns(read_header(start))
    return all(column in columns for column in _REQUIRED)


FILE_FORMAT = FileFormat("Strong", "Date, Measurement Type, Value, Unit, Source", _recognize, StrongMeasurementReader)
