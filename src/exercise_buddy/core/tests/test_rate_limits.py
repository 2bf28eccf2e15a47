import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from exercise_buddy.core.ops import rate_limits
from exercise_buddy.core.ops.memory_storage import MemoryWindowStorage
from exercise_buddy.core.ops.rate_limits import ANONYMOUS, RateLimits
from exercise_buddy.core.settings import CoreSettings
from tests.support import SECRET, Person, StartApp


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
async def limits() -> AsyncIterator[RateLimits]:
    settings = CoreSettings(secret_key=SECRET, rate_limits={"anonymous": "3/minute"})
    async with RateLimits.open(settings) as opened:
        yield opened


async def test_a_window_moves_with_its_entries(limits: RateLimits, clock: Clock) -> None:
    for _ in range(3):
        charge = await limits.charge(ANONYMOUS, "a")
        assert charge.accepted
        clock.now += 20

    # The first entry leaves after 60 s: not at the turn of a minute, and not with the others.
    clock.now -= 1
    refused = await limits.charge(ANONYMOUS, "a")
    clock.now += 1.5
    accepted = await limits.charge(ANONYMOUS, "a")

    assert not refused.accepted
    assert refused.reset_seconds == 1
    assert accepted.accepted
    assert accepted.remaining == 0


async def test_keys_do_not_share_a_window(limits: RateLimits) -> None:
    for _ in range(4):
        await limits.charge(ANONYMOUS, "a")

    other = await limits.charge(ANONYMOUS, "b")

    assert other.remaining == 2


async def test_looking_costs_nothing_and_forgetting_empties(limits: RateLimits) -> None:
    await limits.charge(ANONYMOUS, "a")
    for _ in range(5):
        look = await limits.peek(ANONYMOUS, "a")
        assert look.remaining == 2

    await limits.reset(ANONYMOUS, "a")

    emptied = await limits.peek(ANONYMOUS, "a")
    assert emptied.remaining == 3


async def test_forgotten_keys_are_swept_out(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("exercise_buddy.core.ops.memory_storage._SWEEP_EVERY", 10)
    storage = MemoryWindowStorage()
    for number in range(9):
        storage.hit(str(number), 5, 60, 1)
    clock.now += 61

    storage.hit("another", 5, 60, 1)

    assert list(storage._hits) == ["another"]


async def test_a_limit_that_does_not_exist_is_a_mistake() -> None:
    settings = CoreSettings(secret_key=SECRET, rate_limits={"annonymous": "3/minute"})

    with pytest.raises(ValueError, match="no limit named annonymous"):
        RateLimits.check(settings)


async def test_two_limits_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="Two limits"):
        rate_limits.Limit("anonymous", "7/minute")


async def test_holders_of_a_key_go_one_after_the_other(limits: RateLimits) -> None:
    inside = 0
    most = 0

    async def enter() -> None:
        nonlocal inside, most
        async with limits.one_at_a_time("a"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(enter() for _ in range(10)))

    assert most == 1
    assert limits._locks == {}


async def test_everybody_is_limited_by_user_or_by_address(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"anonymous": "2/minute"})

    async with app.client() as here, app.client("198.51.100.9") as elsewhere:
        statuses = [(await here.get("/api/v1/users/me")).status_code for _ in range(3)]
        refused = await here.get("/api/v1/users/me")
        other = await elsewhere.get("/api/v1/users/me")
        health = await here.get("/health")

    assert statuses == [401, 401, 429]
    assert refused.json()["type"] == "/problems/too-many-requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert other.status_code == 401
    assert other.headers["ratelimit-policy"] == '"anonymous";q=2;w=60'
    assert other.headers["ratelimit"].startswith('"anonymous";r=1;t=')
    assert health.status_code == 200


async def test_a_user_is_limited_wherever_they_call_from(start_app: StartApp, ann: Person) -> None:
    strict = await start_app(rate_limits={"signed_in": "2/minute"})
    headers = {"Authorization": ann.client.headers["Authorization"]}

    statuses = []
    for number in range(3):
        async with strict.client(f"198.51.100.{number}", **headers) as client:
            statuses.append((await client.get("/api/v1/users/me")).status_code)

    assert statuses == [200, 200, 429]


async def test_an_ipv6_network_is_one_address(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"anonymous": "2/minute"})

    statuses = []
    for number in range(3):
        async with app.client(f"2001:db8:1:2::{number}") as client:
            statuses.append((await client.get("/api/v1/users/me")).status_code)

    assert statuses == [401, 401, 429]
