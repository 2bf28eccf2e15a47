"""Users link and unlink identities."""

import asyncio
from dataclasses import replace

import asyncpg
import httpx
import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, Opened
from exercise_buddy.auth.oauth.tests.test_accounts import waits_for_a_lock
from tests.providers.faults import Breakage
from tests.providers.github import GitHub
from tests.providers.github_accounts import OCTOCAT
from tests.providers.strict import StrictProvider
from tests.providers.visitor import visit
from tests.support import Person, RunningApp


def token_of(person: Person) -> str:
    return str(person.client.headers["Authorization"]).removeprefix("Bearer ")


async def identities(browser: Browser, access_token: str) -> list[str]:
    headers = {"Authorization": f"Bearer {access_token}"}
    response = await browser.http.get("/api/v1/auth/identities", headers=headers)
    assert response.status_code == 200
    return sorted(item["provider"] for item in response.json()["items"])


async def unlink(browser: Browser, access_token: str, provider: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {access_token}"}
    return await browser.http.delete(f"/api/v1/auth/identities/{provider}", headers=headers)


async def test_a_linked_identity_signs_in_from_then_on(browser: Browser, ann: Person) -> None:
    started = await browser.start_to_link("github", token_of(ann), next="/settings")
    told = await browser.come_back(await visit(started.json()["url"]))

    assert told == {"linked": "github", "next": "/settings"}
    assert (await browser.me(await browser.sign_in("github")))["id"] == ann.id
    assert await identities(browser, token_of(ann)) == ["github"]


async def test_linking_needs_no_body(browser: Browser, ann: Person) -> None:
    response = await browser.http.post(
        "/api/v1/auth/identities/github", headers={"Authorization": ann.client.headers["Authorization"]}
    )

    assert response.status_code == 200


async def test_an_unverified_address_at_the_provider_is_no_hindrance(
    browser: Browser, ann: Person, google: StrictProvider
) -> None:
    google.next_person = replace(google.next_person, email_verified=False)

    assert await browser.link("google", token_of(ann)) == {"linked": "google"}


async def test_linking_twice_changes_nothing(browser: Browser, ann: Person) -> None:
    told = [await browser.link("github", token_of(ann)) for _ in range(2)]

    assert told == [{"linked": "github"}] * 2
    assert await identities(browser, token_of(ann)) == ["github"]


async def test_linking_needs_a_signed_in_user_and_a_page_of_ours(browser: Browser, ann: Person) -> None:
    nobody = await browser.http.post("/api/v1/auth/identities/github")
    foreign = await ann.post("/auth/identities/github", headers={"Origin": "https://evil.example"})

    assert (nobody.status_code, foreign.status_code) == (401, 403)


async def test_an_identity_of_somebody_else_cannot_be_linked(browser: Browser, ann: Person, bob: Person) -> None:
    await browser.link("github", token_of(ann))

    assert await browser.link("github", token_of(bob)) == {"error": "identity_taken"}
    assert (await browser.me(await browser.sign_in("github")))["id"] == ann.id


async def test_a_second_identity_of_one_provider_is_a_conflict(
    browser: Browser, ann: Person, github_stub: GitHub
) -> None:
    await browser.link("github", token_of(ann))
    github_stub.next_person = replace(OCTOCAT, id=8)

    assert await browser.link("github", token_of(ann)) == {"error": "identity_conflict"}


async def test_it_is_linked_in_the_browser_that_asked_only(
    app: RunningApp, browser: Browser, opened: Opened, ann: Person
) -> None:
    """Mallory sends Ann a link at whose end Mallory's identity would lead into Ann's account, or the other way."""
    victim = await opened(app)
    started = await browser.start_to_link("github", token_of(ann))

    assert await victim.come_back(await visit(started.json()["url"])) == {"error": "invalid_state"}
    assert await identities(browser, token_of(ann)) == []


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE auth_session SET revoked_at = now()",
        "UPDATE auth_session SET idle_expires_at = now()",
        "DELETE FROM auth_session",
        "DELETE FROM user_account",
    ],
)
async def test_a_session_that_has_ended_meanwhile_links_nothing(
    browser: Browser, ann: Person, connection: asyncpg.Connection, end: str
) -> None:
    started = await browser.start_to_link("github", token_of(ann))
    await connection.execute(end)

    assert await browser.come_back(await visit(started.json()["url"])) == {"error": "invalid_state"}
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 0


