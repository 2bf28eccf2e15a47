"""Matching of names by the loads of their sets, and of names that mean one exercise."""

from typing import Any

import pytest

from exercise_buddy.transfers.tests.support import import_file, list_workouts
from tests.support import Person

_HEADER = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"


def build_strong_file(*sets: tuple[str, str, float]) -> bytes:
    """Return a file of Strong with one set of five reps for each day, name and weight."""
    rows = [f"{day} 19:00:00,E,29m,{name},1,{weight},5,0,0,,,\n" for day, name, weight in sets]
    return (_HEADER + "".join(rows)).encode()


def _matched(report: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(one["name"], one["exercise_name"]): one["sets"] for one in report["exercises"]}


async def test_squats_without_a_load_stay_bodyweight_squats(ann: Person) -> None:
    content = build_strong_file(("2025-01-01", "Squat", 0), ("2025-01-02", "Squat", 80), ("2025-01-03", "Pull Up", 0))
    content += build_strong_file(("2025-01-04", "Pull Up", 20))[len(_HEADER) :]

    report = await import_file(ann, content)

    expected = {("Squat", "Bodyweight Squat"): 1, ("Squat", "Barbell Squat"): 1, ("Pull Up", "Pullups"): 2}
    assert _matched(report) == expected
    again = await import_file(ann, content)
    assert (again["workouts"], again["duplicates"]) == (0, 4)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_name_whose_exercise_cannot_have_the_load_is_unmatched(ann: Person, *, dry_run: bool) -> None:
    content = build_strong_file(("2025-01-01", "Squat (Bodyweight)", 0), ("2025-01-02", "Squat (Bodyweight)", 100))

    report = await import_file(ann, content, dry_run=dry_run)

    (match,) = report["exercises"]
    assert match["match"] == ("proposed" if dry_run else "created")
    assert (match["exercise_name"], match["sets"]) == ("Squat (Bodyweight)", 2)
    assert [one["name"] for one in match["proposals"]] == ["Barbell Squat"]
    (warning,) = report["warnings"]
    assert warning["code"] == "implausible_weight"
    assert "“Squat (Bodyweight)” has sets of 100 kg, which Bodyweight Squat cannot have." in warning["message"]


async def test_two_names_of_one_exercise_stay_apart_unless_they_are_synonyms(ann: Person) -> None:
    content = build_strong_file(
        ("2025-01-01", "Reverse Fly Single Arm (Cable)", 5),
        ("2025-01-02", "Cable Rear Delt Fly", 10),
        ("2025-01-03", "Push Up", 0),
        ("2025-01-04", "Liegestütze", 0),
    )

    report = await import_file(ann, content)

    (warning,) = report["warnings"]
    assert warning["code"] == "exercises_share_match"
    for name in ("Reverse Fly Single Arm (Cable)", "Cable Rear Delt Fly"):
        assert f"“{name}”" in warning["message"]
    matched = {one["name"]: one for one in report["exercises"]}
    assert matched["Push Up"]["exercise_id"] == matched["Liegestütze"]["exercise_id"]
    assert matched["Cable Rear Delt Fly"]["match"] == "exact"
    apart = matched["Reverse Fly Single Arm (Cable)"]
    assert apart["match"] == "created"
    own = (await ann.get(f"/exercises/{apart['exercise_id']}")).json()
    shared = (await ann.get(f"/exercises/{matched['Cable Rear Delt Fly']['exercise_id']}")).json()
    taken = ("category", "equipment", "primary_muscles", "secondary_muscles", "measures", "met")
    assert {name: own[name] for name in taken} == {name: shared[name] for name in taken}
    again = await import_file(ann, content)
    assert (again["workouts"], again["warning_count"]) == (0, 0)
    assert len(await list_workouts(ann)) == 4


async def test_a_mapped_name_means_what_the_user_says(ann: Person) -> None:
    content = build_strong_file(("2025-01-01", "Squat", 0), ("2025-01-02", "Squat", 80))
    found = (await ann.get("/exercises?search=goblet squat")).json()["items"][0]

    report = await import_file(ann, content, mapping=f'{{"Squat": "{found["id"]}"}}')

    assert _matched(report) == {("Squat", found["name"]): 2}
