"""What processes charge to windows that they share, and to their own while the store is down: without a Valkey."""

import time
from typing import Any

import pytest
from limits.aio.storage import MemoryStorage
from limits.errors import StorageError
from starlette.requests import Request
from structlog.testing import capture_logs

from exercise_buddy.core.ops import rate_limits
from exercise_buddy.core.ops.memory_storage import MemoryWindowStorage
from exercise_buddy.core.ops.rate_limits import (
    ANONYMOUS,
    KNOWN,
    SIGNED_IN,
    WORK,
    Charge,
    RateLimits,
    headers,
    refuse_if_exhausted,
)
from exercise_buddy.core.problems import TooManyRequests
from exercise_buddy.core.tests.test_rate_limits import Clock

FAILED_LOGINS = KNOWN["failed_logins_account"]
_FIVE = {"failed_logins_account": "5/minute", "anonymous": "5/minute", "work": "10/minute"}


class FailingStorage(MemoryStorage):
    """A store that fails while it is down."""

    is_down = False
    calls = 0

    def _check(self) -> None:
        self.calls += 1
        if self.is_down:
            raise StorageError(ConnectionError())

    async def acquire_entry(self, *arguments: Any, **options: Any) -> bool:
        self._check()
        return await super().acquire_entry(*arguments, **options)

    async def get_moving_window(self, *arguments: Any) -> tuple[float, int]:
        self._check()
        return await super().get_moving_window(*arguments)

    async def clear(self, key: str) -> None:
        self._check()
        await super().clear(key)


@pytest.fixture
def store() -> FailingStorage:
    return FailingStorage()


@pytest.fixture
def here(store: FailingStorage) -> RateLimits:
    return RateLimits(store, _FIVE)


@pytest.fixture
def there(store: FailingStorage) -> RateLimits:
    return RateLimits(store, _FIVE)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


async def charge(process: RateLimits, times: int, key: str = "ann", limit: rate_limits.Limit = FAILED_LOGINS) -> int:
    """Charge a window some times; return how often that was accepted."""
    return sum([(await process.charge(limit, key)).accepted for _ in range(times)])


@pytest.mark.parametrize("limit", [FAILED_LOGINS, ANONYMOUS])
async def test_processes_share_a_window(here: RateLimits, there: RateLimits, limit: rate_limits.Limit) -> None:
    first = await here.charge(limit, "ann", 2)
    second = await there.charge(limit, "ann")
    looked = await here.peek(limit, "ann")

    assert (first.remaining, second.remaining, looked.remaining) == (3, 2, 2)
    for found in (first, second, looked):
        assert found[:4] == (limit, "ann", 5, 60)
        assert found.accepted
        assert 55 <= found.reset_seconds <= 60
    # A cost that does not fit is refused whole, and one above the window takes all of it.
    assert not (await here.charge(limit, "ann", 3)).accepted
    assert (await there.peek(limit, "ann")).remaining == 2
    assert (await here.charge(limit, "bob", 7)).accepted
    assert (await there.peek(limit, "bob"))[4::2] == (0, False)
    assert await charge(there, 3, "ann", limit) == 2
    last = await here.peek(limit, "ann")
    assert (last.remaining, last.accepted) == (0, False)
    # Another key, and another limit with this key, are other windows.
    other = ANONYMOUS if limit is FAILED_LOGINS else FAILED_LOGINS
    assert (await here.peek(limit, "eve")).remaining == (await here.peek(other, "ann")).remaining == 5


async def test_a_look_accepts_while_one_is_left(here: RateLimits) -> None:
    await charge(here, 4)
    assert (await here.peek(FAILED_LOGINS, "ann"))[4::2] == (1, True)


async def test_a_reset_empties_the_window_of_all_processes(here: RateLimits, there: RateLimits) -> None:
    await charge(here, 5)
    await charge(here, 5, "bob")
    await there.reset(FAILED_LOGINS, "ann")

    assert (await charge(here, 6), await charge(there, 1, "bob")) == (5, 0)


