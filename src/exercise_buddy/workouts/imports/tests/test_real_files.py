"""Every real export that there is: what arrives is what a plain count of the file gives."""

import csv
import io
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest

from exercise_buddy.workouts.imports.tests.support import counts, report, send
from tests.support import SHARED, Person, shared_file

FILES = (
    "hevy_kg_mouadja02.csv",
    "strong_ios_comma_2025_wojtek.csv",
    "strong_ios_comma_AlexandrosK.csv",
    "strong_ios_comma_breinsp_german_names.csv",
)


def counted(content: str) -> dict[str, float]:
    """Count a file as anybody would who has only the csv module."""
    rows = list(csv.DictReader(io.StringIO(content)))
    if "start_time" in rows[0]:
        starts = {(row["title"], datetime.strptime(row["start_time"], "%d %b %Y, %H:%M")) for row in rows}  # noqa: DTZ007
        numbers = [(float(row["reps"] or 0), float(row["weight_kg"] or 0)) for row in rows]
    else:
        rows = [row for row in rows if row["Set Order"] != "Rest Timer"]
        starts = {(row["Workout Name"], datetime.fromisoformat(row["Date"])) for row in rows}
        numbers = [(float(row["Reps"]), float(row["Weight"])) for row in rows]
    return {
        "workouts": len(starts),
        "sets": len(rows),
        "reps": sum(reps for reps, _ in numbers),
        "volume_kg": sum(reps * weight for reps, weight in numbers),
    }


def test_no_file_is_forgotten() -> None:
    shared_file(f"exports/{FILES[0]}")

    assert sorted(path.name for path in Path(SHARED / "data" / "exports").iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
async def test_a_real_file_arrives_whole_once_and_goes_without_a_trace(
    ann: Person, connection: asyncpg.Connection, name: str
) -> None:
    content = shared_file(f"exports/{name}").read_bytes()
    expected = counted(content.decode())
    before = await counts(connection)

    preview = await report(ann, content, weight_unit="kg", dry_run=True)
    assert await counts(connection) == before
    first = await report(ann, content, weight_unit="kg")
    again = await report(ann, content, weight_unit="kg")

    assert {key: pytest.approx(first[key], abs=1e-6) for key in expected} == expected
    assert {key: preview[key] for key in expected} == {key: first[key] for key in expected}
    assert first["problems"] == []
    assert first["duplicates"] == 0
    stored = await connection.fetchrow(
        "SELECT count(*) AS workouts, sum(set_count) AS sets, sum(rep_count) AS reps, sum(volume_kg) AS volume_kg "
        "FROM workout"
    )
    assert {key: pytest.approx(float(stored[key]), abs=1e-6) for key in expected} == expected
    assert (again["workouts"], again["sets"], again["duplicates"]) == (0, 0, expected["workouts"])
    assert (again["id"], again["exercises"], again["created_exercises"]) == (None, [], [])

    undone = await ann.delete(f"/workouts/imports/{first['id']}")

    assert undone.status_code == 204
    assert await counts(connection) == before
    once_more = await report(ann, content, weight_unit="kg")
    assert (once_more["workouts"], once_more["sets"]) == (first["workouts"], first["sets"])


@pytest.mark.parametrize("name", FILES)
async def test_a_real_file_comes_back_from_both_exports(ann: Person, bob: Person, name: str) -> None:
    content = shared_file(f"exports/{name}").read_bytes()
    first = await report(ann, content, weight_unit="kg")

    for form, counterpart in (("json", "json"), ("csv", "csv")):
        exported = (await ann.get("/workouts/export", params={"format": form})).content
        again = await report(ann, exported)
        other = await report(bob, exported)

        assert (again["workouts"], again["duplicates"]) == (0, first["workouts"]), counterpart
        assert {key: other[key] for key in ("workouts", "sets", "reps", "volume_kg")} == {
            key: first[key] for key in ("workouts", "sets", "reps", "volume_kg")
        }
        assert (again["problems"], other["problems"]) == ([], [])
        assert (await bob.delete(f"/workouts/imports/{other['id']}")).status_code == 204


async def test_what_the_real_files_do_not_say_is_asked(ann: Person) -> None:
    for name in FILES:
        response = await send(ann, shared_file(f"exports/{name}").read_bytes(), time_zone="")

        asked = {error["pointer"] for error in response.json()["errors"]}
        assert asked == ({"/time_zone"} if name.startswith("hevy") else {"/time_zone", "/weight_unit"})
