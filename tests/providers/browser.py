"""Chromium without a window, and a small web client on an origin of its own, as at http://localhost:5173."""

import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from tests.providers.server import serve

if TYPE_CHECKING:
    # The import takes half a second, which runs without a browser do not need.
    from playwright.async_api import BrowserContext, Page

Step = Literal["exchange", "refresh", "me", "logOut"]

_FRONT_END = Path(__file__).parent / "front_end"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# In containers it runs as root; it must contact loopback only, and never ask anything.
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
)


def find_chromium() -> str | None:
    """Return the path of Chromium: `TEST_CHROMIUM`, or one on the PATH. None if `TEST_CHROMIUM` is empty."""
    configured = os.environ.get("TEST_CHROMIUM")
    if configured is not None:
        return configured or None
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def run_chromium(path: str, *flags: str) -> AsyncIterator["BrowserContext"]:
    """Yield Chromium with a new profile. Its pages are tabs that share their cookies."""
    from playwright.async_api import async_playwright

    with tempfile.TemporaryDirectory(prefix="exercise-buddy-chromium-", ignore_cleanup_errors=True) as profile:
        # Without these, it writes crash reports into the home directory of the person who runs the tests.
        directories = {"XDG_CONFIG_HOME": profile, "XDG_CACHE_HOME": profile}
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=path,
                headless=True,
                args=[*_FLAGS, *flags],
                env={**os.environ, **directories},
            )
            # On a busy machine, half a minute is not long.
            context.set_default_timeout(90_000)
            try:
                yield context
            finally:
                await context.close()


@contextmanager
def serve_front_end() -> Iterator[str]:
    """Yield the origin of the web client. Its pages read the API's origin from `window.API`."""

    async def send_page(_request: Request) -> Response:
        return FileResponse(_FRONT_END / "index.html")

    async def send_script(_request: Request) -> Response:
        return FileResponse(_FRONT_END / "client.js", media_type="text/javascript")

    routes = [Route("/", send_page), Route("/auth/callback", send_page), Route("/client.js", send_script)]
    with serve(lambda _origin: Starlette(routes=routes), "localhost") as origin:
        yield origin


class Outcome(NamedTuple):
    """The response that the page shows for a step. Status 0: the browser withheld it."""

    status: int
    body: Any


class Tab:
    """A tab that shows the web client."""

    def __init__(self, page: "Page", origin: str) -> None:
        self.page = page
        self.origin = origin

    @classmethod
    async def open(cls, browser: "BrowserContext", origin: str) -> "Tab":
        """Open the web client's first page in a new tab."""
        tab = cls(await browser.new_page(), origin)
        await tab.page.goto(f"{origin}/")
        return tab

    async def start_sign_in(self, provider: str, next_path: str | None = "/") -> None:
        """Follow "sign in with …". The provider may show a page with buttons before the callback."""
        async with self.page.expect_navigation(wait_until="commit"):
            await self.page.evaluate("([provider, next]) => frontEnd.signIn(provider, next)", [provider, next_path])

    async def wait_for_callback(self) -> dict[str, str | None]:
        """Return the `error` and `next` that the web client's `/auth/callback` shows."""
        shown = self.page.locator("#callback[data-status]")
        await shown.wait_for(state="attached")
        assert self.page.url == f"{self.origin}/auth/callback", self.page.url
        parameters: dict[str, str | None] = json.loads(await shown.text_content() or "{}")
        return parameters

    async def log_in(self, username: str, password: str) -> Outcome:
        """Log in with a password."""
        await self.page.evaluate("([name, password]) => frontEnd.logIn(name, password)", [username, password])
        return await self._read_outcome("logIn")

    async def link(self, provider: str, password: str) -> None:
        """Start to link an identity, and follow the URL of the response."""
        async with self.page.expect_navigation(wait_until="commit"):
            await self.page.evaluate("([provider, word]) => frontEnd.link(provider, word)", [provider, password])

    async def run_step(self, step: Step) -> Outcome:
        """Call the API from the page, and return what the page shows then."""
        await self.page.evaluate("(step) => frontEnd[step]()", step)
        return await self._read_outcome(step)

    async def _read_outcome(self, step: str) -> Outcome:
        shown = self.page.locator(f"#{step}")
        status = await shown.get_attribute("data-status")
        return Outcome(int(status or -1), json.loads(await shown.text_content() or "null"))
