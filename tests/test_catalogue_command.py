"""`exercise-buddy catalogue load` as operators know it, against a database."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from exercise_buddy.exercises import public as exercises
from exercise_buddy.workouts.public import exercise_usage
from tests.factories import workout
from tests.support import Connection, Person, RunCommand, RunningApp, shared_file

Load = Callable[..., Awaitable[Result]]

PUSH_UP = {
    "id": "Pushups",
    "name": "Pushups",
    "force": "push",
    "level": "beginner",
    "mechanic": "compound",
    "equipment": "body only",
    "primaryMuscles": ["chest"],
    "secondaryMuscles": ["shoulders", "triceps"],
    "instructions": ["Lie on your front.", "Push.\nAgain."],
    "category": "strength",
    "images": ["Pushups/0.jpg"],
}
NEW = PUSH_UP | {
    "id": "Zorp_Curl",
    "name": "Zörp: Curl",
    "force": None,
    "mechanic": None,
    "equipment": "e-z curl bar",
    "primaryMuscles": ["lower back", "lower back"],
    "secondaryMuscles": ["lower back", "biceps"],
    "category": "olympic weightlifting",
    "images": [],
}


@pytest.fixture
def load(run_command: RunCommand, tmp_path: Path) -> Load:
    """Run `exercise-buddy catalogue load` with a file of this content."""
    file = tmp_path / "exercises.json"

    async def run(content: Any, *options: str) -> Result:
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return await run_command("catalogue", "load", str(file), *options)

    return run


async def one(person: Person, slug: str) -> dict[str, Any]:
    found: dict[str, Any] = (await person.get(f"/exercises/{exercises.catalogue_id(slug)}")).json()
    return found


async def test_what_is_known_gets_instructions_and_what_is_not_is_added(ann: Person, load: Load) -> None:
    before = await one(ann, "pushups")

    ran = await load([PUSH_UP | {"level": "expert"}, NEW], "--images-at", "https://example.com/")

    assert ran.exit_code == 0
    assert "Updated: 1. Added: 1. Unchanged: 0." in ran.stdout
    assert await one(ann, "pushups") == before | {
        "instructions": PUSH_UP["instructions"],
        "images": ["https://example.com/Pushups/0.jpg"],
    }
    assert await one(ann, "zorp-curl") == {
        "id": str(exercises.catalogue_id("zorp-curl")),
        "slug": "zorp-curl",
        "name": "Zörp: Curl",
        "aliases": [],
        "custom": False,
        "category": "olympic_weightlifting",
        "equipment": "ez_curl_bar",
        "mechanic": None,
        "force": None,
        "level": "beginner",
        "primary_muscles": ["lower_back"],
        "secondary_muscles": ["biceps"],
        "measures": "weight_reps",
        "met": 6.0,
        "bodyweight_share": None,
        "assisted": False,
        "countable": False,
        "instructions": PUSH_UP["instructions"],
        "images": [],
    }
    assert (await ann.get("/exercises", params={"search": "zorp"})).json()["items"][0]["slug"] == "zorp-curl"


async def test_it_stays_over_the_next_release(app: RunningApp, ann: Person, load: Load) -> None:
    await load([PUSH_UP, NEW])
    again = await load([PUSH_UP, NEW])

    await exercises.update_catalogue(app.state["database"], exercise_usage, ())

    assert "Updated: 0. Added: 0. Unchanged: 2." in again.stdout
    assert (await one(ann, "pushups"))["instructions"] == PUSH_UP["instructions"]
    assert (await one(ann, "zorp-curl"))["instructions"] == PUSH_UP["instructions"]


async def test_running_processes_know_added_exercises(ann: Person, load: Load) -> None:
    # From now on, the process remembers the catalogue.
    await ann.log(**workout())
    await load([NEW])

    added = {"exercise_id": str(exercises.catalogue_id("zorp-curl")), "sets": [{"reps": 5}]}
    logged = await ann.log(**workout(added))

    assert logged["exercises"][0]["exercise"]["name"] == "Zörp: Curl"


async def test_a_dry_run_changes_nothing(ann: Person, connection: Connection, load: Load) -> None:
    count = await connection.fetchval("SELECT count(*) FROM catalogue_exercise")

    ran = await load([PUSH_UP, NEW], "--dry-run")

    assert "Would update: 1. Added: 1." in ran.stdout
    assert await connection.fetchval("SELECT count(*) FROM catalogue_exercise") == count
    assert (await one(ann, "pushups"))["instructions"] == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "This is not valid JSON: Expecting value in line 1, column 1."),
        ('[\n{"id": "x",}]', "in line 2, column 1"),
        ({}, "valid list"),
        ([PUSH_UP, PUSH_UP | {"equipment": "hammer"}], "/1/equipment"),
        ([PUSH_UP | {"primaryMuscles": ["brain"]}], "/0/primaryMuscles/0"),
        ([PUSH_UP | {"instructions": ["fine", "n\0t"]}], "/0/instructions/1 Control characters"),
        ([PUSH_UP | {"instructions": "Push."}], "/0/instructions"),
        ('[{"id": "x", "name": "\\ud800"}]', "/0/name"),
        ([PUSH_UP | {"name": "x" * 121}], "/0/name"),
        ([PUSH_UP | {"name": "💪"}], "/0/name"),
        ([PUSH_UP | {"name": 7}], "/0/name"),
        ([PUSH_UP | {"level": None}], "/0/level"),
        ([{name: value for name, value in PUSH_UP.items() if name != "category"}], "/0/category"),
        ([PUSH_UP | {"instrutions": []}], "/0/instrutions"),
        ([PUSH_UP, NEW, PUSH_UP | {"id": "Push_Up", "name": "Push-Up"}], "/2/name This is the same exercise as Push"),
        ('[{"id": "x", "name": NaN}]', "/0/name"),
    ],
)
async def test_nonsense_is_refused(connection: Connection, load: Load, content: Any, message: str) -> None:
    count = await connection.fetchval("SELECT count(*) FROM catalogue_exercise")

    ran = await load(content)

    assert ran.exit_code == 1
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr
    assert await connection.fetchval("SELECT count(*) FROM catalogue_exercise") == count


async def test_the_whole_of_the_public_catalogue(ann: Person, connection: Connection, load: Load) -> None:
    content = shared_file("free-exercise-db/exercises.json").read_text()

    ran = await load(content)

    assert ran.exit_code == 0
    # We know all of it; five have no instructions.
    assert "Added: 0." in ran.stdout
    with_instructions = sum(bool(entry["instructions"]) for entry in json.loads(content))
    counted = "SELECT count(*) FROM catalogue_exercise WHERE cardinality(instructions) > 0"
    assert await connection.fetchval(counted) == with_instructions
    assert (await one(ann, "air-bike"))["images"] == ["Air_Bike/0.jpg", "Air_Bike/1.jpg"]
