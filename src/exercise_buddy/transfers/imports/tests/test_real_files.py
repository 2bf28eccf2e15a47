"""Every real export: what is imported equals a plain count of the file."""

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest

from exercise_buddy.transfers.tests.support import count_rows, export_workouts, import_file, list_errors, send_file
from tests.support import SHARED, Connection, Person, shared_file

FILES = (
    "hevy_kg_mouadja02.csv",
    "strong_ios_comma_2025_wojtek.csv",
    "strong_ios_comma_AlexandrosK.csv",
    "strong_ios_comma_breinsp_german_names.csv",
)
TOTALS = ("workouts", "sets", "reps", "volume_kg")


def read_file(name: str) -> bytes:
    return shared_file(f"exports/{name}").read_bytes()


def count_file(content: str) -> dict[str, float]:
    """Count a file with the csv module alone."""
    rows = list(csv.DictReader(io.StringIO(content)))
    if "start_time" in rows[0]:
        starts = {(row["title"], datetime.strptime(row["start_time"], "%d %b %Y, %H:%M")) for row in rows}  # noqa: DTZ007
        sets = [(float(row["reps"] or 0), float(row["weight_kg"] or 0), row["exercise_title"]) for row in rows]
    else:
        rows = [row for row in rows if row["Set Order"] != "Rest Timer"]
        starts = {(row["Workout Name"], datetime.fromisoformat(row["Date"])) for row in rows}
        sets = [(float(row["Reps"]), float(row["Weight"]), row["Exercise Name"]) for row in rows]
    return {
        "workouts": len(starts),
        "sets": len(rows),
        "reps": sum(reps for reps, _, _ in sets),
        "volume_kg": sum(reps * weight for reps, weight, name in sets if not _is_assisted(name)),
    }


def _is_assisted(name: str) -> bool:
    """Return whether a machine or a band takes the weight off: it is not lifted."""
    return "Assisted" in name or name == "Pull Up (Band)"


def test_all_files_are_tested() -> None:
    shared_file(f"exports/{FILES[0]}")

    assert sorted(path.name for path in Path(SHARED / "data" / "exports").iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
async def test_a_real_file_is_imported_completely_and_once_and_undone_without_a_trace(
    ann: Person, connection: Connection, name: str
) -> None:
    content = read_file(name)
    expected = count_file(content.decode())
    before = await count_rows(connection)

    preview = await import_file(ann, content, dry_run=True)
    assert await count_rows(connection) == before
    first = await import_file(ann, content)
    again = await import_file(ann, content)

    assert {key: pytest.approx(first[key], abs=1e-6) for key in expected} == expected
    # A preview differs in the ids that it cannot have.
    differences = {"id", "dry_run", "created_exercises", "exercises"}
    assert preview["id"] is None
    assert {key: preview[key] for key in preview.keys() - differences} == {
        key: first[key] for key in first.keys() - differences
    }
    assert (first["problems"], first["duplicates"]) == ([], 0)
    stored = await connection.fetchrow(
        "SELECT count(*) AS workouts, sum(set_count) AS sets, sum(rep_count) AS reps, sum(volume_kg) AS volume_kg "
        "FROM workout"
    )
    assert {key: pytest.approx(float(stored[key]), abs=1e-6) for key in expected} == expected
    assert (again["workouts"], again["sets"], again["duplicates"]) == (0, 0, expected["workouts"])
    assert (again["id"], again["exercises"], again["created_exercises"]) == (None, [], [])
    assert await connection.fetchval("SELECT count(*) FROM workout_import") == 1

    undone = await ann.delete(f"/imports/{first['id']}")

    assert undone.status_code == 204
    assert await count_rows(connection) == before
    once_more = await import_file(ann, content)
    assert (once_more["workouts"], once_more["sets"]) == (first["workouts"], first["sets"])


async def test_long_workouts_are_imported_with_a_warning(ann: Person) -> None:
    report = await import_file(ann, read_file("strong_ios_comma_AlexandrosK.csv"))

    messages = [warning["message"] for warning in report["warnings"] if warning["code"] == "long_workout"]
    assert messages == ["This workout lasts 42 hours.", "This workout lasts 84 hours."]


@pytest.mark.parametrize("name", FILES)
async def test_both_exports_of_a_real_file_can_be_imported(ann: Person, bob: Person, name: str) -> None:
    first = await import_file(ann, read_file(name))

    for export_format in ("json", "csv"):
        exported = await export_workouts(ann, export_format)
        again = await import_file(ann, exported)
        other = await import_file(bob, exported)

        assert (again["workouts"], again["duplicates"]) == (0, first["workouts"]), export_format
        assert {key: other[key] for key in TOTALS} == {key: first[key] for key in TOTALS}
        assert (again["problems"], other["problems"]) == ([], [])
        assert (await bob.delete(f"/imports/{other['id']}")).status_code == 204


@pytest.mark.parametrize("name", FILES)
async def test_a_real_file_needs_the_options_that_it_does_not_state(ann: Person, name: str) -> None:
    response = await send_file(ann, read_file(name), time_zone="", weight_unit="")

    needed = {pointer for pointer, _ in list_errors(response)}
    assert needed == ({"/time_zone"} if name.startswith("hevy") else {"/time_zone", "/weight_unit"})
