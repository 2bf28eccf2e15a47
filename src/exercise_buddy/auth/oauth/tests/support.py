"""An HTTP client that does what a browser with the web client does, for tests without a real browser."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

from tests.providers.provider import build_challenge
from tests.providers.server import authorize, parse_query
from tests.support import STEP_UP, Connection, RunningApp

CALLBACK_PAGE = "http://localhost:5173/auth/callback"


def relative_url(url: str) -> str:
    """Return the path and query of a callback URL. The host and scheme are the test client's: cookies need TLS."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def bearer(access_token: str) -> dict[str, str]:
    """Return the header of an access token."""
    return {"Authorization": f"Bearer {access_token}"}


async def wait_for_lock(connection: Connection, number: int = 1) -> None:
    """Wait until this number of other connections wait for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(1500):
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        if await connection.fetchval(waiting) >= number:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("too few connections wait for a lock")


@dataclass(frozen=True, slots=True)
class StartedSignIn:
    """A sign-in that has started: the provider's authorization URL, and the verifier of the web client."""

    url: str
    verifier: str


class Browser:
    """A browser with cookies of its own."""

    def __init__(self, app: RunningApp) -> None:
        self.http = app.client()
        self.http.base_url = httpx2.URL("https://testserver")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def request_login(
        self, provider: str, next_path: str | None = None, **more: str
    ) -> tuple[httpx2.Response, str]:
        """Request the login endpoint; return its response and the verifier."""
        verifier = secrets.token_urlsafe(32)
        sent = {"code_challenge": build_challenge(verifier)} | more
        sent |= {"next": next_path} if next_path is not None else {}
        return await self.http.get(f"/api/v1/auth/providers/{provider}/login", params=sent), verifier

    async def start_sign_in(self, provider: str = "google", next_path: str | None = None, **more: str) -> StartedSignIn:
        """Start a sign-in."""
        response, verifier = await self.request_login(provider, next_path, **more)
        assert response.status_code == 302, response.text
        return StartedSignIn(response.headers["location"], verifier)

    async def authorize(self, provider: str = "google") -> str:
        """Start a sign-in and authorize it at the provider; return the callback URL."""
        return await authorize((await self.start_sign_in(provider)).url)

    async def start_linking(self, provider: str, access_token: str, **body: Any) -> httpx2.Response:
        """Start to link an identity. An account without a password ignores the one that is sent."""
        path = f"/api/v1/auth/identities/{provider}"
        return await self.http.post(path, headers=bearer(access_token), json=STEP_UP | body)

    async def authorize_linking(self, provider: str, access_token: str) -> str:
        """Start to link an identity and authorize it at the provider; return the callback URL."""
        started = await self.start_linking(provider, access_token)
        assert started.status_code == 200, started.text
        return await authorize(started.json()["url"])

    async def link_identity(self, provider: str, access_token: str) -> dict[str, str]:
        """Link an identity; return the parameters of the web client's callback page."""
        return await self.follow_callback(await self.authorize_linking(provider, access_token))

    async def follow_callback(self, url: str) -> dict[str, str]:
        """Request the API's callback; return the parameters of the web client's callback page."""
        response = await self.http.get(relative_url(url))
        assert response.status_code == 302, response.text
        page, _, _ = response.headers["location"].partition("?")
        assert page == CALLBACK_PAGE
        return parse_query(response.headers["location"])

    async def reach_callback_page(
        self, provider: str = "google", next_path: str | None = None
    ) -> tuple[dict[str, str], str]:
        """Sign in up to the web client's callback page; return its parameters and the verifier."""
        started = await self.start_sign_in(provider, next_path)
        return await self.follow_callback(await authorize(started.url)), started.verifier

    async def get_code(self) -> tuple[str, str]:
        """Sign in with Google up to the callback page; return its code and the verifier."""
        parameters, verifier = await self.reach_callback_page()
        return parameters["code"], verifier

    async def exchange_code(self, code: str, verifier: str, **more: Any) -> httpx2.Response:
        """Exchange the code of the callback page."""
        return await self.http.post("/api/v1/auth/exchange", json={"code": code, "code_verifier": verifier} | more)

    async def sign_in(self, provider: str = "google", **more: Any) -> dict[str, Any]:
        """Sign in; return the tokens."""
        callback, verifier = await self.reach_callback_page(provider)
        assert callback.keys() == {"code"}, callback
        response = await self.exchange_code(callback["code"], verifier, **more)
        assert response.status_code == 200, response.text
        tokens: dict[str, Any] = response.json()
        return tokens

    async def get_sign_in_error(self, provider: str = "google") -> str:
        """Sign in without success; return the error of the callback page."""
        callback, _ = await self.reach_callback_page(provider)
        assert callback.keys() <= {"error", "next"}, callback
        return callback["error"]

    async def get_profile(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """Return the profile of the user with these tokens."""
        response = await self.http.get("/api/v1/users/me", headers=bearer(tokens["access_token"]))
        assert response.status_code == 200, response.text
        profile: dict[str, Any] = response.json()
        return profile

    async def sign_in_profile(self, provider: str = "google") -> dict[str, Any]:
        """Sign in; return the profile of the account."""
        return await self.get_profile(await self.sign_in(provider))


OpenBrowser = Callable[[RunningApp], Awaitable[Browser]]
