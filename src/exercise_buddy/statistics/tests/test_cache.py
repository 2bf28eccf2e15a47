"""The cache of statistics: what it answers, and that it never answers with another version or for another user."""

import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from exercise_buddy.statistics.shared import cache, etags
from exercise_buddy.statistics.shared.cache import CachedStatistic, CacheKey, StatisticsCache, Version
from exercise_buddy.statistics.shared.etags import StatisticsQuery, StatisticsRequest
from exercise_buddy.statistics.tests.helpers import BENCH, train
from tests.factories import read_problem
from tests.support import Connection, Person, RunningApp, StartApp

SUMMARY = "/statistics/summary"
SVG = {"Accept": "image/svg+xml"}
PATHS: list[tuple[str, dict[str, str]]] = [
    ("dashboard", {}),
    ("summary?from=2026-01-01", {}),
    ("weekly", {}),
    ("calendar?year=2026", {}),
    ("calendar", SVG),
    ("streaks", {}),
    ("goal/history", {}),
    ("timeseries?metric=reps", {}),
    ("timeseries?metric=reps", SVG),
    ("records", {}),
    ("records/history", {}),
    (f"exercises/{BENCH}", {}),
    (f"exercises/{BENCH}", SVG),
    ("muscles", {}),
    ("workload", {}),
    ("rep-quality", {}),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of reads since the last `clear`."""
    statements: list[str] = []
    fetchrow = asyncpg.Connection.fetchrow

    async def watched(self: Connection, query: str, *arguments: object) -> object:
        statements.append(query)
        return await fetchrow(self, query, *arguments)

    monkeypatch.setattr(asyncpg.Connection, "fetchrow", watched)
    return statements


async def reps(person: Person) -> int:
    response = await person.get(SUMMARY)
    assert response.status_code == 200, response.text
    total: int = response.json()["reps"]
    return total


@pytest.mark.parametrize(("path", "headers"), PATHS)
async def test_an_unchanged_statistic_is_one_lookup_by_key(
    ann: Person, asked: list[str], path: str, headers: dict[str, str]
) -> None:
    await train(ann, date(2026, 3, 1))
    computed = await ann.get(f"/statistics/{path}", headers=headers)
    asked.clear()

    cached = await ann.get(f"/statistics/{path}", headers=headers)
    known = await ann.get(f"/statistics/{path}", headers=headers | {"If-None-Match": computed.headers["etag"]})

    assert asked == [etags.VERSION.sql] * 2
    assert (cached.status_code, cached.content) == (200, computed.content)
    for name in ("etag", "content-type", "vary", "content-length"):
        assert cached.headers.get(name) == computed.headers.get(name)
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", computed.headers["etag"])


async def test_a_write_takes_effect_at_once_in_every_process(start_app: StartApp, ann: Person) -> None:
    other = await start_app()
    async with other.client() as client:
        client.headers["Authorization"] = ann.client.headers["Authorization"]
        assert (await client.get(f"/api/v1{SUMMARY}")).json()["reps"] == await reps(ann) == 0
        await train(ann, date(2026, 3, 1))

        assert (await client.get(f"/api/v1{SUMMARY}")).json()["reps"] == await reps(ann) == 5


async def test_nobody_is_answered_with_the_statistic_of_another_user(ann: Person, bob: Person) -> None:
    await train(ann, date(2026, 3, 1))
    # Both are at their first revision.
    await train(bob, date(2026, 3, 1), {"reps": 7})

    for _ in range(2):
        assert (await reps(ann), await reps(bob)) == (5, 7)


async def test_another_local_day_is_computed(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    for moment in ("2026-03-01T22:59:59+00:00", "2026-03-01T23:00:00+00:00"):
        present = datetime.fromisoformat(moment)
        monkeypatch.setattr(etags, "datetime", type("Clock", (datetime,), {"now": lambda _zone, now=present: now}))
        shown.append((await ann.get("/statistics/weekly")).json()["today"])

    assert shown == ["2026-03-01", "2026-03-02"]


async def write_during(
    monkeypatch: pytest.MonkeyPatch, read: tuple[type, str], write: Callable[[], Awaitable[Any]]
) -> None:
    """Commit a write after the first call of a method that reads."""
    owner, name = read
    make = getattr(owner, name)

    async def read_and_write(*arguments: Any, **options: Any) -> Any:
        found = await make(*arguments, **options)
        monkeypatch.setattr(owner, name, make)
        await write()
        return found

    monkeypatch.setattr(owner, name, read_and_write)


@pytest.mark.parametrize(
    "read", [(StatisticsQuery, "fetch"), (StatisticsRequest, "_present_version")], ids=["document", "version"]
)
@pytest.mark.parametrize("is_cached", [False, True])
async def test_a_write_during_a_request_leaves_no_old_statistic(
    ann: Person, monkeypatch: pytest.MonkeyPatch, read: tuple[type, str], is_cached: bool
) -> None:
    if is_cached:
        await reps(ann)
        await ann.weigh("2026-03-01", 70)

    await write_during(monkeypatch, read, lambda: train(ann, date(2026, 3, 1)))
    # Reads the version in any case.
    raced = await ann.get(SUMMARY, headers={"If-None-Match": '"another"'})

    assert await reps(ann) == 5
    # The tag belongs to the earlier version, so the next conditional request receives the new document.
    known = await ann.get(SUMMARY, headers={"If-None-Match": raced.headers["etag"]})
    assert known.status_code == (304 if raced.json()["reps"] == 5 else 200)


async def test_another_version_of_the_app_computes_again(app: RunningApp, ann: Person, asked: list[str]) -> None:
    await reps(ann)
    app.app.version = "another"
    asked.clear()
    await reps(ann)

    assert etags.VERSION.sql not in asked
    assert len(asked) == 1


async def test_a_deleted_account_is_answered_nothing(ann: Person, connection: Connection) -> None:
    await reps(ann)
    await connection.execute("DELETE FROM user_account")

    assert (await ann.get(SUMMARY)).status_code == 401


async def test_what_does_not_exist_is_not_cached(app: RunningApp, ann: Person) -> None:
    missing = f"/statistics/exercises/{ann.id}"

    for _ in range(2):
        assert read_problem(await ann.get(missing)) == (404, "/problems/not-found")
    assert app.state["statistics_cache"].size == 0


async def test_without_memory_everything_is_computed(start_app: StartApp, join: Any) -> None:
    app = await start_app(statistics_cache_bytes=0)
    ann = await join("ann")
    async with app.client() as client:
        client.headers["Authorization"] = ann.client.headers["Authorization"]
        for _ in range(2):
            assert (await client.get(f"/api/v1{SUMMARY}")).status_code == 200

    assert app.state["statistics_cache"].size == 0


VERSION = Version(1, date(2026, 3, 1))


def key(number: int) -> CacheKey:
    return ("1", "user", "application/json", "/statistics/summary", f"number={number}")


def statistic(content: bytes = b"{}", version: Version = VERSION) -> CachedStatistic:
    return CachedStatistic.of(content, version, '"tag"')


def numbers(found: StatisticsCache) -> list[int]:
    return [number for number in range(10) if key(number) in found]


def test_bytes_are_bounded_and_the_least_recently_used_goes_first() -> None:
    bounded = StatisticsCache(3 * 1100, CollectorRegistry())
    for number in range(3):
        bounded.store(key(number), statistic(bytes(400)))
    assert numbers(bounded) == [0, 1, 2]
    assert 3 * 1000 < bounded.size <= 3 * 1100

    bounded.find(key(0), VERSION)
    bounded.store(key(3), statistic(bytes(400)))
    assert numbers(bounded) == [0, 2, 3]

    # Another version takes the place of the first.
    bounded.store(key(3), statistic(bytes(400), Version(2, VERSION.today)))
    assert numbers(bounded) == [0, 2, 3]
    assert bounded.find(key(3), VERSION) is None

    # What is larger than all of the memory is not kept.
    bounded.store(key(4), CachedStatistic(VERSION, '"tag"', bytes(5000), is_compressed=False))
    assert (numbers(bounded), bounded.size) == ([], 0)


def test_what_nobody_uses_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: seconds)
    bounded = StatisticsCache(10_000, CollectorRegistry())
    bounded.store(key(0), statistic())
    bounded.store(key(1), statistic())
    seconds = cache.MAX_IDLE_SECONDS - 1
    bounded.find(key(1), VERSION)
    seconds += 2

    bounded.find(key(1), VERSION)

    assert numbers(bounded) == [1]


@pytest.mark.parametrize("content", [b"{}", b"[" + b"1234567890," * 1000 + b"1]"])
def test_content_is_stored_in_fewer_bytes(content: bytes) -> None:
    stored = statistic(content)

    assert stored.content == content
    assert len(stored.stored) <= 1024


def test_uses_are_counted() -> None:
    registry = CollectorRegistry()
    counted = StatisticsCache(10_000, registry)
    counted.store(key(0), statistic())
    for version in (VERSION, VERSION, Version(2, VERSION.today)):
        counted.find(key(0), version)

    assert registry.get_sample_value("statistics_cache_total", {"result": "hit"}) == 2
    assert registry.get_sample_value("statistics_cache_total", {"result": "miss"}) == 1
