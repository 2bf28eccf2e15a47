"""Proposals that a client accepts in bulk."""

from typing import Any

import pytest

from exercise_buddy.transfers.imports.tests.test_evidence import build_strong_file
from exercise_buddy.transfers.tests.support import import_file, list_errors, list_workouts, send_file
from tests.support import Person

_NAMES = build_strong_file(
    ("2025-01-01", "Barbel Squats", 100),
    ("2025-01-02", "Zzyzx", 20),
    ("2025-01-03", "Lateral Rase (Cable)", 8),
    ("2025-01-04", "Bodyweight Squatt", 90),
    ("2025-01-05", "Pushupps", 0),
    ("2025-01-06", "Squat (Bodyweight)", 100),
    ("2025-01-07", "Leg Press", 200),
)


def _index(report: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["exercise_name"] for one in report["accepted_proposals"]}


@pytest.mark.parametrize("dry_run", [True, False])
async def test_each_unmatched_name_gets_the_best_proposal_that_its_sets_allow(ann: Person, *, dry_run: bool) -> None:
    report = await import_file(ann, _NAMES, accept_proposals="0.6", dry_run=dry_run)

    assert _index(report) == {
        "Barbel Squats": "Barbell Squat",
        "Bodyweight Squatt": "Barbell Squat",
        "Pushupps": "Pushups",
        "Squat (Bodyweight)": "Barbell Squat",
        "Lateral Rase (Cable)": "Cable Lateral Raise",
    }
    assert all(0.6 <= one["similarity"] <= 1 for one in report["accepted_proposals"])
    matched = {one["name"]: one for one in report["exercises"]}
    assert {name: matched[name]["match"] for name in _index(report)} == dict.fromkeys(_index(report), "accepted")
    assert matched["Barbel Squats"]["exercise_name"] == "Barbell Squat"
    assert matched["Leg Press"]["match"] in {"exact", "alias"}
    assert [one["name"] for one in report["created_exercises"]] == ["Zzyzx"]
    assert report["warnings"] == []


async def test_a_less_similar_proposal_is_not_taken(ann: Person) -> None:
    proposed = await import_file(ann, _NAMES, dry_run=True)
    scores = {one["name"]: one["proposals"][0]["similarity"] for one in proposed["exercises"] if one["proposals"]}

    report = await import_file(ann, _NAMES, accept_proposals=str(scores["Pushupps"]), dry_run=True)

    taken = {one["name"]: one["similarity"] for one in report["accepted_proposals"]}
    assert "Pushupps" in taken
    assert taken == {name: score for name, score in scores.items() if score >= scores["Pushupps"]}


async def test_names_that_contradict_each_other_do_not_get_one_exercise(ann: Person) -> None:
    content = build_strong_file(
        ("2025-01-01", "Leg Pres", 40),
        ("2025-01-02", "Leg Pres Assisted", 20),
        ("2025-01-03", "Leg Press", 50),
    )

    report = await import_file(ann, content, accept_proposals="0.5")

    assert _index(report) == {"Leg Pres": "Leg Press"}
    assert [one["name"] for one in report["created_exercises"]] == ["Leg Pres Assisted"]


async def test_stored_workouts_get_the_proposals_unless_the_user_chose_an_exercise(ann: Person) -> None:
    content = build_strong_file(("2025-01-01", "Barbel Squats", 100), ("2025-01-02", "Pushupps", 0))
    created = {one["name"]: one["id"] for one in (await import_file(ann, content))["created_exercises"]}
    dips = (await ann.get("/exercises?search=bench dips")).json()["items"][0]
    assert (await ann.delete(f"/exercises/{created['Pushupps']}", params={"move_to": dips["id"]})).status_code == 204

    report = await import_file(ann, content, accept_proposals="0.6")

    assert (report["workouts"], report["remapped"]) == (0, 1)
    assert "Barbel Squats" in _index(report)

    def read_names(workouts: list[dict[str, Any]]) -> set[str]:
        return {one["exercise"]["name"] for workout in workouts for one in workout["exercises"]}

    assert read_names(await list_workouts(ann)) == {"Barbell Squat", dips["name"]}
    assert (await ann.delete(f"/imports/{report['id']}")).status_code == 204
    assert read_names(await list_workouts(ann)) == {"Barbel Squats", dips["name"]}


async def test_a_custom_exercise_that_the_user_created_keeps_its_name(ann: Person) -> None:
    assert (await ann.post("/exercises", json={"name": "Barbel Squats"})).status_code == 201

    report = await import_file(ann, build_strong_file(("2025-01-01", "Barbel Squats", 100)), accept_proposals="0.4")

    assert report["accepted_proposals"] == []
    assert [one["exercise_name"] for one in report["exercises"]] == ["Barbel Squats"]


@pytest.mark.parametrize("score", ["1.1", "-0.1", "nan", "inf", "many"])
async def test_a_score_is_a_number_from_0_to_1(ann: Person, score: str) -> None:
    (error,) = list_errors(await send_file(ann, _NAMES, accept_proposals=score))

    assert error[0] == "/accept_proposals"
