"""A browser with the web client in it, for tests that need no real one."""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from tests.providers.visitor import parameters, visit
from tests.support import RunningApp

CALLBACK_PAGE = "http://localhost:5173/auth/callback"


def challenge_of(verifier: str) -> str:
    """Give the S256 challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, but not for ever."""
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never did")


def path_of(url: str) -> str:
    """Give what a browser asks the API for, whatever scheme the redirect URI has: the cookies need TLS."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that has begun: the provider's address, and what the web client keeps to itself."""

    url: str
    verifier: str


class Browser:
    """Somebody's browser. It keeps its cookies."""

    def __init__(self, app: RunningApp) -> None:
        self.http = app.client()
        self.http.base_url = httpx.URL("https://testserver")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def press(self, provider: str, next_path: str | None = None) -> tuple[httpx.Response, str]:
        """Press "sign in with …", and give the API's answer and the verifier."""
        verifier = secrets.token_urlsafe(32)
        sent = {"code_challenge": challenge_of(verifier)} | ({"next": next_path} if next_path is not None else {})
        return await self.http.get(f"/api/v1/auth/{provider}/login", params=sent), verifier

    async def start(self, provider: str = "google", next_path: str | None = None) -> SignIn:
        """Begin a sign-in."""
        response, verifier = await self.press(provider, next_path)
        assert response.status_code == 302, response.text
        return SignIn(response.headers["location"], verifier)

    async def start_to_link(self, provider: str, access_token: str, **body: Any) -> httpx.Response:
        """Begin to link an identity."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return await self.http.post(f"/api/v1/auth/identities/{provider}", headers=headers, json=body)

    async def link(self, provider: str, access_token: str) -> dict[str, str]:
        """Link an identity, and give what the web client is told."""
        started = await self.start_to_link(provider, access_token)
        assert started.status_code == 200, started.text
        return await self.come_back(await visit(started.json()["url"]))

    async def come_back(self, url: str) -> dict[str, str]:
        """Follow the provider's redirect to the API, and give what the API tells the web client."""
        response = await self.http.get(path_of(url))
        assert response.status_code == 302, response.text
        page, _, _ = response.headers["location"].partition("?")
        assert page == CALLBACK_PAGE
        return parameters(response.headers["location"])

    async def come_in(self, provider: str = "google", next_path: str | None = None) -> tuple[dict[str, str], str]:
        """Sign in as far as the web client's callback page: what it is told, and its verifier."""
        begun = await self.start(provider, next_path)
        return await self.come_back(await visit(begun.url)), begun.verifier

    async def exchange(self, code: str, verifier: str, **more: Any) -> httpx.Response:
        """Exchange the code of the callback page."""
        return await self.http.post("/api/v1/auth/exchange", json={"code": code, "code_verifier": verifier} | more)

    async def sign_in(self, provider: str = "google", **more: Any) -> dict[str, Any]:
        """Sign in, and give the tokens."""
        told, verifier = await self.come_in(provider)
        assert told.keys() == {"code"}, told
        response = await self.exchange(told["code"], verifier, **more)
        assert response.status_code == 200, response.text
        tokens: dict[str, Any] = response.json()
        return tokens

    async def refusal(self, provider: str = "google") -> str:
        """Sign in, which is refused: give the error that the web client is told."""
        told, _ = await self.come_in(provider)
        assert told.keys() <= {"error", "next"}, told
        return told["error"]

    async def me(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """Read the profile."""
        response = await self.http.get(
            "/api/v1/users/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}
        )
        assert response.status_code == 200, response.text
        profile: dict[str, Any] = response.json()
        return profile


StartApp = Callable[..., Awaitable[RunningApp]]
Opened = Callable[[RunningApp], Awaitable[Browser]]
