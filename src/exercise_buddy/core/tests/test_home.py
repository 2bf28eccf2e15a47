"""The page at `/`, and the icon."""

import base64
import hashlib
import re

import httpx2
import pytest
from fastapi import FastAPI, Request, Response

from exercise_buddy.core.http import home
from tests.support import Client, StartApp

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


async def test_a_browser_gets_a_page_that_leads_to_the_docs(client: Client) -> None:
    response = await client.get("/", headers={"Accept": BROWSER})

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in response.headers["vary"].split(", ")
    links = re.findall(r'<a href="([^"]*)"', response.text)
    assert "docs" in links
    assert links[0] == "http://localhost:5173"
    for link in links[1:]:
        assert (await client.get(f"/{link}")).status_code == 200


async def test_the_policy_allows_the_style_and_nothing_else(client: Client) -> None:
    response = await client.get("/", headers={"Accept": BROWSER})

    (style,) = re.findall("<style>(.*?)</style>", response.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert response.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    assert "style=" not in response.text
    assert "<script" not in response.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/png", "text/html;q=0.5,application/json", ""])
async def test_a_program_gets_json(client: Client, accept: str) -> None:
    response = await client.get("/", headers={"Accept": accept})

    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert "Accept" in response.headers["vary"].split(", ")
    assert response.json() == {
        "name": "Exercise Buddy",
        "version": (await client.get("/health")).json()["version"],
        "api": "/api/v1",
        "health": "/health",
        "docs": "/docs",
        "openapi": "/api/v1/openapi.json",
        "asyncapi": "/api/v1/asyncapi.json",
        "web_client": "http://localhost:5173",
    }


async def test_the_page_names_what_is_served(start_app: StartApp) -> None:
    app = await start_app(docs_enabled=False, frontend_url="https://app.example.org", app_name="<b>Ann's</b>")
    client = app.client()

    page = (await client.get("/", headers={"Accept": BROWSER})).text
    found = (await client.get("/")).json()

    assert re.findall(r'<a href="([^"]*)"', page) == ["https://app.example.org", "health"]
    assert "<h1>&lt;b&gt;Ann&#39;s&lt;/b&gt;</h1>" in page
    assert found["web_client"] == "https://app.example.org"
    assert "docs" not in found


@pytest.mark.parametrize(
    ("address", "is_served", "root_path", "expected"),
    [
        (None, False, "", None),
        (None, True, "", "/"),
        (None, True, "/buddy", "/buddy/"),
        ("https://app.example.org", True, "/buddy", "https://app.example.org"),
    ],
)
async def test_a_program_learns_where_the_web_client_is(
    address: str | None, is_served: bool, root_path: str, expected: str | None
) -> None:
    async def get_page(_: Request) -> Response:
        return Response("the web client", media_type="text/html")

    app = FastAPI()
    home.install(app, {}, address, get_page if is_served else None)
    transport = httpx2.ASGITransport(app, root_path=root_path)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        found = (await client.get("/")).json()

    assert found["web_client"] == expected


@pytest.mark.parametrize(
    ("path", "media_type", "start"),
    [("/favicon.svg", "image/svg+xml", b"<svg"), ("/favicon.ico", "image/x-icon", b"\0\0\1\0")],
)
async def test_the_icon_is_public(client: Client, path: str, media_type: str, start: bytes) -> None:
    response = await client.get(path)

    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert response.headers["cache-control"] == "public, max-age=86400"
    assert response.content.startswith(start)
    assert f'href="{path}"' in (await client.get("/docs")).text or path == "/favicon.ico"
