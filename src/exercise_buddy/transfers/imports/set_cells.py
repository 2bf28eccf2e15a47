"""The cells of a set. What one of them says wrongly is left out with a warning, and the set stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.months import fold_text
from exercise_buddy.transfers.imports.numbers import CellNumber, NumberFormat, is_nothing, parse_cell_number
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.workouts.public import WEIGHT_DECIMALS, SetInput, SetKind

_DISTANCE_DECIMALS = 3
_MIN_RPE, _MAX_RPE = 1, 10
# Part of the names of exercises whose weight reduces the load, such as "Pull Up (Assisted)".
_ASSISTED = "assisted"


@dataclass(frozen=True, slots=True)
class SetUnits:
    """The units of the cells of sets where the cell and the row have none, and the format of their numbers.

    `is_distance_stated`: the file or the user states the unit of distance; else it is a guess.
    """

    weight: str
    distance: str
    is_distance_stated: bool
    number_format: NumberFormat | None = None


def build_set(result: Mapping[str, Any], kind: SetKind, line: int, warnings: Remarks) -> SetInput:
    """Return a set without the values that it cannot have. One without reps, time and distance has 0 reps.

    0 reps of a set with a time or a distance mean none.
    """
    result = {name: value for name, value in result.items() if value is not None}
    while True:
        has_other = "duration_seconds" in result or "distance_meters" in result
        if has_other and not result.get("reps"):
            result.pop("reps", None)
        elif not has_other and "reps" not in result:
            result["reps"] = 0
            message = "This set has no reps, time or distance; it is imported as a set of 0 reps."
            warnings.add(line, "empty_set", message)
        try:
            return SetInput(kind=kind, **result)
        except ValidationError as error:
            for detail in error.errors():
                name = str(detail["loc"][0])
                result.pop(name)
                reason = detail["msg"].removeprefix("Value error, ")
                warnings.add(line, "out_of_range", f"{name}: {reason}. The set is imported without it.")


@dataclass(slots=True)
class SetCells:
    """The cells of a set by column, and the warnings about them."""

    values: Mapping[str, str]
    units: SetUnits
    line: int
    warnings: Remarks
    has_unreadable: bool = field(default=False, init=False)

    def build_set(self, kind: SetKind) -> SetInput:
        """Return the set.

        Apps write 0 for an empty field, so 0 kg, 0 m and 0 s mean none, and so do 0 reps where the set has a time or a
        distance. An empty set is kept, with 0 reps.

        Raises:
            CellError: nothing of the set can be read.

        """
        result: dict[str, Any] = self._parse_weight() | {
            "reps": self._parse_reps(),
            "duration_seconds": self._parse_seconds(),
            "distance_meters": self._parse_distance(),
            "rpe": self._parse_rpe(),
        }
        if self.has_unreadable and not any(value is not None for value in result.values()):
            raise CellError("not_a_number", "No number of this set can be read.")
        return build_set(result, kind, self.line, self.warnings)

    def _warn(self, code: str, message: str) -> None:
        self.warnings.add(self.line, code, message)

    def _parse_number(self, column: str, name: str) -> CellNumber | None:
        text = self.values.get(column, "")
        if text == "0" or is_nothing(text):
            # What apps write for an empty cell.
            return None
        number = parse_cell_number(text, self.units.number_format)
        if number is None:
            self.has_unreadable = True
            self._warn("not_a_number", f"The {name} is not a number. The set is imported without it.")
        elif number.is_at_least:
            self._warn("open_number", f"The {name} says at least {number.value:g}; {number.value:g} is imported.")
        return number

    def _find_unit(self, number: CellNumber, column: str, units: Mapping[str, str], default: str) -> str | None:
        """Return the unit of a number: of its cell, of its row, or the default. Warn of an unknown one."""
        text = number.unit or self.values.get(f"{column}_unit", "").casefold().strip(" .()")
        unit = units.get(text) if text else default
        if unit is None:
            known = ", ".join(sorted(set(units.values())))
            message = f"The unit of the {column} is unknown. Known units: {known}. The set is imported without it."
            self._warn("unknown_unit", message)
        return unit

    def _parse_weight(self) -> dict[str, float]:
        """Return the weight, or the assistance, which a negative weight is.

        With an assisted exercise, the weight is the assistance, whatever its sign.
        """
        number = self._parse_number("weight", "weight")
        unit = number if number is None else self._find_unit(number, "weight", parsing.WEIGHT_UNITS, self.units.weight)
        if number is None or unit is None or not number.value:
            return {}
        weight = round(number.value * parsing.KILOGRAMS[unit], WEIGHT_DECIMALS)
        if weight < 0 and _ASSISTED not in self.values.get("exercise", "").casefold():
            return {"assistance_kg": -weight}
        return {"weight_kg": abs(weight)}

    def _parse_distance(self) -> float | None:
        number = self._parse_number("distance", "distance")
        unit = (
            number
            if number is None
            else self._find_unit(number, "distance", parsing.DISTANCE_UNITS, self.units.distance)
        )
        if number is None or unit is None or not number.value:
            return None
        if not (self.units.is_distance_stated or number.unit or self.values.get("distance_unit")):
            message = f"The file states no unit of distance; {unit} is assumed. Send distance_unit to change it."
            self._warn("distance_unit", message)
        return round(number.value * parsing.METERS[unit], _DISTANCE_DECIMALS)

    def _parse_seconds(self) -> float | None:
        text = self.values.get("seconds", "")
        if not text or text == "0":
            return None
        number = parse_cell_number(text, self.units.number_format)
        if number is None and (seconds := parsing.parse_duration(text)) is not None:
            return float(seconds) or None
        number = self._parse_number("seconds", "time")
        if number is None:
            return None
        factor = parsing.find_unit_seconds(fold_text(number.unit)) if number.unit else 1
        if factor is None:
            self._warn("unknown_unit", "The unit of the time is unknown. The set is imported without it.")
            return None
        return number.value * factor or None

    def _parse_reps(self) -> int | None:
        text = self.values.get("reps", "")
        if text == "0":
            return 0
        number = self._parse_number("reps", "number of reps")
        if number is None:
            return None
        reps = int(number.value)
        if reps != number.value:
            self._warn("reps_rounded", f"The set has {number.value:g} reps; {reps} are imported.")
        return reps

    def _parse_rpe(self) -> float | None:
        """Return an RPE. Reps in reserve are counted from 10."""
        for column in ("rpe", "rir"):
            text = self.values.get(column, "")
            if is_nothing(text) or (text == "0" and column == "rpe"):
                continue
            number = parse_cell_number(text.rstrip("+"), self.units.number_format)
            if number is None:
                message = f"The {column.upper()} is not a number. The set is imported without it."
                self._warn("unreadable_rpe", message)
                continue
            return self._check_rpe(number.value if column == "rpe" else _MAX_RPE - number.value)
        return None

    def _check_rpe(self, rpe: float) -> float | None:
        if not rpe:
            return None
        if not _MIN_RPE <= rpe <= _MAX_RPE:
            self._warn("rpe_out_of_range", "RPE ranges from 1 to 10. The set is imported without it.")
            return None
        if rpe * 2 != int(rpe * 2):
            self._warn("rpe_rounded", "RPE has steps of 0.5; it was rounded.")
            return int(rpe * 2 + 0.5) / 2
        return rpe
