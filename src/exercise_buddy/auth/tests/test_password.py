import asyncio
from datetime import timedelta

import pytest

from exercise_buddy.auth.tests.helpers import (
    NEW_PASSWORD,
    Outbox,
    call,
    get_event_kinds,
    get_status,
    log_in,
    log_in_again,
    put,
)
from tests.factories import error_pointers
from tests.support import PASSWORD, STEP_UP, Connection, Join, Person, RunningApp, StartApp

FORGOT, RESET, CHANGE = "/auth/password/forgot", "/auth/password/reset", "/auth/password"


async def asked_for_a_link(app: RunningApp, person: Person, outbox: Outbox, number: int = 1) -> str:
    assert (await call(app, FORGOT, email=person.email)).status_code == 202
    return (await outbox.wait_for(person.email, "Choose a new password", number)).token


async def test_a_reset_request_does_not_reveal_accounts(app: RunningApp, ann: Person) -> None:
    known = await call(app, FORGOT, email=ann.email)
    unknown = await call(app, FORGOT, email="nobody@example.com")

    assert known.status_code == unknown.status_code == 202
    assert known.content == unknown.content
    differ = {"x-request-id", "ratelimit"}
    assert {k: v for k, v in known.headers.items() if k not in differ} == {
        k: v for k, v in unknown.headers.items() if k not in differ
    }


@pytest.mark.usefixtures("ann")
async def test_only_existing_accounts_get_a_reset_mail(app: RunningApp, outbox: Outbox, connection: Connection) -> None:
    await call(app, FORGOT, email="nobody@example.com")
    await call(app, FORGOT, email="ANN@example.com")

    mails = [mail for mail in await outbox.wait_until_empty(connection) if "new password" in mail.subject]
    # With the address as its owner wrote it: another spelling may only look the same.
    assert [str(mail.message["To"]) for mail in mails] == ["ann@example.com"]


async def test_a_disabled_account_gets_no_reset_mail(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    await connection.execute("UPDATE user_account SET disabled_at = now()")
    await call(app, FORGOT, email=ann.email)

    assert not [mail for mail in await outbox.wait_until_empty(connection) if "new password" in mail.subject]


@pytest.mark.parametrize("content", [{}, {"email": "x"}, {"email": None}, {"email": "a@example.com", "x": 1}])
async def test_an_invalid_address_is_refused(app: RunningApp, content: dict[str, object]) -> None:
    assert (await call(app, FORGOT, **content)).status_code == 422


async def test_five_reset_mails_per_hour_for_an_email(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"mails_address": "1000/hour"})

    statuses = [(await call(app, FORGOT, email=email)).status_code for email in ["a@example.com"] * 5]
    refused = await call(app, FORGOT, email="A@example.com")
    other = await call(app, FORGOT, email="b@example.com")

    assert statuses == [202] * 5
    assert (refused.status_code, other.status_code) == (429, 202)
    assert 3000 < int(refused.headers["retry-after"]) <= 3600


async def test_five_reset_mails_per_hour_from_an_ip_address(start_app: StartApp) -> None:
    app = await start_app(rate_limits={})

    statuses = [(await call(app, FORGOT, email=f"{n}@example.com")).status_code for n in range(6)]
    async with app.client("198.51.100.1") as elsewhere:
        other = await elsewhere.post(f"/api/v1{FORGOT}", json={"email": "z@example.com"})

    assert statuses == [202] * 5 + [429]
    assert other.status_code == 202


