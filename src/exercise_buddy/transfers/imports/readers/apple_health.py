"""The reader of `export.xml`, which the app Apple Health exports in a ZIP archive: of workouts, body mass and body fat.

A `Workout` has its kind, its times with an offset, and its duration. Since iOS 16, distance, energy and heart rate are
in `WorkoutStatistics` within it; before that, distance and energy are attributes. The file is never in memory.

A `Record` is one value. That of body fat is a fraction, although its unit is `%`. Apple writes times with the offset of
the phone when it exported: the time zone that the user sends, or `HKTimeZone`, decides on the day.
"""

import re
from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO
from xml.parsers import expat

from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core import types
from exercise_buddy.exercises.public import CustomExerciseInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import assembly, parsing
from exercise_buddy.transfers.imports.assembly import WorkoutDraft
from exercise_buddy.transfers.imports.measurements import Measurements, find_local_time, parse_quantity
from exercise_buddy.transfers.imports.model import (
    FileFormat,
    FileStart,
    ImportOptions,
    ParsedExercise,
    ParsedWorkout,
    Units,
)
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.survey import limit_problems
from exercise_buddy.workouts.public import SetInput, Source

_CHUNK = 64 * 1024
_PAUSE_BYTES = 8 * 1024 * 1024
_ROOT = re.compile(r"<!DOCTYPE HealthData|<HealthData[\s>]")
_KIND = "HKWorkoutActivityType"
_MASS = "HKQuantityTypeIdentifierBodyMass"
_FAT = "HKQuantityTypeIdentifierBodyFatPercentage"
_LEFT_OUT = {
    "HKQuantityTypeIdentifierLeanBodyMass": "lean body mass",
    "HKQuantityTypeIdentifierWaistCircumference": "waist",
    "HKQuantityTypeIdentifierHeight": "height",
    "HKQuantityTypeIdentifierBodyMassIndex": "body mass index",
}
_MEASURED = {_MASS, _FAT, *_LEFT_OUT}
_KILOGRAMS = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "oz": 0.45359237 / 16, "st": 6.35029318}
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_KILOCALORIES = {"kcal": 1.0, "cal": 1.0, "kj": 1 / 4.184}
_BEATS = {"count/min": 1, "count/s": 60}
_SECONDS = {"s": 1, "sec": 1, "min": 60, "hr": 3600}
_MAX_STATISTICS = 100
_MAX_ENERGY = 20_000
_MAX_PENDING = 4 * 1024 * 1024
_MAX_NAMES = 5_000
_MAX_DEPTH = 50
_ZONE: TypeAdapter[str] = TypeAdapter(types.TimeZone)


