"""The account that a sign-in with a provider leads to, and the takeover of unverified accounts."""

import asyncio
from dataclasses import replace

import pytest

from exercise_buddy.auth.oauth.http import get_text
from exercise_buddy.auth.oauth.tests.support import Browser, OpenBrowser, bearer, wait_for_lock
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tests.helpers import Outbox
from tests.providers.discord import Discord, DiscordAccount
from tests.providers.github import Address, GitHub, GitHubAccount
from tests.providers.openid import OpenIDAccount, OpenIDProvider
from tests.support import PASSWORD, Connection, Person, RunningApp

VERIFY = "UPDATE user_account SET email_verified_at = now()"


async def test_an_identity_is_found_by_its_subject(browser: Browser, google: OpenIDProvider) -> None:
    ann = await browser.sign_in_profile()
    google.account = OpenIDAccount(sub="2", email="other@example.com")
    other = await browser.sign_in_profile()
    google.account = OpenIDAccount(sub="2", email="ann@example.com")

    assert other["id"] != ann["id"]
    assert (await browser.sign_in_profile())["id"] == other["id"]


async def test_an_identity_signs_in_after_its_address_lost_verification(
    browser: Browser, google: OpenIDProvider
) -> None:
    ann = await browser.sign_in_profile()
    google.account = replace(google.account, email=None, email_verified=None)

    assert await browser.sign_in_profile() == ann


async def test_the_same_subject_at_two_providers_has_two_accounts(
    browser: Browser, google: OpenIDProvider, discord: Discord
) -> None:
    google.account = OpenIDAccount(sub="80351110224678912")
    assert discord.account.id == google.account.sub

    first, second = await browser.sign_in_profile("google"), await browser.sign_in_profile("discord")

    assert first["id"] != second["id"]


async def test_a_verified_account_is_linked_by_a_verified_address(
    browser: Browser, ann: Person, connection: Connection, settings: AuthSettings
) -> None:
    await connection.execute(VERIFY)

    profile = await browser.sign_in_profile()

    assert profile["id"] == ann.id
    assert profile["display_name"] is None
    assert (await ann.get("/users/me")).status_code == 200
    form = {"username": ann.email, "password": PASSWORD}
    assert (await browser.http.post("/api/v1/auth/login", data=form)).status_code == 200
    mails = await Outbox(settings.outbox_dir).wait_until_empty(connection)
    assert any("sign in to your account with Google" in mail.text for mail in mails)


async def test_addresses_are_compared_without_case(
    browser: Browser, google: OpenIDProvider, ann: Person, connection: Connection
) -> None:
    await connection.execute(VERIFY)
    google.account = OpenIDAccount(email="ANN@Example.COM")

    assert (await browser.sign_in_profile())["id"] == ann.id


@pytest.mark.parametrize("verified", [False, None, "true"])
async def test_an_unverified_address_does_not_link_an_account(
    browser: Browser, google: OpenIDProvider, ann: Person, connection: Connection, verified: bool | None
) -> None:
    await connection.execute(VERIFY)
    google.account = OpenIDAccount(email_verified=verified)

    assert await browser.get_sign_in_error() == "email_unverified"
    assert (await ann.get("/users/me")).status_code == 200
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 0


async def test_a_verified_sign_in_takes_over_an_unverified_account(
    app: RunningApp,
    browser: Browser,
    open_browser: OpenBrowser,
    google: OpenIDProvider,
    github: GitHub,
    ann: Person,
    connection: Connection,
    settings: AuthSettings,
) -> None:
    """Account pre-hijacking: Mallory registers with Ann's address before Ann signs in."""
    mallory = await open_browser(app)
    access_token = ann.client.headers["Authorization"].removeprefix("Bearer ")
    github.account = GitHubAccount(addresses=(Address("mallory@example.com", primary=True),))
    assert await mallory.link_identity("github", access_token) == {"linked": "github"}
    pending = await mallory.authorize_linking("discord", access_token)
    result, verifier = await mallory.reach_callback_page("github")
    mails = [
        await ann.post("/auth/email/verification"),
        await ann.post("/auth/password/forgot", json={"email": ann.email}),
    ]
    assert [mail.status_code for mail in mails] == [202, 202]
    await Outbox(settings.outbox_dir).wait_until_empty(connection)

    profile = await browser.sign_in_profile()

    assert (profile["id"], profile["email_verified"]) == (ann.id, True)
    assert (await ann.get("/users/me")).status_code == 401
    refreshed = await ann.post("/auth/refresh", json={"refresh_token": ann.refresh_token})
    assert refreshed.status_code == 401
    form = {"username": ann.email, "password": PASSWORD}
    assert (await mallory.http.post("/api/v1/auth/login", data=form)).status_code == 401
    assert await mallory.follow_callback(pending) == {"error": "invalid_state"}
    assert (await mallory.exchange_code(result["code"], verifier)).status_code == 400
    linked = await connection.fetch("SELECT provider, subject FROM provider_identity")
    assert [tuple(row) for row in linked] == [("google", google.account.sub)]
    # Ann's own code is exchanged, and Mallory's are deleted.
    assert await connection.fetchval("SELECT count(*) FROM one_time_token WHERE NOT details ? 'session_id'") == 0
    assert (await mallory.sign_in_profile("github"))["id"] != ann.id
    taken_over = await connection.fetchrow("SELECT * FROM security_event WHERE kind = 'account_taken_over'")
    assert str(taken_over["user_id"]) == ann.id


