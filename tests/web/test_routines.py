"""Routines in the web client: made, started, changed on two devices, and left before they are saved."""

from typing import TYPE_CHECKING

import pytest

from tests.support import Join, Person
from tests.web.site import Site
from tests.web.test_log import TIMES, add_exercise

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.fixture
async def ann(site: Site, join: Join) -> Person:
    ann = await join("ann")
    await site.sign_in(ann)
    return ann


async def open_routine(site: Site, ann: Person) -> tuple["Page", str]:
    routine = (await ann.post("/routines", json={"name": "Legs", "exercises": []})).json()
    page = await site.open(f"/routines/{routine['id']}")
    await page.get_by_role("heading", name="Legs", level=1).wait_for()
    return page, str(routine["id"])


async def test_a_routine_is_made_and_started(site: Site, ann: Person) -> None:
    page = await site.open("/routines")
    await page.get_by_role("button", name="New routine").click()
    await page.get_by_label("Name", exact=True).fill("Legs")
    await add_exercise(page, "squat", "Barbell Squat")
    await page.get_by_label("Sets of Barbell Squat").fill("2")
    await page.get_by_label("Weight (kg) of Barbell Squat").fill("80")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Routine saved.").wait_for()
    (routine,) = (await ann.get("/routines")).json()["items"]
    assert routine["name"] == "Legs"
    assert [(it["reps"], it["weight_kg"]) for it in routine["exercises"][0]["targets"]] == [(10, 80), (10, 80)]

    await page.get_by_role("button", name="Start").click()
    await page.get_by_text(f"Planned: 80 kg {TIMES} 10 · 80 kg {TIMES} 10").wait_for()
    assert await page.get_by_label("Weight of set 1 in").input_value() == "80"
    await page.get_by_role("button", name="Log set 1 of Barbell Squat").click()
    await page.get_by_role("timer").wait_for()


async def test_what_another_device_has_changed_is_shown_and_changed_again(site: Site, ann: Person) -> None:
    page, routine_id = await open_routine(site, ann)
    await ann.put(f"/routines/{routine_id}", json={"name": "Legs and back", "exercises": []})

    await page.get_by_label("Name", exact=True).fill("Legs on Monday")
    await page.get_by_role("button", name="Save").click()

    await page.get_by_text("Another device changed this first. The newest version is shown now.").wait_for()
    await page.get_by_role("heading", name="Legs and back", level=1).wait_for()
    assert await page.get_by_label("Name", exact=True).input_value() == "Legs and back"
    await page.get_by_label("Name", exact=True).fill("Legs on Monday")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Routine saved.").wait_for()
    await page.get_by_role("heading", name="Legs on Monday", level=1).wait_for()
    assert (await ann.get(f"/routines/{routine_id}")).json()["name"] == "Legs on Monday"


async def test_nothing_is_stored_while_a_field_has_an_error(site: Site, ann: Person) -> None:
    page, routine_id = await open_routine(site, ann)
    await add_exercise(page, "squat", "Barbell Squat")
    sets = page.get_by_label("Sets of Barbell Squat")
    await sets.fill("30")
    for button in ("Save", "Start"):
        await page.get_by_role("button", name=button).click()
        await page.get_by_text("Enter 20 or less.").wait_for()
        assert await sets.evaluate("field => field === document.activeElement")

    assert (await ann.get(f"/routines/{routine_id}")).json()["exercises"] == []
    await sets.fill("4")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Routine saved.").wait_for()
    (stored,) = (await ann.get(f"/routines/{routine_id}")).json()["exercises"]
    assert len(stored["targets"]) == 4

    await sets.fill("30")
    await page.get_by_label("Reps of Barbell Squat").fill("9")
    await page.get_by_label("Reps of Barbell Squat").blur()
    await page.get_by_text("Enter 20 or less.").wait_for()
    await page.get_by_role("button", name="Undo them").click()
    await page.get_by_text("Enter 20 or less.").wait_for(state="detached")
    assert await sets.input_value() == "4"


async def test_changes_that_are_not_saved_stay_in_the_tab(site: Site, ann: Person) -> None:
    page, routine_id = await open_routine(site, ann)
    await add_exercise(page, "squat", "Barbell Squat")
    await page.get_by_label("Sets of Barbell Squat").fill("30")
    await page.get_by_label("Reps of Barbell Squat").fill("8")
    await page.get_by_text("Enter 20 or less.").wait_for()
    await page.get_by_label("Sets of Barbell Squat").fill("4")
    await page.get_by_label("Sets of Barbell Squat").blur()

    await page.get_by_role("link", name="Home").click()
    await page.get_by_role("heading", name="Hello").wait_for()
    await page.go_back()
    await page.get_by_text("You have changes that are not saved.").wait_for()
    await page.reload()
    await page.get_by_text("You have changes that are not saved.").wait_for()
    assert await page.get_by_label("Sets of Barbell Squat").input_value() == "4"

    # What is started is what is seen.
    await page.get_by_role("button", name="Start").click()
    await page.get_by_text(
        "Planned: 8 reps \N{MIDDLE DOT} 8 reps \N{MIDDLE DOT} 8 reps \N{MIDDLE DOT} 8 reps"
    ).wait_for()
    (stored,) = (await ann.get(f"/routines/{routine_id}")).json()["exercises"]
    assert len(stored["targets"]) == 4

    await page.goto(f"{site.origin}/routines/{routine_id}")
    await page.get_by_label("Name", exact=True).fill("Arms")
    await page.get_by_role("button", name="Undo them").click()
    assert await page.get_by_label("Name", exact=True).input_value() == "Legs"
    await page.get_by_text("not saved").wait_for(state="detached")
