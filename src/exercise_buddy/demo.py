"""The demo account with a year of plausible training."""

import random
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import public as auth
from exercise_buddy.core.db.database import Database
from exercise_buddy.exercises import public as exercises
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

EMAIL = "demo@example.com"
_WEEKS = 52
_SKIPPED = 0.12
_SEED = 20_260

# Slug, starting weight in kg (None for the body alone), weekly gain in kg or reps, reps, sets.
_Exercise = tuple[str, float | None, float, int, int]
_DAYS: dict[int, tuple[str, list[_Exercise]]] = {
    0: (
        "Push",
        [
            ("barbell-bench-press-medium-grip", 50, 0.5, 8, 4),
            ("barbell-shoulder-press", 30, 0.25, 8, 3),
            ("pushups", None, 0.2, 12, 3),
            ("triceps-pushdown", 20, 0.25, 12, 3),
        ],
    ),
    2: (
        "Legs",
        [
            ("barbell-squat", 60, 0.75, 6, 5),
            ("romanian-deadlift", 55, 0.5, 8, 3),
            ("bodyweight-squat", None, 0.4, 20, 2),
            ("plank", None, 1.0, 45, 2),
        ],
    ),
    4: (
        "Pull",
        [
            ("barbell-deadlift", 80, 1.0, 5, 3),
            ("pullups", None, 0.1, 5, 4),
            ("bent-over-barbell-row", 40, 0.4, 8, 4),
            ("barbell-curl", 20, 0.2, 10, 3),
        ],
    ),
    5: (
        "Conditioning",
        [("jumping-jack", None, 0.5, 40, 4), ("burpee", None, 0.15, 8, 4), ("sit-up", None, 0.3, 20, 3)],
    ),
}
_COUNTED = {"pushups", "bodyweight-squat", "jumping-jack", "burpee", "sit-up", "pullups"}
_HOLDS = {"plank"}


async def load(settings: Settings) -> tuple[str, str]:
    """Create the account with its training if there is none, give it a new password, and return e-mail and password."""
    password = secrets.token_urlsafe(12)
    async with Database.open(get_database_url(settings), pool_size=1) as database, database.transaction() as session:
        account = await users.find_account(session, EMAIL)
        if account is not None:
            await auth.set_password(session, settings, account.id, password)
            return EMAIL, password
        registration = auth.Registration(
            email=EMAIL, password=password, username="demo", display_name="Demo", time_zone="Europe/Berlin"
        )
        user_id = await auth.create_account(session, settings, registration)
        await _train(session, user_id, datetime.now(UTC))
    return EMAIL, password


async def _train(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    chance = random.Random(_SEED)  # noqa: S311  (plausible, not secret)
    monday = (now - timedelta(days=now.weekday())).replace(hour=17, minute=0, second=0, microsecond=0)
    for week in range(_WEEKS, -1, -1):
        for day, (title, planned) in _DAYS.items():
            started_at = monday - timedelta(weeks=week) + timedelta(days=day, minutes=chance.randint(-40, 90))
            if started_at + timedelta(hours=2) > now or chance.random() < _SKIPPED:
                continue
            minutes = chance.randint(38, 75)
            content = {
                "title": title,
                "started_at": started_at.isoformat(),
                "ended_at": (started_at + timedelta(minutes=minutes)).isoformat(),
                "source": "camera",
                "exercises": [_exercise(chance, exercise, _WEEKS - week) for exercise in planned],
            }
            await workouts.log_workout(session, user_id, workouts.WorkoutInput.model_validate(content))


def _exercise(chance: random.Random, exercise: _Exercise, week: int) -> dict[str, Any]:
    slug, weight, gain, reps, sets = exercise
    performed = []
    for number in range(sets):
        done = max(1, reps - chance.randint(0, 2) * (number > 1))
        workout_set: dict[str, Any] = {"rest_seconds": chance.choice((60, 90, 120))}
        if weight is not None:
            workout_set |= {
                "reps": done,
                "weight_kg": round((weight + gain * week) / 1.25) * 1.25,
                "rpe": chance.choice((7, 8, 8.5)),
            }
        elif slug in _HOLDS:
            workout_set |= {"duration_seconds": float(reps + round(gain * week) - 5 * number)}
        else:
            workout_set["reps"] = done + round(gain * week)
        if slug in _COUNTED:
            workout_set["evidence"] = _evidence(chance, workout_set["reps"])
        performed.append(workout_set)
    return {"exercise_id": str(exercises.catalogue_id(slug)), "sets": performed}


def _evidence(chance: random.Random, reps: int) -> dict[str, Any]:
    offset = 0
    tracked = []
    for number in range(reps):
        eccentric = chance.randint(600, 900) + 8 * number
        concentric = chance.randint(500, 800) + 15 * number
        tracked.append(
            {
                "offset_ms": offset,
                "duration_ms": eccentric + concentric,
                "eccentric_ms": eccentric,
                "concentric_ms": concentric,
                "range_degrees": round(chance.uniform(70, 95), 1),
                "confidence": round(chance.uniform(0.85, 0.99), 2),
            }
        )
        offset += eccentric + concentric + chance.randint(50, 300)
    counter = {"name": "pose-counter", "version": "1.0"}
    return {"counter": counter, "detected_reps": max(0, reps + chance.choice((0, 0, 0, -1, 1))), "reps": tracked}
