"""Counting in the web client: sets from a recording and from the camera, and what can interrupt them."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import Join, Person, wait_until
from tests.web.site import Site
from web.e2e.recordings import FOLDER, read

if TYPE_CHECKING:
    from playwright.async_api import Page

# As fast as the server reads.
FAST = "/count?speed=8"
SQUAT = "Bodyweight Squat"


@pytest.fixture
async def ann(site: Site, join: Join) -> Person:
    ann = await join("ann")
    await site.sign_in(ann)
    return ann


async def start_recording(page: "Page", exercise: str = SQUAT) -> None:
    await page.get_by_role("radio", name=exercise).check()
    await page.get_by_role("button", name="Try it with a recording").click()


async def wait_for_result(page: "Page", counted: str) -> None:
    await page.get_by_role("heading", name="Is this right?").wait_for()
    await page.get_by_text(counted, exact=True).wait_for()


async def wait_for_sets(person: Person, expected: list[Any]) -> dict[str, Any]:
    """Wait until the running workout has these sets; return it."""

    async def has_them() -> bool:
        workout = (await person.get("/workouts/current")).json()
        return [
            (item["exercise"]["name"], item_set["weight_kg"], item_set["reps"])
            for item in workout.get("exercises", [])
            for item_set in item["sets"]
        ] == expected

    await wait_until(has_them)
    workout: dict[str, Any] = (await person.get("/workouts/current")).json()
    return workout


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
async def test_each_recording_has_its_true_count(path: Any, join: Join) -> None:
    ann = await join("ann")
    counted = (await ann.post("/counting/counts", json=read(path))).json()
    assert counted["count"] == json.loads(path.read_text())["reps"]


def test_recordings_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 200_000


async def test_a_set_from_choosing_to_the_workout(site: Site, ann: Person) -> None:
    page = await site.open(FAST)
    await start_recording(page)
    await wait_for_result(page, "8 reps")
    await page.get_by_role("button", name="One more").click()
    await page.get_by_label("Weight (optional)").fill("20")
    await page.get_by_role("button", name="Save the set").click()

    await page.get_by_text(f"Saved: {SQUAT}, 9 reps.").wait_for()
    await page.get_by_role("timer").wait_for()
    workout = await wait_for_sets(ann, [(SQUAT, 20, 9)])
    ((workout_set,),) = [item["sets"] for item in workout["exercises"]]
    assert workout_set["evidence"]["detected_reps"] == 8
    assert len([rep for rep in workout_set["evidence"]["reps"] if not rep["rejected"]]) == 8
    assert workout["source"] == "camera"

    # The next set is of the same exercise, with the same weight.
    await page.get_by_role("button", name="Try it with a recording").click()
    await wait_for_result(page, "8 reps")
    await page.get_by_role("button", name="Save the set").click()
    await wait_for_sets(ann, [(SQUAT, 20, 9), (SQUAT, 20, 8)])
