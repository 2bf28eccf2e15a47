"""Numbers and dates in the unit, zone, week and language of the person, whatever the browser has."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.support import Join, Person
from tests.web.site import DESKTOP, Site

if TYPE_CHECKING:
    from playwright.async_api import Page

ZONE = ZoneInfo("Pacific/Auckland")
TIMES = "\N{MULTIPLICATION SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
_FORMAT = "([date, options]) => new Intl.DateTimeFormat('de-DE', options).format(new Date(date))"
_SHORT = {"day": "numeric", "month": "short", "year": "numeric"}


async def open_far_away(site: Site, path: str) -> "Page":
    """Open a page in a browser whose zone is almost a day behind that of the person."""
    page = await site.context.new_page()
    session = await site.context.new_cdp_session(page)
    await session.send("Emulation.setTimezoneOverride", {"timezoneId": "Pacific/Pago_Pago"})
    await page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    await page.goto(site.origin + path)
    return page


async def write_date(page: "Page", local_date: date, **options: str) -> str:
    return str(await page.evaluate(_FORMAT, [local_date.isoformat(), {"timeZone": "UTC"} | (options or _SHORT)]))


async def join_in_auckland(join: Join, site: Site) -> tuple[Person, str, datetime]:
    """Sign in a person with three workouts; return the person, the id of the exercise, and the end of the last one."""
    now = datetime.now(UTC)
    ann = await join("ann", time_zone="Pacific/Auckland", locale="de-DE")
    profile = {"unit_system": "imperial", "week_starts_on": "sunday"}
    assert (await ann.patch("/users/me", json=profile)).status_code == 200
    squat = await ann.exercise_id("Barbell Squat")
    for days, weight_kg, sets in ((40, 90, 1), (8, 95, 2), (0, 100, 2)):
        ended = now - timedelta(days=days)
        started = ended - timedelta(minutes=1)
        exercises = [{"exercise_id": squat, "sets": [{"reps": 5, "weight_kg": weight_kg}] * sets}]
        await ann.log(started_at=started.isoformat(), ended_at=ended.isoformat(), exercises=exercises)
    await site.sign_in(ann)
    return ann, squat, now.astimezone(ZONE)


async def test_the_dashboard_has_the_week_and_the_days_of_the_person(site: Site, join: Join) -> None:
    _ann, _squat, ended = await join_in_auckland(join, site)
    today = ended.date()

    page = await open_far_away(site, "/")

    week = page.locator("section", has=page.get_by_role("heading", name="This week"))
    assert "2.205 lb" in await week.inner_text()
    days = await week.get_by_role("listitem").all_inner_texts()
    assert days[0].startswith("Sonntag")
    shown = await write_date(page, today, weekday="short", day="numeric", month="short", year="numeric")
    await page.get_by_role("heading", name="Your year").wait_for()
    cell = page.get_by_role("gridcell", name=f"{shown}: 1 workout, 10 reps")
    await cell.wait_for()
    rows = page.get_by_role("grid").get_by_role("row")
    assert await rows.nth(1).get_by_role("rowheader").inner_text() == "Sonntag\nS"
    assert await cell.evaluate("cell => cell.parentElement.rowIndex") == 1 + today.isoweekday() % 7


async def test_progress_has_the_numbers_of_the_person(site: Site, join: Join) -> None:
    _ann, squat, ended = await join_in_auckland(join, site)
    today = ended.date()

    page = await open_far_away(site, "/progress")

    await page.get_by_text("4 weeks").click()
    await page.get_by_text(f"300{SPACE}% more than before").first.wait_for()
    await page.get_by_label("What to show").select_option("Lifted weight")
    await page.get_by_text("Lifted weight as a table").click()
    last = page.get_by_role("table").get_by_role("row").last
    await last.get_by_text("2.205 lb").wait_for()
    assert await last.get_by_role("rowheader").inner_text() == await write_date(page, today)
    await page.goto(f"{site.origin}/progress/{squat}")
    best = page.locator("section", has=page.get_by_role("heading", name="Best sets"))
    await best.wait_for()
    assert await best.get_by_role("rowheader").all_inner_texts() == ["220,5 lb"]
    await best.get_by_role("link", name=await write_date(page, today)).click()
    await page.get_by_text(f", {ended - timedelta(minutes=1):%H:%M} to {ended:%H:%M}").wait_for()
    await page.get_by_text(f"220,46 lb {TIMES} 5").first.wait_for()


async def test_a_set_is_entered_in_the_unit_and_notation_of_the_person(site: Site, join: Join) -> None:
    ann, _squat, ended = await join_in_auckland(join, site)
    page = await open_far_away(site, "/workout")

    await page.get_by_role("button", name="Repeat the last one").click()
    weight = page.get_by_label("Weight of set 1 in lb")
    assert await weight.input_value() == "220,46"
    # It is shown rounded, and stays as it is.
    await page.get_by_role("button", name="Log set 1 of Barbell Squat").click()
    await page.get_by_label("Weight of set 2 in lb").fill("227,5")
    await page.get_by_role("button", name="Log set 2 of Barbell Squat").click()
    await page.get_by_text(f"227,5 lb {TIMES} 5").wait_for()
    await page.get_by_text("not saved yet").wait_for(state="detached")

    async with page.expect_response("**/users/me/body-measurements*") as response:
        await page.goto(f"{site.origin}/settings")
    assert (await response.value).ok
    # Unless midnight has passed, both are the same day.
    assert await page.get_by_label("Day").input_value() in {str(ended.date()), str(datetime.now(ZONE).date())}
    sets = (await ann.get("/workouts/current")).json()["exercises"][0]["sets"]
    assert [workout_set["weight_kg"] for workout_set in sets] == [100, 103.1923]
