import time

import pytest

from exercise_buddy.auth.tests.helpers import log_in, put
from exercise_buddy.auth.throttling import hash_key
from tests.factories import read_problem
from tests.support import PASSWORD, Join, Person, RunningApp, StartApp


class Clock:
    """The clock of the rate limits."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._real = time.time

    def time(self) -> float:
        return self._real() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock.time)
    return clock


STRANGER = "198.51.100.99"


async def fails(app: RunningApp, person: Person, number: int) -> list[int]:
    return [(await log_in(app, person.email, "wrong", address=f"198.51.100.{n}")).status_code for n in range(number)]


async def test_the_wait_ends_as_announced_and_then_grows(app: RunningApp, ann: Person, clock: Clock) -> None:
    first = await fails(app, ann, 5)
    refused = await log_in(app, ann.email, address=STRANGER)
    waited = int(refused.headers["retry-after"])
    clock.ahead += waited + 1
    second = await fails(app, ann, 5)
    longer = int((await log_in(app, ann.email, address=STRANGER)).headers["retry-after"])

    assert (first, refused.status_code, second) == ([401] * 5, 429, [401] * 5)
    assert 800 < waited <= 900
    assert 5000 < longer <= 7200


async def test_the_wait_is_at_most_twelve_hours(app: RunningApp, ann: Person, clock: Clock) -> None:
    waits = []
    for _ in range(4):
        assert await fails(app, ann, 5) == [401] * 5
        waits.append(int((await log_in(app, ann.email, address=STRANGER)).headers["retry-after"]))
        clock.ahead += waits[-1] + 1
    right = await log_in(app, ann.email, address=STRANGER)

    assert waits[1] > waits[0]
    assert waits[-1] == max(waits) <= 12 * 3600
    assert waits[-1] > 7200
    assert right.status_code == 200


async def test_a_success_resets_all_waits(app: RunningApp, ann: Person, clock: Clock) -> None:
    await fails(app, ann, 5)
    clock.ahead += 901
    assert (await log_in(app, ann.email, address=STRANGER)).status_code == 200

    assert await fails(app, ann, 5) == [401] * 5
    assert int((await log_in(app, ann.email, address="192.0.2.1")).headers["retry-after"]) <= 900


async def test_failed_logins_do_not_affect_signed_in_users(app: RunningApp, ann: Person) -> None:
    await fails(app, ann, 6)

    assert (await ann.get("/users/me")).status_code == 200
    assert (await ann.post("/auth/refresh", json={"refresh_token": ann.refresh_token})).status_code == 200
    assert (await put(ann, "/auth/password", current_password=PASSWORD, new_password=PASSWORD + "!")).status_code == 204


async def test_a_response_has_the_remaining_attempts(start_app: StartApp, ann: Person) -> None:
    app = await start_app(rate_limits={})
    wrong = await log_in(app, ann.email, "wrong")
    refused = [await log_in(app, ann.email, "wrong") for _ in range(5)][-1]

    assert '"failed_logins_account";r=4' in wrong.headers["ratelimit"]
    assert read_problem(refused) == (429, "/problems/too-many-requests")
    assert '"failed_logins_account";r=0' in refused.headers["ratelimit"]


def test_the_store_contains_no_addresses() -> None:
    assert "ann" not in hash_key("Ann@example.com")
    assert hash_key(" ANN@example.com") == hash_key("ann@example.com")


async def test_address_and_user_name_share_one_count(app: RunningApp, join: Join) -> None:
    await join("ann", username="ann_b")

    statuses = [
        (await log_in(app, identifier, "wrong")).status_code
        for identifier in ("ann@example.com", "ann_b", "Ann@example.com", " ann_b", "ANN_B", "ann@example.com")
    ]

    assert statuses == [401] * 5 + [429]
