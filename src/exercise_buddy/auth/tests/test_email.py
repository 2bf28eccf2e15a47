import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx2
import pytest

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tests.helpers import (
    Outbox,
    call,
    get_event_kinds,
    get_session_id,
    get_status,
    log_in,
    log_in_again,
    put,
)
from tests.support import PASSWORD, SECRET, STEP_UP, Connection, Join, Person, RunningApp, StartApp

VERIFY, AGAIN, CHANGE, REGISTER = "/auth/email/verify", "/auth/email/verification", "/auth/email", "/auth/register"
CONFIRM = "Confirm your e-mail"


async def is_verified(person: Person) -> bool:
    return bool((await person.get("/users/me")).json()["email_verified"])


async def test_the_link_of_a_registration_verifies_the_address_once(
    app: RunningApp, ann: Person, outbox: Outbox
) -> None:
    token = (await outbox.wait_for(ann.email, CONFIRM)).token
    before = await is_verified(ann)

    first, second = await call(app, VERIFY, token=token), await call(app, VERIFY, token=token)

    assert (before, first.status_code, second.status_code, await is_verified(ann)) == (False, 204, 400, True)
    assert "email_verified" in await get_event_kinds(ann)


async def test_a_verification_link_expires_after_a_day(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    token = (await outbox.wait_for(ann.email, CONFIRM)).token
    lives: timedelta = await connection.fetchval("SELECT expires_at - created_at FROM one_time_token")
    await connection.execute("UPDATE one_time_token SET expires_at = expires_at - interval '24 hours 1 second'")

    assert abs(lives - timedelta(hours=24)) < timedelta(seconds=5)
    assert (await call(app, VERIFY, token=token)).status_code == 400


async def test_twenty_parallel_uses_of_a_link_verify_once(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    token = (await outbox.wait_for(ann.email, CONFIRM)).token

    responses = await asyncio.gather(*(call(app, VERIFY, token=token) for _ in range(20)))

    assert sorted(response.status_code for response in responses) == [204] + [400] * 19
    assert (await get_event_kinds(ann)).count("email_verified") == 1


async def test_a_new_verification_link_revokes_the_older_one(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    older = (await outbox.wait_for(ann.email, CONFIRM)).token
    assert (await ann.post(AGAIN)).status_code == 202
    newer = (await outbox.wait_for(ann.email, CONFIRM, 2)).token

    assert (await call(app, VERIFY, token=older)).status_code == 400
    assert (await call(app, VERIFY, token=newer)).status_code == 204


async def test_a_verified_address_gets_no_more_links(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    await call(app, VERIFY, token=(await outbox.wait_for(ann.email, CONFIRM)).token)

    assert (await ann.post(AGAIN)).status_code == 202
    await outbox.wait_until_empty(connection)
    assert len(outbox.all(ann.email, CONFIRM)) == 1


async def test_five_verification_links_per_hour(start_app: StartApp, ann: Person) -> None:
    app = await start_app(rate_limits={})
    async with app.client(Authorization=ann.client.headers["Authorization"]) as client:
        statuses = [(await client.post(f"/api/v1{AGAIN}")).status_code for _ in range(6)]

    assert statuses == [202] * 5 + [429]


@pytest.mark.parametrize("token", ["x", "é", "A" * 43])
async def test_an_invalid_token_verifies_nothing(app: RunningApp, token: str) -> None:
    response = await call(app, VERIFY, token=token)

    assert (response.status_code, response.json()["type"]) == (400, "/problems/invalid-link")


async def test_a_change_requires_verification_of_the_new_address(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    asked = await put(ann, CHANGE, email="new@example.org", current_password=PASSWORD)
    mail = await outbox.wait_for("new@example.org", "Confirm your new e-mail address")
    between = (await ann.get("/users/me")).json()["email"]

    confirmed = await call(app, VERIFY, token=mail.token)

    profile = (await ann.get("/users/me")).json()
    assert (asked.status_code, between, confirmed.status_code) == (202, ann.email, 204)
    assert (profile["email"], profile["email_verified"]) == ("new@example.org", True)
    notice = await outbox.wait_for(ann.email, "Your e-mail address was changed")
    assert "#token=" not in notice.text
    assert (await log_in(app, "new@example.org")).status_code == 200
    assert {"email_change_requested", "email_changed"} <= set(await get_event_kinds(ann))


async def test_a_change_revokes_links_to_the_former_address(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    former = (await outbox.wait_for(ann.email, CONFIRM)).token
    await call(app, "/auth/password/forgot", email=ann.email)
    reset = (await outbox.wait_for(ann.email, "Choose")).token
    await put(ann, CHANGE, email="new@example.org", current_password=PASSWORD)
    await call(app, VERIFY, token=(await outbox.wait_for("new@example.org", "Confirm")).token)

    assert (await call(app, VERIFY, token=former)).status_code == 400
    assert (await call(app, "/auth/password/reset", token=reset, password="a whole new pass phrase")).status_code == 400


END_SESSION = {
    "revoked": lambda owner, _, session_id: owner.delete(f"/auth/sessions/{session_id}", json=STEP_UP),
    "logged out": lambda owner, thief, _: owner.post("/auth/logout", json={"refresh_token": thief.refresh_token}),
    "revoked with the others": lambda owner, *_: owner.delete(
        "/auth/sessions", params={"except": "current"}, json=STEP_UP
    ),
}


@pytest.mark.parametrize("end", END_SESSION.values(), ids=END_SESSION.keys())
async def test_a_pending_change_ends_with_the_session_that_requested_it(
    app: RunningApp, ann: Person, outbox: Outbox, end: Callable[..., Awaitable[httpx2.Response]]
) -> None:
    thief = await log_in_again(app, ann)
    await put(thief, CHANGE, email="thief@example.org", current_password=PASSWORD)
    token = (await outbox.wait_for("thief@example.org", "Confirm")).token

    ended = await end(ann, thief, await get_session_id(thief))
    response = await call(app, VERIFY, token=token)

    assert (ended.status_code, response.status_code) == (204, 400)
    assert (await ann.get("/users/me")).json()["email"] == ann.email


async def test_a_queued_mail_of_an_ended_session_is_not_sent(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    session_id = await get_session_id(await log_in_again(app, ann))
    await ann.delete(f"/auth/sessions/{session_id}", json=STEP_UP)
    await connection.execute(
        "INSERT INTO outgoing_mail (id, user_id, kind, recipient, details, attempts)"
        " VALUES (gen_random_uuid(), $1::text::uuid, 'change_email', 'thief@example.org', $2::text::jsonb, 0)",
        ann.id,
        json.dumps({"session_id": session_id}),
    )

    await outbox.wait_until_empty(connection)

    assert outbox.all("thief@example.org") == []


async def test_a_second_change_request_revokes_the_first(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    for email in ("one@example.org", "two@example.org"):
        await put(ann, CHANGE, email=email, current_password=PASSWORD)
        await outbox.wait_for(email, "Confirm")

    one = await call(app, VERIFY, token=outbox.all("one@example.org")[0].token)
    two = await call(app, VERIFY, token=outbox.all("two@example.org")[0].token)

    assert (one.status_code, two.status_code) == (400, 204)


async def test_a_wrong_password_is_refused_after_a_recent_sign_in(ann: Person) -> None:
    assert (await put(ann, CHANGE, email="new@example.org", current_password="wrong")).status_code == 403


@pytest.mark.usefixtures("bob")
async def test_a_taken_address_is_reported_if_the_settings_allow(ann: Person) -> None:
    response = await put(ann, CHANGE, email="BOB@example.com", current_password=PASSWORD)

    assert (response.status_code, response.json()["type"]) == (409, "/problems/email-taken")


async def test_otherwise_the_owner_gets_a_mail(
    start_app: StartApp, ann: Person, bob: Person, outbox: Outbox, connection: Connection
) -> None:
    app = await start_app(reveal_taken_email=False)
    await connection.execute("UPDATE user_account SET email_verified_at = now()")
    same = await log_in_again(app, ann)

    taken = await put(same, CHANGE, email="BOB@example.com", current_password=PASSWORD)
    free = await put(same, CHANGE, email="free@example.com", current_password=PASSWORD)

    assert (taken.status_code, taken.content) == (free.status_code, free.content) == (202, b"")
    notice = await outbox.wait_for(bob.email, "You have an account already")
    assert "#token=" not in notice.text


async def test_an_address_that_was_registered_meanwhile_is_taken(
    app: RunningApp, join: Join, ann: Person, outbox: Outbox
) -> None:
    await put(ann, CHANGE, email="cleo@example.com", current_password=PASSWORD)
    token = (await outbox.wait_for("cleo@example.com", "Confirm")).token
    await join("cleo")

    response = await call(app, VERIFY, token=token)

    assert (response.status_code, response.json()["type"]) == (409, "/problems/email-taken")
    assert (await ann.get("/users/me")).json()["email"] == ann.email


async def test_the_response_for_a_taken_address_equals_that_for_a_free_one(
    start_app: StartApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    app = await start_app(reveal_taken_email=False)
    await outbox.wait_until_empty(connection)
    await connection.execute("UPDATE user_account SET email_verified_at = now()")
    content = {"password": PASSWORD, "display_name": "Some Body", "time_zone": "Asia/Tokyo"}
    before = await connection.fetchval("SELECT count(*) FROM user_account")

    taken = await call(app, REGISTER, email="ANN@example.com", **content)
    free = await call(app, REGISTER, email="ZOE@example.com", **content)

    assert taken.status_code == free.status_code == 201
    # PostgreSQL omits trailing zeros of a second, so the length depends on the time.
    differ = {"x-request-id", "ratelimit", "content-length"}
    assert {k: v for k, v in taken.headers.items() if k not in differ} == {
        k: v for k, v in free.headers.items() if k not in differ
    }
    said, expected = taken.json(), free.json()
    differs = {"id", "created_at", "updated_at", "email"}
    assert list(said) == list(expected)
    assert {k: v for k, v in said.items() if k not in differs} == {
        k: v for k, v in expected.items() if k not in differs
    }
    assert [user["created_at"] == user["updated_at"] for user in (said, expected)] == [True, True]
    assert (said["email"], expected["email"]) == ("ANN@example.com", "ZOE@example.com")
    assert await connection.fetchval("SELECT count(*) FROM user_account") == before + 1
    assert await connection.fetchval("SELECT count(*) FROM user_account WHERE id = $1::text::uuid", said["id"]) == 0
    assert (await outbox.wait_for(ann.email, "You have an account already")).text
    assert "registration_refused" in await get_event_kinds(ann)
    assert (await log_in(app, ann.email)).status_code == 200


async def test_a_taken_user_name_is_always_reported(start_app: StartApp, join: Join) -> None:
    await join("ann", username="ann_b")
    app = await start_app(reveal_taken_email=False)

    statuses = [
        (await call(app, REGISTER, email=email, password=PASSWORD, username="Ann_B")).json()["type"]
        for email in ("ann@example.com", "zoe@example.com")
    ]

    assert statuses == ["/problems/username-taken"] * 2


async def test_twenty_parallel_registrations_create_one_account_silently(
    start_app: StartApp, connection: Connection
) -> None:
    app = await start_app(
        reveal_taken_email=False,
        rate_limits={"registrations_email": "100/hour", "registrations_address": "100/hour"},
    )

    responses = await asyncio.gather(
        *(call(app, REGISTER, email="ann@example.com", password=PASSWORD) for _ in range(20))
    )

    assert {response.status_code for response in responses} == {201}
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 1


@pytest.mark.parametrize(
    ("smtp_host", "reveal", "revealed"),
    [(None, None, True), ("mail.example.org", None, False), ("mail.example.org", True, True), (None, False, False)],
)
def test_a_service_without_mail_reveals_taken_addresses(
    smtp_host: str | None, reveal: bool | None, revealed: bool
) -> None:
    settings = AuthSettings(secret_key=SECRET, smtp_host=smtp_host, reveal_taken_email=reveal)

    assert settings.reveals_taken_email is revealed


@pytest.mark.parametrize("ends", [True, False])
async def test_a_completed_change_ends_other_sessions_and_unlinks_identities_as_requested(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection, *, ends: bool
) -> None:
    thief = await log_in_again(app, ann)
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject) VALUES ($1::text::uuid, 'github', 'thief')", ann.id
    )
    options = {} if ends else {"end_other_sessions": False}
    unlink = {"unlink_identities": True} if ends else {}
    await put(ann, CHANGE, email="new@example.org", current_password=PASSWORD, **options, **unlink)
    token = (await outbox.wait_for("new@example.org", "Confirm")).token
    assert await get_status(thief) == 200

    await call(app, VERIFY, token=token)

    assert (await get_status(ann), await get_status(thief)) == (200, 401 if ends else 200)
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == (0 if ends else 1)
    notice = (await outbox.wait_for(ann.email, "Your e-mail address was changed")).text
    assert ("other devices were signed out" in notice, "Unlinked: Github" in notice) == (ends, ends)


async def test_a_change_cannot_unlink_the_only_way_to_sign_in(ann: Person, connection: Connection) -> None:
    await connection.execute("DELETE FROM password_credential")
    await connection.execute("UPDATE auth_session SET method = 'github'")
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject) VALUES ($1::text::uuid, 'github', '7')", ann.id
    )

    response = await put(ann, CHANGE, email="new@example.org", unlink_identities=True)

    assert (response.status_code, response.json()["type"]) == (409, "/problems/last-way-to-sign-in")
