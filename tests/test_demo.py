"""The demo account: a year up to today in which every feature has data, and which later starts continue."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from exercise_buddy import demo
from exercise_buddy.auth import public as auth
from exercise_buddy.core.db.database import Database
from exercise_buddy.demo import training
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from exercise_buddy.users import public as users
from tests.support import RunningApp

ZONE = ZoneInfo("Europe/Berlin")
COUNTS = ("workout", "body_measurement", "routine", "goal", "workout_import")


async def count_rows(app: RunningApp) -> dict[str, int]:
    """Return the number of rows of the account in each table."""
    async with app.state["database"].transaction() as session:
        account = await users.find_account(session, demo.EMAIL)
        assert account is not None
        found = {}
        for table in COUNTS:
            statement = text(f"SELECT count(*) FROM {table} WHERE user_id = :user_id")  # noqa: S608
            found[table] = (await session.exec(statement.bindparams(user_id=account.id))).scalar()
        return found


async def sign_in(app: RunningApp, credentials: tuple[str, str]) -> Any:
    client = app.client()
    form = dict(zip(("username", "password"), credentials, strict=True))
    response = await client.post("/api/v1/auth/login", data=form)
    assert response.status_code == 200
    client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"

    async def get(path: str) -> Any:
        return (await client.get(f"/api/v1{path}")).json()

    return get


async def test_every_feature_has_data(app: RunningApp, settings: Settings) -> None:
    get = await sign_in(app, await demo.load(settings))
    today = datetime.now(ZONE).date()

    (last,) = (await get("/workouts?limit=1&include=sets"))["items"]
    dashboard = await get("/statistics/dashboard")
    streaks = await get("/statistics/streaks")
    summary = await get(f"/statistics/summary?from={today - timedelta(days=90)}&to={today}")
    (recorded,) = (await get("/imports"))["items"]
    measured = (await get("/users/me/body-measurements?limit=1"))["items"][0]
    routines = (await get("/routines"))["items"]
    following = await get(f"/routines/{routines[0]['id']}/next")
    exercises = [entry for workout in (await get("/workouts?include=sets"))["items"] for entry in workout["exercises"]]

    assert last["local_date"] == str(today)
    assert last["ended_at"] <= datetime.now(UTC).isoformat()
    assert streaks["days"]["current"]["length"] >= 15
    assert streaks["days"]["current"]["to"] == str(today)
    assert streaks["weeks"]["current"]["length"] >= 4
    assert [goal["target"] for goal in (await get("/statistics/goal/history"))["items"]] == [4, 3]
    assert dashboard
    assert summary["energy_kcal"] > 1000
    assert len((await get("/statistics/records"))["items"]) > 10
    assert (await get(f"/statistics/rep-quality?exercise={catalogue_id('pushups')}"))["points"]
    assert (recorded["source"], recorded["workouts"]) == ("strong", 20)
    assert date.fromisoformat(measured["measured_on"]) > today - timedelta(days=7)
    assert {routine["name"] for routine in routines} >= {"Push", "Legs", "Pull", "Conditioning"}
    assert following["exercises"][0]["last"] is not None
    assert {1} < {entry["superset"] for entry in exercises} | {2}
    assert {"warm_up", "normal"} == {item["kind"] for entry in exercises for item in entry["sets"]}
    assert any(item["evidence"] for entry in exercises for item in entry["sets"])


async def test_the_examples_of_the_document_name_what_exists(app: RunningApp, settings: Settings) -> None:
    get = await sign_in(app, await demo.load(settings))
    named = re.compile(r"\{(exercise|measurement|routine|workout)_id\}")
    paths = []
    for path, methods in app.app.openapi()["paths"].items():
        operation = methods.get("get", {})
        examples = {given["name"]: given["example"] for given in operation.get("parameters", ()) if "example" in given}
        # A stream does not end.
        if named.search(path) and examples and "text/event-stream" not in operation["responses"]["200"]["content"]:
            paths.append(path.format(**examples))

    assert len(paths) >= 5
    for path in paths:
        assert "status" not in await get(path.removeprefix("/api/v1")), path


async def test_a_later_start_continues_the_account_and_doubles_nothing(app: RunningApp, settings: Settings) -> None:
    now = datetime.now(UTC)
    past = now - timedelta(days=9)
    first = await demo.load(settings, past)
    async with app.state["database"].transaction() as session:
        # As if it had been created then.
        account = await users.find_account(session, demo.EMAIL)
        assert account is not None
        change = text("UPDATE user_account SET created_at = :past WHERE id = :user_id")
        await session.exec(change.bindparams(past=past, user_id=account.id))
    before = await count_rows(app)

    again = await demo.load(settings, past)
    unchanged = await count_rows(app)
    later = await demo.load(settings, now)
    after = await count_rows(app)

    assert first == again == later
    assert unchanged == before
    # A week has four training days.
    assert 4 <= after.pop("workout") - before.pop("workout") <= 9
    assert 1 <= after.pop("body_measurement") - before.pop("body_measurement") <= 2
    assert after == before
    get = await sign_in(app, later)
    dates = [item["local_date"] for item in (await get("/workouts?limit=12"))["items"]]
    assert dates[0] == str(now.astimezone(ZONE).date())
    assert len(set(dates)) == len(dates)


async def test_an_account_of_an_earlier_version_gets_what_it_lacks(app: RunningApp, settings: Settings) -> None:
    registration = auth.Registration(email=demo.EMAIL, password="a password of its own", time_zone="Europe/Berlin")
    async with Database.open(get_database_url(settings), 1) as database, database.transaction() as session:
        await auth.create_account(session, settings, registration)

    get = await sign_in(app, await demo.load(settings))

    assert await count_rows(app) == {
        "workout": (await get("/statistics/summary?from=2020-01-01"))["workouts"],
        "body_measurement": 53,
        "routine": 4,
        "goal": 2,
        "workout_import": 1,
    }


async def test_routines_that_an_earlier_version_has_planned_stay(
    app: RunningApp, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = {weekday: (title, planned[:1]) for weekday, (title, planned) in training.PLAN.items()}
    with monkeypatch.context() as earlier:
        earlier.setattr(training, "PLAN", former)
        await demo.load(settings)

    get = await sign_in(app, await demo.load(settings))

    lengths = {item["name"]: len(item["exercises"]) for item in (await get("/routines"))["items"]}
    assert lengths == {title: 1 for title, _planned in former.values()} | {"Push day": 1}


@pytest.mark.parametrize("clock", ["00:00", "00:20", "03:00", "12:00", "19:00", "23:59"])
@pytest.mark.parametrize("weekday", range(7))
def test_the_last_workout_is_of_today_at_any_time(weekday: int, clock: str) -> None:
    day = date(2026, 3, 23) + timedelta(days=weekday)
    now = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZONE)

    workouts = list(training.build_workouts(day - timedelta(weeks=4), day - timedelta(weeks=4), now, ZONE))
    last = workouts[-1]

    assert datetime.fromisoformat(last["started_at"]).astimezone(ZONE).date() == day
    assert last["started_at"] <= last["ended_at"] <= now.isoformat()
    assert [workout["started_at"] for workout in workouts] == sorted(workout["started_at"] for workout in workouts)
