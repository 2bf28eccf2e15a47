"""Chromium gets through the providers' pages, and the front end does what the API's interface asks of it."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import BrowserContext, expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.providers import browser
from tests.providers.browser import Landing, Tab
from tests.providers.front_end import FrontEnd
from tests.providers.keys import base64url
from tests.providers.node import servers
from tests.providers.openid import GoogleAccount
from tests.providers.reference import ReferenceClient
from tests.providers.serving import serving
from tests.providers.strict import strict_provider


class Interface:
    """The part of the API that the front end uses, without accounts behind it: it shows that the page does its part."""

    def __init__(self, front_end: FrontEnd, api: str) -> None:
        self._front_end = front_end
        self._codes: dict[str, str] = {}
        self._provider = f"{api.replace('localhost', '127.0.0.1')}/provider"
        self._api = f"{api}/api/v1"
        cors = Middleware(
            CORSMiddleware,
            allow_origins=[front_end.origin],
            allow_credentials=True,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
        self.app = Starlette(
            middleware=[cors],
            routes=[
                Route("/provider", self._sign_in_there),
                Route("/api/v1/auth/google/login", self._login),
                Route("/api/v1/auth/google/callback", self._callback),
                Route("/api/v1/auth/exchange", self._exchange, methods=["POST"]),
                Route("/api/v1/auth/refresh", self._refresh, methods=["POST"]),
                Route("/api/v1/auth/logout", self._log_out, methods=["POST"]),
                Route("/api/v1/users/me", self._me),
            ],
        )

    async def _login(self, request: Request) -> Response:
        sent = dict(request.query_params)
        assert sent.keys() <= {"code_challenge", "next"}
        response = RedirectResponse(f"{self._provider}?{urlencode(sent)}", 302)
        response.set_cookie("state", "of-this-browser", httponly=True, samesite="lax")
        return response

    async def _sign_in_there(self, request: Request) -> Response:
        return RedirectResponse(f"{self._api}/auth/google/callback?{request.url.query}", 302)

    async def _callback(self, request: Request) -> Response:
        landing = f"{self._front_end.origin}/auth/callback"
        # The cookie comes along although another site sent the browser here.
        if "state" not in request.cookies:
            return RedirectResponse(f"{landing}?error=invalid_state", 302)
        code = secrets.token_urlsafe(16)
        self._codes[code] = request.query_params["code_challenge"]
        sent = {"code": code, "next": request.query_params.get("next", "/")}
        return RedirectResponse(f"{landing}?{urlencode(sent)}", 302)

    async def _exchange(self, request: Request) -> Response:
        sent: dict[str, Any] = await request.json()
        assert sent.keys() == {"code", "code_verifier"}
        challenge = self._codes.pop(sent["code"], None)
        if challenge != base64url(hashlib.sha256(sent["code_verifier"].encode()).digest()):
            return JSONResponse({"type": "invalid-code"}, 400)
        return self._tokens()

    async def _refresh(self, request: Request) -> Response:
        return self._tokens() if "refresh" in request.cookies else JSONResponse({"type": "unauthenticated"}, 401)

    def _tokens(self) -> Response:
        token = f"token-{secrets.token_hex(4)}"
        response = JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": 900, "refresh_token": None}
        )
        response.set_cookie("refresh", "r", httponly=True, samesite="lax", path="/api/v1/auth")
        return response

    async def _log_out(self, request: Request) -> Response:
        response = Response(status_code=204 if "refresh" in request.cookies else 401)
        response.delete_cookie("refresh", path="/api/v1/auth")
        return response

    async def _me(self, request: Request) -> Response:
        known = request.headers.get("authorization", "").startswith("Bearer token-")
        assert "refresh" not in request.cookies
        return JSONResponse({"known": known}, 200 if known else 401)


@pytest.fixture
def api(front_end: FrontEnd) -> Iterator[str]:
    with serving(lambda url: Interface(front_end, url).app, "localhost") as url:
        front_end.api = url
        yield url


@pytest.mark.usefixtures("api")
async def test_a_page_signs_in_refreshes_and_logs_out(chromium: BrowserContext, front_end: FrontEnd) -> None:
    tab = await Tab.opened(chromium, front_end)
    assert (await tab.do("refresh")).status == 401

    await tab.start("google", "/workouts?day=1")
    assert await tab.landed() == Landing(error=None, next="/workouts?day=1")
    exchanged = await tab.do("exchange")

    assert exchanged.status == 200
    assert exchanged.body["token_type"] == "Bearer"
    assert (await tab.do("me")).status == 200
    assert (await tab.do("exchange")).status == 400
    assert (await tab.do("refresh")).status == 200
    await tab.page.reload()
    assert (await tab.do("me")).status == 401
    assert (await tab.do("refresh")).status == 200
    assert (await tab.do("logOut")).status == 204
    assert (await tab.do("refresh")).status == 401


@pytest.mark.usefixtures("api")
async def test_two_tabs_keep_their_verifiers_apart(chromium: BrowserContext, front_end: FrontEnd) -> None:
    one, two = await Tab.opened(chromium, front_end), await Tab.opened(chromium, front_end)
    await one.start("google", "/one")
    await two.start("google", "/two")

    assert ((await one.landed()).next, (await two.landed()).next) == ("/one", "/two")
    assert [(await tab.do("exchange")).status for tab in (one, two)] == [200, 200]


@pytest.mark.usefixtures("api")
async def test_what_a_browser_without_the_cookie_is_told(chromium: BrowserContext, front_end: FrontEnd) -> None:
    tab = await Tab.opened(chromium, front_end)

    await tab.page.goto(f"{front_end.api}/api/v1/auth/google/callback?code_challenge=x")

    assert await tab.landed() == Landing(error="invalid_state", next=None)


async def test_another_origin_gets_no_answer(chromium: BrowserContext, front_end: FrontEnd, api: str) -> None:
    tab = await Tab.opened(chromium, front_end)
    await tab.page.goto(front_end.origin.replace("localhost", "127.0.0.1"))

    refused = await tab.do("refresh")

    assert refused.status == 0
    assert front_end.api == api


async def test_people_get_through_the_page_of_the_strict_provider(
    chromium: BrowserContext, front_end: FrontEnd
) -> None:
    bob = GoogleAccount(sub="2", name="Bob")
    with strict_provider(f"{front_end.origin}/auth/callback", GoogleAccount(), bob) as provider:
        provider.interactive = True
        client = ReferenceClient(provider.settings())
        tab = await Tab.opened(chromium, front_end)
        request = await client.request()

        await tab.page.goto(request.url)
        async with tab.page.expect_request(f"{front_end.origin}/auth/callback?*") as sent:
            await tab.page.get_by_role("button", name="Continue as Bob").click()

        code = (await sent.value).url.partition("code=")[2].partition("&")[0]
        token = await client.redeem(code, request.verifier)
        assert (await client.claims(token["id_token"], request.nonce))["sub"] == "2"
        await tab.page.goto((await client.request()).url)
        await tab.page.get_by_role("button", name="Cancel").click()
        assert (await tab.landed()).error == "access_denied"


@pytest.mark.usefixtures("node")
async def test_people_get_through_the_page_of_oidc_provider(chromium: BrowserContext, front_end: FrontEnd) -> None:
    with servers.oidc_provider(f"{front_end.origin}/auth/callback") as provider:
        provider.interactive = True
        client = ReferenceClient(provider.settings())
        tab = await Tab.opened(chromium, front_end)

        await tab.page.goto((await client.request()).url)
        await tab.page.get_by_role("button", name="Continue as Ann Archer").click()
        assert (await tab.landed()).error is None
        # Who is signed in there is not asked again.
        await tab.page.goto((await client.request()).url)
        await expect(tab.page).to_have_url(f"{front_end.origin}/auth/callback")


def test_without_chromium_there_is_a_line_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_CHROMIUM", "")

    reason = browser.why_not()

    assert reason == "there is no Chromium here (apt-get install chromium, or name one in TEST_CHROMIUM)"
