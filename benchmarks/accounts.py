"""Accounts of very different ages, written by the app's own write path: what statistics are measured on."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
from sqlalchemy import text

from exercise_buddy.auth import public as auth
from exercise_buddy.core.db.database import Database
from exercise_buddy.settings import Settings
from exercise_buddy.workouts import public as workouts

EXERCISES = 80
PASSWORD = "correct horse battery staple"
_AT_ONCE = 100


def sessions(count: int, days: int, now: datetime) -> Iterator[datetime]:
    """Yield the start times of `count` workouts over the last `days`, unevenly: some days have two."""
    chance = random.Random(count)  # noqa: S311  (plausible, not secret)
    moments = [now - timedelta(days=chance.uniform(0.1, days)) for _ in range(count)]
    yield from sorted(moments)


def content(number: int, started_at: datetime, exercise_ids: list[UUID]) -> dict[str, object]:
    """Return a workout of 5 exercises of 4 sets, one with camera evidence. Its weights grow with the years."""
    chance = random.Random(number)  # noqa: S311
    chosen = chance.sample(exercise_ids, 5)
    weight = 40 + chance.randrange(0, 60) + number // 100

    def one(position: int, index: int) -> dict[str, object]:
        reps = chance.randint(3, 14)
        done: dict[str, object] = {"reps": reps, "weight_kg": weight + 2.5 * index}
        if position == 0:
            seen = [{"offset_ms": 2_000 * rep, "duration_ms": 1_500 + 20 * rep} for rep in range(reps)]
            done["evidence"] = {
                "counter": {"name": "benchmark", "version": "1"},
                "detected_reps": reps,
                "reps": [rep | {"eccentric_ms": 800, "concentric_ms": 700, "range_degrees": 80} for rep in seen],
            }
        return done

    return {
        "title": f"Workout {number}",
        "started_at": started_at.isoformat(),
        "ended_at": (started_at + timedelta(minutes=chance.randint(30, 90))).isoformat(),
        "time_zone": "Europe/Berlin",
        "exercises": [
            {"exercise_id": str(exercise), "sets": [one(position, index) for index in range(4)]}
            for position, exercise in enumerate(chosen)
        ],
    }


async def build(settings: Settings, database: Database, email: str, count: int, days: int) -> UUID:
    """Create an account: `count` workouts over `days`, a body mass each month, a goal each year. Return its id."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        registration = auth.Registration(email=email, password=PASSWORD, time_zone="Europe/Berlin")
        user_id = await auth.create_account(session, settings, registration)
        found = await session.exec(  # type: ignore[call-overload]
            text("SELECT id FROM catalogue_exercise WHERE measures LIKE '%reps%' ORDER BY slug LIMIT :n"),
            params={"n": EXERCISES},
        )
        exercise_ids = [row[0] for row in found]
    moments = list(sessions(count, days, now))
    for begin in range(0, count, _AT_ONCE):
        async with database.transaction() as session:
            for number in range(begin, min(begin + _AT_ONCE, count)):
                given = workouts.WorkoutInput.model_validate(content(number, moments[number], exercise_ids))
                await workouts.log_workout(session, user_id, given)
    return user_id


async def build_history(connection: asyncpg.Connection, user_id: UUID, days: int) -> None:
    """Add a weighing a month and a goal a year."""
    begun = date.today() - timedelta(days=days)  # noqa: DTZ011  (any day will do)
    await connection.executemany(
        "INSERT INTO body_measurement (user_id, id, measured_on, mass_kg, fingerprint)"
        " VALUES ($1, gen_random_uuid(), $2, $3, '')",
        [(user_id, begun + timedelta(days=day), 70 + day / 1000) for day in range(0, days, 30)],
    )
    await connection.executemany(
        "INSERT INTO goal (user_id, valid_since, metric, target, rest_days) VALUES ($1, $2, $3, $4, $5)",
        [
            (user_id, begun + timedelta(days=day), ("workouts", "minutes", "reps")[day % 3], 3, rest_days)
            for day, rest_days in zip(range(0, days, 365), [["sunday"], ["saturday", "sunday"], []] * 4, strict=False)
        ],
    )
