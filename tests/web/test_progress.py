"""The progress pages of the web client."""

from datetime import UTC, datetime, timedelta

from tests.support import Join, Person
from tests.web.site import DESKTOP, Site


async def log_squats(ann: Person, workouts: tuple[tuple[int, int], ...] = ((8, 80), (1, 90))) -> str:
    """Log workouts, each so many days ago with a weight in kg; return the id of the exercise."""
    squat = await ann.exercise_id("Barbell Squat")
    for days, weight_kg in workouts:
        started = datetime.now(UTC) - timedelta(days=days)
        exercises = [{"exercise_id": squat, "sets": [{"reps": 5, "weight_kg": weight_kg}] * 2}]
        ended = started + timedelta(minutes=30)
        await ann.log(started_at=started.isoformat(), ended_at=ended.isoformat(), exercises=exercises)
    return squat


async def test_an_empty_account_is_led_on(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))

    page = await site.open("/progress")

    await page.get_by_role("heading", name="Nothing to see yet").wait_for()
    await page.get_by_role("link", name="Bring your history").wait_for()


async def test_the_table_has_the_numbers_of_the_chart(site: Site, join: Join) -> None:
    ann = await join("ann", time_zone="Europe/Berlin")
    await log_squats(ann)
    await site.sign_in(ann)
    page = await site.open("/progress", size=DESKTOP)

    await page.get_by_text("4 weeks").click()
    await page.get_by_label("What to show").select_option("Lifted weight")
    await page.get_by_text("Lifted weight as a table").click()

    table = page.get_by_role("table")
    await table.get_by_text("900 kg").wait_for()
    numbers = [text for text in await table.get_by_role("cell").all_inner_texts() if text != "0 kg"]
    assert numbers == ["800 kg", "900 kg"]
    await page.locator("canvas").wait_for()


async def test_all_time_counts_the_sets_of_old_workouts(site: Site, join: Join) -> None:
    ann = await join("ann")
    await log_squats(ann, ((200, 80),))
    await site.sign_in(ann)
    page = await site.open("/progress")
    muscles = page.locator("section", has=page.get_by_role("heading", name="Sets for each muscle"))
    await muscles.get_by_text("No sets in this period.").wait_for()

    await page.get_by_text("All time").click()

    await muscles.get_by_role("listitem").filter(has_text="Quadriceps").filter(has_text="2").wait_for()


async def test_an_exercise_in_the_unit_of_the_person(site: Site, join: Join) -> None:
    ann = await join("ann", locale="en")
    await ann.patch("/users/me", json={"unit_system": "imperial"})
    squat = await log_squats(ann)
    await site.sign_in(ann)
    page = await site.open("/progress")

    await page.get_by_label("Search an exercise").fill("squat")
    await page.get_by_role("link", name="Barbell Squat").click()

    await page.wait_for_url(f"{site.origin}/progress/{squat}")
    await page.get_by_text("198.4 lb").first.wait_for()  # 90 kg
    (records,) = (await ann.get("/statistics/records", params={"exercise": squat})).json()["items"]
    shown = page.locator("section", has=page.get_by_role("heading", name="Records"))
    await shown.get_by_role("listitem").nth(len(records["records"]) - 1).wait_for()
    assert await shown.get_by_role("listitem").count() == len(records["records"])
    await page.get_by_role("link", name="Count this exercise").wait_for()
