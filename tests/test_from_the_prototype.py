"""The page for clients of the prototype: each of its requests is sent, and each response is what it says."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.providers.github import GitHub
from tests.providers.provider import run_provider
from tests.providers.server import authorize, parse_query
from tests.support import StartApp

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "from-the-prototype.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATHS: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]


@pytest.fixture
async def client(start_app: StartApp) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser, and an app with GitHub as a provider."""
    with run_provider(GitHub, "github") as provider:
        app = await start_app(**provider.settings())
        async with app.client() as browser:
            browser.base_url = httpx2.URL("https://testserver")
            yield browser


def list_exchanges() -> Iterator[tuple[str, Any]]:
    """Yield each request of the page with the part of the response that the page shows; None if it shows none."""
    blocks = BLOCK.findall(PAGE)
    for index, (language, text) in enumerate(blocks):
        if language == "http":
            follows = index + 1 < len(blocks) and blocks[index + 1][0] == "json"
            yield text, json.loads(blocks[index + 1][1]) if follows else None


def contains(found: Any, shown: Any) -> bool:
    """Return whether a response has everything that the page shows of it."""
    if shown == "<any>":
        return found is not None
    if isinstance(shown, dict):
        return isinstance(found, dict) and all(key in found and contains(found[key], shown[key]) for key in shown)
    if isinstance(shown, list):
        return isinstance(found, list) and len(found) == len(shown) and all(map(contains, found, shown))
    return bool(found == shown)


async def sign_in(client: httpx2.AsyncClient, login: httpx2.Response) -> dict[str, str]:
    """Sign in at the provider; return the parameters of the page to which the browser returns."""
    assert login.status_code == 302, login.text
    callback = httpx2.URL(await authorize(login.headers["location"]))
    returned = await client.get(f"{callback.path}?{callback.query.decode()}")
    return parse_query(returned.headers["location"])


async def test_every_request_of_the_page_has_the_response_that_it_shows(client: httpx2.AsyncClient) -> None:
    known: dict[str, str] = {}
    count = 0
    for sent, shown in list_exchanges():
        text = sent
        for name, value in known.items():
            text = text.replace(f"<{name}>", value)
        head, _, body = text.strip().partition("\n\n")
        first, *headers = head.split("\n")
        method, path = first.split(" ")
        client.headers |= dict(header.split(": ", 1) for header in headers)
        content_type = {"Content-Type": "application/json"} if body else {}
        response = await client.request(method, path, content=body or None, headers=content_type)
        if "/login?" in path:
            known |= await sign_in(client, response)
            continue
        assert response.status_code < 400 or "errors" in shown, (path, response.text)
        content = response.json()
        assert shown is None or contains(content, shown), (path, content)
        known |= {"access_token": content["access_token"]} if "access_token" in content else {}
        count += 1
    assert count >= 9


def test_the_page_names_paths_that_exist_and_those_of_the_prototype_are_gone() -> None:
    named = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) ([^\s`?]+)`", PAGE)
    old = {(method, path) for method, path in named if not path.startswith("/api/v1/")}
    missing = [
        (method, path)
        for method, path in named
        if (method, path) not in old and method.lower() not in PATHS.get(path, {})
    ]

    assert missing == []
    assert len(old) == 3


async def test_requests_of_the_prototype_are_refused(client: httpx2.AsyncClient) -> None:
    for path in ("/auth/oauth/github/login", "/auth/oauth/github/callback", "/statistics/exercise/pushup"):
        for prefix in ("", "/api/v1"):
            assert (await client.get(prefix + path)).status_code in {401, 404}, path
    refused = await client.get("/api/v1/auth/providers?token=1")
    assert refused.status_code == 422
