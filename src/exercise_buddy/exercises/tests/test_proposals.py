"""The proposals for custom exercises: which exercises of the catalogue they may be, and which one to accept unseen."""

from typing import Any

import pytest

from exercise_buddy.exercises.tests.helpers import PULL_UP, PUSH_UP, make, workout
from tests.factories import SQUAT, error_pointers
from tests.support import Person


async def propose(person: Person, **query: Any) -> dict[str, dict[str, Any]]:
    """Return the items of all pages by name."""
    return {item["name"]: item for item in await person.list_all("/exercises/proposals", **query)}


async def test_custom_exercises_have_proposals_and_their_uses(ann: Person, bob: Person) -> None:
    made = await make(ann, "Pushupps")
    await make(ann, "Zzyzx")
    await make(bob, "Pullupps")
    await workout(ann, made["id"], made["id"])
    await ann.post("/routines", json={"name": "Push", "exercises": [{"exercise_id": made["id"]}]})

    found = await propose(ann)

    assert list(found) == ["Pushupps"]
    item = found["Pushupps"]
    assert (item["exercise_id"], item["recommended_id"]) == (made["id"], PUSH_UP)
    assert (item["workouts"], item["routines"], item["sets"]) == (1, 1, 4)
    assert item["proposals"][0]["id"] == PUSH_UP
    scores = [proposal["similarity"] for proposal in item["proposals"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0.4 <= score < 1 for score in scores)


async def test_a_name_of_the_catalogue_is_its_best_proposal(ann: Person) -> None:
    await make(ann, "pull-ups")

    assert (await propose(ann, min_similarity=1))["pull-ups"]["proposals"] == [
        {"id": PULL_UP, "name": "Pullups", "similarity": 1}
    ]


async def test_the_loads_of_the_sets_count(ann: Person) -> None:
    made = await make(ann, "Bodyweight Squatt")
    before = (await propose(ann))["Bodyweight Squatt"]
    sets = [{"reps": 5, "weight_kg": 90}]
    await ann.log(started_at="2026-03-02T10:00:00Z", exercises=[{"exercise_id": made["id"], "sets": sets}])

    loaded = (await propose(ann))["Bodyweight Squatt"]

    assert before["recommended_id"] not in {None, SQUAT}
    assert loaded["recommended_id"] == SQUAT
    assert before["recommended_id"] not in {proposal["id"] for proposal in loaded["proposals"]}


async def test_names_that_contradict_are_not_recommended(ann: Person) -> None:
    for name in ("Leg Pres", "Leg Pres Assisted"):
        await make(ann, name)

    found = await propose(ann)

    assert found["Leg Pres"]["recommended_id"] is not None
    assert found["Leg Pres Assisted"]["proposals"] != []
    assert found["Leg Pres Assisted"]["recommended_id"] is None


async def test_names_that_contradict_merged_ones_are_not_recommended(ann: Person) -> None:
    target = next(iter((await ann.get("/exercises", params={"search": "Leg Press"})).json()["items"]))["id"]
    merged = await make(ann, "Barbell Leg Pres")
    assert (await ann.post(f"/exercises/{merged['id']}/merge", json={"into": target})).status_code == 200
    await make(ann, "Cable Leg Press")
    await make(ann, "Leg Presss")

    found = await propose(ann)

    assert found["Leg Presss"]["recommended_id"] == target
    assert found["Cable Leg Press"]["recommended_id"] != target


async def test_pages_look_at_all_custom_exercises(ann: Person) -> None:
    names = ["Pushupps", "Pullupps", "Barbel Squats", "Zzyzx", "Qqqqq"]
    for name in names:
        await make(ann, name)

    pages, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await ann.get("/exercises/proposals", params=query)).json()
        pages.append([item["name"] for item in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break

    # Exercises without proposals are left out of their pages.
    assert pages == [["Barbel Squats", "Pullupps"], ["Pushupps"], []]


async def test_accepted_in_bulk_they_are_gone(ann: Person) -> None:
    for name in ("Pushupps", "Pullupps", "Barbel Squats"):
        await workout(ann, (await make(ann, name))["id"], started_at="2026-03-02T10:00:00Z")
    found = (await propose(ann, min_similarity=0.5)).values()
    pairs = [{"exercise_id": item["exercise_id"], "into_id": item["recommended_id"]} for item in found]

    report = (await ann.post("/exercises/merge", json={"merges": pairs})).json()["items"]

    assert [(item["outcome"], item["sets"]) for item in report] == [("merged", 2)] * 3
    assert await propose(ann) == {}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"min_similarity": "0.39"}, "/min_similarity"),
        ({"min_similarity": "1.1"}, "/min_similarity"),
        ({"min_similarity": "nan"}, "/min_similarity"),
        ({"cursor": "x"}, "/cursor"),
        ({"limit": "0"}, "/limit"),
    ],
)
async def test_queries_are_checked(ann: Person, query: dict[str, str], pointer: str) -> None:
    assert error_pointers(await ann.get("/exercises/proposals", params=query)) == [pointer]
