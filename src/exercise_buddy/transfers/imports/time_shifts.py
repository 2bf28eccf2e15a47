"""Detection of files that are imported again with another time zone, or whose times are shifted.

The search compares totals only. Its caller confirms a shift with the documents of a few workouts.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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

    """

    seconds: int | None
    zones: tuple[str, str] | None
    pairs: list[ShiftedPair] = field(default_factory=list)
    required: int = 1
    beside: int | None = None


def build_outline(workout: ParsedWorkout) -> Outline:
    """Return the outline of a workout of a file."""
    sets = [part for exercise in workout.exercises for part in exercise.sets]
    reps = sum(part.reps or 0 for part in sets)
    volume = sum((part.reps or 0) * (part.weight_kg or 0) for part in sets)
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
    plausible = {seconds: shift for seconds, shift in constant.items() if _is_plausible(shift, unique[seconds])}
    beside = []
    for seconds, shift in constant.items():
        shift.beside = next((other for other in (seconds - _HOUR, seconds + _HOUR) if other in plausible), None)
        if seconds not in plausible and shift.beside is not None:
            shift.required = 1
            beside.append(shift)
    return [*_sort(zones.values()), *_sort(plausible.values()), *_sort(beside)]


def _is_plausible(shift: Shift, unique: int) -> bool:
    """Return whether a shift is plausible, and set how many workouts must be equal. Repeated workouts do not count."""
    shift.required = MIN_SHIFTED
    # Who does the same every day, or each morning and evening, has it at a constant distance: only workouts that are
    # there once tell.
    return unique >= shift.required


def _sort(shifts: Iterable[Shift]) -> list[Shift]:
    return sorted(shifts, key=lambda shift: -len(shift.pairs))


def name_shift(shift: timedelta) -> str:
    """Return a shift for people, such as `5 hours later`."""
    minutes = int(shift.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{hours} {'hour' if hours == 1 else 'hours'}"] if hours else []
    parts += [f"{rest} minutes"] if rest else []
    return f"{' '.join(parts)} {'later' if minutes > 0 else 'earlier'}"
