"""Every refusal is a security event in the log: why, of whom, aimed at which account."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.support import Join, Person, RunningApp, StartApp

Attack = Callable[[RunningApp, Person, Person], Awaitable[dict[str, str]]]


async def uses_a_forged_token(app: RunningApp, _eve: Person, ann: Person) -> dict[str, str]:
    head, claims, _ = ann.client.headers["Authorization"].removeprefix("Bearer ").split(".")
    async with app.client(Authorization=f"Bearer {head}.{claims}.{'A' * 43}") as client:
        await client.get("/api/v1/users/me")
    return {"problem": "unauthenticated", "reason": "InvalidSignatureError", "aimed_at": ann.id}


async def uses_the_token_of_an_ended_session(app: RunningApp, _eve: Person, ann: Person) -> dict[str, str]:
    token = ann.client.headers["Authorization"]
    await ann.post("/auth/logout", json={"refresh_token": ann.refresh_token})
    async with app.client(Authorization=token) as client:
        await client.get("/api/v1/users/me")
    return {"problem": "unauthenticated", "reason": "SessionEnded", "aimed_at": ann.id}


async def calls_from_a_foreign_page(_app: RunningApp, eve: Person, _ann: Person) -> dict[str, str]:
    await eve.client.post("/api/v1/auth/refresh", headers={"Origin": "https://evil.example"})
    return {"problem": "foreign-origin", "reason": "https://evil.example"}


async def follows_a_false_link(_app: RunningApp, eve: Person, _ann: Person) -> dict[str, str]:
    await eve.client.post("/api/v1/auth/email/verify", json={"token": "x" * 43})
    return {"problem": "invalid-link", "reason": "unknown"}


async def exchanges_a_false_code(_app: RunningApp, eve: Person, _ann: Person) -> dict[str, str]:
    await eve.client.post("/api/v1/auth/exchange", json={"code": "x" * 43, "code_verifier": "y" * 43})
    return {"problem": "invalid-code", "reason": "unknown"}


async def reads_a_foreign_workout(_app: RunningApp, eve: Person, ann: Person) -> dict[str, str]:
    workout = await ann.log(started_at="2026-05-01T10:00:00+02:00")
    await eve.get(f"/workouts/{workout['id']}")
    return {"problem": "not-found", "user_id": eve.id, "ids": str({"workout_id": workout["id"]})}


async def guesses_passwords(app: RunningApp, _eve: Person, ann: Person) -> dict[str, str]:
    async with app.client("198.51.100.9") as client:
        for _ in range(6):
            await client.post("/api/v1/auth/login", data={"username": ann.email, "password": "guess"})
    return {"problem": "too-many-requests", "reason": "failed_logins_account", "address": "198.51.100.9"}


ATTACKS: list[Attack] = [
    uses_a_forged_token,
    uses_the_token_of_an_ended_session,
    calls_from_a_foreign_page,
    follows_a_false_link,
    exchanges_a_false_code,
    reads_a_foreign_workout,
    guesses_passwords,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
async def test_a_refusal_is_logged(app: RunningApp, join: Join, attack: Attack) -> None:
    eve, ann = await join("eve"), await join("ann")

    with capture_logs() as logs:
        expected = await attack(app, eve, ann)

    event = [entry for entry in logs if entry["event"] == "request_refused"][-1]
    assert {name: event.get(name) for name in expected} == expected
    assert event["log_level"] == "warning"


async def test_the_hash_of_an_address_identifies_the_account_of_a_throttled_sign_in(
    start_app: StartApp, join: Join
) -> None:
    ann, bob = await join("ann"), await join("bob")
    app = await start_app()
    events: list[EventDict] = []
    for person in (ann, bob, ann):
        async with app.client("198.51.100.9") as client:
            with capture_logs() as logs:
                for _ in range(7):
                    form = {"username": person.email, "password": "guess"}
                    await client.post("/api/v1/auth/login", data=form)
            events += [entry for entry in logs if entry.get("reason") == "failed_logins_account"][:1]

    aimed_at = [event["aimed_at"] for event in events]
    assert aimed_at[0] == aimed_at[2] != aimed_at[1]
    assert ann.email not in str(events)


async def test_a_missing_page_is_no_refusal(ann: Person) -> None:
    with capture_logs() as logs:
        await ann.get("/nothing")
        await ann.client.get(f"/api/v1/nothing/{uuid4()}")

    assert [entry for entry in logs if entry["event"] == "request_refused"] == []
