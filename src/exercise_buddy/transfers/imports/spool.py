"""The parsed workouts of a file in batches, of a large file on the disk. None is stored before all are parsed.

Most files have the newest workout first. Written in that order, each batch would change the personal records of all
batches before it; so the batch with the oldest workout comes first.
"""

import pickle
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Self

from exercise_buddy.transfers.imports.model import FileReader, NamedSets, ParsedWorkout, fold_name
from exercise_buddy.transfers.imports.time_shifts import Outline, build_outline

FingerprintedWorkout = tuple[ParsedWorkout, bytes]

_MAX_WORKOUTS = 100
# A batch of this weight, 500 sets, locks the user for about 100 ms.
_MAX_WEIGHT = 500
_REPS_PER_WEIGHT = 10
_MAX_MEMORY = 1024 * 1024
# Five megabytes. To write a set to the disk and to read it takes a quarter of the time of its import.
_MAX_KEPT_WEIGHT = 5_000


class BatchSpool:
    """Reads a file into batches, without workouts that the file repeats."""

    def __init__(self, reader: FileReader, names: Iterable[str] = ()) -> None:
        self._reader = reader
        self._workouts = reader.workouts()
        self._fingerprints: set[bytes] = set()
        self._file = SpooledTemporaryFile(max_size=_MAX_MEMORY)  # noqa: SIM115  (`__exit__` closes it)
        self._batches: list[tuple[datetime, int]] = []
        self._kept: list[list[FingerprintedWorkout]] = []
        self._kept_weight = 0
        self.repeated = 0
        self.names: dict[str, NamedSets] = {}
        """What the file says about the exercises without ids, by the keys of their names."""
        self.outlines: list[tuple[bytes, Outline]] = []
        """The fingerprint and the outline of each workout, in the order of the file."""
        self._first_of_batch: list[int] = []
        self.unread_names = set(names)
        """Those of the names that no exercise of the file has so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workouts.close()
        self._file.close()

    def __len__(self) -> int:
        return len(self._batches)

    def parse_batch(self) -> bool:
        """Parse a batch of the file, or a part without workouts; return whether there was either."""
        batch: list[FingerprintedWorkout] = []
        weight = 0
        is_paused = False
        for workout in self._workouts:
            if workout is None:
                is_paused = True
                break
            fingerprint = workout.fingerprint()
            # In our own files, two ids are two workouts, even with the same content.
            file_fingerprint = fingerprint + (workout.id.bytes if workout.id else b"")
            if file_fingerprint in self._fingerprints:
                self.repeated += 1
                message = "The file contains this workout twice; it is imported once."
                self._reader.warnings.add(workout.line, "repeated_workout", message)
                continue
            self._fingerprints.add(file_fingerprint)
            batch.append((workout, fingerprint))
            self._note_names(workout)
            if self.unread_names:
                self.unread_names.difference_update(fold_name(exercise.name) for exercise in workout.exercises)
            weight += _weigh(workout)
            if len(batch) == _MAX_WORKOUTS or weight >= _MAX_WEIGHT:
                break
        if batch:
            self._first_of_batch.append(len(self.outlines))
            self.outlines += [(fingerprint, build_outline(workout)) for workout, fingerprint in batch]
            self._batches.append((min(workout.started_at for workout, _ in batch), self._store(batch, weight)))
        return is_paused or bool(batch)

    def _note_names(self, workout: ParsedWorkout) -> None:
        for exercise in workout.exercises:
            if exercise.id is None:
                noted = self.names.setdefault(fold_name(exercise.name), NamedSets(exercise.name, workout.line))
                noted.most_kg = max(noted.most_kg, *(one_set.weight_kg or 0.0 for one_set in exercise.sets), 0.0)

    def _store(self, batch: list[FingerprintedWorkout], weight: int) -> int:
        """Store a batch, and return its position: a negative one in memory."""
        self._kept_weight += weight
        if self._kept_weight <= _MAX_KEPT_WEIGHT:
            self._kept.append(batch)
            return -len(self._kept)
        position = self._file.tell()
        pickle.dump(batch, self._file)
        return position

    def positions(self) -> Iterator[int]:
        """Yield the positions of the batches, the one with the oldest workout first."""
        yield from map(itemgetter(1), sorted(self._batches))

    def read_batch(self, position: int) -> list[FingerprintedWorkout]:
        """Return the batch at a position."""
        if position < 0:
            return self._kept[-position - 1]
        self._file.seek(position)
        batch: list[FingerprintedWorkout] = pickle.load(self._file)  # noqa: S301  (we wrote it, into a file without a name)
        return batch

    def read_workout(self, number: int) -> ParsedWorkout:
        """Return a workout by its number among the outlines."""
        batch = bisect_right(self._first_of_batch, number) - 1
        return self.read_batch(self._batches[batch][1])[number - self._first_of_batch[batch]][0]


def _weigh(workout: ParsedWorkout) -> int:
    sets = [workout_set for exercise in workout.exercises for workout_set in exercise.sets]
    reps = sum(len(workout_set.evidence.reps) for workout_set in sets if workout_set.evidence)
    return 1 + len(sets) + reps // _REPS_PER_WEIGHT
