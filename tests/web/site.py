"""The web client in Chromium, on a server of the test: pages, who is signed in, and what must never happen."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support import Person

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}

# A page reports what its policy has blocked to the console, and here.
_WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Site:
    """The web client of a server, in one browser profile: its pages are tabs that share cookies and storage."""

    origin: str
    context: "BrowserContext"
    api_origin: str | None = None
    """The origin of the API, where it is not that of the page."""
    failures: list[str] = field(default_factory=list)
    """What must never happen: errors in the console, blocked content, requests to other origins."""

    async def prepare(self) -> None:
        """Watch all pages."""
        await self.context.add_init_script(_WATCH_POLICY)
        self.context.on("page", self._watch)

    def _watch(self, page: "Page") -> None:
        page.on("console", self._check_message)
        page.on("pageerror", lambda error: self.failures.append(f"error: {error}"))
        page.on("request", self._check_request)

    def _check_message(self, message: "ConsoleMessage") -> None:
        # The browser reports each response with an error status, which the page handles.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.failures.append(message.text)

    def _check_request(self, request: "Request") -> None:
        own = self.origin.removeprefix("http://")
        api = self.api_origin or self.origin
        if not request.url.startswith((self.origin, f"{api}/api/", f"ws://{own}", "data:", "blob:")):
            self.failures.append(f"request to {request.url}")

    async def open(self, path: str = "/", size: dict[str, int] | None = None) -> "Page":
        """Open a page in a new tab, by default in the size of a phone."""
        page = await self.context.new_page()
        await page.set_viewport_size(size or PHONE)  # type: ignore[arg-type]
        await page.goto(f"{self.origin}{path}")
        return page

    async def sign_in(self, person: Person) -> None:
        """Sign a person in with the form of the sign-in page."""
        page = await self.context.new_page()
        await page.goto(f"{self.origin}/sign-in")
        await page.get_by_label("E-mail address or user name").fill(person.email)
        await page.get_by_label("Password", exact=True).fill(person.password)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.wait_for_url(f"{self.origin}/")
        await page.close()
