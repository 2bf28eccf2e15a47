from limits import parse

from exercise_buddy.core.ops import pacing
from exercise_buddy.core.ops.pacing import WorkPace

PER_SECOND = 100.0
BURST = 400.0


def test_the_pace_follows_the_rate_limit() -> None:
    narrow, wide = WorkPace.of(parse("2000/minute")), WorkPace.of(parse("20000/minute"))
    for pace in (narrow, wide):
        pace.reserve("ann", 5000, 5.0)

    assert narrow.reserve("ann", 1, 5.0) == (5000 - 400) / 100
    assert wide.reserve("ann", 1, 5.0) == (5000 - 4000) / 1000


def test_a_burst_does_not_wait() -> None:
    pace = WorkPace(PER_SECOND, BURST)

    delays = [pace.reserve("ann", 100, 5.0) for _ in range(5)]

    assert delays == [0.0] * 5


def test_what_exceeds_a_burst_is_spread_over_time() -> None:
    pace = WorkPace(PER_SECOND, BURST)
    for _ in range(4):
        pace.reserve("ann", 100, 5.0)

    delays = [pace.reserve("ann", 50, 5.0) for _ in range(4)]

    assert delays == [0.0, 50 / PER_SECOND, 100 / PER_SECOND, 150 / PER_SECOND]


def test_large_work_waits_for_earlier_work_only() -> None:
    pace = WorkPace(PER_SECOND, BURST)

    assert pace.reserve("ann", 2000, 5.0) == 0.0
    assert pace.reserve("ann", 1, 5.0) == (2000 - BURST) / PER_SECOND


def test_time_and_other_clients_pay_nothing_twice() -> None:
    pace = WorkPace(PER_SECOND, BURST)
    pace.reserve("ann", 1000, 5.0)

    assert pace.reserve("bob", 1000, 5.0) == 0.0
    assert pace.reserve("ann", 1, 5.0 + 1000 / PER_SECOND) == 0.0
    assert pace.reserve("ann", 1, 6.0 + 1000 / PER_SECOND) == 0.0


def test_what_would_exceed_a_burst_is_not_counted() -> None:
    pace = WorkPace(PER_SECOND, BURST)

    accepted = [pace.try_reserve("ann", 150, 5.0) for _ in range(10)]

    assert accepted == [True, True] + [False] * 8
    assert pace.try_reserve("ann", 150, 5.0 + 50 / PER_SECOND)


def test_clients_that_owe_nothing_are_forgotten() -> None:
    pace = WorkPace(PER_SECOND, BURST)
    for number in range(2 * pacing._MANY_CLIENTS):
        pace.reserve(f"client {number}", 1, float(number))

    assert len(pace._owed) <= pacing._MANY_CLIENTS + 1
