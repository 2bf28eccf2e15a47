"""Sign-ins with each provider, from the login endpoint to the profile."""

from dataclasses import replace

import httpx2
import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, OpenBrowser
from tests.providers.discord import Discord, DiscordAccount
from tests.providers.github import Address, GitHub, GitHubAccount
from tests.providers.openid import OpenIDAccount, OpenIDProvider
from tests.support import PASSWORD, Connection, RunningApp, StartApp


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_sign_in_with_an_openid_provider(browser: Browser, google: OpenIDProvider, method: str) -> None:
    google.auth_method = method

    result, verifier = await browser.reach_callback_page("google", "/workouts?day=1")
    exchanged = await browser.exchange_code(result["code"], verifier)
    refreshed = await browser.http.post("/api/v1/auth/refresh")

    assert result.keys() == {"code", "next"}
    assert result["next"] == "/workouts?day=1"
    assert exchanged.status_code == 200
    assert exchanged.json()["refresh_token"] is None
    profile = await browser.get_profile(exchanged.json())
    assert (profile["email"], profile["email_verified"], profile["display_name"], profile["avatar_url"]) == (
        "ann@example.com",
        True,
        "Ann Archer",
        "https://lh3.googleusercontent.com/a/ann=s96-c",
    )
    assert profile["username"] == "ann-archer"
    assert refreshed.status_code == 200
    assert (await browser.get_profile(refreshed.json()))["id"] == profile["id"]
    assert (await browser.http.post("/api/v1/auth/logout")).status_code == 204
    assert (await browser.http.post("/api/v1/auth/refresh")).status_code == 401


async def test_an_issuer_may_end_with_a_slash(
    start_app: StartApp, open_browser: OpenBrowser, google: OpenIDProvider
) -> None:
    google.issuer = f"{google.base_url}/"
    browser = await open_browser(await start_app(**google.settings()))

    assert (await browser.sign_in_profile())["email"] == "ann@example.com"


async def test_sign_in_with_github(browser: Browser) -> None:
    profile = await browser.sign_in_profile("github")

    assert profile["email"] == "octocat@github.com"
    assert profile["email_verified"] is True
    assert profile["username"] == "octocat"
    assert profile["display_name"] == "The Octocat"
    assert profile["avatar_url"] == "https://avatars.githubusercontent.com/u/583231?v=4"


@pytest.mark.parametrize(
    "addresses",
    [
        (Address("u@example.com", primary=True, verified=False),),
        (Address("p@example.com", primary=True, verified=False), Address("s@example.com")),
        (),
    ],
    ids=["unverified", "verified but not primary", "none"],
)
async def test_github_accounts_without_a_verified_primary_address(
    browser: Browser, github: GitHub, connection: Connection, addresses: tuple[Address, ...]
) -> None:
    github.account = GitHubAccount(email="p@example.com", addresses=addresses)

    assert await browser.get_sign_in_error("github") == "email_unverified"
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0


async def test_github_account_with_more_addresses_than_the_default_page(browser: Browser, github: GitHub) -> None:
    others = [Address(f"{number}@example.com") for number in range(30)]
    github.account = GitHubAccount(addresses=(*others, Address("last@example.com", primary=True)))

    assert (await browser.sign_in_profile("github"))["email"] == "last@example.com"


async def test_github_account_without_a_name_uses_the_login(browser: Browser, github: GitHub) -> None:
    github.account = GitHubAccount(login="nameless", name=None)

    assert (await browser.sign_in_profile("github"))["display_name"] == "nameless"


async def test_github_without_the_email_scope(browser: Browser, github: GitHub) -> None:
    github.granted_scopes = ()

    assert await browser.get_sign_in_error("github") == "provider_error"


async def test_sign_in_with_discord(browser: Browser) -> None:
    profile = await browser.sign_in_profile("discord")

    assert profile["email"] == "nelly@discord.com"
    assert profile["email_verified"] is True
    assert (profile["username"], profile["display_name"]) == ("nelly", "Nelly")
    assert profile["avatar_url"] == (
        "https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png"
    )


@pytest.mark.parametrize(
    ("account", "name", "picture"),
    [
        (
            DiscordAccount(id="1100000000000000001", global_name="Nelly B.", discriminator="0", avatar=None),
            "Nelly B.",
            f"embed/avatars/{(1100000000000000001 >> 22) % 6}.png",
        ),
        (
            DiscordAccount(avatar="a_1269e74af4df7417b13759eae50c83dc", discriminator="0"),
            "Nelly",
            "avatars/80351110224678912/a_1269e74af4df7417b13759eae50c83dc.gif",
        ),
        (DiscordAccount(avatar=None, discriminator="1337"), "Nelly", f"embed/avatars/{1337 % 5}.png"),
    ],
    ids=["new user name", "animated picture", "old user name without picture"],
)
async def test_names_and_pictures_of_discord_accounts(
    browser: Browser, discord: Discord, account: DiscordAccount, name: str, picture: str
) -> None:
    discord.account = account

    profile = await browser.sign_in_profile("discord")

    assert profile["display_name"] == name
    assert profile["avatar_url"] == f"https://cdn.discordapp.com/{picture}"


