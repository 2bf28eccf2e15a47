"""Takes the pictures of all pages in `docs/images/web`, of the demo account, in two sizes and two colour schemes.

Start a server first: `PORT=8300 DATA_DIR=$(mktemp -d) uv run exercise-buddy serve --demo`, then run
`uv run python -m web.e2e.screenshots http://localhost:8300`. It needs Chromium (`TEST_CHROMIUM` names another one).
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright

from tests.providers.browser import find_chromium

if TYPE_CHECKING:
    from playwright.async_api import Page

ROOT = Path(__file__).parents[2]
PATHS: dict[str, str] = json.loads((ROOT / "web" / "src" / "paths.json").read_text())
FOLDER = ROOT / "docs" / "images" / "web"
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
PUBLIC = ("signIn", "register", "forgotPassword")
# They need a link of a mail, or lead on at once.
LEFT_OUT = {"authCallback", "verifyEmail", "resetPassword"}


async def main(address: str) -> None:
    """Take all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--no-proxy-server"]
        )
        for scheme in ("light", "dark"):
            for size, viewport in SIZES.items():
                context = await browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
                await _take(await context.new_page(), address, f"{size}-{scheme}")
                await context.close()


async def _take(page: "Page", address: str, suffix: str) -> None:
    for name in PUBLIC:
        await _show(page, address + PATHS[name], FOLDER / f"{name}-{suffix}.jpg")
    await page.goto(address + PATHS["signIn"])
    await page.get_by_role("button", name="Look around with the demo account").click()
    await page.get_by_role("heading", name="This week").wait_for()
    for name, path in PATHS.items():
        if name not in LEFT_OUT and name not in PUBLIC:
            shown = path if ":id" not in path else await _find_path(page, address, path)
            await _show(page, address + shown, FOLDER / f"{name}-{suffix}.jpg")


async def _find_path(page: "Page", address: str, path: str) -> str:
    """Return the path of the first resource that the list of a page links to."""
    beginning = path.removesuffix(":id")
    listed = beginning.rstrip("/")
    await page.goto(address + listed)
    link = page.locator(f"main a[href^='{beginning}']").first
    return str(await link.get_attribute("href"))


async def _show(page: "Page", url: str, file: Path) -> None:
    await page.goto(url)
    await page.get_by_role("heading", level=1).wait_for()
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=file, type="jpeg", quality=75, animations="disabled")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
