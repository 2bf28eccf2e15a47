"""The plausible training of the demo account. It follows from the day, so that it can be continued on any day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from exercise_buddy.exercises import public as exercises

WEEKS = 52
REST_DAYS = ("tuesday", "thursday", "sunday")

_SKIPPED = 0.12
_SURPRISE = 0.1
# Nothing is skipped here, so that the streaks are current.
_REGULAR = timedelta(weeks=9)
# A cold, a holiday, and some days away, counted from the first week.
_BREAKS = frozenset({9, 23, 24, 36})
# Each sixth week has a set less of everything and gains nothing, as in real training.
_CYCLE = 6
_LIGHT = 1
_NOTES = ("Slept badly, still a good one.", "New shoes.", "Gym was crowded.", "Felt strong.")
_MONDAY = 0


@dataclass(frozen=True)
class PlannedExercise:
    """An exercise of a training day. It gains reps or seconds in a week; with a weight, it gains kilograms instead."""

    slug: str
    sets: int
    reps: int
    gain: float
    weight_kg: float | None = None
    superset: int | None = None
    is_hold: bool = False
    meters: int | None = None
    """The distance of a run. It gains meters in a week."""

    @property
    def exercise_id(self) -> str:
        """The id in the catalogue."""
        return str(exercises.catalogue_id(self.slug))


PLAN: dict[int, tuple[str, tuple[PlannedExercise, ...]]] = {
    0: (
        "Push",
        (
            PlannedExercise("barbell-bench-press-medium-grip", 4, 8, 0.5, 50),
            PlannedExercise("barbell-shoulder-press", 3, 8, 0.25, 30),
            PlannedExercise("pushups", 3, 12, 0.2, superset=1),
            PlannedExercise("triceps-pushdown", 3, 12, 0.25, 20, superset=1),
        ),
    ),
    2: (
        "Legs",
        (
            PlannedExercise("barbell-squat", 5, 6, 0.75, 60),
            PlannedExercise("romanian-deadlift", 3, 8, 0.5, 55),
            PlannedExercise("bodyweight-squat", 2, 20, 0.4),
            PlannedExercise("plank", 2, 45, 1.0, is_hold=True),
        ),
    ),
    4: (
        "Pull",
        (
            PlannedExercise("barbell-deadlift", 3, 5, 1.0, 80),
            PlannedExercise("pullups", 4, 5, 0.1),
            PlannedExercise("bent-over-barbell-row", 4, 8, 0.4, 40, superset=1),
            PlannedExercise("barbell-curl", 3, 10, 0.2, 20, superset=1),
        ),
    ),
    5: (
        "Conditioning",
        (
            PlannedExercise("running", 1, 0, 60, meters=3000),
            PlannedExercise("jumping-jack", 3, 25, 0.4, superset=1),
            PlannedExercise("burpee", 3, 8, 0.15, superset=1),
            PlannedExercise("sit-up", 2, 15, 0.3),
        ),
    ),
}
"""The title and the exercises of each training day, by its weekday."""

_SHORT = ("Core", (PlannedExercise("sit-up", 2, 15, 0.2), PlannedExercise("plank", 2, 40, 0.5, is_hold=True)))


def build_workouts(begins_on: date, first: date, now: datetime, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """Yield the workouts from a local day up to now. The last one is of today, even if today is a rest day.

    Args:
        begins_on: the day on which the training began.
        first: the first day, not before `begins_on`.
        now: the time.
        zone: the time zone of the days.

    """
    today = now.astimezone(zone).date()
    for number in range((today - first).days + 1):
        day = first + timedelta(days=number)
        # Each day has numbers of its own.
        chance = random.Random(day.toordinal())  # noqa: S311  (plausible, not secret)
        week = (day - begins_on).days // 7
        is_skipped = (chance.random() < _SKIPPED and day < today - _REGULAR) or week in _BREAKS
        title, planned = PLAN.get(day.weekday(), ("", ())) if day < today else PLAN.get(day.weekday(), _SHORT)
        if is_skipped or not planned:
            continue
        minutes = chance.randint(38, 75)
        started_at = datetime.combine(day, time(17), zone) + timedelta(minutes=chance.randint(-40, 90))
        # The one of today has ended already.
        started_at = min(started_at, max(now - timedelta(minutes=minutes), datetime.combine(day, time(), zone)))
        yield {
            "title": title,
            "started_at": started_at.isoformat(),
            "ended_at": min(started_at + timedelta(minutes=minutes), now).isoformat(),
            "notes": chance.choice(_NOTES) if chance.random() < _SKIPPED else None,
            "source": "camera",
            "exercises": [_perform(chance, exercise, week) for exercise in planned],
        }


def build_measurements(begins_on: date, today: date) -> Iterator[dict[str, Any]]:
    """Yield a body measurement of the first day, and of each Monday up to today."""
    for number in range((today - begins_on).days + 1):
        day = begins_on + timedelta(days=number)
        if day.weekday() != _MONDAY and number > 0:
            continue
        chance = random.Random(day.toordinal())  # noqa: S311
        # It approaches a lower mass, and stays there.
        progress = 1 - 0.97 ** (number / 7)
        yield {
            "measured_on": day.isoformat(),
            "mass_kg": round(86 - 7 * progress + chance.uniform(-0.4, 0.4), 1),
            "body_fat_percent": round(23 - 5 * progress + chance.uniform(-0.3, 0.3), 1),
        }


def build_routines() -> Iterator[dict[str, Any]]:
    """Yield a routine for each training day, with what is trained after the first year, and progresses."""
    for title, planned in PLAN.values():
        yield {"name": title, "exercises": [_plan(exercise) for exercise in planned]}


def _plan(exercise: PlannedExercise) -> dict[str, Any]:
    gained = exercise.gain * _count_gaining_weeks(WEEKS)
    if exercise.is_hold:
        target: dict[str, Any] = {"duration_seconds": exercise.reps + round(gained)}
        progression = None
    elif exercise.meters is not None:
        target = {"distance_meters": exercise.meters + round(gained)}
        progression = None
    elif exercise.weight_kg is not None:
        weight = round((exercise.weight_kg + gained) / 2.5) * 2.5
        target = {"reps": exercise.reps, "weight_kg": weight, "rest_seconds": 120}
        progression = {"kind": "linear", "increment_kg": 2.5}
    else:
        target = {"reps": exercise.reps + round(gained), "rest_seconds": 60}
        progression = {"kind": "reps"}
    return {
        "exercise_id": exercise.exercise_id,
        "superset": exercise.superset,
        "targets": [target] * exercise.sets,
        "progression": progression,
    }


def _is_light(week: int) -> bool:
    return week % _CYCLE == _LIGHT


def _count_gaining_weeks(week: int) -> int:
    """Return in how many of the weeks before one the training made stronger."""
    return sum(not _is_light(number) and number not in _BREAKS for number in range(week))


def _perform(chance: random.Random, exercise: PlannedExercise, week: int) -> dict[str, Any]:
    gained = exercise.gain * _count_gaining_weeks(week)
    sets = max(1, exercise.sets + chance.choice((0, 0, 0, 0, 1, -1)) - _is_light(week))
    if exercise.weight_kg is not None:
        performed = _lift(chance, exercise, exercise.weight_kg + gained, sets)
    elif exercise.meters is not None:
        meters = round(exercise.meters + gained + chance.randint(-250, 250))
        performed = [{"distance_meters": float(meters), "duration_seconds": round(meters * chance.uniform(0.34, 0.37))}]
    elif exercise.is_hold:
        seconds = exercise.reps + round(gained) + chance.randint(-3, 3)
        performed = [{"duration_seconds": float(seconds - 5 * number), "rest_seconds": 60} for number in range(sets)]
    else:
        performed = []
        for number in range(sets):
            reps = max(1, exercise.reps + round(gained) + chance.randint(-1, 1) - number)
            performed.append(
                {"reps": reps, "rest_seconds": chance.choice((60, 90)), "evidence": _evidence(chance, reps)}
            )
    return {"exercise_id": exercise.exercise_id, "superset": exercise.superset, "sets": performed}


def _lift(chance: random.Random, exercise: PlannedExercise, aimed_kg: float, sets: int) -> list[dict[str, Any]]:
    """Return a warm-up, a heavy set of fewer reps, and the sets that follow it."""
    weight = round(aimed_kg / 1.25) * 1.25
    performed: list[dict[str, Any]] = [{"kind": "warm_up", "reps": 10, "weight_kg": round(weight / 2.5) * 1.25}]
    for number in range(sets):
        is_heavy = number == 0
        # With less on the bar, more is possible now and then.
        reps = exercise.reps - 3 * is_heavy - chance.randint(0, 1) * (number > 1) + 2 * (chance.random() < _SURPRISE)
        performed.append(
            {
                "reps": max(1, reps),
                "weight_kg": weight + 5 * is_heavy,
                "rpe": chance.choice((8.5, 9) if is_heavy else (7, 7.5, 8)),
                "rest_seconds": chance.choice((90, 120, 150)),
            }
        )
    return performed


def _evidence(chance: random.Random, reps: int) -> dict[str, Any]:
    """Return what a camera saw of a set: reps become slower towards the end, and in some sets shallow."""
    offset = 0
    tracked = []
    is_fading = chance.random() < _SKIPPED
    for number in range(reps):
        tired = number / reps
        eccentric = round(chance.uniform(700, 800) * (1 + 0.1 * tired))
        concentric = round(chance.uniform(600, 680) * (1 + 0.25 * tired))
        tracked.append(
            {
                "offset_ms": offset,
                "duration_ms": eccentric + concentric,
                "eccentric_ms": eccentric,
                "concentric_ms": concentric,
                "range_degrees": round(chance.uniform(84, 92) * (1 - 0.3 * tired * is_fading), 1),
                "confidence": round(chance.uniform(0.85, 0.99), 2),
            }
        )
        offset += eccentric + concentric + chance.randint(50, 300)
    counter = {"name": "pose-counter", "version": "1.0"}
    # Once in a while, the count is corrected.
    missed = chance.choice((-1, 1)) if chance.random() < _SKIPPED else 0
    return {"counter": counter, "detected_reps": max(0, reps + missed), "reps": tracked}


def build_earlier_training(begins_on: date) -> str:
    """Return the CSV of another app with the training of the ten weeks before a day."""
    lines = ["Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"]
    for number in range(20):
        day = begins_on - timedelta(days=70 - 7 * (number // 2) - 3 * (number % 2))
        for name, weight, reps in (
            ("Bench Press (Barbell)", 40 + number // 2, 8),
            ("Squat (Barbell)", 50 + number // 2, 6),
            ("Rope Climb on the Playground", 0, 2),
        ):
            for order in (1, 2, 3):
                row = (f"{day} 18:00:00", "Full body", "55m", name, order, weight, reps, 0, 0, "", "", 8)
                lines.append(",".join(map(str, row)))
    return "\n".join(lines)
