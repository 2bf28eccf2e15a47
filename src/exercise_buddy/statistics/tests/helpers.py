"""Helpers of the tests of statistics."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from exercise_buddy.exercises import public as exercises
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from tests.support import Connection, Person, RunningApp

BENCH = str(exercises.catalogue_id("barbell-bench-press-medium-grip"))
SQUAT = str(exercises.catalogue_id("barbell-squat"))
PLANK = str(exercises.catalogue_id("plank"))


async def train(person: Person, day: date, *sets: dict[str, Any], exercise: str = BENCH, hour: int = 18) -> str:
    """Log a workout of an hour on a day in Berlin; return its id."""
    started_at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/Berlin"))
    logged = await person.log(
        started_at=started_at.isoformat(),
        ended_at=(started_at + timedelta(hours=1)).isoformat(),
        time_zone="Europe/Berlin",
        exercises=[{"exercise_id": exercise, "sets": list(sets) or [{"reps": 5, "weight_kg": 100}]}],
    )
    return str(logged["id"])


def today(zone: str = "Europe/Berlin") -> date:
    """Return today's local date."""
    return datetime.now(UTC).astimezone(ZoneInfo(zone)).date()


async def statistic(person: Person, name: str, **query: Any) -> Any:
    """Return a statistic."""
    response = await person.get(f"/statistics/{name}", params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def store(
    connection: Connection,
    person: Person,
    *days: date,
    reps: int = 10,
    minutes: float | None = 30,
    met_minutes: float | None = None,
) -> None:
    """Insert workouts into the table, as fast as a history of many days needs."""
    await connection.executemany(
        """
        INSERT INTO workout (user_id, id, title, source, started_at, ended_at, time_zone, local_date, exercise_count,
            set_count, rep_count, volume_kg, duration_seconds, met_minutes, fingerprint, revision)
        VALUES ($1, gen_random_uuid(), 'Workout', 'manual', $2::date + interval '12 hours',
            $2::date + interval '13 hours', 'UTC', $2, 1, 2, $3::int, $3::int * 20.5, $4, $5, '', 1)
        """,
        [(person.id, day, reps, None if minutes is None else minutes * 60, met_minutes) for day in days],
    )
    await _bump_revision(connection, person)


async def set_goals(connection: Connection, person: Person, *goals: tuple[Any, ...]) -> None:
    """Insert goals into the table: (valid_since, metric, target, rest_days, ended_on)."""
    await connection.executemany(
        "INSERT INTO goal (user_id, valid_since, metric, target, rest_days, ended_on) VALUES ($1, $2, $3, $4, $5, $6)",
        [(person.id, *goal) for goal in goals],
    )
    await _bump_revision(connection, person)


async def _bump_revision(connection: Connection, person: Person) -> None:
    # As every write does, so that no cache answers with what was there before.
    await connection.execute("UPDATE user_revision SET revision = revision + 1 WHERE user_id = $1", person.id)


async def at(app: RunningApp, person: Person, moment: str, query: StatisticsQuery, **asked: Any) -> Any:
    """Return a statistic as of a given time."""
    now = datetime.fromisoformat(moment)
    reading = await query.fetch(app.state["database"], user_id=UUID(person.id), now=now, **asked)
    return orjson.loads(reading.content)
