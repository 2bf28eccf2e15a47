"""Every refusal is a security event in the log: why, of whom, aimed at which account."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from tests.support import PASSWORD, Join, Person, RunningApp, StartApp

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


async def starts_from_a_foreign_workout(_app: RunningApp, eve: Person, ann: Person) -> dict[str, str]:
    workout = await ann.log(started_at="2026-05-01T10:00:00+02:00")
    response = await eve.post("/routines/from-workout", json={"workout_id": workout["id"], "name": "Mine"})
    assert response.status_code == 404
    return {"problem": "not-found", "user_id": eve.id}


async def repeats_a_foreign_workout(_app: RunningApp, eve: Person, ann: Person) -> dict[str, str]:
    workout = await ann.log(started_at="2026-05-01T10:00:00+02:00")
    response = await eve.post("/workouts/repeat", json={"workout_id": workout["id"]})
    assert response.status_code == 404
    return {"problem": "not-found", "user_id": eve.id}


async def asks_for_the_records_of_a_foreign_exercise(_app: RunningApp, eve: Person, _ann: Person) -> dict[str, str]:
    response = await eve.get("/statistics/records/history", params={"exercise": str(uuid4())})
    assert response.status_code == 404
    return {"problem": "not-found", "user_id": eve.id}


async def sends_two_tokens(app: RunningApp, eve: Person, ann: Person) -> dict[str, str]:
    tokens = [("Authorization", person.client.headers["Authorization"]) for person in (eve, ann)]
    async with app.client() as client:
        response = await client.get("/api/v1/users/me", headers=tokens)
    assert response.status_code == 400
    return {"problem": "malformed-request", "reason": "two_authorization_headers"}


async def sends_two_cookies(app: RunningApp, _eve: Person, _ann: Person) -> dict[str, str]:
    async with app.client() as client:
        cookies = "__Secure-exercise_buddy_refresh=a; __Secure-exercise_buddy_refresh=b"
        response = await client.post("/api/v1/auth/refresh", headers={"Cookie": cookies})
    assert response.status_code == 400
    return {"problem": "malformed-request", "reason": "two_cookies"}


async def refreshes_a_foreign_session(app: RunningApp, _eve: Person, ann: Person) -> dict[str, str]:
    token = ann.refresh_token
    assert token is not None
    async with app.client() as client:
        await client.post("/api/v1/auth/refresh", json={"refresh_token": f"{token[:-8]}AAAAAAAA"})
    return {"problem": "invalid-refresh-token", "reason": "false_or_ended", "aimed_at": ann.id}


async def replays_a_refresh_token(app: RunningApp, _eve: Person, ann: Person) -> dict[str, str]:
    token = ann.refresh_token
    async with app.client() as client:
        for _ in range(2):
            token = (await client.post("/api/v1/auth/refresh", json={"refresh_token": token})).json()["refresh_token"]
        await client.post("/api/v1/auth/refresh", json={"refresh_token": ann.refresh_token})
    return {"problem": "refresh-token-reused", "reason": "reused", "aimed_at": ann.id}


async def guesses_one_password(app: RunningApp, _eve: Person, ann: Person) -> dict[str, str]:
    async with app.client() as client:
        await client.post("/api/v1/auth/login", data={"username": ann.email, "password": "guess"})
    return {"problem": "invalid-credentials", "reason": "wrong_password", "aimed_at": ann.id}


async def guesses_passwords(app: RunningApp, _eve: Person, ann: Person) -> dict[str, str]:
    async with app.client("198.51.100.9") as client:
        for _ in range(6):
            await client.post("/api/v1/auth/login", data={"username": ann.email, "password": "guess"})
    return {
        "problem": "too-many-requests",
        "reason": "failed_logins_account",
        "address": "198.51.100.9",
        "aimed_at": ann.id,
    }


ATTACKS: list[Attack] = [
    uses_a_forged_token,
    uses_the_token_of_an_ended_session,
    calls_from_a_foreign_page,
    follows_a_false_link,
    exchanges_a_false_code,
    reads_a_foreign_workout,
    starts_from_a_foreign_workout,
    repeats_a_foreign_workout,
    asks_for_the_records_of_a_foreign_exercise,
    sends_two_tokens,
    sends_two_cookies,
    refreshes_a_foreign_session,
    replays_a_refresh_token,
    guesses_one_password,
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


@pytest.mark.parametrize("knows", ["cookie", "address", "nothing"])
async def test_a_throttled_sign_in_names_the_account_whatever_its_client_is(
    start_app: StartApp, join: Join, knows: str
) -> None:
    ann = await join("ann")
    app = await start_app()
    address = "203.0.113.7" if knows == "address" else "198.51.100.9"
    form = {"username": ann.email, "password": PASSWORD}
    async with app.client(address) as client:
        if knows == "cookie":
            assert (await client.post("/api/v1/auth/login", data=form)).status_code == 200
        with capture_logs() as logs:
            for _ in range(7):
                await client.post("/api/v1/auth/login", data=form | {"password": "guess"})

    events = [entry for entry in logs if entry["event"] == "request_refused"]
    assert [event["aimed_at"] for event in events] == [ann.id] * 7
    assert events[-1]["reason"] == "failed_logins_account"


async def test_sign_ins_with_an_unknown_name_can_be_joined(app: RunningApp) -> None:
    with capture_logs() as logs:
        async with app.client() as client:
            for name in ("Nobody@example.com", " nobody@EXAMPLE.com", "other@example.com"):
                await client.post("/api/v1/auth/login", data={"username": name, "password": "guess"})

    for kind in ("request_refused", "sign_in_failed"):
        aimed_at = [entry["aimed_at"] for entry in logs if entry["event"] == kind]
        assert aimed_at[0] == aimed_at[1] != aimed_at[2]
    assert "example.com" not in str([entry for entry in logs if entry["event"] != "request"])


async def test_having_none_is_no_refusal(ann: Person) -> None:
    with capture_logs() as logs:
        assert (await ann.get("/workouts/current")).status_code == 404
        assert (await ann.get("/statistics/goal")).status_code == 404

    assert [entry for entry in logs if entry["event"] == "request_refused"] == []


async def test_a_missing_page_is_no_refusal(ann: Person) -> None:
    with capture_logs() as logs:
        await ann.get("/nothing")
        await ann.client.get(f"/api/v1/nothing/{uuid4()}")

    assert [entry for entry in logs if entry["event"] == "request_refused"] == []
