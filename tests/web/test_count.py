"""Counting in the web client: sets from a recording and from the camera, and what can interrupt them."""

import json
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.counting.model import create_hold
from exercise_buddy.counting.live.storage import MAX_OPEN_SETS
from tests.support import Join, Person, wait_until
from tests.web.site import Site
from web.e2e.recordings import FOLDER, read, write

if TYPE_CHECKING:
    from playwright.async_api import Page, WebSocketRoute

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


async def wait_for_reps(page: "Page", least: int) -> None:
    async def are_counted() -> bool:
        return int(await page.get_by_role("status", name="Reps").inner_text()) >= least

    await wait_until(are_counted)


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


@pytest.mark.usefixtures("ann")
async def test_a_set_survives_lost_connections(site: Site) -> None:
    page = await site.open(FAST)
    connections = 0

    async def cut(socket: "WebSocketRoute") -> None:
        nonlocal connections
        connections += 1
        server = socket.connect_to_server()
        messages = 0
        is_last = connections == 3

        async def pass_on(message: str | bytes) -> None:
            nonlocal messages
            messages += 1
            if messages == 6 and not is_last:
                # The message is lost with the connection.
                await socket.close()
                await server.close()
            else:
                server.send(message)

        socket.on_message(pass_on)

    await page.route_web_socket("**/counting/live", cut)
    await start_recording(page)
    await wait_for_result(page, "8 reps")
    # A busy machine sends the rest of the set in few messages.
    assert connections in {2, 3}


@pytest.mark.usefixtures("ann")
async def test_a_set_goes_on_without_a_network_and_after_it(site: Site) -> None:
    page = await site.open(FAST)
    await start_recording(page)
    await wait_for_reps(page, 2)
    await site.context.set_offline(True)
    await page.get_by_text("No connection. Keep going").wait_for()
    await page.get_by_text("Your set is counted when it is back").wait_for()
    await site.context.set_offline(False)
    await wait_for_result(page, "8 reps")


async def test_a_set_survives_reloads_of_the_page(site: Site, ann: Person) -> None:
    page = await site.open(FAST)
    await start_recording(page)
    await wait_for_reps(page, 2)
    await page.reload()
    await wait_for_result(page, "8 reps")
    # The result too.
    await page.reload()
    await wait_for_result(page, "8 reps")
    await page.get_by_role("button", name="Save the set").click()
    await wait_for_sets(ann, [(SQUAT, None, 8)])
    await page.reload()
    await page.get_by_role("button", name="Start the camera").wait_for()


async def test_anything_that_repeats_is_counted_and_named_afterwards(site: Site, ann: Person) -> None:
    page = await site.open(FAST)
    await start_recording(page, "Anything that repeats")
    await wait_for_result(page, "8 reps")
    assert await page.get_by_role("button", name="Save the set").is_disabled()
    await page.get_by_role("button", name="Which exercise was it?").click()
    await page.get_by_label("Name or muscle").fill("goblet")
    await page.get_by_role("list", name="Exercises").get_by_role("button", name="Goblet Squat").first.click()
    await page.get_by_role("button", name="One less").click()
    await page.get_by_role("button", name="Save the set").click()
    workout = await wait_for_sets(ann, [("Goblet Squat", None, 7)])
    assert workout["exercises"][0]["sets"][0]["evidence"]["detected_reps"] == 8


@pytest.mark.usefixtures("ann")
async def test_the_count_is_spoken_until_it_is_turned_off(site: Site) -> None:
    await site.context.add_init_script("""
        window.spoken = [];
        speechSynthesis.speak = (words) => words.text && window.spoken.push(words.text);
    """)
    page = await site.open(FAST)
    await start_recording(page)
    await wait_for_result(page, "8 reps")
    spoken = await page.evaluate("spoken")
    numbers = [int(text) for text in spoken if text.isdigit()]
    # A count that the server corrects is not said again.
    assert numbers == sorted(set(numbers))
    # On a busy machine, the live count is ahead of the one that the whole set has in the end.
    assert 1 <= numbers[0] < numbers[-1]
    await page.get_by_role("button", name="Discard").click()

    await page.get_by_label("Say the count aloud").uncheck()
    await page.reload()
    assert not await page.get_by_label("Say the count aloud").is_checked()
    await start_recording(page)
    await wait_for_result(page, "8 reps")
    assert await page.evaluate("spoken") == []


async def test_an_exercise_of_the_workout_is_counted(site: Site, ann: Person) -> None:
    found = (await ann.get("/exercises", params={"search": "Pushups", "countable": True})).json()["items"]
    exercise = next(item for item in found if item["name"] == "Pushups")
    page = await site.open(f"/count?exercise={exercise['id']}")
    await page.get_by_text("Stand sideways to it").wait_for()
    assert await page.get_by_role("radio", name="Pushups").is_checked()
    await page.get_by_role("button", name="Try it with a recording").click()
    # Who walks in is not in position yet.
    await page.get_by_text("Not in position. Get into the push-up position.").wait_for()
    await page.get_by_role("button", name="Stop").click()
    await page.get_by_role("heading", name="No rep was counted").wait_for()


@pytest.mark.usefixtures("ann")
async def test_a_computer_without_a_camera_says_what_to_do(site: Site) -> None:
    page = await site.open("/count")
    await page.get_by_role("button", name="Start the camera").click()
    await page.get_by_role("alert").get_by_text("No camera was found.").wait_for()
    await page.get_by_role("button", name="Back").click()
    await page.get_by_role("button", name="Try it with a recording").wait_for()


@pytest.mark.usefixtures("ann")
async def test_any_number_of_sets_can_be_discarded(site: Site) -> None:
    page = await site.open(FAST)
    # One more than the server lets a person have open.
    for _ in range(MAX_OPEN_SETS + 1):
        await start_recording(page)
        await wait_for_reps(page, 1)
        await page.get_by_role("button", name="Discard").click()
    await start_recording(page)
    await wait_for_result(page, "8 reps")


async def test_the_seconds_of_a_hold_are_counted(site: Site, ann: Person) -> None:
    hold = create_hold("clean", seed=3, seconds=15)
    assert hold.hold_ms is not None
    recording = write(replace(hold, bounds_ms=(hold.hold_ms,)))
    recording["hz"] = 1000 * (len(hold.times_ms) - 1) / hold.times_ms[-1]
    running = {
        "setId": str(uuid.uuid4()),
        "userId": (await ann.get("/users/me")).json()["id"],
        "exercise": {**recording["exercise"], "countable": True},
        "rules": {"camera": "side", "kind": "hold"},
        "recording": "pushups",
        "startedAt": time.time() * 1000,
    }
    page = await site.open(FAST)
    await page.evaluate("running => sessionStorage.setItem('counted-set', JSON.stringify(running))", running)
    # No exercise that is held has a recording.
    await site.context.route("**/assets/pushups-*.json", lambda route: route.fulfill(json=recording))
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    await page.reload()

    await page.get_by_role("heading", name="Is this right?").wait_for()
    await page.get_by_role("button", name="Save the set").click()
    await page.get_by_text("Saved: Plank").wait_for()

    async def is_saved() -> bool:
        workout = (await ann.get("/workouts/current")).json()
        return [len(item["sets"]) for item in workout.get("exercises", [])] == [1]

    await wait_until(is_saved)
    workout = (await ann.get("/workouts/current")).json()
    (workout_set,) = workout["exercises"][0]["sets"]
    start, end = hold.hold_ms
    assert workout_set["duration_seconds"] == pytest.approx((end - start) / 1000, rel=0.1)
    assert workout_set["reps"] is None
