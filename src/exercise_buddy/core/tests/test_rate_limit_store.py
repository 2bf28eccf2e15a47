"""Rate limits that processes count together in Valkey, and what they do while it does not respond."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from exercise_buddy.core.ops import rate_limits
from exercise_buddy.core.ops.rate_limits import KNOWN, SIGNED_IN, RateLimits
from exercise_buddy.core.settings import CoreSettings
from exercise_buddy.core.tests.stores import Store, find_reason_for_no_store, run_store
from tests.support import PASSWORD, SECRET, Client, StartApp, find_free_port

FAILED_LOGINS = KNOWN["failed_logins_account"]


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    if problem := find_reason_for_no_store():
        pytest.skip(problem)
    yield from run_store(tmp_path_factory.mktemp("valkey"))


@pytest.fixture
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "_STORE_PAUSE_SECONDS", 0.0)


@pytest.fixture
async def opened() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def open_limits(stack: AsyncExitStack, url: str, processes: int, count: int) -> list[RateLimits]:
    """Open the limits of several processes, of which some take part."""
    settings = CoreSettings(secret_key=SECRET, rate_limit_storage_url=url, rate_limit_processes=processes)
    return [await stack.enter_async_context(RateLimits.open(settings)) for _ in range(count)]


def find_nobody() -> str:
    """Return the URL of a store that does not exist."""
    return f"valkey://127.0.0.1:{find_free_port()}/0"


async def count_accepted(process: RateLimits, key: str, times: int) -> int:
    return sum([(await process.charge(FAILED_LOGINS, key)).accepted for _ in range(times)])


@pytest.mark.parametrize(("processes", "accepted"), [(1, 5), (2, 4), (4, 4), (5, 5)])
async def test_without_the_store_all_processes_together_keep_a_strict_limit(
    opened: AsyncExitStack, processes: int, accepted: int
) -> None:
    limits = await open_limits(opened, find_nobody(), processes, processes)
    with capture_logs() as logged:
        # 25 guesses, of which each process gets several.
        found = [await count_accepted(process, "ann", 25 // processes + 1) for process in limits]
        peeked = [(await process.peek(FAILED_LOGINS, "ann")).accepted for process in limits]

    assert sum(found) == accepted
    assert not any(peeked)
    assert {line["event"] for line in logged} == {"rate_limit_store_down"}


async def test_without_the_store_other_limits_stay_as_they_are_for_each_process(opened: AsyncExitStack) -> None:
    (process,) = await open_limits(opened, find_nobody(), 4, 1)
    accepted = [(await process.charge(SIGNED_IN, "ann")).accepted for _ in range(601)]

    assert (accepted.count(True), accepted[-1]) == (600, False)


async def test_a_success_resets_the_window_of_an_outage(opened: AsyncExitStack) -> None:
    (process,) = await open_limits(opened, find_nobody(), 1, 1)
    before = await count_accepted(process, "ann", 6)
    await process.reset(FAILED_LOGINS, "ann")

    assert (before, await count_accepted(process, "ann", 6)) == (5, 5)


@pytest.mark.usefixtures("_no_pause")
async def test_an_outage_continues_the_window_and_is_reported(opened: AsyncExitStack, valkey: Store) -> None:
    here, there = await open_limits(opened, valkey.url, 1, 2)
    key = uuid4().hex
    before = await count_accepted(here, key, 2)
    valkey.pause()
    during = await count_accepted(here, key, 25)
    valkey.resume()
    after = [await count_accepted(process, key, 25) for process in (here, there)]

    assert (before, during, after) == (2, 3, [0, 0])


@pytest.mark.usefixtures("_no_pause")
async def test_a_look_reports_an_outage_too(opened: AsyncExitStack, valkey: Store) -> None:
    here, there = await open_limits(opened, valkey.url, 1, 2)
    key = uuid4().hex
    valkey.pause()
    await count_accepted(here, key, 3)
    valkey.resume()
    # As a sign-in does before it checks the password.
    peeked = await here.peek(FAILED_LOGINS, key)

    assert peeked.remaining == 2
    assert (await there.peek(FAILED_LOGINS, key)).remaining == 2


@pytest.mark.usefixtures("_no_pause")
async def test_passwords_cannot_be_guessed_while_the_store_is_gone(valkey: Store, start_app: StartApp) -> None:
    options = {"rate_limit_storage_url": valkey.url, "rate_limit_processes": 2}
    apps = [await start_app(**options), await start_app(**options)]
    email = f"{uuid4().hex}@example.org"
    account = {"email": email, "password": PASSWORD, "time_zone": "Europe/Rome"}

    async def guess(client: Client, times: int) -> list[int]:
        form = {"username": email, "password": "wrong"}
        return [(await client.post("/api/v1/auth/login", data=form)).status_code for _ in range(times)]

    async with apps[0].client("192.0.2.7") as first, apps[1].client("192.0.2.8") as second:
        assert (await first.post("/api/v1/auth/register", json=account)).status_code == 201
        valkey.pause()
        during = [status for client in (first, second, first) for status in await guess(client, 8)]
        ready = (await first.get("/health/ready")).status_code
        valkey.resume()
        # The first one reports its two, and the second its own.
        after = [status for client in (first, second) for status in await guess(client, 5)]

    assert during.count(401) == 4
    assert during.count(429) == 20
    assert ready == 200
    assert after.count(401) <= 3
    assert after[-1] == 429


async def test_processes_share_their_counts_in_valkey(valkey: Store, start_app: StartApp) -> None:
    shared = {"rate_limit_storage_url": valkey.url, "rate_limits": {"anonymous": "3/minute"}}
    first, second = await start_app(**shared), await start_app(**shared)

    async with first.client() as here, second.client() as there, second.client("198.51.100.9") as elsewhere:
        statuses = [(await client.get("/api/v1/users/me")).status_code for client in (here, there, here, there)]
        refused = await there.get("/api/v1/users/me")
        other = await elsewhere.get("/api/v1/users/me")

    assert statuses == [401, 401, 401, 429]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"anonymous";r=0;t=')
    assert other.headers["ratelimit"].startswith('"anonymous";r=2;t=')


async def test_failed_logins_are_counted_and_forgiven_in_valkey(valkey: Store, start_app: StartApp) -> None:
    app = await start_app(rate_limit_storage_url=valkey.url)
    account = {"email": "valkey@example.org", "password": PASSWORD, "time_zone": "Europe/Rome"}

    async def log_in(password: str) -> int:
        form = {"username": account["email"], "password": password}
        async with app.client() as client:
            return (await client.post("/api/v1/auth/login", data=form)).status_code

    async with app.client() as client:
        assert (await client.post("/api/v1/auth/register", json=account)).status_code == 201
    statuses = [await log_in("wrong") for _ in range(4)]
    statuses.append(await log_in(PASSWORD))
    statuses.extend([await log_in("wrong") for _ in range(6)])

    assert statuses == [401] * 4 + [200] + [401] * 5 + [429]


@pytest.mark.usefixtures("_no_pause")
async def test_a_store_that_comes_back_counts_again(valkey: Store, start_app: StartApp) -> None:
    app = await start_app(rate_limit_storage_url=valkey.url, rate_limits={"anonymous": "1/hour"})

    async with app.client("192.0.2.1") as client:
        before = [(await client.get("/api/v1/users/me")).status_code for _ in range(2)]
        valkey.pause()
        during = [(await client.get("/api/v1/users/me")).status_code for _ in range(2)]
        valkey.resume()
        after = (await client.get("/api/v1/users/me")).status_code

    assert before == [401, 429]
    # In this process, with a window of its own.
    assert during == [401, 429]
    assert after == 429
