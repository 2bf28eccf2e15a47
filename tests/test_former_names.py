"""Imports of files that use the former name of an exercise: a rename does not split its history."""

from typing import Any

import pytest

from exercise_buddy.exercises.tests.helpers import make, patch
from exercise_buddy.transfers.tests.support import import_strong, list_workouts
from tests.factories import read_problem
from tests.support import Person

FIRST = "2026-03-02 18:07:00,Evening,1h,Zorp row,1,50,8,0,0,,,"
SECOND = "2026-03-04 18:11:00,Evening,1h,ZORP  ROW,1,55,8,0,0,,,"


async def import_and_rename(person: Person, name: str = "Row at the window") -> str:
    """Import a file whose exercise is unknown, rename the exercise, and return its id."""
    await import_strong(person, FIRST)
    exercise_id = str((await list_workouts(person))[0]["exercises"][0]["exercise"]["id"])
    assert (await patch(person, exercise_id, name=name)).status_code == 200
    return exercise_id


async def list_exercises_of_workouts(person: Person) -> list[tuple[str, str]]:
    """Return the id and the name of the exercise of each workout, the newest first."""
    exercises: list[dict[str, Any]] = [item["exercises"][0]["exercise"] for item in await list_workouts(person)]
    return [(exercise["id"], exercise["name"]) for exercise in exercises]


async def test_a_renamed_exercise_keeps_its_history_in_one_piece(ann: Person) -> None:
    renamed = await import_and_rename(ann)

    repeated = await import_strong(ann, FIRST, SECOND)

    assert (repeated["workouts"], repeated["duplicates"], repeated["created_exercises"]) == (1, 1, [])
    assert await list_exercises_of_workouts(ann) == [(renamed, "Row at the window")] * 2


async def test_each_former_name_is_found(ann: Person) -> None:
    renamed = await import_and_rename(ann, "Zorp two")
    await patch(ann, renamed, name="Zorp three")

    await import_strong(ann, SECOND, FIRST.replace("Zorp row", "Zorp two").replace("03-02", "03-06"))

    assert await list_exercises_of_workouts(ann) == [(renamed, "Zorp three")] * 3


async def test_a_name_that_was_taken_back_is_found(ann: Person) -> None:
    renamed = await import_and_rename(ann)
    assert (await patch(ann, renamed, name="Zorp row")).status_code == 200

    await import_strong(ann, SECOND)

    assert await list_exercises_of_workouts(ann) == [(renamed, "Zorp row")] * 2


@pytest.mark.parametrize("by", ["create", "rename"])
async def test_another_exercise_may_take_a_former_name(ann: Person, by: str) -> None:
    renamed = await import_and_rename(ann)
    other = await make(ann, "Zorp row" if by == "create" else "Another")
    if by == "rename":
        assert (await patch(ann, other["id"], name="Zorp row")).status_code == 200

    await import_strong(ann, SECOND)

    assert await list_exercises_of_workouts(ann) == [(other["id"], "Zorp row"), (renamed, "Row at the window")]


async def test_an_exercise_that_a_person_made_leaves_its_name_behind(ann: Person) -> None:
    made = await make(ann, "Zorp row")
    await patch(ann, made["id"], name="Row at the window")

    report = await import_strong(ann, FIRST)

    assert len(report["created_exercises"]) == 1
    assert (await list_exercises_of_workouts(ann))[0][1] == "Zorp row"


async def test_a_merge_keeps_the_former_name_for_good(ann: Person) -> None:
    renamed = await import_and_rename(ann)
    other = await make(ann, "Another")
    assert (await ann.post(f"/exercises/{renamed}/merge", json={"into": other["id"]})).status_code == 200

    await import_strong(ann, SECOND)

    assert await list_exercises_of_workouts(ann) == [(other["id"], "Another")] * 2
    taken = await ann.post("/exercises", json={"name": "Row at the window"})
    assert read_problem(taken) == (409, "/problems/exercise-name-taken")


async def test_an_import_that_is_undone_takes_a_renamed_exercise_with_it(ann: Person) -> None:
    await import_and_rename(ann)
    (stored,) = (await ann.get("/imports")).json()["items"]

    undone = await ann.delete(f"/imports/{stored['id']}", params={"include_edited": "true"})

    assert undone.status_code == 204
    assert [item["name"] for item in await ann.list_all("/exercises", custom="true", limit=100)] == []
    assert (await ann.post("/exercises", json={"name": "Zorp row"})).status_code == 201
