"""Linking and unlinking of identities."""

import asyncio
from dataclasses import replace

import httpx2
import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, OpenBrowser, bearer, wait_for_lock
from exercise_buddy.auth.tests.helpers import Outbox
from tests.providers.failures import Failure
from tests.providers.github import GitHub, GitHubAccount
from tests.providers.openid import OpenIDProvider
from tests.providers.server import authorize
from tests.support import STEP_UP, Connection, Person, RunningApp


def token_of(person: Person) -> str:
    return str(person.client.headers["Authorization"]).removeprefix("Bearer ")


async def list_identities(browser: Browser, access_token: str) -> list[str]:
    response = await browser.http.get("/api/v1/auth/identities", headers=bearer(access_token))
    assert response.status_code == 200
    return sorted(item["provider"] for item in response.json()["items"])


async def unlink(browser: Browser, access_token: str, provider: str) -> httpx2.Response:
    path = f"/api/v1/auth/identities/{provider}"
    return await browser.http.request("DELETE", path, headers=bearer(access_token), json=STEP_UP)


async def test_a_linked_identity_signs_in(browser: Browser, ann: Person) -> None:
    started = await browser.start_linking("github", token_of(ann), next="/settings")
    result = await browser.follow_callback(await authorize(started.json()["url"]))

    assert result == {"linked": "github", "next": "/settings"}
    assert (await browser.sign_in_profile("github"))["id"] == ann.id
    assert await list_identities(browser, token_of(ann)) == ["github"]


async def test_an_account_without_a_password_needs_no_body(browser: Browser) -> None:
    token = (await browser.sign_in())["access_token"]

    response = await browser.http.post("/api/v1/auth/identities/github", headers=bearer(token))

    assert response.status_code == 200


async def test_linking_accepts_an_unverified_address(browser: Browser, ann: Person, google: OpenIDProvider) -> None:
    google.account = replace(google.account, email_verified=False)

    assert await browser.link_identity("google", token_of(ann)) == {"linked": "google"}


async def test_linking_twice_changes_nothing(browser: Browser, ann: Person) -> None:
    result = [await browser.link_identity("github", token_of(ann)) for _ in range(2)]

    assert result == [{"linked": "github"}] * 2
    assert await list_identities(browser, token_of(ann)) == ["github"]


async def test_linking_needs_a_signed_in_user_and_an_allowed_origin(browser: Browser, ann: Person) -> None:
    nobody = await browser.http.post("/api/v1/auth/identities/github")
    foreign = await ann.post("/auth/identities/github", headers={"Origin": "https://evil.example"})

    assert (nobody.status_code, foreign.status_code) == (401, 403)


async def test_an_identity_of_another_account_cannot_be_linked(browser: Browser, ann: Person, bob: Person) -> None:
    await browser.link_identity("github", token_of(ann))

    assert await browser.link_identity("github", token_of(bob)) == {"error": "identity_taken"}
    assert (await browser.sign_in_profile("github"))["id"] == ann.id


async def test_a_second_identity_of_one_provider_is_a_conflict(browser: Browser, ann: Person, github: GitHub) -> None:
    await browser.link_identity("github", token_of(ann))
    github.account = GitHubAccount(id=8)

    assert await browser.link_identity("github", token_of(ann)) == {"error": "identity_conflict"}


async def test_linking_ends_in_the_browser_that_started_it(
    app: RunningApp, browser: Browser, open_browser: OpenBrowser, ann: Person
) -> None:
    """Mallory sends Ann a link at whose end Mallory's identity would lead into Ann's account, or the other way."""
    victim = await open_browser(app)
    started = await browser.start_linking("github", token_of(ann))

    assert await victim.follow_callback(await authorize(started.json()["url"])) == {"error": "invalid_state"}
    assert await list_identities(browser, token_of(ann)) == []


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE auth_session SET revoked_at = now()",
        "UPDATE auth_session SET idle_expires_at = now()",
        "DELETE FROM auth_session",
        "DELETE FROM user_account",
    ],
)
async def test_an_ended_session_links_nothing(browser: Browser, ann: Person, connection: Connection, end: str) -> None:
    started = await browser.start_linking("github", token_of(ann))
    await connection.execute(end)

    assert await browser.follow_callback(await authorize(started.json()["url"])) == {"error": "invalid_state"}
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 0


