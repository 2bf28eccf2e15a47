"""Wrong responses and failures of providers: the sign-in ends in the web client, in time, and other requests go on."""

import asyncio
import time
from typing import Any

import pytest
from starlette.responses import Response

from exercise_buddy.auth.oauth import http
from exercise_buddy.auth.oauth.tests.support import Browser, OpenBrowser
from tests.providers.failures import Failure
from tests.providers.openid import Fault, OpenIDAccount, OpenIDProvider
from tests.providers.provider import Provider
from tests.providers.server import authorize, parse_query
from tests.support import StartApp, wait_until

FAILURES = [failure for failure in Failure if failure is not Failure.HANGS]
# The others have tests of their own.
FAULTS = set(Fault) - {
    Fault.DISCOVERY_OF_ANOTHER_ISSUER,
    Fault.USERINFO_OF_ANOTHER_SUBJECT,
    Fault.CALLBACK_WITH_WRONG_STATE,
    Fault.CALLBACK_WITHOUT_STATE,
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_a_wrong_response_is_detected(browser: Browser, google: OpenIDProvider, fault: Fault) -> None:
    google.inject(fault)
    result, _ = await browser.reach_callback_page(next_path="/workouts")
    google.inject()

    assert result == {"error": "provider_error", "next": "/workouts"}
    assert (await browser.reach_callback_page())[0].keys() == {"code"}


async def test_discovery_document_of_another_issuer(browser: Browser, google: OpenIDProvider) -> None:
    google.inject(Fault.DISCOVERY_OF_ANOTHER_ISSUER)

    response, _ = await browser.request_login("google", "/workouts")

    location = "http://localhost:5173/auth/callback?error=provider_error&next=%2Fworkouts"
    assert (response.status_code, response.headers["location"]) == (302, location)


async def test_userinfo_of_another_subject(browser: Browser, google: OpenIDProvider) -> None:
    google.account = OpenIDAccount(claims={"email": None})
    google.inject(Fault.USERINFO_OF_ANOTHER_SUBJECT)

    assert await browser.get_sign_in_error() == "provider_error"
    assert google.requests["userinfo"] == 1


@pytest.mark.parametrize(
    "claims", [{"sub": ""}, {"sub": 5}, {"sub": "x" * 256}, {"sub": "a\x00b"}, {"sub": ["x"]}, {"exp": "soon"}]
)
async def test_an_invalid_subject_or_expiry_is_refused(
    browser: Browser, google: OpenIDProvider, claims: dict[str, Any]
) -> None:
    google.account = OpenIDAccount(claims=claims)

    assert await browser.get_sign_in_error() == "provider_error"


@pytest.mark.parametrize("name", ["email", "name", "picture", "preferred_username"])
@pytest.mark.parametrize("value", [5, True, ["x"], {"a": 1}, "", "\x00"], ids=repr)
async def test_claims_of_wrong_types_are_ignored(
    browser: Browser, google: OpenIDProvider, name: str, value: object
) -> None:
    google.account = OpenIDAccount(claims={name: value})

    result, _ = await browser.reach_callback_page()

    assert result == {"error": "email_unverified"} if name == "email" else "code" in result


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("google", "token"),
        ("google", "jwks"),
        ("github", "token"),
        ("github", "user"),
        ("github", "emails"),
        ("discord", "token"),
        ("discord", "user"),
    ],
)
async def test_a_failing_endpoint(
    browser: Browser, providers: dict[str, Provider[Any]], name: str, endpoint: str, failure: Failure
) -> None:
    provider = providers[name]
    provider.fail_endpoint(endpoint, failure)
    began = time.monotonic()
    error = await browser.get_sign_in_error(name)
    provider.fail_endpoint(endpoint, None)

    assert error == "provider_error"
    # Nothing waits for the timeout of ten seconds.
    assert time.monotonic() - began < 10
    assert provider.leaked == []
    assert (await browser.reach_callback_page(name))[0].keys() == {"code"}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failing_discovery_endpoint(browser: Browser, google: OpenIDProvider, failure: Failure) -> None:
    google.fail_endpoint("discovery", failure)
    response, _ = await browser.request_login("google")
    google.fail_endpoint("discovery", None)

    assert response.headers["location"] == "http://localhost:5173/auth/callback?error=provider_error"
    assert google.leaked == []
    assert (await browser.reach_callback_page())[0].keys() == {"code"}


