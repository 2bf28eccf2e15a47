"""Chromium, without a window, and what a person does in it."""

import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tests.providers.front_end import FrontEnd

if TYPE_CHECKING:
    # Takes half a second, which runs without a browser need not spend.
    from playwright.async_api import BrowserContext, Page

Step = Literal["exchange", "refresh", "me", "logOut"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# It runs as root in containers, talks to nobody but loopback, and shall not ask anything.
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


def executable() -> str | None:
    """Find Chromium: what `TEST_CHROMIUM` names, or one on the PATH. An empty `TEST_CHROMIUM` means none."""
    named = os.environ.get("TEST_CHROMIUM")
    if named is not None:
        return named or None
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def why_not() -> str | None:
    """Say in one line why there is no browser. None: there is one."""
    if executable() is None:
        return "there is no Chromium here (apt-get install chromium, or name one in TEST_CHROMIUM)"
    return None


@asynccontextmanager
async def chromium() -> AsyncIterator["BrowserContext"]:
    """Run Chromium with a new profile, as if nobody had ever used it. Its pages are tabs that share their cookies."""
    from playwright.async_api import async_playwright

    with tempfile.TemporaryDirectory(prefix="exercise-buddy-chromium-", ignore_cleanup_errors=True) as profile:
        # Without these, it leaves its crash reports in the folder of the person who runs the tests.
        places = {"XDG_CONFIG_HOME": profile, "XDG_CACHE_HOME": profile}
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=executable(),
                headless=True,
                args=list(_FLAGS),
                env={**os.environ, **places},
            )
            try:
                yield context
            finally:
                await context.close()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page shows of a step: the status of the answer (0: the browser let none through), and its body."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Landing:
    """What the page shows of its arrival at `/auth/callback`."""

    error: str | None
    next: str | None


class Tab:
    """A tab that shows the front end."""

    def __init__(self, page: "Page", front_end: FrontEnd) -> None:
        self.page = page
        self._front_end = front_end

    @classmethod
    async def opened(cls, browser: "BrowserContext", front_end: FrontEnd) -> "Tab":
        """Open the front end's first page in a new tab."""
        tab = cls(await browser.new_page(), front_end)
        await tab.page.goto(f"{front_end.origin}/")
        return tab

    async def start(self, provider: str, next_path: str | None = "/") -> None:
        """Press "sign in with …". The provider may show a page: press its buttons, then wait for `landed`."""
        async with self.page.expect_navigation(wait_until="commit"):
            await self.page.evaluate("([provider, next]) => frontEnd.signIn(provider, next)", [provider, next_path])

    async def landed(self) -> Landing:
        """Wait until the browser is back at the front end's `/auth/callback`."""
        shown = self.page.locator("#callback[data-status]")
        await shown.wait_for(state="attached")
        assert self.page.url == f"{self._front_end.origin}/auth/callback", self.page.url
        return Landing(**json.loads(await shown.text_content() or "{}"))

    async def do(self, step: Step) -> Outcome:
        """Let the page call the API, and give what it shows then."""
        await self.page.evaluate("(step) => frontEnd[step]()", step)
        shown = self.page.locator(f"#{step}")
        status = await shown.get_attribute("data-status")
        return Outcome(int(status or -1), json.loads(await shown.text_content() or "null"))
