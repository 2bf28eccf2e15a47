"""The work of PostgreSQL for an import: how much it reads, and how often it is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from exercise_buddy.transfers.tests.files import hevy_row
from exercise_buddy.transfers.tests.support import import_hevy
from tests.support import Connection, Join, Person, wait_until

pytestmark = pytest.mark.new_database

WORKOUTS, EXERCISES = 600, 8
START = datetime(2023, 1, 2, 18, tzinfo=UTC)


def build_rows() -> list[str]:
    """Return the rows of workouts whose weights are records."""
    return [
        hevy_row(
            start_time=f"{start.day} {start:%b %Y, %H:%M}",
            end_time=f"{start.day} {start:%b %Y, %H:30}",
            exercise_title=f"Press {exercise}",
            weight_kg=50 + number / 2,
        )
        for number in range(WORKOUTS)
        for start in [START + timedelta(days=number)]
        for exercise in range(EXERCISES)
    ]


async def count_read_rows(connection: Connection) -> int:
    """Return how many rows of tables and entries of indexes were read, by connections that have ended."""

    async def job_has_ended() -> bool:
        # One that has ended has reported what it read.
        locks: int = await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return not locks

    await wait_until(job_has_ended)
    count: int = await connection.fetchval(
        "SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables)::bigint"
        " + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)::bigint"
    )
    return count


@pytest.fixture
def executed() -> Iterator[list[str]]:
    """The statements that SQLAlchemy executes."""
    statements: list[str] = []

    def watch(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", watch)
    yield statements
    event.remove(Engine, "before_cursor_execute", watch)


async def test_batches_look_up_the_workouts_of_others_once(ann: Person, executed: list[str]) -> None:
    report = await import_hevy(ann, *build_rows()[: 150 * EXERCISES])

    assert report["workouts"] == 150
    assert sum("UPDATE workout_import" in statement for statement in executed) >= 3
    assert sum("workout.fingerprint" in statement for statement in executed) == 1
    assert not any("FROM deleted_workout" in statement for statement in executed)


async def test_the_first_import_reads_no_more_than_a_later_one(join: Join, connection: Connection) -> None:
    """Its tables are empty when it begins."""
    rows = build_rows()
    read = [await count_read_rows(connection)]
    for name in ("ann", "bob"):
        person = await join(name)
        report = await import_hevy(person, *rows)
        assert report["sets"] == WORKOUTS * EXERCISES
        read.append(await count_read_rows(connection))

    of_first, of_second = read[1] - read[0], read[2] - read[1]

    assert of_second > WORKOUTS * EXERCISES
    # 1.7 times: the first batches are planned for empty tables. With their plans for all batches, 11 times.
    assert of_first < 2.5 * of_second