async def test_an_outage_continues_a_strict_window_and_reports_it(
    store: FailingStorage, here: RateLimits, there: RateLimits, clock: Clock
) -> None:
    assert await charge(here, 2) == 2
    store.is_down = True
    with capture_logs() as logged:
        assert await charge(here, 10) == 3
    refused = await here.charge(FAILED_LOGINS, "ann")
    assert refused[:4] == (FAILED_LOGINS, "ann", 5, 60)
    assert await charge(here, 2, "bob") == 2
    assert (await here.peek(FAILED_LOGINS, "bob"))[1:5] == ("bob", 5, 60, 3)
    store.is_down = False
    clock.now += 2

    # Who looks reports it too, of this key only. What was refused is not reported.
    assert (await here.peek(FAILED_LOGINS, "ann")).remaining == 0
    assert (await there.peek(FAILED_LOGINS, "bob")).remaining == 5
    assert (await here.charge(FAILED_LOGINS, "bob")).remaining == 2
    assert (await there.peek(FAILED_LOGINS, "bob")).remaining == 2
    # It is reported once.
    assert (await here.peek(FAILED_LOGINS, "bob")).remaining == 2
    assert logged == [
        {"event": "rate_limit_store_down", "error": "StorageError", "counted_here": 1, "log_level": "error"}
    ]


async def test_what_is_reset_during_an_outage_is_not_reported(
    store: FailingStorage, here: RateLimits, there: RateLimits, clock: Clock
) -> None:
    store.is_down = True
    await charge(here, 3)
    await here.reset(FAILED_LOGINS, "ann")
    store.is_down = False
    clock.now += 2

    assert (await here.charge(FAILED_LOGINS, "ann")).remaining == 4
    assert (await there.peek(FAILED_LOGINS, "ann")).remaining == 4


async def test_limits_that_are_not_strict_begin_anew_in_each_process(
    store: FailingStorage, here: RateLimits, there: RateLimits, clock: Clock
) -> None:
    await charge(here, 3, limit=ANONYMOUS)
    store.is_down = True
    assert await charge(here, 6, limit=ANONYMOUS) == 5
    store.is_down = False
    clock.now += 2

    assert (await there.peek(ANONYMOUS, "ann")).remaining == 2
    assert (await here.charge(ANONYMOUS, "ann")).remaining == 1


async def test_a_store_that_has_failed_is_left_alone_for_two_seconds(
    store: FailingStorage, here: RateLimits, clock: Clock
) -> None:
    store.is_down = True
    acts = (here.charge, here.peek, here.reset)
    for number, act in enumerate(acts):
        with capture_logs() as logged:
            await act(SIGNED_IN, "ann")
        assert [line["error"] for line in logged] == ["StorageError"]
        clock.now += 1.9
        for other in acts:
            await other(SIGNED_IN, "ann")
        # Each of them was counted here.
        assert (store.calls, here.failures) == (number + 1, 4 * (number + 1))
        clock.now += 0.1
    await here.charge(SIGNED_IN, "ann")
    assert store.calls == len(acts) + 1


@pytest.mark.parametrize(("processes", "share"), [(1, 5), (2, 2), (3, 1), (7, 1)])
async def test_a_strict_limit_is_divided_while_the_store_is_down(
    store: FailingStorage, processes: int, share: int
) -> None:
    store.is_down = True
    process = RateLimits(store, _FIVE, processes)

    found = await process.charge(FAILED_LOGINS, "ann", 5)
    assert (found.quota, found.remaining, found.accepted) == (share, 0, True)
    assert not (await process.peek(FAILED_LOGINS, "ann")).accepted
    assert await charge(process, 6, limit=ANONYMOUS) == 5


async def test_what_a_process_refuses_is_not_reported(store: FailingStorage, there: RateLimits, clock: Clock) -> None:
    process = RateLimits(store, _FIVE, 2)
    store.is_down = True
    assert await charge(process, 4) == 2
    store.is_down = False
    clock.now += 2

    assert (await process.peek(FAILED_LOGINS, "ann")).remaining == 3
    assert (await there.peek(FAILED_LOGINS, "ann")).remaining == 3


async def test_without_a_store_windows_are_in_this_process() -> None:
    limits = RateLimits(None, _FIVE)
    charged = await limits.charge(FAILED_LOGINS, "ann", 2)
    looked = await limits.peek(FAILED_LOGINS, "ann")
    await charge(limits, 5, "bob")

    for found in (charged, looked):
        assert found[:5] == (FAILED_LOGINS, "ann", 5, 60, 3)
        assert found.accepted
        assert 55 <= found.reset_seconds <= 60
    assert (await limits.peek(ANONYMOUS, "ann")).remaining == 5
    assert not (await limits.peek(FAILED_LOGINS, "bob")).accepted
    await limits.reset(FAILED_LOGINS, "ann")
    assert (await limits.peek(FAILED_LOGINS, "ann")).remaining == 5
    assert (await limits.peek(FAILED_LOGINS, "bob")).remaining == 0


