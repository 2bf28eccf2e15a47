"""Workouts in the web client: logging, history, routines, and without a network."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.support import Join, Person, wait_until
from tests.web.site import Site

if TYPE_CHECKING:
    from playwright.async_api import Page

BENCH_PRESS = "Barbell Bench Press - Medium Grip"
TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.fixture
async def ann(site: Site, join: Join) -> Person:
    ann = await join("ann")
    await site.sign_in(ann)
    return ann


async def add_exercise(page: "Page", search: str, name: str) -> None:
    await page.get_by_role("button", name="Add an exercise").click()
    await page.get_by_label("Name or muscle").fill(search)
    await page.get_by_role("listitem").get_by_role("button", name=name).first.click()
    await page.get_by_role("heading", name=name, level=2).wait_for()


async def log_set(page: "Page", number: int, weight: str, reps: str, exercise: str) -> None:
    await page.get_by_label(f"Weight of set {number} in").fill(weight)
    await page.get_by_label(f"Reps of set {number}").fill(reps)
    await page.get_by_role("button", name=f"Log set {number} of {exercise}").click()
    await page.get_by_role("button", name=f"Change set {number}").wait_for()


async def wait_for_sets(person: Person, expected: list[Any]) -> None:
    async def has_them() -> bool:
        return await read_sets(person) == expected

    await wait_until(has_them)


async def read_sets(person: Person) -> list[Any]:
    workouts = (await person.get("/workouts", params={"include": "sets"})).json()["items"]
    return [
        (item["exercise"]["name"], item_set["weight_kg"], item_set["reps"])
        for workout in workouts
        for item in workout["exercises"]
        for item_set in item["sets"]
    ]


async def test_a_workout_from_start_to_finish(site: Site, ann: Person) -> None:
    page = await site.open("/workouts")
    await page.get_by_role("button", name="Empty workout").click()
    await page.get_by_role("heading", name="What do you begin with?").wait_for()
    await add_exercise(page, "bench press", BENCH_PRESS)
    await log_set(page, 1, "60", "10", BENCH_PRESS)
    await log_set(page, 2, "62,5", "8", BENCH_PRESS)
    await log_set(page, 3, "100", "1", BENCH_PRESS)
    await page.get_by_role("button", name="Change set 2").click()
    await page.get_by_label("Reps of set 2").fill("9")
    await page.get_by_role("button", name="Save set 2").click()
    await page.get_by_text(f"62.5 kg {TIMES} 9").wait_for()
    await page.get_by_role("button", name="Delete set 3").click()
    await page.get_by_role("dialog", name="Delete set 3?").get_by_role("button", name="Delete").click()
    await page.get_by_role("button", name="Finish").click()
    await page.get_by_role("dialog").get_by_role("button", name="Finish").click()
    await page.get_by_role("button", name="Do it again").wait_for()

    await wait_for_sets(ann, [(BENCH_PRESS, 60, 10), (BENCH_PRESS, 62.5, 9)])
    await page.get_by_role("link", name="Workouts", exact=True).click()
    await page.get_by_role("list", name="Workouts").get_by_text("2 sets").wait_for()


async def test_a_set_is_logged_once_and_what_cannot_be_stored_is_said_at_its_field(site: Site, ann: Person) -> None:
    page = await site.open("/workout")
    await page.get_by_role("button", name="Empty workout").click()
    await add_exercise(page, "squat", "Barbell Squat")
    await page.get_by_label("Reps of set 1").fill("5")
    # Two presses of Enter, before the first one is stored.
    twice = "const form = document.querySelector('form.set-row'); form.requestSubmit(); form.requestSubmit();"
    await page.evaluate(twice)
    await page.get_by_role("button", name="Change set 1").wait_for()
    # Tab leads to the next set from here.
    await page.wait_for_function("document.activeElement.className === 'set-number'")

    await page.get_by_label("Weight of set 2 in").fill("20000")
    await page.get_by_role("button", name="Log set 2 of Barbell Squat").click()
    await page.get_by_text("Enter 2,000 kg or less.").wait_for()
    await log_set(page, 2, "200", "4", "Barbell Squat")

    await wait_for_sets(ann, [("Barbell Squat", None, 5), ("Barbell Squat", 200, 4)])


async def test_ten_sets_without_a_network_arrive_once(site: Site, ann: Person) -> None:
    page = await site.open("/workout")
    await page.get_by_role("button", name="Empty workout").click()
    await add_exercise(page, "squat", "Barbell Squat")
    await site.context.set_offline(True)

    for number in range(1, 11):
        await log_set(page, number, str(60 + number), "5", "Barbell Squat")
    await page.get_by_text("10 changes will be sent").wait_for()
    assert await read_sets(ann) == []
    await site.context.set_offline(False)

    await page.get_by_text("You are offline").wait_for(state="detached")
    await wait_for_sets(ann, [("Barbell Squat", 60 + number, 5) for number in range(1, 11)])
    assert await page.get_by_role("list", name="Sets of Barbell Squat").get_by_role("listitem").count() == 10


async def test_a_change_that_the_server_refuses_is_said(site: Site, ann: Person) -> None:
    page = await site.open("/workout")
    await page.get_by_role("button", name="Empty workout").click()
    await add_exercise(page, "squat", "Barbell Squat")
    await log_set(page, 1, "60", "5", "Barbell Squat")
    await wait_for_sets(ann, [("Barbell Squat", 60, 5)])
    current = (await ann.get("/workouts/current")).json()
    (workout_set,) = current["exercises"][0]["sets"]
    await page.get_by_role("button", name="Change set 1").click()
    await page.get_by_label("Reps of set 1").fill("6")

    # Meanwhile, another device deletes the set. The next answer tells this one, which keeps what is being typed.
    await ann.delete(f"/workouts/{current['id']}/sets/{workout_set['id']}")
    await log_set(page, 2, "70", "5", "Barbell Squat")
    await wait_for_sets(ann, [("Barbell Squat", 70, 5)])
    assert await page.get_by_label("Reps of set 1").input_value() == "6"
    await page.get_by_role("button", name="Save set 1").click()

    await page.get_by_text("1 change could not be saved. It was deleted on another device.").wait_for()
    await page.get_by_role("button", name="Discard", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    await page.get_by_text("could not be saved").wait_for(state="detached")


async def test_changes_that_wait_for_the_server_are_said(site: Site, ann: Person) -> None:
    page = await site.open("/workout")
    await page.get_by_role("button", name="Empty workout").click()
    await page.get_by_role("heading", name="What do you begin with?").wait_for()

    async def is_started() -> bool:
        return (await ann.get("/workouts/current")).status_code == 200

    await wait_until(is_started)
    unavailable = {"type": "/problems/unavailable", "title": "Unavailable", "status": 503}
    await page.route("**/sync/batch", lambda route: route.fulfill(status=503, json=unavailable))

    await add_exercise(page, "squat", "Barbell Squat")
    await page.get_by_text("1 change not saved yet. The server is busy or restarting.").wait_for()
    await page.unroute("**/sync/batch")
    await page.get_by_role("button", name="Try again").click()

    await page.get_by_text("not saved yet").wait_for(state="detached")
    assert len((await ann.get("/workouts/current")).json()["exercises"]) == 1
