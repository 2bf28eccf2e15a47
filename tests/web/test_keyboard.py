"""Without a mouse: from the sign-in to a saved set with the keyboard only."""

from typing import TYPE_CHECKING

from tests.support import Join
from tests.web.site import DESKTOP, Site

if TYPE_CHECKING:
    from playwright.async_api import Page

# The text that names what has the focus, as a person reads it.
_FOCUSED = """() => {
  const focused = document.activeElement;
  const label = focused.labels?.[0] ?? focused;
  const text = label.innerText.replace(/\\s+/g, " ").trim();
  return focused === document.body ? "" : text || focused.getAttribute("aria-label") || "";
}"""
_MOST_TABS = 60


async def tab_to(page: "Page", name: str) -> None:
    """Press Tab until what has a name has the focus."""
    passed = []
    for _ in range(_MOST_TABS):
        await page.keyboard.press("Tab")
        focused = str(await page.evaluate(_FOCUSED))
        passed.append(focused)
        if focused == name:
            return
    raise AssertionError(f"{name!r} was not reached, but {passed}")


async def test_from_the_sign_in_to_a_saved_set(site: Site, join: Join) -> None:
    ann = await join("ann")
    page = await site.open("/count?speed=8", DESKTOP)
    await page.get_by_role("button", name="Sign in", exact=True).wait_for()
    await tab_to(page, "E-mail address or user name")
    await page.keyboard.type(ann.email)
    await tab_to(page, "Password")
    await page.keyboard.type(ann.password)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Count", level=1).wait_for()

    # The heading has the focus after a navigation. The arrow keys choose among the exercises.
    await tab_to(page, "Bodyweight Squat")
    await page.keyboard.press("ArrowDown")
    await page.get_by_role("radio", name="Pushups", checked=True).wait_for()
    await page.keyboard.press("ArrowUp")
    await page.get_by_role("radio", name="Bodyweight Squat", checked=True).wait_for()
    await tab_to(page, "Try it with a recording")
    await page.keyboard.press("Enter")

    # The space bar would stop the set.
    await page.get_by_role("status", name="Reps").wait_for()
    assert await page.evaluate(_FOCUSED) == "Stop"
    await page.get_by_role("heading", name="Is this right?").wait_for()
    await page.get_by_text("8 reps", exact=True).wait_for()
    await tab_to(page, "One more")
    await page.keyboard.press("Enter")
    await tab_to(page, "Weight (optional)")
    await page.keyboard.type("20")
    await tab_to(page, "Save the set")
    await page.keyboard.press("Enter")
    await page.get_by_text("Saved: Bodyweight Squat, 9 reps.").wait_for()

    await tab_to(page, "Look at your workout")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Finish").wait_for()
    await page.get_by_role("link", name="Bodyweight Squat").wait_for()
