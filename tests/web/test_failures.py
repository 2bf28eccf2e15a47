"""What does not work says so and leads on: responses with errors, pages that fail, addresses without protection."""

from typing import TYPE_CHECKING
from uuid import uuid4

from tests.support import Join
from tests.web.site import Site

if TYPE_CHECKING:
    from playwright.async_api import Route

BUSY = "The server is busy or restarting. Wait a moment and try again."


async def _fail(route: "Route") -> None:
    problem = {"type": "/problems/internal-error", "title": "Internal error", "status": 500}
    await route.fulfill(status=500, json=problem)


async def test_a_workout_that_does_not_load_is_tried_again(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    await site.context.route("**/api/v1/workouts/*", _fail)
    page = await site.open(f"/workouts/{uuid4()}")
    await page.get_by_text(BUSY).wait_for()
    page = await site.open("/workout")
    await page.get_by_text(BUSY).wait_for()
    # A workout may be running: nobody is asked to start another one.
    assert await page.get_by_role("button", name="Empty workout").count() == 0
    await site.context.unroute("**/api/v1/workouts/*")

    await page.get_by_role("button", name="Try again").click()
    await page.get_by_role("button", name="Empty workout").wait_for()
    page = await site.open("/workouts/nonsense")
    await page.get_by_text("This workout is not here").wait_for()


async def test_nothing_is_shown_without_the_settings_of_the_person(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    page = await site.open("/settings")
    await page.get_by_text("Signed in as ann@example.com").wait_for()
    # Those of the last visit are on this device.
    await site.context.route("**/api/v1/users/me", _fail)
    await page.reload()
    await page.get_by_text("Signed in as ann@example.com").wait_for()

    await page.evaluate("indexedDB.deleteDatabase('exercise-buddy')")
    await page.reload()
    await page.get_by_text(BUSY).wait_for()
    await site.context.unroute("**/api/v1/users/me")
    await page.get_by_role("button", name="Try again").click()
    await page.get_by_text("Signed in as ann@example.com").wait_for()


async def test_a_page_that_fails_leads_on(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    nonsense = {"all_time": {"workouts": 1}}
    await site.context.route("**/statistics/dashboard", lambda route: route.fulfill(json=nonsense))
    page = await site.open()
    await page.get_by_role("heading", name="Something went wrong").wait_for()
    # The console has the error.
    assert len(site.failures) > 0
    site.failures.clear()
    await site.context.unroute("**/statistics/dashboard")

    await page.get_by_role("button", name="Load the page again").click()
    await page.get_by_role("heading", name="Hello").wait_for()


async def test_settings_that_this_browser_does_not_know_do_no_harm(site: Site, join: Join) -> None:
    ann = await join("ann")
    assert (await ann.patch("/users/me", json={"locale": "aa-12"})).status_code == 200
    await site.sign_in(ann)
    page = await site.open("/workout")
    await page.get_by_role("button", name="Empty workout").click()
    await page.get_by_text("Running for").wait_for()
    await page.goto(f"{site.origin}/settings")
    await page.get_by_label("Numbers and dates as in").select_option("de")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_text("Saved.").wait_for()


async def test_an_address_that_is_not_protected_is_a_sentence(site: Site) -> None:
    async def forward(route: "Route") -> None:
        path = route.request.url.removeprefix("http://gym.example")
        await route.fulfill(response=await route.fetch(url=f"{site.origin}{path}"))

    browser = site.context.browser
    assert browser is not None
    context = await browser.new_context()
    await context.route("http://gym.example/**", forward)
    page = await context.new_page()
    await page.goto("http://gym.example/")

    await page.get_by_role("heading", name="This address is not protected").wait_for()
    await page.get_by_text("addresses that begin with https").wait_for()
    await context.close()


async def test_a_wrong_address_after_the_sign_in_leads_home(site: Site, join: Join) -> None:
    ann = await join("ann")
    page = await site.open("/sign-in?next=//")
    await page.get_by_label("E-mail address or user name").fill(ann.email)
    await page.get_by_label("Password", exact=True).fill(ann.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(f"{site.origin}/")