async def test_a_hanging_provider_holds_no_database_connection(
    start_app: StartApp,
    open_browser: OpenBrowser,
    google: OpenIDProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Longer than the requests below take on a busy machine.
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 6.0)
    browser = await open_browser(await start_app(**google.settings(), database_pool_size=1))
    tokens = await browser.sign_in()
    callbacks = [await browser.authorize() for _ in range(5)]
    google.fail_endpoint("token", Failure.HANGS)

    waiting = [asyncio.create_task(browser.follow_callback(url)) for url in callbacks]
    await wait_until(lambda: google.requests["token"] == 6)
    # One request reads, one writes.
    await browser.get_profile(tokens)
    assert (await browser.http.post("/api/v1/auth/refresh")).status_code == 200
    still_waiting = [not task.done() for task in waiting]
    result = await asyncio.gather(*waiting)

    assert still_waiting == [True] * 5
    assert result == [{"error": "provider_error"}] * 5


@pytest.mark.parametrize("endpoint", ["discovery", "jwks"])
async def test_a_hanging_endpoint_times_out(
    browser: Browser, google: OpenIDProvider, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    # The other endpoints respond within this on a busy machine.
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 2.0)
    google.fail_endpoint(endpoint, Failure.HANGS)

    began = time.monotonic()
    response, _ = await browser.request_login("google")
    url = response.headers["location"]
    result = parse_query(url) if endpoint == "discovery" else await browser.follow_callback(await authorize(url))
    assert result == {"error": "provider_error"}
    # The unpatched timeout is ten seconds.
    assert time.monotonic() - began < 10


def test_the_timeout_is_ten_seconds() -> None:
    assert http.TIMEOUT_SECONDS == 10


async def test_an_unreachable_provider(start_app: StartApp, open_browser: OpenBrowser, google: OpenIDProvider) -> None:
    browser = await open_browser(await start_app(**google.settings() | {"google_issuer": "http://127.0.0.1:9"}))

    response, _ = await browser.request_login("google")

    assert response.headers["location"].endswith("?error=provider_error")


@pytest.mark.usefixtures("unlimited_key_requests")
async def test_rotated_keys_are_fetched(browser: Browser, google: OpenIDProvider) -> None:
    await browser.sign_in()
    google.rotate_keys()
    await browser.sign_in()
    google.rotate_keys(keep_old=True)
    await browser.sign_in()

    assert google.requests["discovery"] == 1


async def test_keys_and_the_discovery_document_are_cached(browser: Browser, google: OpenIDProvider) -> None:
    for _ in range(3):
        await browser.sign_in()

    assert (google.requests["discovery"], google.requests["jwks"]) == (1, 1)


async def test_unknown_keys_limit_the_requests_for_keys(browser: Browser, google: OpenIDProvider) -> None:
    await browser.sign_in()
    google.inject(Fault.UNKNOWN_KEY)
    callbacks = [await browser.authorize() for _ in range(8)]
    began = time.monotonic()

    for url in callbacks:
        assert await browser.follow_callback(url) == {"error": "provider_error"}

    assert google.requests["jwks"] <= 2 + (time.monotonic() - began)


MALFORMED = {
    "deep": (b"[" * 200_000, {}),
    "not UTF-8": (b'{"access_token": "\xff\xfe"}', {}),
    "not finite": (b'{"access_token": "a", "expires_in": 1e999, "id_token": NaN}', {}),
    "long number": (b'{"expires_in": ' + b"9" * 10_000 + b"}", {}),
    "not a token": (b'{"access_token": "a", "id_token": "a.b.c"}', {}),
    "compressed": (b"\x1f\x8b\x08\x00" + b"\x00" * 100, {"Content-Encoding": "gzip"}),
    "empty": (b"", {}),
}


@pytest.mark.parametrize("kind", MALFORMED)
async def test_a_malformed_token_response(browser: Browser, google: OpenIDProvider, kind: str) -> None:
    body, headers = MALFORMED[kind]
    google.fail_endpoint("token", Response(body, media_type="application/json", headers=headers))

    assert await browser.get_sign_in_error() == "provider_error"
