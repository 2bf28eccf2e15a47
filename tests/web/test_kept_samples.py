"""A reload without a network in the middle of a set loses nothing of what was seen."""

from typing import TYPE_CHECKING

from tests.support import Join, wait_until
from tests.web.site import Site
from tests.web.test_count import FAST, start_recording, wait_for_reps, wait_for_result

if TYPE_CHECKING:
    from playwright.async_api import Page

_COUNT_KEPT = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("exercise-buddy");
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const read = request.result.transaction("samples").objectStore("samples").getAll();
    read.onsuccess = () => { request.result.close(); resolve(read.result.flat().length); };
  };
})"""


async def count_kept(page: "Page") -> int:
    """Return how many samples are in the database of the browser."""
    return int(await page.evaluate(_COUNT_KEPT))


async def begin_and_lose_the_network(site: Site) -> "Page":
    page = await site.open(FAST)
    # Without a network, it has the pages and what was loaded before.
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    await page.reload()
    await start_recording(page)
    await wait_for_reps(page, 2)
    await site.context.set_offline(True)
    await page.get_by_text("No connection. Keep going").wait_for()
    return page


async def test_a_set_goes_on_after_a_reload_without_a_network(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    page = await begin_and_lose_the_network(site)

    await page.reload()

    await page.get_by_text("No connection. Keep going").wait_for()
    # The recording is over, and its end waits. Another reload does not begin it again.
    await page.get_by_text("Your set is counted when it is back").wait_for()
    kept = await count_kept(page)
    await page.reload()
    await page.get_by_text("Your set is counted when it is back").wait_for()
    assert await count_kept(page) == kept > 0
    await site.context.set_offline(False)
    # What was seen since is only in the database of the browser: without it, two reps or three are counted.
    await wait_for_result(page, "8 reps")

    async def is_empty() -> bool:
        return await count_kept(page) == 0

    await wait_until(is_empty)


async def test_a_set_that_is_stopped_without_a_network_is_finished_with_what_was_kept(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    page = await begin_and_lose_the_network(site)
    await page.get_by_role("button", name="Stop").click()
    await page.get_by_text("Your set is counted when it is back").wait_for()

    await page.reload()

    await page.get_by_text("Your set is counted when it is back").wait_for()
    await site.context.set_offline(False)
    await page.get_by_role("heading", name="Is this right?").wait_for()
    await page.get_by_role("button", name="Discard").click()
    await page.get_by_role("button", name="Start the camera").wait_for()


async def test_nothing_that_a_camera_has_seen_stays_after_signing_out(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    page = await begin_and_lose_the_network(site)
    assert await count_kept(page) > 0
    await site.context.set_offline(False)
    await page.goto(f"{site.origin}/settings")
    await page.get_by_role("button", name="Log out").click()
    await page.get_by_role("button", name="Sign in", exact=True).wait_for()

    async def is_empty() -> bool:
        return await count_kept(page) == 0

    await wait_until(is_empty)