@pytest.mark.parametrize("end", ["UPDATE auth_session SET revoked_at = now()", "DELETE FROM user_account"])
async def test_a_session_that_ends_in_the_very_moment_links_nothing(
    browser: Browser, ann: Person, connection: asyncpg.Connection, end: str
) -> None:
    callback = await visit((await browser.start_to_link("github", token_of(ann))).json()["url"])
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM user_account FOR UPDATE")
    linking = asyncio.create_task(browser.come_back(callback))
    await waits_for_a_lock(connection)
    await connection.execute(end)
    await transaction.commit()

    assert await linking == {"error": "invalid_state"}
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 0


async def test_a_disabled_account_links_nothing(browser: Browser, ann: Person, connection: asyncpg.Connection) -> None:
    started = await browser.start_to_link("github", token_of(ann))
    await connection.execute("UPDATE user_account SET disabled_at = now()")

    assert await browser.come_back(await visit(started.json()["url"])) == {"error": "account_disabled"}


async def test_two_users_who_link_one_identity_at_once(
    app: RunningApp, opened: Opened, ann: Person, bob: Person, connection: asyncpg.Connection
) -> None:
    browsers = [await opened(app), await opened(app)]
    callbacks = [
        await visit((await browser.start_to_link("github", token_of(person))).json()["url"])
        for browser, person in zip(browsers, (ann, bob), strict=True)
    ]

    told = await asyncio.gather(*(one.come_back(url) for one, url in zip(browsers, callbacks, strict=True)))

    assert sorted(told, key=str) == [{"error": "identity_taken"}, {"linked": "github"}]
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 1


async def test_a_provider_that_does_not_answer_is_said_at_once(
    browser: Browser, ann: Person, google: StrictProvider
) -> None:
    google.break_endpoint("discovery", Breakage.SERVER_ERROR)

    response = await browser.start_to_link("google", token_of(ann))

    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"


async def test_unlinking(browser: Browser, ann: Person, connection: asyncpg.Connection) -> None:
    await browser.link("github", token_of(ann))

    assert (await unlink(browser, token_of(ann), "github")).status_code == 204
    assert await identities(browser, token_of(ann)) == []
    assert (await unlink(browser, token_of(ann), "github")).status_code == 404
    assert (await browser.me(await browser.sign_in("github")))["id"] != ann.id
    assert await connection.fetchval("SELECT count(*) FROM security_event WHERE kind = 'identity_unlinked'") == 1


async def test_nobody_unlinks_somebody_elses(browser: Browser, ann: Person, bob: Person) -> None:
    await browser.link("github", token_of(ann))

    assert (await unlink(browser, token_of(bob), "github")).status_code == 404
    assert (await unlink(browser, token_of(bob), "nonsense")).status_code == 404
    assert await identities(browser, token_of(ann)) == ["github"]


async def test_the_last_way_to_sign_in_stays(browser: Browser) -> None:
    token = (await browser.sign_in())["access_token"]

    refused = await unlink(browser, token, "google")
    await browser.link("github", token)

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("last-way-to-sign-in")
    assert (await unlink(browser, token, "google")).status_code == 204
    assert (await unlink(browser, token, "github")).status_code == 409


async def test_of_two_that_unlink_the_last_two_at_once_one_is_refused(browser: Browser) -> None:
    token = (await browser.sign_in())["access_token"]
    await browser.link("github", token)

    responses = await asyncio.gather(*(unlink(browser, token, name) for name in ("google", "github")))

    assert sorted(response.status_code for response in responses) == [204, 409]
    assert len(await identities(browser, token)) == 1
