"""What an import would do, and what the names in a file stand for."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.imports.tests.support import (
    count_rows,
    hevy_file,
    hevy_row,
    import_file,
    list_workouts,
    send_file,
)
from tests.support import Person


def build_file(*names: str) -> str:
    return hevy_file(*(hevy_row(exercise_title=name, set_index=index) for name in names for index in range(2)))


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found["exercises"]}


async def test_a_preview_says_what_each_name_stands_for_and_writes_nothing(
    ann: Person, connection: asyncpg.Connection
) -> None:
    before = await count_rows(connection)
    content = build_file("barbell SQUAT", "Bench Press (Barbell)", "Barbel Squats Deluxe", "Zzyzx")

    found = await import_file(ann, content, dry_run=True)

    assert await count_rows(connection) == before
    names = by_name(found)
    assert {name: one["match"] for name, one in names.items()} == {
        "barbell SQUAT": "exact",
        "Bench Press (Barbell)": "alias",
        "Barbel Squats Deluxe": "proposed",
        "Zzyzx": "created",
    }
    assert names["barbell SQUAT"]["exercise_id"] == str(catalogue_id("barbell-squat"))
    assert names["Bench Press (Barbell)"]["exercise_id"] is not None
    assert "Barbell Squat" in [one["name"] for one in names["Barbel Squats Deluxe"]["proposals"]]
    assert (names["Zzyzx"]["exercise_id"], names["Zzyzx"]["proposals"]) == (None, [])
    assert {one["sets"] for one in names.values()} == {2}
    assert (found["id"], found["workouts"], found["sets"]) == (None, 1, 8)


async def test_what_is_only_like_a_name_becomes_an_exercise_of_ones_own(
    ann: Person, connection: asyncpg.Connection
) -> None:
    found = await import_file(ann, build_file("Barbel Squats Deluxe"))

    one = by_name(found)["Barbel Squats Deluxe"]
    assert (one["match"], one["exercise_name"]) == ("created", "Barbel Squats Deluxe")
    row = await connection.fetchrow("SELECT id, import_id FROM custom_exercise")
    assert (str(row["id"]), str(row["import_id"])) == (one["exercise_id"], found["id"])


async def test_a_mapping_says_what_a_name_stands_for(ann: Person) -> None:
    squat = str(catalogue_id("barbell-squat"))
    mapping = json.dumps({"barbel squats DELUXE": squat})

    found = await import_file(ann, build_file("Barbel Squats Deluxe", "Barbell Squat"), mapping=mapping)

    assert by_name(found)["Barbel Squats Deluxe"]["match"] == "mapped"
    assert found["created_exercises"] == []
    (workout,) = await list_workouts(ann)
    assert [one["exercise"]["id"] for one in workout["exercises"]] == [squat, squat]


@pytest.mark.parametrize(
    ("mapping", "pointer", "code"),
    [
        ("[]", "/mapping", "mapping"),
        ("{", "/mapping", "mapping"),
        ('{"a": "b"}', "/mapping", "mapping"),
        (json.dumps({"a/b": str(UUID(int=7))}), "/mapping/a~1b", "unknown_exercise"),
    ],
)
async def test_a_mapping_that_means_nothing(ann: Person, mapping: str, pointer: str, code: str) -> None:
    response = await send_file(ann, build_file("Squat"), mapping=mapping)

    assert response.status_code == 422
    assert [(one["pointer"], one["code"]) for one in response.json()["errors"]] == [(pointer, code)]


async def test_somebody_elses_exercise_is_no_exercise(ann: Person, bob: Person) -> None:
    theirs = (await import_file(bob, build_file("My Press")))["created_exercises"][0]["id"]

    response = await send_file(ann, build_file("My Press"), mapping=json.dumps({"My Press": theirs}))

    assert response.status_code == 422


async def test_a_file_makes_no_more_exercises_than_a_user_may_have(ann: Person, connection: asyncpg.Connection) -> None:
    rows = [
        hevy_row(start_time=f"{day} Mar 2025, 08:29", end_time="", exercise_title=f"Own {day} {number}")
        for day in range(1, 13)
        for number in range(90)
    ]

    found = await import_file(ann, hevy_file(*rows))

    assert (found["workouts"], len(found["created_exercises"])) == (11, 990)
    assert [one["code"] for one in found["problems"]] == ["too_many_exercises"]
    assert (await count_rows(connection))["custom_exercise"] == 990


async def test_imports_are_limited(ann: Person, start_app: Any) -> None:
    app = await start_app(rate_limits={"imports_user": "2/hour"})
    client = app.client()
    client.headers["Authorization"] = ann.client.headers["Authorization"]
    files = {"file": ("a.csv", build_file("Squat"))}

    answers = [await client.post("/api/v1/workouts/imports", files=files, data={"time_zone": "UTC"}) for _ in range(3)]
    await client.aclose()

    assert [answer.status_code for answer in answers] == [201, 201, 429]
