"""The body measurements of a file: what its readers find, and how readings of a day become measurements.

An app writes mass and body fat as two readings. Those of one time are a measurement. Body fat without a mass of its own
belongs to the last mass of its day before it, or to the first one after it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from exercise_buddy.core.types import EARLIEST
from exercise_buddy.transfers.imports.layouts import join_printable
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.users.public import MAX_MASS_KG, MIN_MASS_KG, MeasuredValues

MAX_READINGS = 100_000
"""So many readings of a file fit into 20 MB of memory."""
MAX_A_DAY = 100
_MAX_READINGS_A_DAY = 4 * MAX_A_DAY
_MAX_KINDS = 50
_OTHERS = "others"
DECIMALS = 4
_ENOUGH_FAT = 100
_TOO_MANY = f"A day has at most {MAX_A_DAY} measurements."


class Reading(NamedTuple):
    """What a row or a record says: at a local time, a mass in kilograms, body fat in percent, or both."""

    day: int
    second: int
    line: int
    mass_kg: float | None
    body_fat_percent: float | None


@dataclass(slots=True)
class ParsedMeasurement:
    """A measurement of a file: the line where it begins, and its values."""

    line: int
    values: MeasuredValues


@dataclass(slots=True)
class _Mass:
    second: int
    line: int
    mass_kg: float
    body_fat_percent: float | None


@dataclass(slots=True)
class Measurements:
    """Collects what a reader finds. `problems` and `warnings` are those of the reader.

    Attributes:
        left_out: how many values were left out of each kind that is not stored, such as `waist`.
        skipped: the number of readings that could not be used. The problems say why.
        repeated: the number of readings that the file repeats on one day.

    """

    warnings: Remarks
    problems: Remarks
    left_out: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    repeated: int = 0
    file_name: str = ""
    """What precedes each remark, if the lines of several files are read."""
    _first_left_out: int = 0
    _beyond: int = 0
    _readings: list[Reading] = field(default_factory=list)

    def leave_out(self, name: str, line: int) -> None:
        """Count a value of a kind that is not stored."""
        name = join_printable([name]) or _OTHERS
        self.left_out[name if name in self.left_out or len(self.left_out) < _MAX_KINDS else _OTHERS] += 1
        self._first_left_out = self._first_left_out or line

    def skip(self, line: int, code: str, message: str) -> None:
        """Report a reading that cannot be used."""
        self.skipped += 1
        self.problems.add(line, code, self.file_name + message)

    def warn(self, line: int, code: str, message: str) -> None:
        """Report a value that was left out of a measurement."""
        self.warnings.add(line, code, self.file_name + message)

    @property
    def is_empty(self) -> bool:
        """Whether the reader has found nothing that is or could be a measurement."""
        return not (self._readings or self.left_out)

    def add(self, line: int, time: datetime, mass_kg: float | None, body_fat_percent: float | None) -> None:
        """Add a reading.

        Args:
            line: the line of the file.
            time: the local time, naive.
            mass_kg: the mass. One that nobody has is a problem.
            body_fat_percent: in percent of the mass. One that nobody has is left out with a warning.

        """
        if not EARLIEST.date() <= time.date() <= datetime.now(UTC).date() + timedelta(days=1):
            self.skip(line, "date_out_of_range", "The date lies before 1970 or in the future.")
            return
        if mass_kg is not None and not MIN_MASS_KG <= mass_kg <= MAX_MASS_KG:
            message = f"A body mass lies between {MIN_MASS_KG} and {MAX_MASS_KG} kg; here it is {mass_kg:g} kg."
            self.skip(line, "implausible_body_mass", message)
            return
        if body_fat_percent is not None and not 0 < body_fat_percent < _ENOUGH_FAT:
            message = f"Body fat lies between 0 and 100 percent; here it is {body_fat_percent:g}. It was left out."
            if mass_kg is None:
                self.skip(line, "implausible_body_fat", message)
                return
            self.warn(line, "implausible_body_fat", message)
            body_fat_percent = None
        if mass_kg is None and body_fat_percent is None:
            return
        if len(self._readings) == MAX_READINGS:
            self._beyond = self._beyond or line
            self.skipped += 1
            return
        second = time.hour * 3600 + time.minute * 60 + time.second
        mass_kg = None if mass_kg is None else round(mass_kg, DECIMALS)
        fat = None if body_fat_percent is None else round(body_fat_percent, DECIMALS)
        self._readings.append(Reading(time.toordinal(), second, line, mass_kg, fat))

    def build(self) -> list[ParsedMeasurement]:
        """Return the measurements by day and time, each of a day once, and report what the whole file shows."""
        if self._beyond:
            message = f"A file has at most {MAX_READINGS:,} readings of body mass and fat. The others were left out."
            self.problems.add(self._beyond, "too_many_measurements", message)
        if self.left_out:
            kinds = ", ".join(f"{name} ({count:,})" for name, count in self.left_out.most_common())
            message = f"Only body mass and body fat are imported. These values were left out, from here on: {kinds}."
            self.warnings.add(self._first_left_out, "measurements_left_out", message)
        self._readings.sort(key=itemgetter(0, 1, 2))
        measurements: list[ParsedMeasurement] = []
        for day, readings in groupby(self._readings, key=attrgetter("day")):
            measurements += self._build_day(date.fromordinal(day), list(readings))
        self._readings.clear()
        return measurements

    def _build_day(self, day: date, readings: list[Reading]) -> list[ParsedMeasurement]:
        for beyond in readings[_MAX_READINGS_A_DAY:]:
            self.skip(beyond.line, "too_many_a_day", _TOO_MANY)
        del readings[_MAX_READINGS_A_DAY:]
        masses = [
            _Mass(reading.second, reading.line, reading.mass_kg, reading.body_fat_percent)
            for reading in readings
            if reading.mass_kg is not None
        ]
        for reading in readings:
            if reading.mass_kg is None:
                self._attach_fat(reading, masses)
        distinct: dict[Any, ParsedMeasurement] = {}
        for weighing in masses:
            line, mass, fat = weighing.line, weighing.mass_kg, weighing.body_fat_percent
            # Several apps write one weighing: with body fat, and without.
            known = distinct.get(mass)
            if known is not None and fat in {None, known.values.body_fat_percent}:
                self.repeated += 1
            elif known is not None and known.values.body_fat_percent is None:
                self.repeated += 1
                known.values = known.values._replace(body_fat_percent=fat)
            elif len(distinct) == MAX_A_DAY:
                self.skip(line, "too_many_a_day", _TOO_MANY)
            else:
                distinct[mass if known is None else (mass, fat)] = ParsedMeasurement(
                    line, MeasuredValues(day, mass, fat)
                )
        return list(distinct.values())

    def _attach_fat(self, reading: Reading, masses: "list[_Mass]") -> None:
        """Give body fat to a mass of its day that has none."""
        if not masses:
            message = "This day has body fat but no body mass. A measurement needs a mass, so it was left out."
            self.skip(reading.line, "no_body_mass", message)
            return
        free = [mass for mass in masses if mass.body_fat_percent is None] or masses
        before = [mass for mass in free if mass.second <= reading.second]
        chosen = before[-1] if before else free[0]
        if chosen.body_fat_percent is None:
            chosen.body_fat_percent = reading.body_fat_percent
        elif chosen.body_fat_percent == reading.body_fat_percent:
            self.repeated += 1
        else:
            message = "Each mass of this day has another body fat already, so this one was left out."
            self.skip(reading.line, "repeated_body_fat", message)


def find_local_time(time: datetime, zone: Any) -> datetime:  # noqa: ANN401  (a `tzinfo`, or None)
    """Return a time as the clocks show it in a zone, naive: a time with an offset in its own if the zone is None."""
    return (time if time.tzinfo is None or zone is None else time.astimezone(zone)).replace(tzinfo=None)


def parse_quantity(text: str) -> float:
    """Return a number of plain digits.

    Raises:
        CellError: it is none.

    """
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value - value != 0:
        raise CellError("unreadable_number", "The value is not a number.")
    return value
