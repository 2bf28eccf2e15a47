"""A linked chart as an image in Chromium, on a page of another site."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any

import httpx2
import pytest
from playwright.async_api import BrowserContext, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.providers.server import serve as serve_site
from tests.serving import PortServer, Serve
from tests.support import PASSWORD

ACCOUNT = {"email": "ann@example.com", "password": PASSWORD}
SHOW = """async (url) => {
    const image = new Image();
    image.src = url;
    try { await image.decode() } catch { return null }
    return [image.naturalWidth, image.naturalHeight];
}"""


@pytest.fixture
def site() -> Iterator[str]:
    """A page that loads only what its server allows it, as pages that count reps with threads must."""

    async def send_page(_request: Request) -> Response:
        return HTMLResponse("<!doctype html>", headers={"Cross-Origin-Embedder-Policy": "require-corp"})

    with serve_site(lambda _origin: Starlette(routes=[Route("/", send_page)]), "localhost") as origin:
        yield origin


@pytest.fixture
async def server(serve: Serve, site: str) -> PortServer:
    return await serve(cors_origins=[site])


@pytest.fixture
async def api(server: PortServer) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the API with the access token of a user."""
    # For Chromium, the page on localhost and this address are two sites.
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        await client.post("/api/v1/auth/register", json=ACCOUNT)
        form = {"username": ACCOUNT["email"], "password": PASSWORD, "scope": "offline_access"}
        tokens = (await client.post("/api/v1/auth/login", data=form)).json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        client.headers["X-Refresh"] = tokens["refresh_token"]
        yield client


async def show(page: Page, url: str) -> Any:
    """Return the size of an image on the page, or None if it is broken."""
    return await page.evaluate(SHOW, url)


async def test_an_image_shows_the_chart_until_the_session_ends(
    api: httpx2.AsyncClient, chromium: BrowserContext, site: str
) -> None:
    page = await chromium.new_page()
    await page.goto(site)
    chart = {"timeseries": {"bucket": "month", "from": date(2026, 1, 1).isoformat()}}
    link = (await api.post("/api/v1/statistics/links", json=chart)).json()["url"]

    origin = str(api.base_url).rstrip("/")

    assert await show(page, f"{origin}{link}") == [760, 320]
    assert await show(page, f"{origin}/api/v1/statistics/timeseries") is None
    await api.post("/api/v1/auth/logout", json={"refresh_token": api.headers["X-Refresh"]})
    await page.reload()
    assert await show(page, f"{origin}{link}") is None