def build_charge(limit: rate_limits.Limit, reset_seconds: int, *, accepted: bool) -> Charge:
    return Charge(limit, "ann", 5, 60, 0, reset_seconds, accepted)


def test_the_longest_wait_of_the_exhausted_windows_is_told() -> None:
    charges = [
        build_charge(ANONYMOUS, 7, accepted=False),
        build_charge(FAILED_LOGINS, 9, accepted=False),
        build_charge(WORK, 8, accepted=False),
        build_charge(SIGNED_IN, 50, accepted=True),
    ]

    with pytest.raises(TooManyRequests) as refused:
        refuse_if_exhausted(charges)
    assert refused.value.headers == {"Retry-After": "9"}
    assert refused.value.reason == "failed_logins_account"
    assert refused.value.detail == "The limit 'failed_logins_account' of 5 in 60 s is used up."
    refuse_if_exhausted(charges[-1:])
    assert headers(charges[:2]) == [
        (b"ratelimit-policy", b'"anonymous";q=5;w=60, "failed_logins_account";q=5;w=60'),
        (b"ratelimit", b'"anonymous";r=0;t=7, "failed_logins_account";r=0;t=9'),
    ]


def build_request() -> Request:
    return Request({"type": "http", "state": {"charges": [], "client_key": "ann"}})


async def test_all_windows_are_charged_before_a_refusal() -> None:
    limits = RateLimits(None, _FIVE)
    request = build_request()
    await charge(limits, 5, limit=ANONYMOUS)

    with pytest.raises(TooManyRequests):
        await limits.require(request, (ANONYMOUS, "ann"), (FAILED_LOGINS, "bob"))
    assert [(one.limit, one.key, one.accepted) for one in request.state.charges] == [
        (ANONYMOUS, "ann", False),
        (FAILED_LOGINS, "bob", True),
    ]


async def test_work_is_charged_in_parts_up_to_its_share_and_refused() -> None:
    limits = RateLimits(None, _FIVE)
    request = build_request()
    request.state.charges.append(build_charge(ANONYMOUS, 1, accepted=True))

    await limits.require_work(request, 0)
    assert [one.limit for one in request.state.charges] == [ANONYMOUS]
    await limits.require_work(request, 3)
    await limits.require_work(request, 100, max_share=0.5)
    charges = [(one.limit, one.remaining) for one in request.state.charges]
    assert charges == [(ANONYMOUS, 0), (WORK, 2)]
    assert limits.pace._owed["ann"][0] == pytest.approx(8, abs=3)
    with pytest.raises(TooManyRequests):
        await limits.require_work(request, 3)
    whole = build_request()
    others = RateLimits(None, _FIVE)
    await others.require_work(whole, 100)
    assert others.pace._owed["ann"][0] == 10
    assert [one.remaining for one in whole.state.charges] == [0]


def test_a_window_in_memory_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    storage, start = MemoryWindowStorage(), clock.now

    assert storage.look_up("a", 60) == (start, 0)
    assert storage.hit("a", 3, 60, 2) == (True, start, 2)
    clock.now += 59
    assert storage.hit("a", 3, 60, 2) == (False, start, 2)
    assert storage.hit("a", 3, 60, 1) == (True, start, 3)
    clock.now += 1
    assert storage.look_up("a", 60) == (start + 59, 1)
    assert storage.hit("b", 0, 60, 1) == (False, clock.now, 0)
    storage.remove("a")
    storage.remove("a")
    assert (storage._hits, storage._expiry) == ({}, {})


def test_only_expired_keys_are_swept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    monkeypatch.setattr("exercise_buddy.core.ops.memory_storage._SWEEP_EVERY", 3)
    storage = MemoryWindowStorage()
    storage.hit("minute", 5, 60, 1)
    storage.hit("hour", 5, 3600, 1)
    clock.now += 60
    storage.hit("second", 5, 1, 1)

    assert list(storage._hits) == list(storage._expiry) == ["hour", "second"]
    clock.now += 1
    storage.hit("later", 5, 60, 1)
    storage.hit("later", 5, 60, 1)
    assert "second" in storage._hits
    # The third hit since then, and a window that was looked up after it had expired.
    storage.look_up("second", 1)
    storage.hit("later", 5, 60, 1)
    assert list(storage._hits) == ["hour", "later"]
