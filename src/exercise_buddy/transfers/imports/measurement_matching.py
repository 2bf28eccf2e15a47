"""Which stored body measurements those of a file are.

A day may have several. One of a file is equal to a stored one of its day with the same values. Of the others of a day,
those with the closest masses are taken for each other: the file has changed them. So is one that an import of the same
app stored on the day before or after: its day was corrected, or the time zone of the file is another one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exercise_buddy.transfers.imports.measurements import MAX_A_DAY, ParsedMeasurement
from exercise_buddy.users.public import MeasuredValues, StoredMeasurement

_DAY = timedelta(days=1)
_TOLERANCE = 0.01
"""Apps round kilograms to two decimals, or convert them from pounds."""


@dataclass(slots=True)
class MatchedMeasurement:
    """A measurement of a file, and the stored one that it is.

    Attributes:
        measurement: the measurement of the file.
        position: its place in the file by day and time.
        stored: the stored one; None if it is new.
        is_equal: whether both have the same values.

    """

    measurement: ParsedMeasurement
    position: int
    stored: StoredMeasurement | None = None
    is_equal: bool = False

    def list_differences(self) -> list[str]:
        """Return what the file changes, in English."""
        if self.stored is None or self.is_equal:
            return []
        before, after = self.stored.values, merge_values(self.stored.values, self.measurement.values)
        differences = []
        if before.measured_on != after.measured_on:
            differences.append(f"the day is {before.measured_on}, in the file {after.measured_on}")
        if before.mass_kg != after.mass_kg:
            differences.append(f"the mass is {before.mass_kg:g} kg, in the file {after.mass_kg:g} kg")
        if before.body_fat_percent != after.body_fat_percent:
            fat = "missing" if before.body_fat_percent is None else f"{before.body_fat_percent:g} %"
            differences.append(f"body fat is {fat}, in the file {after.body_fat_percent:g} %")
        return differences


def merge_values(stored: MeasuredValues, new: MeasuredValues) -> MeasuredValues:
    """Return what a stored measurement becomes: body fat that the file does not have stays."""
    return new if new.body_fat_percent is not None else new._replace(body_fat_percent=stored.body_fat_percent)


def match_measurements(
    measurements: Sequence[ParsedMeasurement], stored: Iterable[StoredMeasurement], movable: set[object]
) -> list[MatchedMeasurement]:
    """Return the measurements of a file with their stored counterparts, in order. A stored one has at most one.

    Args:
        measurements: those of the file, by day.
        stored: what is stored from the first to the last day of the file.
        movable: the imports of the same app, whose measurements may have had another day.

    """
    free: dict[date, list[StoredMeasurement]] = defaultdict(list)
    for one in stored:
        free[one.values.measured_on].append(one)
    matches = [MatchedMeasurement(measurement, position) for position, measurement in enumerate(measurements)]
    for match in matches:
        _take(match, free[match.measurement.values.measured_on])
    for match in matches:
        day = match.measurement.values.measured_on
        for other_day in (day - _DAY, day + _DAY) if match.stored is None else ():
            moved = [one for one in free.get(other_day, ()) if one.import_id in movable]
            if found := _take(match, moved):
                free[other_day].remove(found)
                match.is_equal = False
                break
    left: dict[date, list[MatchedMeasurement]] = defaultdict(list)
    for match in matches:
        if match.stored is None:
            left[match.measurement.values.measured_on].append(match)
    for day, of_day in left.items():
        _pair(of_day, free[day])
    return matches


def _take(match: MatchedMeasurement, free: list[StoredMeasurement]) -> StoredMeasurement | None:
    """Match a measurement with the closest free one that has the same values, and return it."""
    values = match.measurement.values
    equal = [one for one in free if _has_same_values(values, one.values)]
    if not equal:
        return None
    found = min(equal, key=lambda one: _distance(values, one.values))
    free.remove(found)
    match.stored, match.is_equal = found, True
    return found


def _pair(matches: list[MatchedMeasurement], free: list[StoredMeasurement]) -> None:
    """Match measurements of a day with stored ones, those with the closest masses first."""
    distances = sorted(
        (abs(match.measurement.values.mass_kg - one.values.mass_kg), number, place)
        for number, match in enumerate(matches)
        for place, one in enumerate(free[:MAX_A_DAY])
    )
    taken: set[int] = set()
    for _, number, place in distances:
        if matches[number].stored is None and place not in taken:
            matches[number].stored = free[place]
            taken.add(place)


def _has_same_values(new: MeasuredValues, stored: MeasuredValues) -> bool:
    if abs(new.mass_kg - stored.mass_kg) >= _TOLERANCE:
        return False
    if new.body_fat_percent is None or stored.body_fat_percent is None:
        return new.body_fat_percent is None
    return abs(new.body_fat_percent - stored.body_fat_percent) < _TOLERANCE


def _distance(new: MeasuredValues, stored: MeasuredValues) -> tuple[float, bool]:
    return abs(new.mass_kg - stored.mass_kg), new.body_fat_percent != stored.body_fat_percent
