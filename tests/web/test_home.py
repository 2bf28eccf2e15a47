"""The dashboard of the web client."""

from datetime import UTC, datetime, timedelta

from tests.support import Join
from tests.web.site import DESKTOP, Site


async def test_an_empty_account_is_led_on(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))

    page = await site.open()

    await page.get_by_role("heading", name="Your first set is the hardest").wait_for()
    await page.get_by_role("link", name="Bring your history").click()
    await page.get_by_role("heading", name="Bring your history", level=1).wait_for()


async def test_the_numbers_are_those_of_the_api(site: Site, join: Join) -> None:
    ann = await join("ann", time_zone="Europe/Berlin", locale="en")
    await ann.patch("/users/me", json={"unit_system": "imperial"})
    squat = await ann.exercise_id("Barbell Squat")
    started = datetime.now(UTC) - timedelta(minutes=30)
    sets = [{"reps": 5, "weight_kg": 100}, {"reps": 7, "weight_kg": 100}]
    exercises = [{"exercise_id": squat, "sets": sets}]
    await ann.log(started_at=started.isoformat(), ended_at=datetime.now(UTC).isoformat(), exercises=exercises)
    await site.sign_in(ann)

    page = await site.open(size=DESKTOP)

    week = page.locator("section", has=page.get_by_role("heading", name="This week"))
    text = await week.inner_text()
    assert "2,646 lb" in text  # 1,200 kg
    assert "1 workout, 12 reps" in text
    records = page.locator("section", has=page.get_by_role("heading", name="All time"))
    assert "12" in await records.inner_text()


async def test_a_goal_is_set_and_removed(site: Site, join: Join) -> None:
    ann = await join("ann")
    squat = await ann.exercise_id("Barbell Squat")
    now = datetime.now(UTC)
    await ann.log(started_at=now.isoformat(), exercises=[{"exercise_id": squat, "sets": [{"reps": 5}]}])
    await site.sign_in(ann)
    page = await site.open()

    await page.get_by_role("button", name="Set a goal").click()
    await page.get_by_label("How much").fill("4")
    await page.get_by_label("Sunday").check()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await page.get_by_text("1 of 4 workouts").wait_for()
    goal = (await ann.get("/statistics/goal")).json()
    assert (goal["metric"], goal["target"], goal["rest_days"]) == ("workouts", 4, ["sunday"])

    await page.get_by_role("button", name="Change the goal").click()
    await page.get_by_role("button", name="Remove the goal").click()
    await page.get_by_role("button", name="Set a goal").wait_for()
    assert (await ann.get("/statistics/goal")).status_code == 404


async def test_the_days_of_the_year_are_read_one_by_one_with_the_keyboard(site: Site, join: Join) -> None:
    ann = await join("ann", locale="en-US", time_zone="UTC")
    squat = await ann.exercise_id("Barbell Squat")
    today = datetime.now(UTC)
    await ann.log(started_at=today.isoformat(), exercises=[{"exercise_id": squat, "sets": [{"reps": 5}]}])
    await site.sign_in(ann)
    page = await site.open(size=DESKTOP)
    await page.get_by_role("heading", name="Your year").wait_for()
    grid = page.get_by_role("grid", name="Workouts by day.")
    assert await grid.locator("[tabindex='0']").count() == 1

    await page.get_by_role("button", name="Set a goal").focus()
    await page.keyboard.press("Tab")
    focused = page.locator(":focus")
    names = [await focused.get_attribute("aria-label")]
    for key in ("ArrowUp", "ArrowLeft", "ArrowRight", "ArrowDown", "ArrowDown", "Home"):
        await page.keyboard.press(key)
        names.append(await focused.get_attribute("aria-label"))

    def name(days: int, content: str) -> str:
        day = today - timedelta(days=days)
        return f"{day:%a}, {day:%b} {day.day}, {day.year}: {content}"

    now, nothing = name(0, "1 workout, 5 reps"), "no workout"
    first = await grid.get_by_role("gridcell").evaluate_all("cells => cells.map(cell => cell.dataset.date).sort()[0]")
    assert names[:-1] == [now, name(1, nothing), name(8, nothing), name(1, nothing), now, now]
    assert await focused.get_attribute("data-date") == first
    # Who sees the page reads the same below the days.
    assert await page.get_by_text(str(names[-1])).is_visible()
