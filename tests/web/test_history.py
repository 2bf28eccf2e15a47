"""The list of workouts: those that run, those that were just deleted, and those of other tabs and devices."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support import Join, wait_until
from tests.web.site import Site

if TYPE_CHECKING:
    from playwright.async_api import Route

HOUR_AGO = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
NOW = datetime.now(UTC).isoformat()


async def test_a_workout_that_runs_already_is_not_started_twice(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/workouts")
    await page.get_by_role("button", name="Empty workout").wait_for()
    # As in another tab, or on another device.
    await ann.post("/workouts", json={"started_at": HOUR_AGO, "title": "Legs"})

    await page.get_by_role("button", name="Empty workout").click()

    await page.get_by_text("A workout is running already.").wait_for()
    await page.get_by_role("heading", name="Legs", level=1).wait_for()
    assert len((await ann.get("/workouts")).json()["items"]) == 1


async def test_each_workout_that_runs_can_be_finished(site: Site, join: Join) -> None:
    ann = await join("ann")
    for title in ("Legs", "Arms"):
        await ann.post("/workouts", json={"started_at": HOUR_AGO, "title": title})
    running = (await ann.get("/workouts/current")).json()["title"]
    other = {"Legs": "Arms", "Arms": "Legs"}[running]
    await site.sign_in(ann)
    page = await site.open("/workouts")
    await page.get_by_role(
        "link", name=f"Go on with \N{LEFT DOUBLE QUOTATION MARK}{running}\N{RIGHT DOUBLE QUOTATION MARK}"
    ).wait_for()

    await page.get_by_role("list", name="Workouts").get_by_role("link", name=other).click()
    await page.get_by_role("heading", name=other, level=1).wait_for()
    await page.get_by_role("button", name="Finish").click()
    await page.get_by_text("Your workout is saved.").wait_for()

    async def is_finished() -> bool:
        items = (await ann.get("/workouts")).json()["items"]
        return [item["title"] for item in items if item["ended_at"] is None] == [running]

    await wait_until(is_finished)


async def test_a_deleted_workout_leaves_the_list_before_the_server_knows(site: Site, join: Join) -> None:
    ann = await join("ann")
    for title in ("Legs", "Arms"):
        await ann.post("/workouts", json={"started_at": HOUR_AGO, "ended_at": NOW, "title": title})
    await site.sign_in(ann)
    page = await site.open("/workouts")
    await page.get_by_role("link", name="Legs").click()
    released = asyncio.Event()

    async def hold(route: "Route") -> None:
        await released.wait()
        await route.continue_()

    await page.route("**/sync/batch", hold)
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    listed = page.get_by_role("list", name="Workouts").get_by_role("link")
    await listed.filter(has_text="Arms").wait_for()
    assert await listed.count() == 1

    released.set()

    async def is_deleted() -> bool:
        return len((await ann.get("/workouts")).json()["items"]) == 1

    await wait_until(is_deleted)
    # The next list is the server's.
    async with page.expect_response("**/api/v1/workouts?*"):
        await page.reload()
    await listed.filter(has_text="Arms").wait_for()
    assert await listed.count() == 1


async def test_there_is_no_workout_to_repeat_yet(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    page = await site.open("/workouts")
    await page.get_by_role("button", name="Repeat the last one").click()
    await page.get_by_text("There is no workout to repeat yet. Start an empty one").wait_for()
