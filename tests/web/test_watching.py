"""A second device watches: the running workout shows the set that the first one counts."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from tests.providers.browser import find_chromium, run_chromium
from tests.support import Join, wait_until
from tests.web.site import DESKTOP, Site
from tests.web.test_count import start_recording, wait_for_reps, wait_for_result

if TYPE_CHECKING:
    from playwright.async_api import Page

REPS = "Reps on the other device"


async def wait_for_watched(page: "Page", least: int) -> int:
    async def are_shown() -> bool:
        shown = page.get_by_role("status", name=REPS)
        return await shown.count() > 0 and int(await shown.inner_text()) >= least

    await wait_until(are_shown, seconds=60)
    return int(await page.get_by_role("status", name=REPS).inner_text())


@pytest.fixture
async def tablet(site: Site) -> AsyncIterator[Site]:
    """A second device: another browser, which shares nothing with the first one."""
    path = find_chromium()
    assert path is not None
    async with run_chromium(path) as context:
        device = Site(site.origin, context)
        await device.prepare()
        yield device
    assert device.failures == []


async def test_reps_appear_while_another_device_counts_them(site: Site, tablet: Site, join: Join) -> None:
    ann = await join("ann")
    for device in (site, tablet):
        await device.sign_in(ann)
    # No workout is running yet: counting starts one, and the page that shows it finds it.
    watching = await tablet.open("/workout", DESKTOP)
    await watching.get_by_role("button", name="Empty workout").wait_for()
    counting = await site.open("/count")
    await start_recording(counting)

    await wait_for_watched(watching, 1)
    await watching.get_by_text("Bodyweight Squat").wait_for()
    await wait_for_watched(watching, 4)
    assert await counting.get_by_role("heading", name="Is this right?").count() == 0
    # Who joins late sees what was counted before.
    late = await tablet.open("/workout")
    assert await wait_for_watched(late, 4) <= 8
    await wait_for_result(counting, "8 reps")
    await watching.get_by_role("status", name=REPS).wait_for(state="detached")
    await counting.get_by_role("button", name="Save the set").click()

    for page in (watching, late):
        await page.get_by_role("link", name="Bodyweight Squat").wait_for()
    workout = (await ann.get("/workouts/current")).json()
    assert [[item["reps"] for item in exercise["sets"]] for exercise in workout["exercises"]] == [[8]]


async def test_a_page_that_watches_hears_of_changes_and_of_the_end(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    one = await site.open("/workout")
    await one.get_by_role("button", name="Empty workout").click()
    await one.get_by_role("button", name="Finish").wait_for()
    other = await site.open("/workout")
    await other.get_by_role("button", name="Finish").wait_for()
    current = (await ann.get("/workouts/current")).json()["id"]
    squat = await ann.exercise_id("Goblet Squat")

    added = await ann.post(f"/workouts/{current}/exercises", json={"exercise_id": squat, "sets": [{"reps": 5}]})
    assert added.status_code == 201, added.text
    for page in (one, other):
        await page.get_by_role("link", name="Goblet Squat").wait_for()

    assert (await ann.delete(f"/workouts/{current}")).status_code == 204
    for page in (one, other):
        await page.get_by_role("button", name="Empty workout").wait_for()


async def test_a_workout_that_was_started_for_a_discarded_set_is_gone(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/count?speed=8")
    await start_recording(page)
    await wait_for_reps(page, 1)
    assert (await ann.get("/workouts/current")).status_code == 200

    await page.get_by_role("button", name="Discard").click()

    async def is_gone() -> bool:
        return (await ann.get("/workouts/current")).status_code == 404

    await wait_until(is_gone)
    # One with a set stays.
    await start_recording(page)
    await wait_for_result(page, "8 reps")
    await page.get_by_role("button", name="Save the set").click()
    await page.get_by_text("Saved: Bodyweight Squat, 8 reps.").wait_for()
    await start_recording(page)
    await wait_for_reps(page, 1)
    await page.get_by_role("button", name="Discard").click()
    await page.get_by_role("button", name="Start the camera").wait_for()
    workout = (await ann.get("/workouts/current")).json()
    assert [len(exercise["sets"]) for exercise in workout["exercises"]] == [1]
