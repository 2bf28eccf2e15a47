from uuid import uuid4

import pytest

from exercise_buddy.counting.profiles import load_profiles
from exercise_buddy.counting.tests.helpers import PLANK, SQUAT, SWIMMING
from exercise_buddy.exercises.public import catalogue_id
from tests.support import Person


async def test_a_profile_tells_how_an_exercise_is_counted(ann: Person) -> None:
    response = await ann.get(f"/counting/profiles/{SQUAT}")

    profile = response.json()
    assert (profile["exercise_id"], profile["slug"], profile["kind"]) == (SQUAT, "bodyweight-squat", "rep")
    assert profile["version"] == load_profiles()["bodyweight-squat"].version
    assert profile["signals"][0] == {"measure": "height", "joints": ["hip", "ankle"], "begins": "falling"}
    assert profile["first_phase"] == "eccentric"
    assert profile["position"][0]["hint"]
    assert profile["calibration"] is None


async def test_a_hold_has_no_reps(ann: Person) -> None:
    profile = (await ann.get(f"/counting/profiles/{PLANK}")).json()

    assert (profile["kind"], profile["signals"], profile["first_phase"], profile["full_range"]) == (
        "hold",
        [],
        None,
        None,
    )
    assert profile["position"]


async def test_the_list_has_each_exercise_once(ann: Person) -> None:
    families = (await ann.get("/counting/profiles")).json()["items"]

    slugs = [exercise["slug"] for family in families for exercise in family["exercises"]]
    assert sorted(slugs) == sorted(load_profiles())
    assert len(families) == len({family["version"] for family in families}) < len(slugs)
    assert {exercise["exercise_id"] for family in families for exercise in family["exercises"]} == {
        str(catalogue_id(slug)) for slug in slugs
    }


@pytest.mark.parametrize("path", ["/counting/profiles", f"/counting/profiles/{SQUAT}"])
async def test_profiles_have_an_etag(ann: Person, path: str) -> None:
    tag = (await ann.get(path)).headers["etag"]

    response = await ann.get(path, headers={"If-None-Match": tag})

    assert (response.status_code, response.content) == (304, b"")


async def test_an_exercise_without_a_profile_is_not_found(ann: Person) -> None:
    own = (await ann.post("/exercises", json={"name": "My Own Squat"})).json()["id"]

    for exercise_id in (own, SWIMMING, str(uuid4())):
        response = await ann.get(f"/counting/profiles/{exercise_id}")
        assert (response.status_code, response.json()["type"]) == (404, "/problems/profile-not-found")


async def test_countable_exercises_are_those_with_a_profile(ann: Person) -> None:
    await ann.post("/exercises", json={"name": "My Own Squat"})

    countable = await ann.list_all("/exercises", countable=True, limit=100)
    others = await ann.list_all("/exercises", countable=False, limit=100)

    assert {exercise["slug"] for exercise in countable} == set(load_profiles())
    assert {exercise["countable"] for exercise in countable} == {True}
    assert {exercise["countable"] for exercise in others} == {False}
    assert "My Own Squat" in {exercise["name"] for exercise in others}
