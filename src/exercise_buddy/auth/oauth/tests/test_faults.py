"""Providers that lie or break down: the sign-in ends in the web client, soon, and nobody else notices."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exercise_buddy.auth.oauth import http
from exercise_buddy.auth.oauth.tests.support import Browser, Opened, StartApp, until
from tests.providers.discord import Discord
from tests.providers.faults import ID_TOKEN_FAULTS, Breakage, Fault
from tests.providers.github import GitHub
from tests.providers.openid import FaultyProvider, GoogleAccount
from tests.providers.serving import serving
from tests.providers.strict import StrictProvider
from tests.providers.visitor import visit

CALLBACK_FAULTS = (Fault.CALLBACK_FROM_FOREIGN_ISSUER, Fault.CALLBACK_WITHOUT_ISSUER)
PLAIN = [breakage for breakage in Breakage if breakage is not Breakage.HANGS]


@pytest.mark.parametrize("fault", [*ID_TOKEN_FAULTS, *CALLBACK_FAULTS])
async def test_a_lie_is_noticed(
    start_app: StartApp, opened: Opened, faulty_provider: FaultyProvider, fault: Fault
) -> None:
    browser = await opened(await start_app(**faulty_provider.settings()))
    faulty_provider.misbehave(fault)
    told, _ = await browser.come_in(next_path="/workouts")
    faulty_provider.misbehave()

    assert told == {"error": "provider_error", "next": "/workouts"}
    assert (await browser.come_in())[0].keys() == {"code"}


async def test_the_discovery_document_of_another_issuer(browser: Browser, google: StrictProvider) -> None:
    google.misbehave(Fault.FOREIGN_DISCOVERY)

    response, _ = await browser.press("google", "/workouts")

    location = "http://localhost:5173/auth/callback?error=provider_error&next=%2Fworkouts"
    assert (response.status_code, response.headers["location"]) == (302, location)


async def test_the_user_info_of_somebody_else(browser: Browser, google: StrictProvider) -> None:
    google.next_person = GoogleAccount(claims={"email": None})
    google.misbehave(Fault.USERINFO_OF_SOMEBODY_ELSE)

    assert await browser.refusal() == "provider_error"
    assert google.requests["userinfo"] == 1


@pytest.mark.parametrize(
    "claims", [{"sub": ""}, {"sub": 5}, {"sub": "x" * 256}, {"sub": "a\x00b"}, {"sub": ["x"]}, {"exp": "soon"}]
)
async def test_a_person_who_cannot_be_told_apart(
    browser: Browser, google: StrictProvider, claims: dict[str, Any]
) -> None:
    google.next_person = GoogleAccount(claims=claims)

    assert await browser.refusal() == "provider_error"


@pytest.mark.parametrize("name", ["email", "name", "picture", "preferred_username"])
@pytest.mark.parametrize("value", [5, True, ["x"], {"a": 1}, "", "\x00"], ids=repr)
async def test_claims_of_wrong_types_are_left_out(
    browser: Browser, google: StrictProvider, name: str, value: object
) -> None:
    google.next_person = GoogleAccount(claims={name: value})

    told, _ = await browser.come_in()

    assert told == {"error": "email_unverified"} if name == "email" else "code" in told


@pytest.mark.parametrize("breakage", PLAIN)
@pytest.mark.parametrize("endpoint", ["token", "jwks"])
async def test_a_broken_endpoint_of_an_openid_provider(
    browser: Browser, google: StrictProvider, endpoint: str, breakage: Breakage
) -> None:
    google.break_endpoint(endpoint, breakage)
    began = time.monotonic()
    error = await browser.refusal()
    google.break_endpoint(endpoint, None)

    assert error == "provider_error"
    assert time.monotonic() - began < 5
    assert google.elsewhere == []
    assert (await browser.come_in())[0].keys() == {"code"}


@pytest.mark.parametrize("breakage", PLAIN)
async def test_a_broken_discovery_document(browser: Browser, google: StrictProvider, breakage: Breakage) -> None:
    google.break_endpoint("discovery", breakage)
    response, _ = await browser.press("google")
    google.break_endpoint("discovery", None)

    assert response.headers["location"] == "http://localhost:5173/auth/callback?error=provider_error"
    assert google.elsewhere == []
    assert (await browser.come_in())[0].keys() == {"code"}


@pytest.mark.parametrize("breakage", PLAIN)
@pytest.mark.parametrize("endpoint", ["token", "user", "emails"])
async def test_a_broken_endpoint_of_github(
    browser: Browser, github_stub: GitHub, endpoint: str, breakage: Breakage
) -> None:
    github_stub.break_endpoint(endpoint, breakage)

    assert await browser.refusal("github") == "provider_error"
    assert github_stub.elsewhere == []


@pytest.mark.parametrize("breakage", PLAIN)
@pytest.mark.parametrize("endpoint", ["token", "user"])
async def test_a_broken_endpoint_of_discord(
    browser: Browser, discord_stub: Discord, endpoint: str, breakage: Breakage
) -> None:
    discord_stub.break_endpoint(endpoint, breakage)

    assert await browser.refusal("discord") == "provider_error"
    assert discord_stub.elsewhere == []


async def test_a_provider_that_hangs_holds_no_connection(
    start_app: StartApp,
    opened: Opened,
    google: StrictProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Longer than what is done meanwhile takes on a busy machine.
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 6.0)
    browser = await opened(await start_app(**google.settings(), database_pool_size=1))
    tokens = await browser.sign_in()
    callbacks = [await visit((await browser.start()).url) for _ in range(5)]
    google.break_endpoint("token", Breakage.HANGS)

    waiting = [asyncio.create_task(browser.come_back(url)) for url in callbacks]
    await until(lambda: google.requests["token"] == 6)
    # One reads, one writes.
    await browser.me(tokens)
    assert (await browser.http.post("/api/v1/auth/refresh")).status_code == 200
    still_waiting = [not task.done() for task in waiting]
    told = await asyncio.gather(*waiting)

    assert still_waiting == [True] * 5
    assert told == [{"error": "provider_error"}] * 5


@pytest.mark.parametrize("endpoint", ["discovery", "jwks"])
async def test_wherever_a_provider_hangs_it_ends_in_time(
    browser: Browser, google: StrictProvider, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.3)
    google.break_endpoint(endpoint, Breakage.HANGS)

    began = time.monotonic()
    response, _ = await browser.press("google")
    if endpoint == "jwks":
        assert await browser.come_back(await visit(response.headers["location"])) == {"error": "provider_error"}
    else:
        assert response.headers["location"].endswith("?error=provider_error")
    # Long before the ten seconds that it may take otherwise.
    assert time.monotonic() - began < 8


def test_a_conversation_may_take_ten_seconds() -> None:
    assert http.TIMEOUT_SECONDS == 10


async def test_a_provider_that_is_not_there(start_app: StartApp, opened: Opened, google: StrictProvider) -> None:
    browser = await opened(await start_app(**google.settings() | {"google_issuer": "http://127.0.0.1:9"}))

    response, _ = await browser.press("google")

    assert response.headers["location"].endswith("?error=provider_error")


@pytest.mark.usefixtures("impatient")
async def test_new_keys_are_looked_for(browser: Browser, google: StrictProvider) -> None:
    await browser.sign_in()
    google.rotate_keys()
    await browser.sign_in()
    google.rotate_keys(keep_old=True)
    await browser.sign_in()

    assert google.requests["discovery"] == 1


async def test_keys_and_the_discovery_document_are_remembered(browser: Browser, google: StrictProvider) -> None:
    for _ in range(3):
        await browser.sign_in()

    assert (google.requests["discovery"], google.requests["jwks"]) == (1, 1)


async def test_unknown_keys_do_not_make_us_ask_again_and_again(browser: Browser, google: StrictProvider) -> None:
    await browser.sign_in()
    google.misbehave(Fault.UNKNOWN_KEY)
    callbacks = [await visit((await browser.start()).url) for _ in range(8)]
    began = time.monotonic()

    for url in callbacks:
        assert await browser.come_back(url) == {"error": "provider_error"}

    assert google.requests["jwks"] <= 2 + (time.monotonic() - began)


NONSENSE = {
    "deep": (b"[" * 200_000, {}),
    "not UTF-8": (b'{"access_token": "\xff\xfe"}', {}),
    "numbers": (b'{"access_token": "a", "expires_in": 1e999, "id_token": NaN}', {}),
    "a number without end": (b'{"expires_in": ' + b"9" * 10_000 + b"}", {}),
    "not a token": (b'{"access_token": "a", "id_token": "a.b.c"}', {}),
    "packed": (b"\x1f\x8b\x08\x00" + b"\x00" * 100, {"Content-Encoding": "gzip"}),
    "empty": (b"", {}),
}


@pytest.fixture
def babbler(google: StrictProvider) -> Iterator[list[tuple[bytes, dict[str, str]]]]:
    """A provider whose token endpoint says what is in the list."""
    says: list[tuple[bytes, dict[str, str]]] = []

    async def token(_request: Request) -> Response:
        body, headers = says[0]
        return Response(body, media_type="application/json", headers=headers)

    def app(base_url: str) -> Starlette:
        google.base_url = base_url
        google.issuer = base_url
        routes = [route for route in google.app.routes if getattr(route, "name", "") != "token"]
        return Starlette(routes=[Route("/token", token, methods=["POST"]), *routes])

    with serving(app):
        yield says


@pytest.mark.parametrize("kind", NONSENSE)
async def test_nonsense_of_every_kind(
    start_app: StartApp,
    opened: Opened,
    google: StrictProvider,
    babbler: list[tuple[bytes, dict[str, str]]],
    kind: str,
) -> None:
    browser = await opened(await start_app(**google.settings()))
    babbler.append(NONSENSE[kind])

    assert await browser.refusal() == "provider_error"