@pytest.mark.parametrize("end", ["UPDATE auth_session SET revoked_at = now()", "DELETE FROM user_account"])
async def test_a_session_that_ends_during_the_callback_links_nothing(
    browser: Browser, ann: Person, connection: Connection, end: str
) -> None:
    callback = await browser.authorize_linking("github", token_of(ann))
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM user_account FOR UPDATE")
    linking = asyncio.create_task(browser.follow_callback(callback))
    await wait_for_lock(connection)
    await connection.execute(end)
    await transaction.commit()

    assert await linking == {"error": "invalid_state"}
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 0


async def test_a_disabled_account_links_nothing(browser: Browser, ann: Person, connection: Connection) -> None:
    started = await browser.start_linking("github", token_of(ann))
    await connection.execute("UPDATE user_account SET disabled_at = now()")

    assert await browser.follow_callback(await authorize(started.json()["url"])) == {"error": "account_disabled"}


async def test_two_users_link_one_identity_at_once(
    app: RunningApp, open_browser: OpenBrowser, ann: Person, bob: Person, connection: Connection
) -> None:
    browsers = [await open_browser(app), await open_browser(app)]
    callbacks = [
        await browser.authorize_linking("github", token_of(person))
        for browser, person in zip(browsers, (ann, bob), strict=True)
    ]

    pairs = zip(browsers, callbacks, strict=True)
    results = await asyncio.gather(*(browser.follow_callback(url) for browser, url in pairs))

    assert sorted(results, key=str) == [{"error": "identity_taken"}, {"linked": "github"}]
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 1


async def test_linking_fails_at_once_when_the_provider_does(
    browser: Browser, ann: Person, google: OpenIDProvider
) -> None:
    google.fail_endpoint("discovery", Failure.SERVER_ERROR)

    response = await browser.start_linking("google", token_of(ann))

    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"


async def test_an_unlinked_identity_does_not_sign_in(
    app: RunningApp, browser: Browser, ann: Person, connection: Connection
) -> None:
    await browser.link_identity("github", token_of(ann))

    assert (await unlink(browser, token_of(ann), "github")).status_code == 204
    outbox = Outbox(app.state["settings"].outbox_dir)
    assert "Github" in (await outbox.wait_for(ann.email, "One way to sign in less")).text
    assert await list_identities(browser, token_of(ann)) == []
    assert (await unlink(browser, token_of(ann), "github")).status_code == 404
    assert (await browser.sign_in_profile("github"))["id"] != ann.id
    assert await connection.fetchval("SELECT count(*) FROM security_event WHERE kind = 'identity_unlinked'") == 1


async def test_a_user_cannot_unlink_identities_of_others(browser: Browser, ann: Person, bob: Person) -> None:
    await browser.link_identity("github", token_of(ann))

    assert (await unlink(browser, token_of(bob), "github")).status_code == 404
    assert (await unlink(browser, token_of(bob), "nonsense")).status_code == 404
    assert await list_identities(browser, token_of(ann)) == ["github"]


async def test_the_last_way_to_sign_in_cannot_be_unlinked(browser: Browser) -> None:
    token = (await browser.sign_in())["access_token"]

    refused = await unlink(browser, token, "google")
    await browser.link_identity("github", token)

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("last-way-to-sign-in")
    assert (await unlink(browser, token, "github")).status_code == 204
    assert (await unlink(browser, token, "google")).status_code == 409


async def test_one_of_two_concurrent_requests_unlinks_the_last_but_one(browser: Browser) -> None:
    token = (await browser.sign_in())["access_token"]
    await browser.link_identity("github", token)

    responses = await asyncio.gather(*(unlink(browser, token, name) for name in ("google", "github")))

    # The session began at Google, which is no longer linked.
    assert sorted(response.status_code for response in responses) in ([204, 409], [204, 401])
    assert len(await list_identities(browser, token)) == 1