async def test_a_reset_link_works_once(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    token = await asked_for_a_link(app, ann, outbox)

    reset = await call(app, RESET, token=token, password=NEW_PASSWORD)
    again = await call(app, RESET, token=token, password=NEW_PASSWORD + "!")

    assert (reset.status_code, again.status_code) == (204, 400)
    assert again.json()["type"] == "/problems/invalid-link"
    assert (await log_in(app, ann.email)).status_code == 401
    assert (await log_in(app, ann.email, NEW_PASSWORD)).status_code == 200
    assert "signed out" in (await outbox.wait_for(ann.email, "Your password was changed")).text


async def test_twenty_parallel_uses_of_a_reset_link_succeed_once(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    token = await asked_for_a_link(app, ann, outbox)

    responses = await asyncio.gather(
        *(call(app, RESET, token=token, password=f"{NEW_PASSWORD} {n}") for n in range(20))
    )

    statuses = [response.status_code for response in responses]
    assert sorted(statuses) == [204] + [400] * 19
    assert (await log_in(app, ann.email, f"{NEW_PASSWORD} {statuses.index(204)}")).status_code == 200


async def test_a_reset_link_expires_after_thirty_minutes(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    token = await asked_for_a_link(app, ann, outbox)
    lives: timedelta = await connection.fetchval(
        "SELECT expires_at - created_at FROM one_time_token WHERE purpose = 'reset_password'"
    )
    await connection.execute("UPDATE one_time_token SET expires_at = expires_at - interval '30 minutes 1 second'")

    assert abs(lives - timedelta(minutes=30)) < timedelta(seconds=5)
    assert (await call(app, RESET, token=token, password=NEW_PASSWORD)).status_code == 400


async def test_a_new_reset_link_revokes_the_older_one(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    older = await asked_for_a_link(app, ann, outbox)
    newer = await asked_for_a_link(app, ann, outbox, number=2)

    assert (await call(app, RESET, token=older, password=NEW_PASSWORD)).status_code == 400
    assert (await call(app, RESET, token=newer, password=NEW_PASSWORD)).status_code == 204


async def test_a_weak_password_does_not_consume_the_link(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    token = await asked_for_a_link(app, ann, outbox)

    weak = await call(app, RESET, token=token, password="ann@example.com")
    strong = await call(app, RESET, token=token, password=NEW_PASSWORD)

    assert [error["pointer"] for error in weak.json()["errors"]] == ["/password"]
    assert (weak.status_code, strong.status_code) == (422, 204)


async def test_the_users_own_name_is_a_weak_password(app: RunningApp, join: Join, outbox: Outbox) -> None:
    """The reset and the change check the password against the names of the profile."""
    ann = await join("ann", display_name="Zwirbeltraud Quaxinger")
    token = await asked_for_a_link(app, ann, outbox)

    reset = await call(app, RESET, token=token, password="zwirbeltraud quaxinger")
    changed = await put(ann, CHANGE, current_password=PASSWORD, new_password="Zwirbeltraud Quaxinger")
    bobs = await call(app, "/auth/register", email="bob@example.com", password="Zwirbeltraud Quaxinger")

    assert [(answer.status_code, answer.json()["errors"][0]["code"]) for answer in (reset, changed)] == [
        (422, "password_contains_context_word")
    ] * 2
    assert bobs.status_code == 201


async def test_a_reset_revokes_all_sessions_and_other_links(
    app: RunningApp, ann: Person, bob: Person, outbox: Outbox, connection: Connection
) -> None:
    phone = await log_in_again(app, ann)
    await put(ann, "/auth/email", email="thief@example.net", current_password=PASSWORD)
    change = (await outbox.wait_for("thief@example.net", "Confirm")).token
    token = await asked_for_a_link(app, ann, outbox)

    await call(app, RESET, token=token, password=NEW_PASSWORD)

    assert (await get_status(ann), await get_status(phone), await get_status(bob)) == (401, 401, 200)
    assert (await call(app, "/auth/email/verify", token=change)).status_code == 400
    assert await connection.fetchval("SELECT count(*) FROM one_time_token WHERE user_id::text = $1", ann.id) == 0


async def test_a_reset_revokes_a_queued_change_of_the_address(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    """Its token is created when the mail is sent: after the reset, a thief could receive a valid one."""
    token = await asked_for_a_link(app, ann, outbox)
    await connection.execute(
        "INSERT INTO outgoing_mail (id, user_id, kind, recipient, details, attempts, next_attempt_at)"
        " VALUES (gen_random_uuid(), $1::text::uuid, 'change_email', 'thief@example.net', '{}', 3,"
        " now() + interval '1 hour')",
        ann.id,
    )

    await call(app, RESET, token=token, password=NEW_PASSWORD)

    assert await connection.fetchval("SELECT count(*) FROM outgoing_mail WHERE kind = 'change_email'") == 0


async def test_a_reset_verifies_the_address(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    before = (await ann.get("/users/me")).json()["email_verified"]
    token = await asked_for_a_link(app, ann, outbox)
    await call(app, RESET, token=token, password=NEW_PASSWORD)
    again = await log_in_again(app, ann, password=NEW_PASSWORD)

    assert (before, (await again.get("/users/me")).json()["email_verified"]) == (False, True)


async def test_a_reset_link_of_a_disabled_account_is_invalid(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    token = await asked_for_a_link(app, ann, outbox)
    await connection.execute("UPDATE user_account SET disabled_at = now()")

    assert (await call(app, RESET, token=token, password=NEW_PASSWORD)).status_code == 400


async def test_a_link_with_another_purpose_is_invalid(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    verify = (await outbox.wait_for(ann.email, "Confirm your e-mail")).token

    assert (await call(app, RESET, token=verify, password=NEW_PASSWORD)).status_code == 400


@pytest.mark.parametrize("token", ["x", "ä\u00ff", "A" * 64])
async def test_an_invalid_reset_token_is_refused(app: RunningApp, token: str) -> None:
    assert (await call(app, RESET, token=token, password=NEW_PASSWORD)).status_code == 400


async def test_a_reset_revokes_a_concurrent_login(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    """Each login with the old password fails, or its session is revoked when the reset responds."""
    token = await asked_for_a_link(app, ann, outbox)
    sign_ins = [asyncio.create_task(log_in(app, ann.email, address=f"198.51.100.{n}")) for n in range(12)]
    await asyncio.sleep(0.03)
    await call(app, RESET, token=token, password=NEW_PASSWORD)
    await asyncio.gather(*sign_ins)

    assert await connection.fetchval("SELECT count(*) FROM auth_session WHERE revoked_at IS NULL") == 0


async def test_a_change_revokes_only_the_other_sessions(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    phone = await log_in_again(app, ann)
    link = await asked_for_a_link(app, ann, outbox)

    response = await put(ann, CHANGE, current_password=PASSWORD, new_password=NEW_PASSWORD)

    assert response.status_code == 204
    assert (await get_status(ann), await get_status(phone)) == (200, 401)
    assert (await log_in(app, ann.email)).status_code == 401
    assert (await log_in(app, ann.email, NEW_PASSWORD)).status_code == 200
    assert (await call(app, RESET, token=link, password=NEW_PASSWORD)).status_code == 400
    assert "signed out" in (await outbox.wait_for(ann.email, "Your password was changed")).text
    assert "password_changed" in await get_event_kinds(ann)


async def test_a_wrong_current_password_is_recorded_and_counted(ann: Person) -> None:
    statuses = [
        (await put(ann, CHANGE, current_password=f"wrong {n}", new_password=NEW_PASSWORD)).status_code for n in range(5)
    ]
    right = await put(ann, CHANGE, current_password=PASSWORD, new_password=NEW_PASSWORD)

    assert statuses == [403] * 5
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0
    assert (await get_event_kinds(ann)).count("step_up_failed") == 5


async def test_a_weak_new_password_is_refused(ann: Person) -> None:
    response = await put(ann, CHANGE, current_password=PASSWORD, new_password="password1")

    assert error_pointers(response) == ["/new_password"]


async def test_one_of_twenty_parallel_changes_succeeds(app: RunningApp, join: Join) -> None:
    ann = await join("ann")

    responses = await asyncio.gather(
        *(put(ann, CHANGE, current_password=PASSWORD, new_password=f"{NEW_PASSWORD} {n}") for n in range(20))
    )

    statuses = [response.status_code for response in responses]
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 403, 429}
    assert (await log_in(app, ann.email, f"{NEW_PASSWORD} {statuses.index(204)}")).status_code == 200


@pytest.mark.parametrize("verified", [False, True])
async def test_a_reset_removes_the_identities_of_an_unverified_account(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection, *, verified: bool
) -> None:
    await connection.execute("UPDATE user_account SET email_verified_at = $1", None)
    if verified:
        await connection.execute("UPDATE user_account SET email_verified_at = now()")
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject) VALUES ($1, 'github', 'mallory')", ann.id
    )

    token = await asked_for_a_link(app, ann, outbox)
    assert (await call(app, RESET, token=token, password=NEW_PASSWORD)).status_code == 204

    # If the address was verified before, the identities belong to its owner.
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == (1 if verified else 0)


async def test_a_password_change_revokes_a_pending_change_of_the_address(
    app: RunningApp, ann: Person, outbox: Outbox
) -> None:
    thief = await log_in_again(app, ann)
    assert (await put(thief, "/auth/email", email="thief@example.net", current_password=PASSWORD)).status_code == 202
    token = (await outbox.wait_for("thief@example.net", "Confirm your new")).token

    assert (await put(ann, CHANGE, current_password=PASSWORD, new_password=NEW_PASSWORD)).status_code == 204

    assert (await call(app, "/auth/email/verify", token=token)).status_code == 400


async def test_revoking_sessions_revokes_a_pending_change_of_the_address(
    app: RunningApp, ann: Person, outbox: Outbox
) -> None:
    thief = await log_in_again(app, ann)
    assert (await put(thief, "/auth/email", email="thief@example.net", current_password=PASSWORD)).status_code == 202
    token = (await outbox.wait_for("thief@example.net", "Confirm your new")).token

    assert (await ann.delete("/auth/sessions", params={"except": "current"}, json=STEP_UP)).status_code == 204

    assert (await call(app, "/auth/email/verify", token=token)).status_code == 400


async def test_a_change_can_keep_other_sessions_and_unlink_identities(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    phone = await log_in_again(app, ann)
    await link_identities(connection, ann)

    options = {"end_other_sessions": False, "unlink_identities": True}
    response = await put(ann, CHANGE, current_password=PASSWORD, new_password=NEW_PASSWORD, **options)

    assert response.status_code == 204
    assert await get_status(phone) == 200
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 0
    assert (await get_event_kinds(ann)).count("identity_unlinked") == 2
    notice = (await outbox.wait_for(ann.email, "Your password was changed")).text
    assert "No other device was signed out" in notice
    assert "Unlinked: Github, Google" in notice


@pytest.mark.parametrize("unlinks", [True, False])
async def test_a_reset_can_unlink_identities(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection, *, unlinks: bool
) -> None:
    await connection.execute("UPDATE user_account SET email_verified_at = now()")
    await link_identities(connection, ann)
    token = await asked_for_a_link(app, ann, outbox)

    await call(app, RESET, token=token, password=NEW_PASSWORD, unlink_identities=unlinks)

    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == (0 if unlinks else 2)


async def link_identities(connection: Connection, person: Person) -> None:
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject) "
        "SELECT $1::text::uuid, provider, 'thief' FROM unnest(ARRAY['github', 'google']) AS provider",
        person.id,
    )
