"""Several files of one app in one container, read as one: a folder of FIT files, or workouts and body measurements."""

from collections.abc import Generator, Mapping, Sequence

from exercise_buddy.exercises.public import CustomExerciseInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.layouts import join_printable
from exercise_buddy.transfers.imports.measurement_table import MeasurementTable
from exercise_buddy.transfers.imports.measurements import Measurements
from exercise_buddy.transfers.imports.model import FileReader, ParsedWorkout
from exercise_buddy.transfers.imports.remarks import Remarks


class JoinedReader:
    """Reads files of one layout, one after the other, and then body measurements. Its remarks name the file."""

    def __init__(self, readers: Mapping[str, FileReader], table: MeasurementTable | None = None) -> None:
        """Join readers.

        Args:
            readers: those of workouts, by the names of the files. `can_join` has allowed it.
            table: that of the body measurements, which names its files itself.

        """
        self._readers = readers
        first = next(iter(readers.values()))
        self.source, self.units, self.time_zone = first.source, first.units, first.time_zone
        self.warnings = Remarks()
        self.problems = Remarks()
        # Tables of sets and FIT files have none.
        self.measurements = Measurements(self.warnings, self.problems)
        self._table = table
        if table is not None:
            table.warnings, table.problems, table.measurements = self.warnings, self.problems, self.measurements

    def custom_exercises(self) -> Sequence[CustomExerciseInput]:
        """Return the custom exercises that the files describe."""
        return [exercise for reader in self._readers.values() for exercise in reader.custom_exercises()]

    def workouts(self) -> Generator[ParsedWorkout | None, None, None]:
        """Yield the workouts of all files. A file that cannot be read is a problem.

        Raises:
            UnreadableFile: none of the files can be read.

        """
        has_workouts = False
        unreadable: UnreadableFile | None = None
        for name, reader in self._readers.items():
            shown = join_printable([name])
            try:
                for workout in reader.workouts():
                    has_workouts = has_workouts or workout is not None
                    yield workout
            except UnreadableFile as error:
                error.detail = f"{shown}: {error.detail}"
                unreadable = unreadable or error
                self.problems.add(1, "file_unreadable", error.detail)
            for whole, own in ((self.warnings, reader.warnings), (self.problems, reader.problems)):
                for remark in own.first:
                    whole.add(remark.line, remark.code, f"{shown}: {remark.message}")
                whole.count += own.count - len(own.first)
        if self._table is not None:
            try:
                yield from self._table.workouts()
            except UnreadableFile as error:
                self.problems.add(1, "file_unreadable", error.detail or "")
        if unreadable is not None and not has_workouts and self.measurements.is_empty:
            raise unreadable


def can_join(readers: Sequence[FileReader]) -> bool:
    """Return whether the workouts of files can be read as one: the files have one layout and the same units.

    Files of different layouts may have the same workouts, in other words.
    """
    return len({(type(reader), reader.source, reader.units, reader.time_zone) for reader in readers}) <= 1
