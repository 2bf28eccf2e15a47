"""A sign-in starts and ends in one browser, once, within ten minutes."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, OpenBrowser, relative_url
from tests.factories import error_pointers
from tests.providers.github import GitHub
from tests.providers.openid import Fault, OpenIDProvider
from tests.providers.provider import Provider
from tests.providers.server import authorize, parse_query
from tests.support import Connection, RunningApp


async def test_a_callback_in_another_browser_is_refused(
    app: RunningApp, browser: Browser, open_browser: OpenBrowser
) -> None:
    """Otherwise an attacker's link could sign the victim in to the attacker's account (login CSRF)."""
    victim = await open_browser(app)
    callback = await browser.authorize()
    await victim.start_sign_in()

    result = await victim.follow_callback(callback)

    assert result == {"error": "invalid_state"}
    # The attempt of another browser does not use the sign-in up.
    assert "code" in await browser.follow_callback(callback)


async def test_a_callback_succeeds_once(browser: Browser, google: OpenIDProvider) -> None:
    callback = await browser.authorize()
    cookies = dict(browser.http.cookies)
    assert "code" in await browser.follow_callback(callback)
    browser.http.cookies.update(cookies)

    assert await browser.follow_callback(callback) == {"error": "invalid_state"}
    assert google.requests["token"] == 1


async def test_the_callback_deletes_the_cookie(browser: Browser) -> None:
    callback = await browser.authorize()
    assert len(browser.http.cookies) == 1

    await browser.follow_callback(callback)

    assert len(browser.http.cookies) == 0


async def test_the_cookie_is_secure_and_limited_to_auth(browser: Browser) -> None:
    response, _ = await browser.request_login("google")

    parts = {part.strip().partition("=")[0].lower(): part for part in response.headers["set-cookie"].split(";")}
    assert {"httponly", "secure"} <= parts.keys()
    assert parts["path"].strip() == "Path=/api/v1/auth"
    assert parts["samesite"].strip().lower() == "samesite=lax"
    assert parts["max-age"].strip() == "Max-Age=600"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("seconds", "error"), [(10, None), (-1, "invalid_state")])
async def test_a_sign_in_expires_after_ten_minutes(
    browser: Browser, connection: Connection, seconds: int, error: str | None
) -> None:
    callback = await browser.authorize()
    left = await connection.fetchval("SELECT expires_at - now() FROM sign_in_attempt")
    await connection.execute("UPDATE sign_in_attempt SET expires_at = now() + $1 * interval '1 second'", seconds)

    result = await browser.follow_callback(callback)

    assert 590 < left.total_seconds() <= 600
    assert result.get("error") == error


async def test_two_tabs_sign_in_at_once(browser: Browser) -> None:
    one, two = await browser.start_sign_in(next_path="/one"), await browser.start_sign_in(next_path="/two")
    back_two = await browser.follow_callback(await authorize(two.url))
    back_one = await browser.follow_callback(await authorize(one.url))

    assert (back_one["next"], back_two["next"]) == ("/one", "/two")
    assert (await browser.exchange_code(back_one["code"], one.verifier)).status_code == 200
    assert (await browser.exchange_code(back_two["code"], two.verifier)).status_code == 200


@pytest.mark.parametrize("fault", [Fault.CALLBACK_WITH_WRONG_STATE, Fault.CALLBACK_WITHOUT_STATE])
async def test_a_wrong_state_is_refused(browser: Browser, google: OpenIDProvider, fault: Fault) -> None:
    google.inject(fault)

    assert await browser.get_sign_in_error() == "invalid_state"
    assert google.requests["token"] == 0


async def test_a_state_is_valid_for_one_provider_only(browser: Browser, github: GitHub) -> None:
    """A provider that redirects to the callback of another one receives no code (mix-up attack)."""
    callback = await browser.authorize("google")

    result = await browser.follow_callback(callback.replace("/google/callback", "/github/callback"))

    assert result == {"error": "invalid_state"}
    assert github.requests["token"] == 0
    # Neither the attempt nor the cookie of its browser is consumed.
    assert "code" in await browser.follow_callback(callback)


@pytest.mark.parametrize("provider", ["google", "github", "discord"])
async def test_authorization_requests_use_pkce_state_and_nonce(browser: Browser, provider: str) -> None:
    first, second = [parse_qs(urlsplit((await browser.start_sign_in(provider)).url).query) for _ in range(2)]

    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert len(first["code_challenge"][0]) == 43
    assert len(first["state"][0]) >= 43
    assert ("nonce" in first) == (provider == "google")
    for name in {"state", "nonce", "code_challenge"} & first.keys():
        assert first[name] != second[name]
    assert "client_secret" not in first


@pytest.mark.parametrize("provider", ["google", "github", "discord"])
async def test_an_injected_code_is_refused(
    app: RunningApp, browser: Browser, open_browser: OpenBrowser, provider: str
) -> None:
    """PKCE detects the code of another sign-in."""
    mallory = await open_browser(app)
    stolen = parse_query(await browser.authorize(provider))["code"]
    own = await mallory.authorize(provider)

    result = await mallory.follow_callback(own.replace(parse_query(own)["code"], stolen))

    assert result == {"error": "provider_error"}


@pytest.mark.parametrize("provider", ["google", "github", "discord"])
async def test_a_user_who_refuses_gets_access_denied(
    browser: Browser, providers: dict[str, Provider[Any]], provider: str
) -> None:
    providers[provider].authorization_error = "access_denied"

    result, _ = await browser.reach_callback_page(provider, "/workouts")

    assert result == {"error": "access_denied", "next": "/workouts"}


async def test_another_error_of_the_provider_is_a_provider_error(browser: Browser, github: GitHub) -> None:
    github.authorization_error = "application_suspended"

    assert await browser.get_sign_in_error("github") == "provider_error"


@pytest.mark.parametrize("missing", ["code=", "x="])
async def test_a_callback_without_a_code_is_refused(browser: Browser, google: OpenIDProvider, missing: str) -> None:
    callback = await browser.authorize()

    result = await browser.follow_callback(callback.replace("code=" + parse_query(callback)["code"], missing))

    assert result == {"error": "provider_error"}
    assert google.requests["token"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=x",
        "state=",
        "state=x&code=y",
        "state=" + "x" * 65,
        "state=x&code=" + "y" * 5000,
        "error=" + "e" * 300,
        "state=x&iss=" + "i" * 3000,
        "state=%ff",
        "state=%ED%A0%80",
        "state=x&unknown=y",
        "state=x&state=y",
    ],
)
async def test_an_invalid_callback_redirects_to_the_web_client(browser: Browser, query: str) -> None:
    response = await browser.http.get(f"/api/v1/auth/providers/google/callback?{query}")

    assert response.status_code == 302
    assert parse_query(response.headers["location"]) == {"error": "invalid_state"}


@pytest.mark.parametrize(
    "next_path",
    [
        "",
        "workouts",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "https://evil.example",
        "javascript:alert(1)",
        "/\tevil",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\u2028",
        "/" + "a" * 2048,
    ],
)
async def test_next_must_be_a_path_of_the_web_client(browser: Browser, next_path: str) -> None:
    tokens = await browser.sign_in()

    response, _ = await browser.request_login("google", next_path)
    linking = await browser.start_linking("github", tokens["access_token"], next=next_path)

    assert error_pointers(response) == ["/next"]
    assert error_pointers(linking) == ["/next"]
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("challenge", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "~"])
async def test_a_challenge_must_be_a_hash(browser: Browser, challenge: str) -> None:
    response = await browser.http.get("/api/v1/auth/providers/google/login", params={"code_challenge": challenge})

    assert error_pointers(response) == ["/code_challenge"]


async def test_a_challenge_is_required(browser: Browser) -> None:
    assert (await browser.http.get("/api/v1/auth/providers/google/login")).status_code == 422


async def test_no_token_is_in_any_url(browser: Browser, google: OpenIDProvider) -> None:
    started = await browser.start_sign_in()
    back = await authorize(started.url)
    response = await browser.http.get(relative_url(back))
    code = parse_query(response.headers["location"])["code"]
    tokens = (await browser.exchange_code(code, started.verifier, scope="offline_access")).json()

    urls = started.url + back + response.headers["location"]
    assert tokens["access_token"] not in urls
    assert tokens["refresh_token"] not in urls
    assert google.client_secret not in urls
    assert parse_query(response.headers["location"]).keys() == {"code"}


async def test_one_of_twenty_concurrent_callbacks_succeeds(browser: Browser, google: OpenIDProvider) -> None:
    callback = relative_url(await browser.authorize())
    cookie = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    browser.http.cookies.clear()

    responses = await asyncio.gather(*(browser.http.get(callback, headers={"Cookie": cookie}) for _ in range(20)))

    results = [parse_query(response.headers["location"]) for response in responses]
    assert sum("code" in result for result in results) == 1
    assert sum(result == {"error": "invalid_state"} for result in results) == 19
    assert google.requests["token"] == 1


async def test_only_hashes_are_stored(browser: Browser, connection: Connection) -> None:
    started = await browser.start_sign_in()
    state = parse_query(started.url)["state"]
    stored_request = str(await connection.fetch("SELECT * FROM sign_in_attempt"))
    cookie = next(iter(browser.http.cookies.values()))
    result = await browser.follow_callback(await authorize(started.url))
    stored_token = str(await connection.fetch("SELECT * FROM one_time_token"))

    assert state not in stored_request
    assert cookie not in stored_request
    assert result["code"] not in stored_token
