import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs

from exercise_buddy.auth.tests.helpers import log_in, session_id, signed_in, status
from tests.support import Person, RunningApp


async def test_the_list_says_which_devices_are_signed_in(app: RunningApp, ann: Person) -> None:
    phone = await signed_in(app, ann, "A phone")

    items = (await phone.get("/auth/sessions")).json()["items"]

    assert items[0]["user_agent"] == "A phone"
    assert [item["current"] for item in items] == [True, False]
    assert {item["address"] for item in items} == {"203.0.113.7"}
    for item in items:
        created = datetime.fromisoformat(item["created_at"])
        assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)
        assert datetime.fromisoformat(item["last_used_at"]) >= created - timedelta(seconds=1)
        assert timedelta(days=6) < datetime.fromisoformat(item["expires_at"]) - created < timedelta(days=7, minutes=1)


async def test_a_refresh_is_a_use(ann: Person, connection: asyncpg.Connection) -> None:
    await connection.execute("UPDATE auth_session SET rotated_at = rotated_at - interval '1 hour'")
    before = (await ann.get("/auth/sessions")).json()["items"][0]
    await ann.post("/auth/refresh", json={"refresh_token": ann.refresh_token})
    after = (await ann.get("/auth/sessions")).json()["items"][0]

    assert after["last_used_at"] > before["last_used_at"]
    assert after["created_at"] == before["created_at"]
    assert after["id"] == before["id"]


async def test_the_list_comes_in_pages(app: RunningApp, ann: Person) -> None:
    for number in range(3):
        await signed_in(app, ann, f"Device {number}")

    seen = [item["user_agent"] for item in await ann.list_all("/auth/sessions", limit=2)]

    assert seen[:3] == ["Device 2", "Device 1", "Device 0"]
    assert len(seen) == 4


async def test_what_has_ended_or_expired_is_not_in_it(
    app: RunningApp, ann: Person, connection: asyncpg.Connection
) -> None:
    gone, old = await signed_in(app, ann), await signed_in(app, ann)
    await ann.delete(f"/auth/sessions/{await session_id(gone)}")
    await connection.execute(
        "UPDATE auth_session SET idle_expires_at = now() - interval '1 second' WHERE id = $1::text::uuid",
        await session_id(old),
    )

    assert len((await ann.get("/auth/sessions")).json()["items"]) == 1


@pytest.mark.usefixtures("ann")
async def test_nobody_sees_the_sessions_of_another(bob: Person) -> None:
    items = (await bob.get("/auth/sessions")).json()["items"]

    assert [item["current"] for item in items] == [True]


async def test_one_device_is_signed_out_at_once(app: RunningApp, ann: Person) -> None:
    phone = await signed_in(app, ann)

    response = await ann.delete(f"/auth/sessions/{await session_id(phone)}")

    assert response.status_code == 204
    assert (await status(phone), await status(ann)) == (401, 200)
    refreshed = await ann.post("/auth/refresh", json={"refresh_token": phone.refresh_token})
    assert refreshed.status_code == 401


async def test_the_log_says_which_sessions_have_ended(app: RunningApp, ann: Person) -> None:
    devices = [await signed_in(app, ann) for _ in range(3)]
    ids = [await session_id(device) for device in (*devices, ann)]

    with capture_logs() as logs:
        await ann.delete(f"/auth/sessions/{ids[0]}")
        await ann.delete(f"/auth/sessions/{ids[0]}")
        await devices[1].post("/auth/logout", json={"refresh_token": devices[1].refresh_token})
        await ann.delete("/auth/sessions")

    ended = [line["session_id"] for line in logs if line["event"] == "session_ended"]
    assert (ended[:2], sorted(ended[2:])) == (ids[:2], sorted(ids[2:]))
    noted = [line for line in logs if line["event"] == "sessions_ended"]
    assert [(line["session_id"], line.get("ended_session_id")) for line in noted] == [(ids[3], ids[0]), (ids[3], None)]


async def test_another_users_session_and_none_answer_the_same(ann: Person, bob: Person) -> None:
    foreign = await ann.delete(f"/auth/sessions/{await session_id(bob)}")
    none = await ann.delete(f"/auth/sessions/{uuid4()}")

    assert foreign.status_code == none.status_code == 404
    kept = {"instance", "request_id"}
    assert {k: v for k, v in foreign.json().items() if k not in kept} == {
        k: v for k, v in none.json().items() if k not in kept
    }
    assert await status(bob) == 200


async def test_a_session_ends_once(app: RunningApp, ann: Person) -> None:
    phone = await session_id(await signed_in(app, ann))

    statuses = await asyncio.gather(*(ann.delete(f"/auth/sessions/{phone}") for _ in range(10)))

    assert sorted(response.status_code for response in statuses) == [204] + [404] * 9


async def test_all_but_this_device(app: RunningApp, ann: Person, bob: Person) -> None:
    others = [await signed_in(app, ann) for _ in range(3)]

    response = await ann.client.delete("/api/v1/auth/sessions", params={"except": "current"})

    assert response.status_code == 204
    assert [await status(other) for other in others] == [401] * 3
    assert (await status(ann), await status(bob)) == (200, 200)


async def test_all_devices(app: RunningApp, ann: Person, bob: Person) -> None:
    phone = await signed_in(app, ann)

    response = await ann.delete("/auth/sessions")

    assert response.status_code == 204
    assert (await status(phone), await status(ann), await status(bob)) == (401, 401, 200)
    assert (await log_in(app, ann.email)).status_code == 200


async def test_except_knows_only_one_word(ann: Person) -> None:
    response = await ann.client.delete("/api/v1/auth/sessions", params={"except": "all"})

    assert response.status_code == 422
    assert await status(ann) == 200


@pytest.mark.parametrize("twice", [False, True])
async def test_a_token_of_an_ended_session_gets_no_further(ann: Person, *, twice: bool) -> None:
    await ann.delete("/auth/sessions")

    response = await ann.delete("/auth/sessions") if twice else await ann.get("/auth/sessions")

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
