"""Detection of files that are imported again with another time zone, or whose times are shifted.

The search compares totals only. Its caller confirms a shift with the documents of a few workouts.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from exercise_buddy.transfers.imports.model import ParsedWorkout

MINUTE = 60
_STEP = 15 * MINUTE
_MAX_SHIFT = 26 * 60 * MINUTE
_HOUR = 60 * MINUTE
# Of a person who often repeats a workout, more pairs say nothing.
_MAX_PAIRS = 8
MIN_SHIFTED = 3
"""So many workouts with one shift are no chance: fewer are repetitions."""
_ROUND = 5 * MINUTE
"""People choose such starts, so that two of them have a shift by chance."""
_MAX_CORRECTION = 60 * MINUTE
"""A start that was corrected in the app is moved by less: nobody repeats a whole workout so soon."""


class Outline(NamedTuple):
    """What is compared of a workout before its content is read.

    Attributes:
        start: the Unix time of its start.
        local_minute: the minutes of its local start, on the wall clock.
        totals: a hash of its title, sets, reps and volume.

    """

    start: int
    local_minute: int
    time_zone: str
    totals: int


class ShiftedPair(NamedTuple):
    """A workout of the file, by its position, and the stored one that it may be."""

    position: int
    stored_id: UUID


@dataclass(slots=True)
class Shift:
    """A shift that several workouts of a file have.

    Attributes:
        seconds: how much later the file's workouts start. None: the same local time in another time zone.
        zones: the zone of the file and the zone of the stored workouts, if the local times are equal.
        pairs: the workouts.
        required: how many pairs must have the same content.
        beside: the shift that this one differs from by an hour, where one zone has summer time and the other not.
        is_suspected: whether all workouts of the file have it, but may as well be a habit: the user must tell.

    """

    seconds: int | None
    zones: tuple[str, str] | None
    pairs: list[ShiftedPair] = field(default_factory=list)
    required: int = 1
    beside: int | None = None
    is_suspected: bool = False


def build_outline(workout: ParsedWorkout) -> Outline:
    """Return the outline of a workout of a file."""
    sets = [part for exercise in workout.exercises for part in exercise.sets]
    reps = sum(part.reps or 0 for part in sets)
    # Which weights are assistance depends on the exercise, so both count.
    volume = sum((part.reps or 0) * (part.weight_kg or part.assistance_kg or 0) for part in sets)
    return outline_of(workout.started_at, workout.time_zone, workout.title, len(sets), reps, volume)


def outline_of(started_at: datetime, time_zone: str, title: str, sets: int, reps: int, volume_kg: float) -> Outline:
    """Return the outline of a workout."""
    return Outline(
        int(started_at.timestamp()),
        local_minute(started_at, time_zone),
        time_zone,
        hash((tuple(title.split()), sets, reps, round(volume_kg, 1))),
    )


def local_minute(started_at: datetime, time_zone: str) -> int:
    """Return the minutes of a time on the wall clock of a time zone."""
    local = started_at.astimezone(ZoneInfo(time_zone))
    return (local.toordinal() * 24 + local.hour) * 60 + local.minute


def find_shifts(outlines: Sequence[tuple[int, Outline]], stored: Iterable[tuple[UUID, Outline]]) -> list[Shift]:
    """Return the shifts that workouts of a file may have, the most frequent first.

    Args:
        outlines: those workouts of the file that no stored one equals, with their positions.
        stored: those stored workouts that no workout of the file equals.

    """
    by_totals: dict[int, list[tuple[int, UUID, Outline]]] = defaultdict(list)
    for stored_id, outline in stored:
        by_totals[outline.totals].append((outline.start, stored_id, outline))
    for group in by_totals.values():
        group.sort(key=lambda entry: entry[:2])
    in_file = Counter(outline.totals for _, outline in outlines)
    zones: dict[tuple[str, str], Shift] = {}
    constant: dict[int, Shift] = {}
    unique: Counter[int] = Counter()
    marks: dict[int, set[int]] = defaultdict(set)
    for position, outline in outlines:
        group = by_totals.get(outline.totals, [])
        first = bisect_left(group, outline.start - _MAX_SHIFT, key=lambda entry: entry[0])
        last = bisect_right(group, outline.start + _MAX_SHIFT, key=lambda entry: entry[0])
        for start, stored_id, other in group[first : min(last, first + _MAX_PAIRS)]:
            pair = ShiftedPair(position, stored_id)
            seconds = outline.start - start
            if other.local_minute == outline.local_minute and other.time_zone != outline.time_zone:
                names = (outline.time_zone, other.time_zone)
                zones.setdefault(names, Shift(None, names)).pairs.append(pair)
            elif seconds and not seconds % _STEP:
                constant.setdefault(seconds, Shift(seconds, None)).pairs.append(pair)
                unique[seconds] += len(group) == in_file[outline.totals] == 1
                if outline.start % _ROUND:
                    marks[seconds].add(outline.start % _STEP)
    plausible = {
        seconds: shift
        for seconds, shift in constant.items()
        if _is_plausible(shift, unique[seconds], len(marks[seconds]), len(outlines))
    }
    suspected = [] if zones or plausible else _find_suspected(constant.values(), len(outlines))
    beside = _find_beside(constant, plausible)
    return [*_sort(zones.values()), *_sort(plausible.values()), *_sort(beside), *suspected]


def _find_beside(constant: Mapping[int, Shift], plausible: Mapping[int, Shift]) -> list[Shift]:
    """Return the shifts that differ from a plausible one by an hour, and set from which."""
    beside = []
    for seconds, shift in constant.items():
        shift.beside = next((other for other in (seconds - _HOUR, seconds + _HOUR) if other in plausible), None)
        if seconds not in plausible and shift.beside is not None:
            shift.required = 1
            beside.append(shift)
    return beside


def _find_suspected(constant: Iterable[Shift], workouts: int) -> list[Shift]:
    """Return the shift that all workouts of a file have, if there is one."""
    suspected = [shift for shift in constant if MIN_SHIFTED <= workouts == len({pair.position for pair in shift.pairs})]
    for shift in suspected:
        shift.required, shift.is_suspected = MIN_SHIFTED, True
    return _sort(suspected)[:1]


def _is_plausible(shift: Shift, unique: int, marks: int, workouts: int) -> bool:
    """Return whether a shift is plausible, and set how many workouts must be equal.

    Who does the same every day, or each morning and evening, has it at a constant distance. So only workouts tell that
    are there once, or starts like 18:07, whose minutes and seconds are the same, if at least half of the file has them.

    Args:
        shift: the shift.
        unique: how many of its workouts are there once.
        marks: how many different minutes and seconds, within a quarter of an hour, its starts have that are not round.
        workouts: the number of the workouts of the file that no stored one equals.

    """
    shift.required = MIN_SHIFTED
    return unique >= MIN_SHIFTED or (marks >= MIN_SHIFTED and len(shift.pairs) * 2 >= workouts)


def find_other_zone(outlines: Sequence[Outline], stored: Mapping[UUID, Outline]) -> tuple[list[int], set[UUID]]:
    """Return the workouts of a file that have the local time of stored ones in one other zone, and those stored ones.

    Where somebody trains twice a day, another zone makes the evening the morning of the stored workouts. So the caller
    compares how many workouts are equal at the same time, and how many in another zone.
    """
    by_local_time: dict[tuple[int, int], list[tuple[UUID, str]]] = defaultdict(list)
    for workout_id, outline in stored.items():
        by_local_time[outline.local_minute, outline.totals].append((workout_id, outline.time_zone))
    found: dict[tuple[str, str], tuple[list[int], set[UUID]]] = {}
    for position, outline in enumerate(outlines):
        for workout_id, time_zone in by_local_time.get((outline.local_minute, outline.totals), [])[:_MAX_PAIRS]:
            if time_zone != outline.time_zone:
                positions, ids = found.setdefault((outline.time_zone, time_zone), ([], set()))
                if workout_id not in ids and positions[-1:] != [position]:
                    positions.append(position)
                    ids.add(workout_id)
    return max(found.values(), key=lambda entry: len(entry[0]), default=([], set()))


def find_corrected_starts(
    outlines: Sequence[tuple[int, Outline]], stored: Iterable[tuple[UUID, Outline]]
) -> list[ShiftedPair]:
    """Return the workouts of a file whose starts seem to be corrected, each with the nearest stored one.

    Args:
        outlines: those workouts of the file that have no counterpart, with their positions.
        stored: those imported workouts that have none. An app exports all workouts, so these changed there.

    """
    by_totals: dict[int, list[tuple[int, UUID]]] = defaultdict(list)
    for stored_id, outline in stored:
        by_totals[outline.totals].append((outline.start, stored_id))
    for group in by_totals.values():
        group.sort()
    near = []
    for position, outline in outlines:
        group = by_totals.get(outline.totals, [])
        first = bisect_right(group, outline.start - _MAX_CORRECTION, key=lambda entry: entry[0])
        last = bisect_left(group, outline.start + _MAX_CORRECTION, key=lambda entry: entry[0])
        near += [
            (abs(outline.start - start), position, stored_id)
            for start, stored_id in group[first : min(last, first + _MAX_PAIRS)]
        ]
    pairs: dict[int, ShiftedPair] = {}
    taken: set[UUID] = set()
    for _, position, stored_id in sorted(near):
        if position not in pairs and stored_id not in taken:
            pairs[position] = ShiftedPair(position, stored_id)
            taken.add(stored_id)
    return list(pairs.values())


def _sort(shifts: Iterable[Shift]) -> list[Shift]:
    return sorted(shifts, key=lambda shift: -len(shift.pairs))


def name_shift(shift: timedelta) -> str:
    """Return a shift for people, such as `5 hours later`."""
    direction = "later" if shift > timedelta() else "earlier"
    hours, rest = divmod(round(abs(shift.total_seconds()) / 60), 60)
    parts = [f"{hours} {'hour' if hours == 1 else 'hours'}"] if hours else []
    parts += [f"{rest} {'minute' if rest == 1 else 'minutes'}"] if rest else []
    return f"{' '.join(parts) or 'less than a minute'} {direction}"
