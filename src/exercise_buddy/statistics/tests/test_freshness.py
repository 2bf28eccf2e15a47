from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

import asyncpg
import pytest

from exercise_buddy.statistics.overview.queries import SUMMARY
from exercise_buddy.statistics.shared import etags
from exercise_buddy.statistics.shared.cache import Version
from exercise_buddy.statistics.tests.helpers import train
from tests.support import Connection, Join, Person, RunningApp


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that sets the clock of statistics requests."""

    def travel(moment: str) -> None:
        present = datetime.fromisoformat(moment)

        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
                return present

        monkeypatch.setattr(etags, "datetime", Clock)

    return travel


async def tag_of(person: Person, path: str) -> str:
    response = await person.get(path)
    assert response.status_code == 200, response.text
    return response.headers["etag"]


async def status_of(person: Person, path: str, tag: str) -> int:
    return (await person.get(path, headers={"If-None-Match": tag})).status_code


async def test_what_the_client_has_is_not_computed(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/statistics/summary?from=2026-01-01"
    tag = await tag_of(ann, path)
    asked: list[str] = []
    make = asyncpg.Connection.fetchrow

    async def watched(self: Connection, query: str, *arguments: object) -> object:
        asked.append(query)
        return await make(self, query, *arguments)

    monkeypatch.setattr(asyncpg.Connection, "fetchrow", watched)
    response = await ann.get(path, headers={"If-None-Match": tag})

    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
    assert len(asked) == 1
    assert "workout" not in asked[0]


@pytest.mark.parametrize("header", ["W/{}", '"other", {}', "*"])
async def test_a_tag_among_others(ann: Person, header: str) -> None:
    tag = await tag_of(ann, "/statistics/summary")

    assert await status_of(ann, "/statistics/summary", header.format(tag)) == 304


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Pacific/Kiritimati", "2026-03-11T09:59:59+00:00", "2026-03-11T10:00:00+00:00"),
        ("Pacific/Pago_Pago", "2026-03-12T10:59:59+00:00", "2026-03-12T11:00:00+00:00"),
        ("Asia/Kolkata", "2026-03-11T18:29:59+00:00", "2026-03-11T18:30:00+00:00"),
        # The two nights in which New York changes its clocks, and one between.
        ("America/New_York", "2026-03-08T04:59:59+00:00", "2026-03-08T05:00:00+00:00"),
        ("America/New_York", "2026-03-09T03:59:59+00:00", "2026-03-09T04:00:00+00:00"),
        ("America/New_York", "2026-11-02T04:59:59+00:00", "2026-11-02T05:00:00+00:00"),
    ],
)
async def test_turns_over_at_midnight_where_the_user_is(
    join: Join, at: Callable[[str], None], zone: str, before: str, after: str
) -> None:
    person = await join("ann", time_zone=zone)
    at(before)
    tag = await tag_of(person, "/statistics/summary")
    same = await status_of(person, "/statistics/summary", tag)
    at(after)

    assert same == 304
    assert await status_of(person, "/statistics/summary", tag) == 200


async def test_every_write_makes_another(ann: Person) -> None:
    path = "/statistics/summary"
    tags = [await tag_of(ann, path)]
    workout = await train(ann, date(2026, 3, 1))
    tags.append(await tag_of(ann, path))
    await ann.delete(f"/workouts/{workout}")
    tags.append(await tag_of(ann, path))
    await ann.weigh("2026-03-01", 70)
    tags.append(await tag_of(ann, path))
    await ann.patch("/users/me", json={"week_starts_on": "sunday"})
    tags.append(await tag_of(ann, path))
    await ann.put("/statistics/goal", json={"metric": "workouts", "target": 3})
    tags.append(await tag_of(ann, path))

    assert len(set(tags)) == len(tags)
    assert [await status_of(ann, path, tag) for tag in tags] == [200] * 5 + [304]


async def test_another_question_or_user_has_another(ann: Person, bob: Person) -> None:
    paths = (
        "/statistics/summary",
        "/statistics/summary?from=2026-01-01",
        "/statistics/summary?to=2026-01-01",
        "/statistics/timeseries",
    )
    tags = [await tag_of(person, path) for person in (ann, bob) for path in paths]

    assert len(set(tags)) == len(tags)
    assert await status_of(ann, paths[0], tags[1]) == 200


async def test_a_tag_names_what_the_document_was_made_of(app: RunningApp, ann: Person) -> None:
    now = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
    await train(ann, date(2026, 3, 1))

    reading = await SUMMARY.fetch(app.state["database"], user_id=UUID(ann.id), now=now, from_date=None, to_date=None)

    assert reading.version == Version(1, date(2026, 3, 1))


async def test_another_version_of_the_app_has_another(app: RunningApp, ann: Person) -> None:
    tag = await tag_of(ann, "/statistics/summary")
    app.app.version = "another"

    assert await status_of(ann, "/statistics/summary", tag) == 200


async def test_who_is_gone_is_not_told_that_nothing_changed(ann: Person, connection: Connection) -> None:
    tag = await tag_of(ann, "/statistics/summary")
    await connection.execute("DELETE FROM user_account")

    assert await status_of(ann, "/statistics/summary", tag) == 401


async def test_nonsense_is_refused_whatever_the_client_has(ann: Person) -> None:
    tag = await tag_of(ann, "/statistics/summary")

    assert await status_of(ann, "/statistics/summary?from=2026-03-02&to=2026-03-01", tag) == 422
    assert await status_of(ann, "/statistics/summary?from=2026-03-02&to=2026-03-01", "*") == 422
