"""Whole journeys: from the button to an account, by each provider."""

from dataclasses import replace

import asyncpg
import httpx
import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, Opened, StartApp
from tests.providers import discord, github_accounts
from tests.providers.discord import Discord
from tests.providers.github import GitHub
from tests.providers.openid import GoogleAccount, OpenIDProvider
from tests.providers.strict import StrictProvider
from tests.support import PASSWORD, RunningApp


async def test_with_an_openid_provider(start_app: StartApp, opened: Opened, openid_provider: OpenIDProvider) -> None:
    browser = await opened(await start_app(**openid_provider.settings()))

    told, verifier = await browser.come_in("google", "/workouts?day=1")
    exchanged = await browser.exchange(told["code"], verifier)
    refreshed = await browser.http.post("/api/v1/auth/refresh")

    assert told.keys() == {"code", "next"}
    assert told["next"] == "/workouts?day=1"
    assert exchanged.status_code == 200
    assert exchanged.json()["refresh_token"] is None
    profile = await browser.me(exchanged.json())
    assert (profile["email"], profile["email_verified"], profile["display_name"], profile["avatar_url"]) == (
        "ann@example.com",
        True,
        "Ann Archer",
        "https://lh3.googleusercontent.com/a/ann=s96-c",
    )
    assert profile["username"] == "ann-archer"
    assert refreshed.status_code == 200
    assert (await browser.me(refreshed.json()))["id"] == profile["id"]
    assert (await browser.http.post("/api/v1/auth/logout")).status_code == 204
    assert (await browser.http.post("/api/v1/auth/refresh")).status_code == 401


async def test_an_issuer_may_end_with_a_slash(start_app: StartApp, opened: Opened, google: StrictProvider) -> None:
    google.issuer = f"{google.base_url}/"
    browser = await opened(await start_app(**google.settings()))

    assert (await browser.me(await browser.sign_in()))["email"] == "ann@example.com"


async def test_with_github(browser: Browser) -> None:
    profile = await browser.me(await browser.sign_in("github"))

    assert profile["email"] == "octocat@github.com"
    assert profile["email_verified"] is True
    assert profile["username"] == "octocat"
    assert profile["display_name"] == "The Octocat"
    assert profile["avatar_url"] == "https://avatars.githubusercontent.com/u/583231?v=4"


@pytest.mark.parametrize(
    ("person", "error"),
    [
        (github_accounts.UNVERIFIED, "email_unverified"),
        (github_accounts.VERIFIED_BUT_NOT_PRIMARY, "email_unverified"),
        (github_accounts.WITHOUT_ADDRESS, "email_unverified"),
    ],
)
async def test_github_accounts_without_a_verified_primary_address(
    browser: Browser,
    github_stub: GitHub,
    connection: asyncpg.Connection,
    person: github_accounts.GitHubAccount,
    error: str,
) -> None:
    github_stub.next_person = person

    assert await browser.refusal("github") == error
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0


async def test_somebody_at_github_with_more_addresses_than_fit_on_a_page(browser: Browser, github_stub: GitHub) -> None:
    github_stub.next_person = github_accounts.PRIMARY_ON_THE_SECOND_PAGE

    assert (await browser.me(await browser.sign_in("github")))["email"] == "last@example.com"


async def test_somebody_at_github_without_a_name_is_called_by_the_login(browser: Browser, github_stub: GitHub) -> None:
    github_stub.next_person = github_accounts.NAMELESS

    assert (await browser.me(await browser.sign_in("github")))["display_name"] == "nameless"


async def test_github_keeps_the_addresses_to_itself(browser: Browser, github_stub: GitHub) -> None:
    github_stub.granted_scopes = ()

    assert await browser.refusal("github") == "provider_error"


async def test_with_discord(browser: Browser) -> None:
    profile = await browser.me(await browser.sign_in("discord"))

    assert profile["email"] == "nelly@discord.com"
    assert profile["email_verified"] is True
    assert (profile["username"], profile["display_name"]) == ("nelly", "Nelly")
    assert profile["avatar_url"] == (
        "https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png"
    )


@pytest.mark.parametrize(
    ("person", "name", "picture"),
    [
        (discord.NEW_NAME, "Nelly B.", f"embed/avatars/{(1100000000000000001 >> 22) % 6}.png"),
        (discord.ANIMATED, "Nelly", "avatars/80351110224678913/a_1269e74af4df7417b13759eae50c83dc.gif"),
        (discord.LEGACY_WITHOUT_AVATAR, "Nelly", f"embed/avatars/{1337 % 5}.png"),
    ],
)
async def test_pictures_and_names_at_discord(
    browser: Browser, discord_stub: Discord, person: discord.DiscordAccount, name: str, picture: str
) -> None:
    discord_stub.next_person = person

    profile = await browser.me(await browser.sign_in("discord"))

    assert profile["display_name"] == name
    assert profile["avatar_url"] == f"https://cdn.discordapp.com/{picture}"