@pytest.mark.parametrize(
    "account",
    [
        DiscordAccount(verified=False),
        DiscordAccount(omitted=("verified",)),
        DiscordAccount(email=None),
        DiscordAccount(omitted=("email",)),
    ],
    ids=["unverified", "without verified", "null", "without email"],
)
async def test_discord_accounts_without_a_verified_address(
    browser: Browser, discord: Discord, account: DiscordAccount
) -> None:
    discord.account = account

    assert await browser.get_sign_in_error("discord") == "email_unverified"


@pytest.mark.parametrize(
    "changed",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": "nobody"},
        {"email": "a" * 250 + "@example.com"},
        # Not the address ann@example.com.
        {"email": "ann\u200b@example.com"},
    ],
    ids=str,
)
async def test_openid_accounts_without_a_verified_address(
    browser: Browser, google: OpenIDProvider, connection: Connection, changed: dict[str, object]
) -> None:
    google.account = replace(OpenIDAccount(), **changed)  # type: ignore[arg-type]

    assert await browser.get_sign_in_error() == "email_unverified"
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0


async def test_the_refresh_token_is_returned_in_the_body_on_request(browser: Browser) -> None:
    tokens = await browser.sign_in(scope="offline_access")
    cookies = [cookie.name for cookie in browser.http.cookies.jar if "refresh" in cookie.name]
    refreshed = await browser.http.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})

    assert cookies == []
    assert refreshed.status_code == 200
    assert refreshed.json()["refresh_token"] != tokens["refresh_token"]


async def test_profile_is_copied_at_the_first_sign_in_only(browser: Browser, google: OpenIDProvider) -> None:
    first = await browser.sign_in_profile()
    google.account = replace(
        google.account, name="Somebody New", email="new@example.com", picture="https://example.com/new.png"
    )

    second = await browser.sign_in_profile()

    assert second == first


async def test_a_taken_user_name_gets_a_number(browser: Browser, github: GitHub) -> None:
    await browser.sign_in("github")
    github.account = GitHubAccount(id=7, addresses=(Address("other@example.com", primary=True),))

    username = (await browser.sign_in_profile("github"))["username"]

    stem, _, number = username.rpartition("-")
    assert stem == "octocat"
    assert number.isdecimal()


async def test_invalid_picture_and_name_are_cleaned(browser: Browser, google: OpenIDProvider) -> None:
    google.account = replace(google.account, picture="javascript:alert(1)", name="\u202eAnn\x00 " + "x" * 300)

    profile = await browser.sign_in_profile()

    assert profile["avatar_url"] is None
    assert profile["display_name"].startswith("Ann x")
    assert len(profile["display_name"]) == 80


async def test_a_too_long_address_does_not_prevent_a_later_sign_in(browser: Browser, google: OpenIDProvider) -> None:
    first = await browser.sign_in_profile()
    google.account = replace(google.account, email=f"ann@{'x' * 300}.example.com", name="n" * 1000)

    assert await browser.sign_in_profile() == first


async def test_configured_providers_are_listed(app: RunningApp, browser: Browser) -> None:
    del app
    response = await browser.http.get("/api/v1/auth/providers")

    assert response.json() == {
        "items": [
            {"name": name, "login_url": f"https://testserver/api/v1/auth/providers/{name}/login"}
            for name in ("google", "github", "discord")
        ]
    }


@pytest.mark.parametrize("name", ["google", "discord", "facebook"])
async def test_a_provider_without_settings_is_absent(
    start_app: StartApp, open_browser: OpenBrowser, github: GitHub, name: str
) -> None:
    browser = await open_browser(await start_app(**github.settings()))
    tokens = await browser.sign_in("github")

    listed = await browser.http.get("/api/v1/auth/providers")
    login, _ = await browser.request_login(name)
    answers = [
        login,
        await browser.http.get(f"/api/v1/auth/providers/{name}/callback?code=x&state=y"),
        await browser.start_linking(name, tokens["access_token"]),
    ]

    assert [item["name"] for item in listed.json()["items"]] == ["github"]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_an_account_of_a_provider_has_no_password(browser: Browser) -> None:
    await browser.sign_in()

    form = {"username": "ann@example.com", "password": PASSWORD}
    response = await browser.http.post("/api/v1/auth/login", data=form)

    assert response.status_code == 401
    assert response.json()["type"].endswith("invalid-credentials")


async def test_sign_ins_are_security_events(browser: Browser, connection: Connection) -> None:
    await browser.sign_in()

    events = await connection.fetch("SELECT kind, details FROM security_event ORDER BY id")

    assert [event["kind"] for event in events] == ["registered", "identity_linked", "signed_in"]
    assert all("google" in event["details"] for event in events)


async def test_identities_are_listed(browser: Browser) -> None:
    tokens = await browser.sign_in()

    response: httpx2.Response = await browser.http.get(
        "/api/v1/auth/identities", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )

    [identity] = response.json()["items"]
    assert (identity["provider"], identity["email"], identity["name"]) == ("google", "ann@example.com", "Ann Archer")
    assert identity.keys() == {"provider", "email", "name", "created_at", "last_used_at"}
