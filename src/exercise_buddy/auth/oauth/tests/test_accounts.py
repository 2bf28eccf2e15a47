"""Whose account somebody gets who comes from a provider, and what happens to one that was claimed before."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, Opened, until
from exercise_buddy.auth.settings import AuthSettings
from tests.providers.discord import Discord, DiscordAccount
from tests.providers.github import GitHub
from tests.providers.github_accounts import OCTOCAT, Address
from tests.providers.openid import GoogleAccount
from tests.providers.strict import StrictProvider
from tests.providers.visitor import visit
from tests.support import PASSWORD, Person, RunningApp

VERIFY = "UPDATE user_account SET email_verified_at = now()"


async def test_an_identity_is_known_by_its_subject(browser: Browser, google: StrictProvider) -> None:
    ann = await browser.me(await browser.sign_in())
    google.next_person = GoogleAccount(sub="2", email="other@example.com")
    other = await browser.me(await browser.sign_in())
    google.next_person = GoogleAccount(sub="2", email="ann@example.com")

    assert other["id"] != ann["id"]
    assert (await browser.me(await browser.sign_in()))["id"] == other["id"]


async def test_an_identity_stays_when_its_address_is_not_verified_any_more(
    browser: Browser, google: StrictProvider
) -> None:
    ann = await browser.me(await browser.sign_in())
    google.next_person = replace(google.next_person, email=None, email_verified=None)

    assert await browser.me(await browser.sign_in()) == ann


async def test_the_same_subject_at_two_providers_is_two_people(
    browser: Browser, google: StrictProvider, discord_stub: Discord
) -> None:
    google.next_person = GoogleAccount(sub="80351110224678912")
    assert discord_stub.next_person.id == google.next_person.sub

    first, second = await browser.sign_in("google"), await browser.sign_in("discord")

    assert (await browser.me(first))["id"] != (await browser.me(second))["id"]


async def test_a_verified_account_is_linked_by_a_verified_address(
    browser: Browser, ann: Person, connection: asyncpg.Connection, settings: AuthSettings
) -> None:
    await connection.execute(VERIFY)

    profile = await browser.me(await browser.sign_in())

    assert profile["id"] == ann.id
    assert profile["display_name"] is None
    assert (await ann.get("/users/me")).status_code == 200
    form = {"username": ann.email, "password": PASSWORD}
    assert (await browser.http.post("/api/v1/auth/login", data=form)).status_code == 200
    mails = settings.outbox_dir.glob
    await until(lambda: any("sign in to your account with Google" in mail.read_text() for mail in mails("*.eml")))


async def test_upper_and_lower_case_do_not_make_another_address(
    browser: Browser, google: StrictProvider, ann: Person, connection: asyncpg.Connection
) -> None:
    await connection.execute(VERIFY)
    google.next_person = GoogleAccount(email="ANN@Example.COM")

    assert (await browser.me(await browser.sign_in()))["id"] == ann.id


@pytest.mark.parametrize("verified", [False, None, "true"])
async def test_an_account_is_not_linked_by_an_address_that_the_provider_has_not_verified(
    browser: Browser, google: StrictProvider, ann: Person, connection: asyncpg.Connection, verified: bool | None
) -> None:
    await connection.execute(VERIFY)
    google.next_person = GoogleAccount(email_verified=verified)

    assert await browser.refusal() == "email_unverified"
    assert (await ann.get("/users/me")).status_code == 200
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 0


async def test_who_claimed_an_address_without_having_it_loses_every_way_in(
    app: RunningApp,
    browser: Browser,
    opened: Opened,
    google: StrictProvider,
    github_stub: GitHub,
    ann: Person,
    connection: asyncpg.Connection,
) -> None:
    """Account pre-hijacking: Mallory registers with Ann's address, and waits for Ann to come."""
    mallory = await opened(app)
    access_token = ann.client.headers["Authorization"].removeprefix("Bearer ")
    github_stub.next_person = replace(OCTOCAT, addresses=(Address("mallory@example.com", primary=True),))
    assert await mallory.link("github", access_token) == {"linked": "github"}
    waiting = (await mallory.start_to_link("discord", access_token)).json()["url"]
    told, verifier = await mallory.come_in("github")
    mails = [
        await ann.post("/auth/email/verification"),
        await ann.post("/auth/password/forgot", json={"email": ann.email}),
    ]
    assert [mail.status_code for mail in mails] == [202, 202]
    await until_nothing(connection, "SELECT count(*) FROM outgoing_mail")

    profile = await browser.me(await browser.sign_in())

    assert (profile["id"], profile["email_verified"]) == (ann.id, True)
    assert (await ann.get("/users/me")).status_code == 401
    refreshed = await ann.post("/auth/refresh", json={"refresh_token": ann.refresh_token})
    assert refreshed.status_code == 401
    form = {"username": ann.email, "password": PASSWORD}
    assert (await mallory.http.post("/api/v1/auth/login", data=form)).status_code == 401
    assert await mallory.come_back(await visit(waiting)) == {"error": "invalid_state"}
    assert (await mallory.exchange(told["code"], verifier)).status_code == 400
    linked = await connection.fetch("SELECT provider, subject FROM provider_identity")
    assert [tuple(row) for row in linked] == [("google", google.next_person.sub)]
    # What is left is the code that Ann has just exchanged: none.
    assert await connection.fetchval("SELECT count(*) FROM one_time_token") == 0
    assert (await mallory.me(await mallory.sign_in("github")))["id"] != ann.id
    taken_over = await connection.fetchrow("SELECT * FROM security_event WHERE kind = 'account_taken_over'")
    assert str(taken_over["user_id"]) == ann.id


