"""How often a request asks the database: what a test can hold of its speed, whatever the machine."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import structlog
from sqlalchemy import event

from exercise_buddy.auth.active_sessions import _IS_ACTIVE
from exercise_buddy.exercises import public as exercises
from exercise_buddy.main import EXPORTS
from tests.support import Connection, Join, Person, StartApp, wait_until

BENCH = str(exercises.catalogue_id("barbell-bench-press-medium-grip"))
WORKOUT = {
    "started_at": "2026-05-01T10:00:00+02:00",
    "ended_at": "2026-05-01T11:00:00+02:00",
    "time_zone": "Europe/Berlin",
    "exercises": [{"exercise_id": BENCH, "sets": [{"reps": 8, "weight_kg": 60}] * 20}] * 5,
}


def with_chosen_ids(workout: dict[str, Any]) -> dict[str, Any]:
    exercises = [
        exercise | {"id": str(uuid4()), "sets": [one | {"id": str(uuid4())} for one in exercise["sets"]]}
        for exercise in workout["exercises"]
    ]
    return workout | {"exercises": exercises}


@pytest.fixture
async def ann(join: Join, connection: Connection) -> Person:
    """A person whose mail has been sent: while that goes on, a request may have to open a connection of its own."""
    person = await join("ann")
    while await connection.fetchval("SELECT count(*) FROM outgoing_mail"):  # noqa: ASYNC110  (a table has no event)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    return person


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that any connection has run for a request since the last `clear`.

    Not those of the tasks beside the requests, and not the query for the session, which is needed only until the
    process listens to the database.
    """
    statements: list[str] = []
    make: Callable[..., None] = asyncpg.Connection.__init__

    def watch(record: Any) -> None:
        if "request_id" in structlog.contextvars.get_contextvars() and record.query != _IS_ACTIVE.sql:
            statements.append(record.query)

    def make_and_watch(self: Connection, *arguments: Any, **options: Any) -> None:
        make(self, *arguments, **options)
        self.add_query_logger(watch)

    monkeypatch.setattr(asyncpg.Connection, "__init__", make_and_watch)
    return statements


@pytest.mark.parametrize(
    "path",
    [
        "/users/me",
        "/users/me/body-measurements?from=2026-01-01",
        "/exercises?muscle=chest",
        "/exercises?search=press",
        "/exercises?search=benhc+press",
        f"/exercises/{BENCH}",
        "/workouts",
        "/workouts?include=sets&text=push",
        "/workouts/{id}",
        "/routines?text=push&sort=name",
        "/routines/{routine}",
        "/routines/{routine}/next",
        "/statistics/summary",
        "/statistics/weekly",
        "/statistics/calendar",
        "/statistics/streaks",
        "/statistics/goal/history",
        "/statistics/timeseries?metric=volume_kg",
        "/statistics/records",
        f"/statistics/records?exercise={BENCH}&formula=wathan",
        "/statistics/records/history",
        f"/statistics/exercises/{BENCH}?bucket=week",
        "/statistics/muscles?bucket=week",
        "/statistics/workload",
        "/statistics/rep-quality",
        "/counting/profiles",
        f"/counting/profiles/{BENCH}",
    ],
)
async def test_a_read_is_one_statement(asked: list[str], ann: Person, path: str) -> None:
    started_at = datetime.now(UTC) - timedelta(days=40)
    moments = [started_at + timedelta(weeks=week) for week in range(5)]
    logged = [await ann.log(**WORKOUT | {"started_at": moment.isoformat(), "ended_at": None}) for moment in moments]
    plan = {"name": "Push", "exercises": [{"exercise_id": BENCH, "targets": [{"reps": 5, "weight_kg": 60}]}] * 3}
    routine = (await ann.post("/routines", json=plan)).json()
    url = path.format(id=logged[-1]["id"], routine=routine["id"])
    await ann.get(url)
    asked.clear()

    response = await ann.get(url)

    assert response.status_code == 200
    assert len(asked) == 1, asked


async def test_a_workout_of_a_hundred_sets_is_written_by_one_statement(
    asked: list[str], ann: Person, connection: Connection
) -> None:
    holders = "SELECT DISTINCT started_at FROM exercise_record WHERE user_id = $1"
    same = WORKOUT | {"ended_at": None}
    for day in range(4, 8):
        # Each connection of the pool learns the types of the parameters.
        await ann.log(**same | {"started_at": f"2026-04-0{day}T10:00:00+02:00"})

    # An earlier workout takes the records of the one that was the first until now.
    asked.clear()
    await ann.log(**same | {"started_at": "2026-04-01T10:00:00+02:00"})
    (written,) = asked
    assert "store_workouts" in written

    # One that breaks no record, the same a day later or with ids that the client has chosen, is one call too.
    for sent in (same | {"started_at": "2026-05-02T10:00:00+02:00"}, with_chosen_ids(same) | {"id": str(uuid4())}):
        asked.clear()
        await ann.log(**sent)
        assert asked == [written]

        # A repeated one is a call that writes nothing, and a read.
        asked.clear()
        if "id" in sent:
            assert (await ann.post("/workouts", json=sent)).status_code == 200
            assert len(asked) == 2
            assert asked[0] == written
    assert await connection.fetch(holders, UUID(ann.id)) == [(datetime(2026, 4, 1, 8, tzinfo=UTC),)]


async def test_the_dashboard_is_four_statements_of_one_snapshot(asked: list[str], ann: Person) -> None:
    await ann.log(**WORKOUT)
    asked.clear()

    response = await ann.get("/statistics/dashboard")

    # The end of the transaction may be noticed later.
    begun, *read = (statement for statement in asked if statement != "COMMIT;")
    assert response.status_code == 200
    assert begun == "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    assert len(read) == 4


