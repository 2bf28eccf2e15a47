"""The index of stored workouts: which of them a workout of a file may be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.transfers.imports.comparison import has_same_start
from exercise_buddy.transfers.imports.model import ParsedWorkout
from exercise_buddy.transfers.imports.replacements import PreviousWorkout
from exercise_buddy.transfers.imports.time_shifts import (
    Outline,
    Shift,
    ShiftedPair,
    find_corrected_starts,
    find_other_zone,
    local_minute,
    outline_of,
)
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import WorkoutKey, list_deleted_workouts, list_workout_keys

_MINUTE = 60
# So many keys take the event loop a few milliseconds.
_PAGE = 1000
_LAST_ID = UUID(int=2**128 - 1)
# Of more workouts with one start, no document is read.
_MAX_CANDIDATES = 20


@dataclass(slots=True)
class WorkoutIndex:
    """The user's workouts that an import did not write.

    Loaded once and kept current: the workouts of each step of the import would take quadratic time for a long file.
    A stored workout is the counterpart of at most one workout of the file.
    """

    user_id: UUID
    import_id: UUID
    ids_by_fingerprint: dict[bytes, list[UUID]] = field(default_factory=dict)
    """Fingerprints include the start. They stay when a workout is edited."""
    keys: dict[UUID, WorkoutKey] = field(default_factory=dict)
    ids_by_minute: dict[int, list[UUID]] = field(default_factory=dict)
    starts: set[float] = field(default_factory=set)
    """The starts of these workouts, and of those of the file."""
    file_ids: set[UUID] = field(default_factory=set)
    """The ids of the file's workouts that were imported."""
    planned: dict[bytes, UUID] = field(default_factory=dict)
    """The counterparts that were found by totals, by the fingerprints of the file's workouts."""
    replaced: Mapping[UUID, PreviousWorkout] = field(default_factory=dict)
    """What stored workouts were before this import replaced them, if it began in another process. They are compared as
    they were, so that it continues like one that was not interrupted."""
    shifts: list[Shift] = field(default_factory=list)
    """How the times of the file differ from those of stored workouts."""
    _ids_by_local_minute: dict[int, list[UUID]] = field(default_factory=dict)
    _reserved: set[UUID] = field(default_factory=set)
    """Those that equal a workout of the file, or are planned."""
    _counterparts: set[UUID] = field(default_factory=set)
    """Those that are planned."""
    _taken: set[UUID] = field(default_factory=set)
    _last: tuple[int, UUID] = (0, UUID(int=0))
    _revision: int | None = None

    async def load_page(self, session: AsyncSession) -> bool:
        """Add workouts that were written since the last page, and return whether there may be more."""
        if self._revision is None:
            # Earlier deletions need no attention.
            self._revision = await users.get_revision(session, self.user_id)
        page = await list_workout_keys(session, self.user_id, self._last, _PAGE)
        for key in page:
            self._discard(key.id)
            if key.import_id != self.import_id:
                self._add(key)
            self._last = (key.revision, key.id)
        return len(page) == _PAGE

    async def refresh(self, session: AsyncSession) -> None:
        """Apply what others wrote and deleted since. The caller holds the lock of the user until it has written."""
        revision = await users.get_revision(session, self.user_id)
        if revision == self._revision:
            return
        for workout_id in await list_deleted_workouts(session, self.user_id, self._revision or 0):
            self._discard(workout_id)
        self._revision = revision
        while await self.load_page(session):
            pass

    async def skip_written(self, session: AsyncSession) -> None:
        """Skip what the import has written since the last refresh, in the same transaction."""
        self._revision = await users.get_revision(session, self.user_id)
        self._last = (self._revision, _LAST_ID)

    def _add(self, key: WorkoutKey) -> None:
        if key.id in self.replaced:
            key = _restore_key(key, self.replaced[key.id])
        self.keys[key.id] = key
        self.ids_by_fingerprint.setdefault(key.fingerprint, []).append(key.id)
        self.starts.add(key.started_at.timestamp())
        self.ids_by_minute.setdefault(_minute(key.started_at), []).append(key.id)

    def _discard(self, workout_id: UUID) -> None:
        key = self.keys.pop(workout_id, None)
        if key is not None:
            self.ids_by_fingerprint[key.fingerprint].remove(workout_id)
            self.ids_by_minute[_minute(key.started_at)].remove(workout_id)

    def find_equal(self, fingerprint: bytes) -> UUID | None:
        """Return a stored workout that was written with the same content; None if no free one was."""
        if fingerprint in self.planned:
            return None
        same = self.ids_by_fingerprint.get(fingerprint, ())
        return next((one for one in same if one not in self._taken and one not in self._counterparts), None)

    def take(self, workout_id: UUID) -> None:
        """Mark a stored workout as the counterpart of a workout of the file."""
        self._taken.add(workout_id)

    def find_candidates(self, workout: ParsedWorkout, fingerprint: bytes) -> list[UUID]:
        """Return the ids of the stored workouts that this one may be, without those that equal another one."""
        if workout.id is not None and workout.id in self.keys:
            return [workout.id]
        planned = self.planned.get(fingerprint)
        if planned in self.keys and planned not in self._taken:
            return [planned]
        near = (one for one in self._list_near(workout) if one not in self._reserved and one not in self._taken)
        return list(islice(dict.fromkeys(near), _MAX_CANDIDATES))

    def _list_near(self, workout: ParsedWorkout) -> Iterator[UUID]:
        for workout_id in self.ids_by_minute.get(_minute(workout.started_at), ()):
            if has_same_start(workout, self.keys[workout_id].started_at):
                yield workout_id
        for shift in self.shifts:
            if shift.zones is None:
                yield from self.ids_by_minute.get(_minute(workout.started_at) - (shift.seconds or 0) // _MINUTE, ())
            elif shift.zones[0] == workout.time_zone:
                for workout_id in self._ids_by_local_minute.get(
                    local_minute(workout.started_at, workout.time_zone), ()
                ):
                    if workout_id in self.keys and self.keys[workout_id].time_zone == shift.zones[1]:
                        yield workout_id

    def plan(
        self, outlines: Iterable[tuple[bytes, Outline]]
    ) -> tuple[list[tuple[int, Outline]], list[tuple[UUID, Outline]]]:
        """Reserve the stored workouts that equal one of the file; return the others of the file and of the user.

        Args:
            outlines: the fingerprints and the outlines of the workouts of the file.

        """
        outlines = list(outlines)
        rest = []
        moved, unequal = self._find_other_zone(outlines)
        for position, (fingerprint, outline) in enumerate(outlines):
            equal = next(
                (
                    one
                    for one in self.ids_by_fingerprint.get(fingerprint, ())
                    if one not in self._reserved and one not in unequal and position not in moved
                ),
                None,
            )
            if equal is None:
                rest.append((position, fingerprint, outline))
            else:
                self._reserved.add(equal)
        # Of those that start together, which equals which.
        stored = {one: _outline(key) for one, key in self.keys.items() if one not in self._reserved}
        by_start: dict[tuple[int, int], list[UUID]] = defaultdict(list)
        for workout_id, outline in stored.items():
            if workout_id not in unequal:
                by_start[outline.start // _MINUTE, outline.totals].append(workout_id)
        others = []
        for position, fingerprint, outline in rest:
            together = by_start.get((outline.start // _MINUTE, outline.totals))
            if together and position not in moved:
                # The one of the same second, if the file has seconds.
                together.sort(key=lambda one: abs(stored[one].start - outline.start), reverse=True)
                self._plan_counterpart(fingerprint, together.pop())
            else:
                others.append((position, outline))
        return others, [(one, outline) for one, outline in stored.items() if one not in self._reserved]

    def _find_other_zone(self, outlines: Sequence[tuple[bytes, Outline]]) -> tuple[set[int], set[UUID]]:
        """Return which workouts equal stored ones in another time zone, if these are more than those at equal times."""
        zones = {key.time_zone for key in self.keys.values()}
        if zones <= {outline.time_zone for _, outline in outlines[:1]}:
            return set(), set()
        equal = sum(bool(self.ids_by_fingerprint.get(fingerprint)) for fingerprint, _ in outlines)
        stored = {workout_id: _outline(key) for workout_id, key in self.keys.items()}
        positions, ids = find_other_zone([outline for _, outline in outlines], stored)
        return (set(positions), ids) if len(positions) > equal else (set(), set())

    def plan_corrected_starts(
        self,
        others: Iterable[tuple[int, Outline]],
        stored: Iterable[tuple[UUID, Outline]],
        outlines: Sequence[tuple[bytes, Outline]],
    ) -> None:
        """Plan the counterparts of workouts whose start was corrected in the app that exports them."""
        free = [other for other in others if outlines[other[0]][0] not in self.planned]
        imported = [
            (workout_id, outline)
            for workout_id, outline in stored
            if workout_id not in self._reserved and self.keys[workout_id].import_id is not None
        ]
        for pair in find_corrected_starts(free, imported):
            self._plan_counterpart(outlines[pair.position][0], pair.stored_id)

    def list_free_pairs(
        self, pairs: Sequence[ShiftedPair], outlines: Sequence[tuple[bytes, Outline]]
    ) -> list[ShiftedPair]:
        """Return those pairs of which neither workout has a counterpart yet, each workout once."""
        free: dict[int, ShiftedPair] = {}
        stored: set[UUID] = set()
        for pair in pairs:
            if (
                pair.stored_id in self._reserved
                or pair.stored_id in stored
                or outlines[pair.position][0] in self.planned
            ):
                continue
            if pair.position not in free:
                free[pair.position] = pair
                stored.add(pair.stored_id)
        return list(free.values())

    def accept(self, shift: Shift, outlines: Sequence[tuple[bytes, Outline]]) -> None:
        """Plan the counterparts of a shift that was confirmed."""
        if not self._ids_by_local_minute and shift.zones:
            for workout_id, key in self.keys.items():
                minute = local_minute(key.started_at, key.time_zone)
                self._ids_by_local_minute.setdefault(minute, []).append(workout_id)
        self.shifts.append(shift)
        for pair in shift.pairs:
            self._plan_counterpart(outlines[pair.position][0], pair.stored_id)

    def _plan_counterpart(self, fingerprint: bytes, workout_id: UUID) -> None:
        self.planned[fingerprint] = workout_id
        self._counterparts.add(workout_id)
        self._reserved.add(workout_id)


def _restore_key(key: WorkoutKey, previous: PreviousWorkout) -> WorkoutKey:
    """Return the key that a workout had before it was replaced."""
    return key._replace(
        fingerprint=previous.fingerprint,
        started_at=previous.started_at,
        time_zone=previous.time_zone,
        title=previous.title or key.title,
        set_count=previous.set_count,
        rep_count=previous.rep_count,
        volume_kg=previous.volume_kg,
        assisted_volume_kg=0.0,
    )


def _outline(key: WorkoutKey) -> Outline:
    volume_kg = key.volume_kg + key.assisted_volume_kg
    return outline_of(key.started_at, key.time_zone, key.title, key.set_count, key.rep_count, volume_kg)


def _minute(time: datetime) -> int:
    return int(time.timestamp()) // _MINUTE