@pytest.mark.parametrize("way", ["identity", "address"])
async def test_a_disabled_account_stays_closed(browser: Browser, connection: asyncpg.Connection, way: str) -> None:
    await browser.sign_in()
    await connection.execute("UPDATE user_account SET disabled_at = now()")
    if way == "address":
        await connection.execute("DELETE FROM provider_identity")

    assert await browser.refusal() == "account_disabled"


async def test_another_account_of_the_provider_with_the_same_address_is_a_conflict(
    browser: Browser, google: StrictProvider, connection: asyncpg.Connection
) -> None:
    await browser.sign_in()
    google.next_person = replace(google.next_person, sub="another")

    assert await browser.refusal() == "identity_conflict"
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 1


async def test_two_first_sign_ins_at_once_make_one_account(
    app: RunningApp, opened: Opened, connection: asyncpg.Connection
) -> None:
    browsers = [await opened(app) for _ in range(5)]
    callbacks = [await visit((await browser.start()).url) for browser in browsers]

    told = await asyncio.gather(*(browser.come_back(url) for browser, url in zip(browsers, callbacks, strict=True)))

    assert [one.keys() for one in told] == [{"code"}] * 5
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 1
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 1


async def test_two_people_with_one_user_name_at_once(
    app: RunningApp, opened: Opened, discord_stub: Discord, connection: asyncpg.Connection
) -> None:
    browsers, callbacks = [await opened(app) for _ in range(4)], []
    for number, browser in enumerate(browsers):
        discord_stub.next_person = DiscordAccount(id=str(100 + number), email=f"n{number}@example.com")
        callbacks.append(await visit((await browser.start("discord")).url))

    told = await asyncio.gather(*(browser.come_back(url) for browser, url in zip(browsers, callbacks, strict=True)))

    assert [one.keys() for one in told] == [{"code"}] * 4
    assert await connection.fetchval("SELECT count(DISTINCT username) FROM user_account") == 4


async def test_an_account_that_is_deleted_while_its_user_comes_back(
    browser: Browser, connection: asyncpg.Connection
) -> None:
    await browser.sign_in()
    callback = await visit((await browser.start()).url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("DELETE FROM user_account")

    coming = asyncio.create_task(browser.come_back(callback))
    await waits_for_a_lock(connection)
    await transaction.commit()

    # The address is free again, so there is a new account.
    assert (await coming).keys() == {"code"}
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 1


async def test_an_identity_that_is_unlinked_while_its_user_comes_back(
    browser: Browser, connection: asyncpg.Connection, google: StrictProvider
) -> None:
    await browser.sign_in()
    google.next_person = replace(google.next_person, email_verified=False)
    callback = await visit((await browser.start()).url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM user_account FOR UPDATE")
    await connection.execute("DELETE FROM provider_identity")

    coming = asyncio.create_task(browser.come_back(callback))
    await waits_for_a_lock(connection)
    await transaction.commit()

    assert await coming == {"error": "email_unverified"}


async def until_nothing(connection: asyncpg.Connection, counting: str) -> None:
    """Wait until a statement counts nothing any more."""
    for _ in range(500):
        if await connection.fetchval(counting) == 0:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("something is left")


async def waits_for_a_lock(connection: asyncpg.Connection) -> None:
    """Wait until somebody waits for what this connection has locked."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(100):
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        if await connection.fetchval(waiting):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def test_an_exchange_and_a_take_over_at_once_do_not_wait_for_each_other(
    browser: Browser, connection: asyncpg.Connection
) -> None:
    told, verifier = await browser.come_in()
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM user_account FOR UPDATE")

    exchanging = asyncio.create_task(browser.exchange(told["code"], verifier))
    await waits_for_a_lock(connection)
    await connection.execute("DELETE FROM one_time_token")
    await transaction.commit()

    assert (await exchanging).status_code == 400