@pytest.mark.parametrize("sets", [4, 100])
@pytest.mark.parametrize(
    ("method", "path", "body", "rows", "writes"),
    [
        ("PATCH", "/sets/{set}", {"reps": 7}, 1, 1),
        ("PATCH", "/sets/{set}", {"rpe": 9}, 1, 1),
        ("PATCH", "/sets/{set}", {"reps": 8}, 0, 0),
        ("DELETE", "/sets/{last}", None, 0, 1),
        ("POST", "/sets", {"entry_id": "{entry}", "sets": [{"reps": 8, "weight_kg": 60}]}, 1, 1),
        ("PATCH", "/exercises/{entry}", {"notes": "Wide grip"}, 0, 1),
        ("PATCH", "", {"title": "Push"}, 0, 1),
    ],
)
async def test_an_edit_reads_once_and_writes_what_differs_by_one_statement(
    asked: list[str],
    ann: Person,
    connection: Connection,
    sets: int,
    method: str,
    path: str,
    body: Any,
    rows: int,
    writes: int,
) -> None:
    exercises = [{"exercise_id": BENCH, "sets": [{"reps": 8, "weight_kg": 60}] * sets}] * 3
    versions = "SELECT id, xmin::text FROM workout_set WHERE user_id = $1"
    # The first time, a connection asks for the types of the parameters.
    response, before = None, {}
    for started_at in ("2026-05-01T10:00:00+02:00", "2026-05-02T10:00:00+02:00"):
        logged = await ann.log(**WORKOUT | {"started_at": started_at, "ended_at": None, "exercises": exercises})
        entry = logged["exercises"][1]
        ids = {"entry": entry["id"], "set": entry["sets"][0]["id"], "last": entry["sets"][-1]["id"]}
        sent = {name: value.format(**ids) if isinstance(value, str) else value for name, value in (body or {}).items()}
        before = dict(await connection.fetch(versions, UUID(ann.id)))
        asked.clear()
        response = await ann.client.request(
            method, f"/api/v1/workouts/{logged['id']}{path.format(**ids)}", json=sent or None
        )

    assert response is not None
    assert response.status_code in {200, 201}, response.text
    # Neither begins a transaction: each statement is one.
    statements = [statement for statement in asked if "xmin" not in statement]
    assert len(statements) == 1 + writes, statements
    after = dict(await connection.fetch(versions, UUID(ann.id)))
    assert len(after.items() - before.items()) == rows


async def test_an_edit_that_changes_a_record_is_a_read_and_a_call(
    asked: list[str], ann: Person, connection: Connection
) -> None:
    logged = await ann.log(**WORKOUT)
    url = f"/workouts/{logged['id']}/sets/{logged['exercises'][0]['sets'][0]['id']}"
    await ann.patch(url, json={"reps": 9})
    # The end of the transaction may be noticed later.
    await asyncio.sleep(0.1)
    asked.clear()

    await ann.patch(url, json={"reps": 10})

    # Besides these, a connection may ask for the types of the parameters once.
    parts = {"custom_exercise": 1, "SELECT store_edit": 1, "BEGIN": 0, "exercise_record": 0}
    assert {part: sum(part in statement for statement in asked) for part in parts} == parts, asked
    best = "SELECT max(value) FROM exercise_record WHERE user_id = $1 AND kind = 'reps'"
    assert await connection.fetchval(best, UUID(ann.id)) == 10


async def test_a_token_is_verified_without_the_database(asked: list[str], ann: Person) -> None:
    await ann.get("/users/me")
    asked.clear()

    response = await ann.get("/workouts?limit=1000")

    assert response.status_code == 422
    assert asked == []


async def test_an_export_reads_workouts_twenty_at_a_time(asked: list[str], ann: Person) -> None:
    started_at = datetime.now(UTC) - timedelta(days=90)
    for day in range(45):
        await ann.log(**WORKOUT | {"started_at": (started_at + timedelta(days=day)).isoformat(), "ended_at": None})
    asked.clear()

    assert (await ann.get("/users/me/export")).status_code == 200

    # Three pages for the JSON and three for the CSV; everything else fits on one each.
    assert len([statement for statement in asked if "document_sets" in statement or "workout_set" in statement]) == 6
    # The manifest is the same for all.
    assert len(asked) == 6 + len(EXPORTS) - 3


async def test_a_registration_with_a_taken_address_runs_as_many_statements_as_with_a_free_one(
    start_app: StartApp, ann: Person, connection: Connection
) -> None:
    app = await start_app(reveal_taken_email=False)
    counts: dict[str, list[int]] = {}
    asked: list[str] = []

    async def is_queue_empty() -> bool:
        return bool(await connection.fetchval("SELECT count(*) = 0 FROM outgoing_mail"))

    def watch(*arguments: Any) -> None:
        if "request_id" in structlog.contextvars.get_contextvars():
            asked.append(arguments[2])

    event.listen(app.state["database"].engine.sync_engine, "before_cursor_execute", watch)
    async with app.client() as client:
        # The first request opens connections and fills caches.
        for email in ("first@example.com", ann.email, "free@example.com"):
            content = {"email": email, "password": "another horse on the battery"}
            form = {"username": email, "password": content["password"]}
            for path, options in (("register", {"json": content}), ("login", {"data": form})):
                asked.clear()
                await client.post(f"/api/v1/auth/{path}", **options)  # type: ignore[arg-type]
                counts.setdefault(email, []).append(len(asked))
                # A login requests another mail if the first one was not sent yet.
                await wait_until(is_queue_empty)

    assert counts[ann.email] == counts["free@example.com"]
    assert min(counts[ann.email]) > 0