@pytest.mark.parametrize("way", ["identity", "address"])
async def test_a_disabled_account_cannot_sign_in(browser: Browser, connection: Connection, way: str) -> None:
    await browser.sign_in()
    await connection.execute("UPDATE user_account SET disabled_at = now()")
    if way == "address":
        await connection.execute("DELETE FROM provider_identity")

    assert await browser.get_sign_in_error() == "account_disabled"


async def test_a_second_subject_with_the_same_address_is_a_conflict(
    browser: Browser, google: OpenIDProvider, connection: Connection
) -> None:
    await browser.sign_in()
    google.account = replace(google.account, sub="another")

    assert await browser.get_sign_in_error() == "identity_conflict"
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 1


async def test_concurrent_first_sign_ins_create_one_account(
    app: RunningApp, open_browser: OpenBrowser, connection: Connection
) -> None:
    browsers = [await open_browser(app) for _ in range(5)]
    callbacks = [await browser.authorize() for browser in browsers]

    pairs = zip(browsers, callbacks, strict=True)
    results = await asyncio.gather(*(browser.follow_callback(url) for browser, url in pairs))

    assert [result.keys() for result in results] == [{"code"}] * 5
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 1
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 1


async def test_concurrent_sign_ins_with_one_user_name_get_different_ones(
    app: RunningApp, open_browser: OpenBrowser, discord: Discord, connection: Connection
) -> None:
    browsers, callbacks = [await open_browser(app) for _ in range(4)], []
    for number, browser in enumerate(browsers):
        discord.account = DiscordAccount(id=str(100 + number), email=f"n{number}@example.com")
        callbacks.append(await browser.authorize("discord"))

    pairs = zip(browsers, callbacks, strict=True)
    results = await asyncio.gather(*(browser.follow_callback(url) for browser, url in pairs))

    assert [result.keys() for result in results] == [{"code"}] * 4
    assert await connection.fetchval("SELECT count(DISTINCT username) FROM user_account") == 4


async def test_an_account_is_deleted_during_the_callback(browser: Browser, connection: Connection) -> None:
    await browser.sign_in()
    callback = await browser.authorize()
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("DELETE FROM user_account")

    following = asyncio.create_task(browser.follow_callback(callback))
    await wait_for_lock(connection)
    await transaction.commit()

    # The address is free again, so the callback creates a new account.
    assert (await following).keys() == {"code"}
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 1


async def test_an_identity_is_unlinked_during_the_callback(
    browser: Browser, connection: Connection, google: OpenIDProvider
) -> None:
    await browser.sign_in()
    google.account = replace(google.account, email_verified=False)
    callback = await browser.authorize()
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM user_account FOR UPDATE")
    await connection.execute("DELETE FROM provider_identity")

    following = asyncio.create_task(browser.follow_callback(callback))
    await wait_for_lock(connection)
    await transaction.commit()

    assert await following == {"error": "email_unverified"}


async def test_an_exchange_and_a_takeover_do_not_deadlock(browser: Browser, connection: Connection) -> None:
    code, verifier = await browser.get_code()
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM user_account FOR UPDATE")

    exchanging = asyncio.create_task(browser.exchange_code(code, verifier))
    await wait_for_lock(connection)
    await connection.execute("DELETE FROM one_time_token")
    await transaction.commit()

    assert (await exchanging).status_code == 400


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Ann\u202e\ud800\nSmith\u200b", "Ann Smith"),
        ("👨\u200d👩\u200d👧\xa0Ann", "👨\u200d👩\u200d👧\xa0Ann"),
        ("\u3164\u2800", None),
    ],
)
def test_the_name_of_a_provider_loses_what_people_cannot_see(sent: str, kept: str | None) -> None:
    assert get_text({"name": sent}, "name") == kept


async def test_a_sign_in_with_a_provider_cancels_the_deletion_of_the_account(
    browser: Browser, connection: Connection
) -> None:
    token = (await browser.sign_in())["access_token"]
    deleted = await browser.http.request("DELETE", "/api/v1/users/me", headers=bearer(token))
    assert deleted.status_code == 200, deleted.text

    assert (await browser.sign_in())["deletion_cancelled"] is True
    assert await connection.fetchval("SELECT count(deletes_at) FROM user_account") == 0
