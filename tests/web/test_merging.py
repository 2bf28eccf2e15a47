"""Merging custom exercises, which an import has created, into those of the catalogue."""

import os
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.support import Join, Person
from tests.web.site import DESKTOP, PHONE, Site
from tests.web.test_keyboard import tab_to

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

PAGE = "/exercises/merge"
TITLE = "Are these the same exercise?"
TABLE = """Date;Exercise;Reps;Weight
2026-03-02;Pushupps;5;
2026-03-02;Barbel Squats;5;100
2026-03-02;Grandma's press;8;40
2026-03-04;Pushupps;6;
"""


async def create_exercise(person: Person, name: str) -> str:
    """Create a custom exercise; return its id."""
    created = await person.post("/exercises", json={"id": str(uuid4()), "name": name})
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


async def list_sets(person: Person) -> dict[str, int]:
    """Return the number of sets in all workouts by the name of the exercise."""
    sets: dict[str, int] = {}
    for listed in await person.list_all("/workouts"):
        for part in (await person.get(f"/workouts/{listed['id']}")).json()["exercises"]:
            name = part["exercise"]["name"]
            sets[name] = sets.get(name, 0) + len(part["sets"])
    return sets


async def screenshot(page: "Page", name: str) -> None:
    """Store pictures of a page for a person to look at, if there is a folder for them."""
    folder = os.environ.get("SCREENSHOTS")
    if folder is None:
        return
    for size in (PHONE, DESKTOP):
        for scheme in ("light", "dark"):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=f"{folder}/{name}-{size['width']}-{scheme}.png", full_page=True)
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]


async def test_names_of_an_import_are_merged(site: Site, join: Join, tmp_path: Path) -> None:
    ann = await join("ann", time_zone="Europe/Berlin")
    await site.sign_in(ann)
    table = tmp_path / "mine.csv"
    table.write_text(TABLE)
    page = await site.open("/import")
    await page.get_by_label("File to import").set_input_files(table)
    await page.get_by_role("button", name="Read the table").click()
    await page.get_by_role("button", name="Kilograms (kg)").click()
    await page.get_by_role("button", name="Import 2 workouts").click()
    await page.get_by_role("heading", name="Your history is here").wait_for()
    assert (await list_sets(ann))["Pushupps"] == 2
    await page.get_by_text("exercises of your own may be here under another name").wait_for()
    await screenshot(page, "import")

    await page.get_by_role("link", name=TITLE).click()

    pushups, squats = page.get_by_label("Pushupps (2 sets)"), page.get_by_label("Barbel Squats (1 set)")
    await pushups.wait_for()
    recommended = {item["name"]: item["recommended_id"] for item in await ann.list_all("/exercises/proposals")}
    assert await pushups.input_value() == recommended["Pushupps"] == await ann.exercise_id("Pushups")
    await squats.select_option("Keep as my own exercise")
    await page.get_by_role("button", name="Choose another exercise for Barbel Squats").click()
    await page.get_by_label("Name or muscle").fill("barbell full squat")
    await page.get_by_role("list", name="Exercises").get_by_role("button", name="Barbell Full Squat").click()
    await squats.locator("option:checked", has_text="Barbell Full Squat").wait_for(state="attached")
    await screenshot(page, "choices")
    await page.get_by_role("button", name="Merge 2 exercises").click()
    await page.get_by_role("dialog").get_by_text("This cannot be undone.").wait_for()
    await screenshot(page, "question")
    assert set(await list_sets(ann)) == {"Pushupps", "Barbel Squats", "Grandma's press"}
    await page.get_by_role("dialog").get_by_role("button", name="Merge").click()

    await page.get_by_role("heading", name="2 exercises are merged", exact=True, level=1).wait_for()
    await page.get_by_text("“Pushupps” is Pushups now, with 2 sets.").wait_for()
    await page.get_by_text("“Barbel Squats” is Barbell Full Squat now, with 1 set.").wait_for()
    await screenshot(page, "outcomes")
    assert await list_sets(ann) == {"Pushups": 2, "Barbell Full Squat": 1, "Grandma's press": 1}
    # The exercise of the catalogue has the sets on its page.
    await page.get_by_role("link", name="See your progress").click()
    await page.get_by_role("link", name="Pushups").click()
    await page.get_by_role("heading", name="Pushups", level=1).wait_for()
    await page.locator(".stat", has_text="Sets").filter(has_text="2").wait_for()


