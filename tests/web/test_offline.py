"""The web client without a network, and installed on the device."""

from exercise_buddy.web.build import DIST
from tests.support import Join
from tests.web.site import Site
from tests.web.test_log import add_exercise, log_set, wait_for_sets


async def test_a_page_that_is_opened_without_a_network_has_the_workout(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/workout")
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    await page.get_by_role("button", name="Empty workout").click()
    await add_exercise(page, "squat", "Barbell Squat")
    await log_set(page, 1, "60", "5", "Barbell Squat")
    await wait_for_sets(ann, [("Barbell Squat", 60, 5)])
    await site.context.set_offline(True)
    await log_set(page, 2, "65", "5", "Barbell Squat")

    await page.reload()

    await page.get_by_text("1 change will be sent").wait_for()
    await log_set(page, 3, "70", "5", "Barbell Squat")
    await site.context.set_offline(False)
    await wait_for_sets(ann, [("Barbell Squat", 60, 5), ("Barbell Squat", 65, 5), ("Barbell Squat", 70, 5)])


async def test_the_client_can_be_installed(site: Site) -> None:
    page = await site.open("/sign-in")

    manifest = await (await page.request.get(f"{site.origin}/manifest.webmanifest")).json()
    icons = [await page.request.get(site.origin + icon["src"]) for icon in manifest["icons"]]

    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
    assert [icon.headers["content-type"] for icon in icons] == ["image/svg+xml", "image/svg+xml"]
    # The service worker downloads the pages, and not the pose model.
    assert sum(path.stat().st_size for path in (DIST / "assets").glob("*.js.gz")) < 500_000
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