class AppleHealthReader:
    """Reads the workouts and the body measurements of Apple Health."""

    source = Source.APPLE_HEALTH
    units = Units("kg", "km")
    time_zone: str | None = None

    def __init__(self, file: BinaryIO, options: ImportOptions) -> None:
        """Prepare the reading of a file."""
        self._file = file
        self._zone = options.time_zone or "UTC"
        self._sent_zone = options.time_zone
        self._open: dict[str, str] | None = None
        self._record: dict[str, str] | None = None
        self._statistics: list[dict[str, str]] = []
        self._line = 1
        self._depth = 0
        self._position = 0
        self._read: list[ParsedWorkout] = []
        self.warnings = Remarks()
        self.problems = Remarks()
        self.measurements = Measurements(self.warnings, self.problems)
        self._parser = expat.ParserCreate()

    def custom_exercises(self) -> Sequence[CustomExerciseInput]:
        """Return none: the file has only kinds of workouts."""
        return ()

    def workouts(self) -> Generator[ParsedWorkout | None, None, None]:
        """Yield the workouts, one by one. What cannot be read becomes a problem, and reading continues.

        Yield None after each 8 MiB, which take half a second.

        Raises:
            UnreadableFile: the file is no valid XML, or defines entities.

        """
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = _refuse_entities
        self._file.seek(0)
        size = 0
        while chunk := self._file.read(_CHUNK):
            size += len(chunk)
            yield from self._parse(chunk)
            # What the parser keeps in memory: the unfinished element, all names, and what is before the first element.
            is_pending_long = size - self._position > _MAX_PENDING
            if is_pending_long or len(self._parser.intern) > _MAX_NAMES:
                raise _foreign()
            if size % _PAUSE_BYTES < _CHUNK:
                yield None
        yield from self._parse(b"", is_final=True)

    def _parse(self, chunk: bytes, *, is_final: bool = False) -> list[ParsedWorkout]:
        self._read = []
        try:
            self._parser.Parse(chunk, is_final)
        except expat.ExpatError as error:
            raise UnreadableFile(f"The file is not valid XML from line {error.lineno} on. Export it again.") from None
        return self._read

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._position = self._parser.CurrentByteIndex
        if self._depth > _MAX_DEPTH:
            raise _foreign()
        if name == "Workout":
            self._open, self._statistics, self._line = attributes, [], self._parser.CurrentLineNumber
        elif self._open is not None:
            if name == "WorkoutStatistics" and len(self._statistics) < _MAX_STATISTICS:
                self._statistics.append(attributes)
            elif name == "MetadataEntry" and attributes.get("key") == "HKTimeZone":
                self._open["zone"] = attributes.get("value", "")
        elif name == "Record" and attributes.get("type") in _MEASURED:
            self._record, self._line = attributes, self._parser.CurrentLineNumber
        elif name == "MetadataEntry" and self._record is not None and attributes.get("key") == "HKTimeZone":
            self._record["zone"] = attributes.get("value", "")

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == "Record" and self._record is not None:
            self._add_record(self._record)
            self._record = None
        if name != "Workout" or self._open is None:
            return
        try:
            self._read.append(self._build_workout(self._open))
        except CellError as error:
            self.problems.add(self._line, error.code, error.message)
            limit_problems(self.problems.count)
        self._open = None

    def _add_record(self, values: dict[str, str]) -> None:
        """Add a measurement."""
        kind = values["type"]
        if kind in _LEFT_OUT:
            self.measurements.leave_out(_LEFT_OUT[kind], self._line)
            return
        try:
            time = parsing.parse_local_time(values.get("startDate", ""), None).value
            zone = self._find_zone(values["zone"]) if values.get("zone") else self._sent_zone
            local = find_local_time(time, None if zone is None else types.zone(zone))
            quantity = parse_quantity(values.get("value", ""))
            unit = values.get("unit", "")
            if kind == _FAT:
                if unit != "%":
                    raise CellError("unknown_unit", "The unit of the body fat is not %.")  # noqa: TRY301
                self.measurements.add(self._line, local, None, quantity * 100)
                return
            factor = _KILOGRAMS.get(unit.casefold())
            if factor is None:
                raise CellError("unknown_unit", "The unit of the body mass is unknown.")  # noqa: TRY301
            self.measurements.add(self._line, local, quantity * factor, None)
        except (CellError, OverflowError) as error:
            code = error.code if isinstance(error, CellError) else "date_out_of_range"
            self.measurements.skip(self._line, code, str(error))

    def _build_workout(self, values: dict[str, str]) -> ParsedWorkout:
        started_at = self._parse_time(values.get("startDate", ""))
        duration = self._parse_time(values.get("endDate", "")) - started_at
        kind = values.get("workoutActivityType", "").removeprefix(_KIND)
        name = assembly.parse_exercise_name(_WORDS.sub(" ", kind) or "Other", self._line, self.warnings)
        seconds = _convert(values.get("duration"), values.get("durationUnit", "min"), _SECONDS)
        distance = _convert(values.get("totalDistance"), values.get("totalDistanceUnit", "km"), parsing.METERS)
        energy = _convert(values.get("totalEnergyBurned"), values.get("totalEnergyBurnedUnit", "kcal"), _KILOCALORIES)
        rates: tuple[float | None, float | None] = (None, None)
        for statistics in self._statistics:
            quantity, unit = statistics.get("type", ""), statistics.get("unit", "")
            if "IdentifierDistance" in quantity:
                distance = _convert(statistics.get("sum"), unit, parsing.METERS) or distance
            elif quantity.endswith("ActiveEnergyBurned"):
                energy = _convert(statistics.get("sum"), unit, _KILOCALORIES) or energy
            elif quantity.endswith("IdentifierHeartRate"):
                average, highest = (_convert(statistics.get(name), unit, _BEATS) for name in ("average", "maximum"))
                rates = (average, highest)
        try:
            workout_set = SetInput(
                duration_seconds=round(duration.total_seconds() if seconds is None else seconds),
                distance_meters=round(distance, 2) if distance else None,
            )
        except ValidationError:
            raise CellError("invalid_set", "The duration or the distance of this workout is too large.") from None
        draft = WorkoutDraft(self._line, started_at, name)
        draft.duration = max(duration, timedelta())
        exercise = assembly.find_or_add_exercise(draft, ParsedExercise(name), name, None)
        assembly.add_set(draft, exercise, workout_set, None)
        workout = assembly.build_workout(draft, self._find_zone(values.get("zone")), self.warnings, allow_empty=False)
        workout.energy_kcal = round(energy, 1) if energy and energy <= _MAX_ENERGY else None
        assembly.set_heart_rate(workout, *rates, self.warnings)
        return workout

    @staticmethod
    def _parse_time(text: str) -> datetime:
        return parsing.convert_to_utc(parsing.parse_local_time(text, None).value, "UTC")

    def _find_zone(self, name: str | None) -> str:
        if name:
            try:
                return _ZONE.validate_python(name)
            except ValidationError:
                message = "The time zone of this workout is unknown."
                self.warnings.add(self._line, "unknown_time_zone", message)
        return self._zone


def _convert(text: str | None, unit: str, factors: dict[str, float] | dict[str, int]) -> float | None:
    """Return a quantity in the base unit; None if it is missing or cannot be read."""
    factor = factors.get(unit.casefold())
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value * factor if factor and 0 <= value < float("inf") else None


def _refuse_entities(*_: object) -> None:
    raise UnreadableFile("The file defines entities of XML, which Apple Health never does.")


def _foreign() -> UnreadableFile:
    return UnreadableFile("This XML file does not have the structure of an export of Apple Health.")


def _recognize(start: FileStart) -> bool:
    return start.text.startswith("<") and _ROOT.search(start.text) is not None


FILE_FORMAT = FileFormat(
    "Apple Health", "export.zip, or export.xml in it", _recognize, AppleHealthReader, is_streamed=True
)