async def test_there_is_nothing_to_merge(site: Site, join: Join) -> None:
    ann = await join("ann")
    await create_exercise(ann, "Zzyzx")
    await site.sign_in(ann)
    page = await site.open("/settings")

    await page.get_by_role("link", name="Your own exercises").click()

    await page.get_by_role("heading", name="Nothing to merge").wait_for()
    await screenshot(page, "empty")
    await page.goto(f"{site.origin}/import")
    await page.get_by_role("button", name="Choose a file").wait_for()
    await page.wait_for_load_state("networkidle")
    assert await page.get_by_role("link", name=TITLE).count() == 0


async def test_with_the_keyboard_and_after_a_lost_connection(site: Site, join: Join) -> None:
    ann = await join("ann")
    await create_exercise(ann, "Pushupps")
    await create_exercise(ann, "Pullupps")
    await site.sign_in(ann)
    page = await site.open(PAGE, DESKTOP)
    await page.get_by_text("2 of 2 exercises chosen.").wait_for()

    # The arrow keys go through the options of a list, and never leave the page.
    await tab_to(page, "Pullupps (0 sets)")
    await page.keyboard.press("Home")
    await page.get_by_text("1 of 2 exercises chosen.").wait_for()
    await tab_to(page, "Choose another exercise for Pullupps")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").get_by_label("Name or muscle").wait_for()
    await page.keyboard.press("Escape")
    await tab_to(page, "Merge 1 exercise")
    await page.keyboard.press("Enter")
    await site.context.set_offline(True)
    await tab_to(page, "Merge")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").get_by_role("alert").get_by_text("You are offline.").wait_for()
    await site.context.set_offline(False)
    await tab_to(page, "Merge")
    await page.keyboard.press("Enter")

    await page.get_by_role("heading", name="1 exercise is merged", exact=True).wait_for()
    # Screen readers begin with the numbers.
    assert await page.evaluate("document.activeElement.innerText") == "1 exercise is merged"
    await tab_to(page, "Look for others")
    await page.keyboard.press("Enter")
    await page.get_by_label("Pullupps (0 sets)").wait_for()
    assert await page.get_by_label("Pushupps (0 sets)").count() == 0


async def test_what_another_device_has_done_meanwhile_is_a_sentence(site: Site, join: Join) -> None:
    ann = await join("ann")
    ids = {name: await create_exercise(ann, name) for name in ("Pushupps", "Pullupps", "Barbel Squats")}
    await site.sign_in(ann)
    page = await site.open(PAGE)
    await page.get_by_text("3 of 3 exercises chosen.").wait_for()
    pushups = await ann.exercise_id("Pushups")
    assert (await ann.post(f"/exercises/{ids['Pushupps']}/merge", json={"into": pushups})).status_code == 200
    assert (await ann.delete(f"/exercises/{ids['Pullupps']}")).status_code == 204

    await page.get_by_role("button", name="Merge 3 exercises").click()
    await page.get_by_role("dialog").get_by_role("button", name="Merge").click()

    await page.get_by_role("heading", name="2 exercises are merged, 1 is not").wait_for()
    sentences = await page.get_by_role("list", name="What became of each").get_by_role("listitem").all_inner_texts()
    assert sentences[0].startswith("“Pullupps” is not merged: it does not exist anymore.")
    assert "“Pushupps” was merged into Pushups before." in sentences


async def test_more_than_a_hundred_keep_what_is_merged_when_the_connection_is_lost(site: Site, join: Join) -> None:
    ann = await join("ann")
    for exercise in (await ann.list_all("/exercises", limit=100))[:110]:
        await create_exercise(ann, exercise["name"] + exercise["name"][-1])
    listed = await ann.list_all("/exercises/proposals", limit=10)
    recommended = sum(item["recommended_id"] is not None for item in listed)
    assert recommended > 100
    await site.sign_in(ann)
    page = await site.open(PAGE)
    for _ in range(2):
        await page.get_by_role("button", name="Show more").click()
    await page.get_by_text(f"{recommended} of {len(listed)} exercises chosen.").wait_for()

    requests: list[str] = []

    async def cut_second(route: "Route") -> None:
        requests.append(route.request.method)
        if len(requests) == 1:
            await route.continue_()
        else:
            await site.context.set_offline(True)
            await route.abort()

    await page.route("**/api/v1/exercises/merge", cut_second)
    await page.get_by_role("button", name=f"Merge {recommended} exercises").click()
    await page.get_by_role("dialog").get_by_role("button", name="Merge").click()

    await page.get_by_role("heading", name="100 exercises are merged", exact=True).wait_for()
    await page.get_by_role("alert").get_by_text("You are offline.").wait_for()
    await site.context.set_offline(False)
    await page.unroute_all()
    await page.get_by_role("button", name="Look for others").click()
    await page.get_by_text(f"{recommended - 100} of {len(listed) - 100} exercises chosen.").wait_for()
