"""The training of one person, as the files and the requests describe it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Rep:
    """One rep, as a camera measured it."""

    offset_ms: int
    duration_ms: int | None = None
    eccentric_ms: int | None = None
    concentric_ms: int | None = None
    range_degrees: float | None = None
    range_mm: float | None = None
    range_share: float | None = None
    full_range_share: float | None = None
    mean_velocity_mps: float | None = None
    side: str | None = None
    rejected: bool = False


@dataclass(frozen=True)
class Evidence:
    """The evidence of a set, as a camera measured it."""

    detected_reps: int
    reps: tuple[Rep, ...] = ()


@dataclass(frozen=True)
class Set:
    """A set. `reps` is None if they were not counted."""

    reps: int | None = None
    weight_kg: float | None = None
    duration_seconds: float | None = None
    distance_meters: float | None = None
    evidence: Evidence | None = None
    warm_up: bool = False

    @property
    def volume_kg(self) -> float:
        """Return reps x weight, which warm-ups do not count for."""
        return 0 if self.warm_up else (self.reps or 0) * (self.weight_kg or 0)


@dataclass(frozen=True)
class Exercise:
    """The facts of an exercise."""

    id: str
    name: str
    custom: bool
    primary: frozenset[str]
    secondary: frozenset[str]
    met: float | None
    share: float | None
    assisted: bool

    def part(self, muscle: str) -> float:
        """Return the share of the exercise that counts for a muscle: 1, 0.5 or 0."""
        return 1.0 if muscle in self.primary else 0.5 if muscle in self.secondary else 0.0


@dataclass
class Done:
    """An exercise of a workout. A file contains only its name; `exercise` is the exercise of that name."""

    name: str
    sets: list[Set] = field(default_factory=list)
    exercise: Exercise | None = None

    @property
    def known(self) -> Exercise:
        assert self.exercise is not None, self.name
        return self.exercise

    @property
    def working(self) -> list[Set]:
        return [one for one in self.sets if not one.warm_up]

    @property
    def volume_kg(self) -> float:
        """Return the volume that was lifted, without assistance."""
        return 0 if self.known.assisted else sum(one.volume_kg for one in self.sets)


@dataclass
class Workout:
    """A workout. `ended_at` is None while it is live."""

    title: str
    started_at: datetime
    ended_at: datetime | None
    zone: str
    done: list[Done] = field(default_factory=list)
    id: str = ""
    recorded_kcal: float | None = None

    @cached_property
    def day(self) -> date:
        """Return its local day."""
        return self.started_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def seconds(self) -> float | None:
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()

    @property
    def volume_kg(self) -> float:
        return sum(done.volume_kg for done in self.done)

    @property
    def sets(self) -> list[Set]:
        return [one for done in self.done for one in done.sets]

    @property
    def met(self) -> float | None:
        """Return the mean of the METs of its exercises, weighted by their sets."""
        known = [(done.known.met, len(done.sets)) for done in self.done if done.known.met is not None and done.sets]
        if not known:
            return None
        return sum(met * sets for met, sets in known) / sum(sets for _, sets in known)


@dataclass(frozen=True)
class Goal:
    """A weekly goal that holds from `since` to `until`, both included; None: until now."""

    metric: str
    target: int
    rest_days: tuple[str, ...]
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass
class Life:
    """Everything that is known about one person."""

    zone: str
    week_starts_on: str = "monday"
    workouts: list[Workout] = field(default_factory=list)
    masses: list[tuple[date, float]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()

    def mass(self, day: date) -> float | None:
        """Return the latest body mass up to a day. Of one day, the last recorded one counts."""
        before = [(measured, place, mass) for place, (measured, mass) in enumerate(self.masses) if measured <= day]
        return max(before)[2] if before else None

    def goal(self, day: date) -> Goal | None:
        return next((goal for goal in self.goals if goal.holds(day)), None)

    def within(self, first: date, last: date) -> list[Workout]:
        return [workout for workout in self.workouts if first <= workout.day <= last]

    def first_day(self, today: date) -> date:
        """Return the day of the first workout up to today, or today if it does not exist."""
        return min((workout.day for workout in self.workouts if workout.day <= today), default=today)

    def in_order(self) -> list[Workout]:
        return sorted(self.workouts, key=lambda workout: (workout.started_at, workout.id))

    def week(self, day: date) -> date:
        """Return the first day of the week of a day."""
        return day - timedelta(days=(day.weekday() - WEEKDAYS.index(self.week_starts_on)) % 7)


def total(values: Iterable[float | None]) -> float:
    """Return the sum of the known values."""
    return sum(value for value in values if value is not None)


def total_or_none(values: Iterable[float | None]) -> float | None:
    """Return the sum of the known values, or None if no value is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def largest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