@pytest.mark.parametrize(
    "person", [discord.UNVERIFIED, discord.VERIFIED_UNSAID, discord.EMAIL_NULL, discord.EMAIL_UNSAID]
)
async def test_discord_accounts_without_a_verified_address(
    browser: Browser, discord_stub: Discord, person: discord.DiscordAccount
) -> None:
    discord_stub.next_person = person

    assert await browser.refusal("discord") == "email_unverified"


@pytest.mark.parametrize(
    "changed",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": "nobody"},
        {"email": "a" * 250 + "@example.com"},
        # Whoever has this one has not ann@example.com.
        {"email": "ann\u200b@example.com"},
    ],
    ids=str,
)
async def test_openid_accounts_without_a_verified_address(
    browser: Browser, google: StrictProvider, connection: asyncpg.Connection, changed: dict[str, object]
) -> None:
    google.next_person = replace(GoogleAccount(), **changed)  # type: ignore[arg-type]

    assert await browser.refusal() == "email_unverified"
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0


async def test_with_a_refresh_token_in_the_body(browser: Browser) -> None:
    tokens = await browser.sign_in(scope="offline_access")
    cookies = [cookie.name for cookie in browser.http.cookies.jar if "refresh" in cookie.name]
    refreshed = await browser.http.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})

    assert cookies == []
    assert refreshed.status_code == 200
    assert refreshed.json()["refresh_token"] != tokens["refresh_token"]


async def test_name_picture_and_user_name_are_taken_over_the_first_time_only(
    browser: Browser, google: StrictProvider
) -> None:
    first = await browser.me(await browser.sign_in())
    google.next_person = replace(
        google.next_person, name="Somebody New", email="new@example.com", picture="https://example.com/new.png"
    )

    second = await browser.me(await browser.sign_in())

    assert second == first


async def test_a_user_name_that_somebody_has_gets_a_number(browser: Browser, github_stub: GitHub) -> None:
    await browser.sign_in("github")
    github_stub.next_person = replace(
        github_accounts.OCTOCAT, id=7, addresses=(github_accounts.Address("other@example.com", primary=True),)
    )

    username = (await browser.me(await browser.sign_in("github")))["username"]

    stem, _, number = username.rpartition("-")
    assert stem == "octocat"
    assert number.isdecimal()


async def test_a_picture_that_is_no_web_address_is_left_out(browser: Browser, google: StrictProvider) -> None:
    google.next_person = replace(google.next_person, picture="javascript:alert(1)", name="\u202eAnn\x00 " + "x" * 300)

    profile = await browser.me(await browser.sign_in())

    assert profile["avatar_url"] is None
    assert profile["display_name"].startswith("Ann x")
    assert len(profile["display_name"]) == 80


async def test_an_address_that_grows_too_long_does_not_lock_anybody_out(
    browser: Browser, google: StrictProvider
) -> None:
    first = await browser.me(await browser.sign_in())
    google.next_person = replace(google.next_person, email=f"ann@{'x' * 300}.example.com", name="n" * 1000)

    assert await browser.me(await browser.sign_in()) == first


async def test_the_providers_that_are_configured_are_listed(app: RunningApp, browser: Browser) -> None:
    del app
    response = await browser.http.get("/api/v1/auth/providers")

    assert response.json() == {
        "items": [
            {"name": name, "login_url": f"http://testserver/api/v1/auth/{name}/login"}
            for name in ("google", "github", "discord")
        ]
    }


@pytest.mark.parametrize("name", ["google", "discord", "facebook"])
async def test_a_provider_that_is_not_configured_is_absent(
    start_app: StartApp, opened: Opened, github_stub: GitHub, name: str
) -> None:
    browser = await opened(await start_app(**github_stub.settings()))
    tokens = await browser.sign_in("github")

    listed = await browser.http.get("/api/v1/auth/providers")
    login, _ = await browser.press(name)
    answers = [
        login,
        await browser.http.get(f"/api/v1/auth/{name}/callback?code=x&state=y"),
        await browser.start_to_link(name, tokens["access_token"]),
    ]

    assert [item["name"] for item in listed.json()["items"]] == ["github"]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_an_account_of_a_provider_has_no_password(browser: Browser) -> None:
    await browser.sign_in()

    form = {"username": "ann@example.com", "password": PASSWORD}
    response = await browser.http.post("/api/v1/auth/login", data=form)

    assert response.status_code == 401
    assert response.json()["type"].endswith("invalid-credentials")


async def test_the_sign_in_is_written_into_the_security_log(browser: Browser, connection: asyncpg.Connection) -> None:
    await browser.sign_in()

    events = await connection.fetch("SELECT kind, details FROM security_event ORDER BY id")

    assert [event["kind"] for event in events] == ["registered", "identity_linked", "signed_in"]
    assert all("google" in event["details"] for event in events)


async def test_what_is_listed_of_an_identity(browser: Browser) -> None:
    tokens = await browser.sign_in()

    response: httpx.Response = await browser.http.get(
        "/api/v1/auth/identities", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )

    [identity] = response.json()["items"]
    assert (identity["provider"], identity["email"], identity["name"]) == ("google", "ann@example.com", "Ann Archer")
    assert identity.keys() == {"provider", "email", "name", "created_at", "last_used_at"}
