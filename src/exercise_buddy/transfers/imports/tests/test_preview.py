"""Previews, and the exercises that the names in a file match."""

import json
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import hevy_row
from exercise_buddy.transfers.tests.support import (
    count_rows,
    import_file,
    import_hevy,
    list_errors,
    list_workouts,
    send_file,
)
from tests.support import Connection, Person


def build_file(*names: str) -> str:
    return files.hevy(*(hevy_row(exercise_title=name, set_index=index) for name in names for index in range(2)))


def index_exercises(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {exercise["name"]: exercise for exercise in report["exercises"]}


async def test_a_preview_reports_matches_and_writes_nothing(ann: Person, connection: Connection) -> None:
    before = await count_rows(connection)
    content = build_file("barbell SQUAT", "Bench Press (Barbell)", "Barbel Squats Deluxe", "Zzyzx")

    found = await import_file(ann, content, dry_run=True)

    assert await count_rows(connection) == before
    names = index_exercises(found)
    assert {name: exercise["match"] for name, exercise in names.items()} == {
        "barbell SQUAT": "exact",
        "Bench Press (Barbell)": "alias",
        "Barbel Squats Deluxe": "proposed",
        "Zzyzx": "created",
    }
    assert names["barbell SQUAT"]["exercise_id"] == str(catalogue_id("barbell-squat"))
    assert names["Bench Press (Barbell)"]["exercise_id"] is not None
    assert "Barbell Squat" in [proposal["name"] for proposal in names["Barbel Squats Deluxe"]["proposals"]]
    assert (names["Zzyzx"]["exercise_id"], names["Zzyzx"]["proposals"]) == (None, [])
    assert {exercise["sets"] for exercise in names.values()} == {2}
    assert (found["id"], found["workouts"], found["sets"]) == (None, 1, 8)


async def test_a_similar_name_becomes_a_custom_exercise(ann: Person, connection: Connection) -> None:
    found = await import_file(ann, build_file("Barbel Squats Deluxe"))

    exercise = index_exercises(found)["Barbel Squats Deluxe"]
    assert (exercise["match"], exercise["exercise_name"]) == ("created", "Barbel Squats Deluxe")
    row = await connection.fetchrow("SELECT id, import_id FROM custom_exercise")
    assert (str(row["id"]), str(row["import_id"])) == (exercise["exercise_id"], found["id"])


async def test_a_mapping_replaces_a_match(ann: Person) -> None:
    squat = str(catalogue_id("barbell-squat"))
    mapping = json.dumps({"barbel squats DELUXE": squat})

    found = await import_file(ann, build_file("Barbel Squats Deluxe", "Barbell Squat"), mapping=mapping)

    assert index_exercises(found)["Barbel Squats Deluxe"]["match"] == "mapped"
    assert found["created_exercises"] == []
    (workout,) = await list_workouts(ann)
    assert [exercise["exercise"]["id"] for exercise in workout["exercises"]] == [squat, squat]


@pytest.mark.parametrize(
    ("mapping", "pointer", "code"),
    [
        ("[]", "/mapping", "mapping"),
        ("{", "/mapping", "mapping"),
        ('{"a": "b"}', "/mapping", "mapping"),
        (json.dumps({"a/b": str(UUID(int=7))}), "/mapping/a~1b", "unknown_exercise"),
    ],
)
async def test_an_invalid_mapping_is_refused(ann: Person, mapping: str, pointer: str, code: str) -> None:
    response = await send_file(ann, build_file("Squat"), mapping=mapping)

    assert list_errors(response) == [(pointer, code)]


async def test_an_exercise_of_another_user_cannot_be_mapped(ann: Person, bob: Person) -> None:
    theirs = (await import_file(bob, build_file("My Press")))["created_exercises"][0]["id"]

    response = await send_file(ann, build_file("My Press"), mapping=json.dumps({"My Press": theirs}))

    assert response.status_code == 422


async def test_a_file_creates_at_most_a_thousand_exercises(ann: Person, connection: Connection) -> None:
    rows = [
        hevy_row(start_time=f"{day} Mar 2025, 08:29", end_time="", exercise_title=f"Own {day} {number}")
        for day in range(1, 13)
        for number in range(90)
    ]

    found = await import_hevy(ann, *rows)

    assert (found["workouts"], len(found["created_exercises"])) == (11, 990)
    assert [problem["code"] for problem in found["problems"]] == ["too_many_exercises"]
    assert (await count_rows(connection))["custom_exercise"] == 990


async def test_imports_are_limited(ann: Person, start_app: Any) -> None:
    app = await start_app(rate_limits={"imports_user": "2/hour"})
    client = app.client()
    client.headers["Authorization"] = ann.client.headers["Authorization"]
    files = {"file": ("a.csv", build_file("Squat"))}

    answers = [await client.post("/api/v1/imports", files=files, data={"time_zone": "UTC"}) for _ in range(3)]
    await client.aclose()

    assert [answer.status_code for answer in answers] == [201, 201, 429]
