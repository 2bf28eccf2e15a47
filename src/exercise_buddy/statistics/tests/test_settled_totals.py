"""Statistics of settled months equal those of the workouts, whatever is written, and hardly cost more after years."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from exercise_buddy.statistics.progress.tests.test_exercise_progress import seen
from exercise_buddy.statistics.tests.helpers import BENCH, SQUAT, store, train
from tests.support import Connection, Person

PUSHUP = "Pushups"
SETTLED = ("settled_month", "settled_week", "settled_exercise")
STATISTICS = (
    "summary",
    "summary?from={first}&to={last}",
    "muscles?from={first}&to={last}",
    "muscles?from={first}&to={last}&bucket=month",
    "muscles?from={first}&to={last}&bucket=year",
    "rep-quality?from={first}&to={last}&bucket=month",
    "rep-quality?from={first}&to={last}&bucket=year",
    "rep-quality?from={first}&to={last}&bucket=month&exercise={exercise}",
    "streaks",
)
FIRST, LAST = date(2024, 11, 12), date(2026, 9, 18)


def some_day(chance: random.Random) -> date:
    return FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))


async def log_some(person: Person, chance: random.Random) -> str:
    sets: list[dict[str, Any]] = [
        {"reps": chance.randint(1, 12), "weight_kg": chance.randint(1, 1_000_000) / 10_000}
        for _ in range(chance.randint(1, 3))
    ]
    if chance.random() < 0.5:
        reps = [(chance.randint(300, 900), chance.randint(300, 900), chance.uniform(40, 90)) for _ in range(3)]
        sets.append({"reps": 3, "evidence": seen(*reps, detected=chance.randint(2, 4))})
    exercise = chance.choice([BENCH, SQUAT, await person.exercise_id(PUSHUP)])
    return await train(person, some_day(chance), *sets, exercise=exercise, hour=chance.choice([0, 12, 23]))


async def write_something(person: Person, chance: random.Random, ids: list[str]) -> None:
    act = chance.choice(["log", "log", "log", "delete", "move", "set", "energy", "weigh", "weigh", "calendar", "goal"])
    if act == "log" or not ids:
        ids.append(await log_some(person, chance))
    elif act == "delete":
        deleted = await person.delete(f"/workouts/{ids.pop(chance.randrange(len(ids)))}")
        assert deleted.status_code == 204
    elif act == "move":
        day = some_day(chance)
        times = {"started_at": f"{day}T10:00:00Z", "ended_at": f"{day}T{chance.randint(11, 20)}:00:00Z"}
        moved = await person.patch(f"/workouts/{chance.choice(ids)}", json=times)
        assert moved.status_code == 200, moved.text
    elif act == "set":
        workout = (await person.get(f"/workouts/{chance.choice(ids)}")).json()
        path = f"/workouts/{workout['id']}/sets/{workout['exercises'][0]['sets'][0]['id']}"
        changed = await person.patch(path, json={"reps": chance.randint(1, 12), "weight_kg": 33.3333})
        assert changed.status_code == 200, changed.text
    elif act == "energy":
        kcal = chance.choice([None, chance.randint(0, 9_000_000) / 10_000])
        recorded = await person.patch(f"/workouts/{chance.choice(ids)}", json={"energy_kcal": kcal})
        assert recorded.status_code == 200, recorded.text
    elif act == "weigh":
        await person.weigh(some_day(chance).isoformat(), chance.randint(600_000, 900_000) / 10_000)
    elif act == "calendar":
        first_day = chance.choice(["monday", "saturday", "sunday"])
        assert (await person.patch("/users/me", json={"week_starts_on": first_day})).status_code == 200
    else:
        goal = {"metric": chance.choice(["workouts", "minutes", "reps"]), "target": 2, "rest_days": ["sunday"]}
        assert (await person.put("/statistics/goal", json=goal)).status_code in {200, 201}


async def read_settled(connection: Connection) -> dict[str, list[str]]:
    """Return the settled rows. A number is the same with any number of zeros at its end."""
    found = {}
    for table in SETTLED:
        rows = await connection.fetch(
            f"SELECT (SELECT string_agg(key || '=' || CASE jsonb_typeof(value) WHEN 'number'"  # noqa: S608
            " THEN trim_scale(value::text::numeric)::text ELSE value::text END, ' ' ORDER BY key)"
            f" FROM jsonb_each(to_jsonb(t))) FROM {table} AS t"
        )
        found[table] = sorted(row[0] for row in rows)
    return found


async def read_statistics(person: Person) -> list[Any]:
    found = []
    for path in STATISTICS:
        response = await person.get("/statistics/" + path.format(first=FIRST, last=LAST, exercise=BENCH))
        assert response.status_code == 200, response.text
        found.append(response.json())
    return found


def to_9_digits(value: Any) -> Any:
    """Return a document whose means are compared to 9 digits: doubles do not add up to the same in any order."""
    if isinstance(value, dict):
        return {key: to_9_digits(part) for key, part in value.items()}
    if isinstance(value, list):
        return [to_9_digits(part) for part in value]
    return pytest.approx(value, rel=1e-9) if isinstance(value, float) else value


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_written(ann: Person, connection: Connection, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (plausible, not secret)
    ids: list[str] = []
    for _ in range(60):
        await write_something(ann, chance, ids)

    kept = await read_settled(connection)
    statistics = await read_statistics(ann)
    await connection.execute("SELECT resettle($1)", ann.id)
    counted = await read_settled(connection)
    # Nothing is settled now: each statistic reads the workouts.
    await connection.execute("UPDATE settled_totals SET settled_before = '1970-01-01'")
    for table in SETTLED:
        await connection.execute(f"DELETE FROM {table}")  # noqa: S608
    await connection.execute("UPDATE user_revision SET revision = revision + 1")
    direct = await read_statistics(ann)

    assert len(kept["settled_month"]) > 5
    assert kept == counted
    assert to_9_digits(direct) == statistics


async def test_a_workout_of_a_later_month_settles_the_ones_before(ann: Person, connection: Connection) -> None:
    for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28)):
        await train(ann, day)
    settled = [row[0] for row in await connection.fetch("SELECT month FROM settled_month")]
    await train(ann, date(2026, 4, 1))
    later = [row[0] for row in await connection.fetch("SELECT month FROM settled_month ORDER BY month")]

    assert settled == [date(2026, 1, 1)]
    assert later == [date(2026, 1, 1), date(2026, 2, 1)]
    assert await connection.fetchval("SELECT settled_before FROM settled_totals") == date(2026, 4, 1)


async def test_a_workout_ahead_of_the_present_settles_no_month_to_come(ann: Person, connection: Connection) -> None:
    await store(connection, ann, date(2026, 1, 31), date(2150, 1, 1))

    assert await connection.fetchval("SELECT settled_before <= current_date FROM settled_totals")


async def test_an_update_of_something_else_computes_nothing(ann: Person, connection: Connection) -> None:
    """So that a new revision of thousands of workouts, after an exercise was renamed, does not add them up again."""
    for day in (date(2026, 1, 31), date(2026, 3, 1)):
        await train(ann, day)
    version = "SELECT xmin::text FROM settled_month UNION ALL SELECT xmin::text FROM settled_exercise"
    before = await connection.fetch(version)

    await connection.execute("UPDATE workout SET revision = revision + 1, notes = 'x'")
    await connection.execute("UPDATE workout_exercise SET notes = 'x'")

    assert len(before) == 4
    assert await connection.fetch(version) == before


async def test_nothing_is_left_of_a_deleted_account(ann: Person, connection: Connection) -> None:
    for day in (date(2026, 1, 31), date(2026, 3, 1)):
        await train(ann, day)
    await ann.weigh("2026-01-01", 80)

    await connection.execute("DELETE FROM user_account")

    for table in (*SETTLED, "settled_totals"):
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608
