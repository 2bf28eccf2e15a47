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
    kinds = [record["kind"] for record in records["records"]]
    shown = page.locator("section", has=page.get_by_role("heading", name="Records", exact=True))
    best = page.locator("section", has=page.get_by_role("heading", name="Best sets"))
    await best.get_by_role("row", name="198.4 lb 5").wait_for()
    assert await best.get_by_role("row").count() - 1 == kinds.count("reps_at_load") == 1
    assert await shown.get_by_role("listitem").count() == len(kinds) - 1
    await page.get_by_role("link", name="Count this exercise").wait_for()


async def test_a_broken_record_leads_to_its_workout(site: Site, join: Join) -> None:
    ann = await join("ann", time_zone="Europe/Berlin", locale="en-US")
    squat = await log_squats(ann, tuple((30 - number, 50 + 5 * number) for number in range(12)))
    last = (await ann.get("/workouts", params={"limit": 1})).json()["items"][0]
    await site.sign_in(ann)
    page = await site.open(f"/progress/{squat}")
    history = page.locator("section", has=page.get_by_role("heading", name="When you broke records"))
    await history.get_by_text("Heaviest set: 105 kg, before 100 kg").wait_for()

    while await history.get_by_role("button", name="Show more").is_visible():
        shown = await history.get_by_role("listitem").count()
        await history.get_by_role("button", name="Show more").click()
        await history.get_by_role("listitem").nth(shown).wait_for()
    # The first workout is the baseline.
    assert await history.get_by_role("listitem").count() == 11
    await history.get_by_role("link").first.click()

    await page.wait_for_url(f"{site.origin}/workouts/{last['id']}")
