"""Several files of one layout in an archive are one import."""

import io
import zipfile

import pytest

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.tests import measurement_files
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import strong_row
from exercise_buddy.transfers.tests.fit_files import Activity, encode_set
from exercise_buddy.transfers.tests.support import import_file, send_file
from tests.support import Person

FIRST = files.strong(strong_row(Date="2025-01-01 10:00:00"), strong_row(Date="2025-02-01 10:00:00"))
BENCH = (0, 1)


def pack(**members: str | bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


async def test_tables_of_one_app_are_one_import_which_can_be_undone(ann: Person) -> None:
    # The files overlap in one workout, and a row of the second one is broken.
    second = files.strong(
        strong_row(Date="2025-02-01 10:00:00"), strong_row(Date="never"), strong_row(Date="2025-03-01 10:00:00")
    )

    report = await import_file(ann, pack(**{"a.csv": FIRST, "b.csv": second, "notes.txt": "x"}))
    again = await import_file(ann, pack(**{"b.csv": second, "a.csv": FIRST}))

    assert (report["source"], report["workouts"], report["duplicates"]) == ("strong", 3, 1)
    assert [(one["line"], one["message"][:7]) for one in report["problems"]] == [(3, "b.csv: ")]
    assert "files_left_out" in {warning["code"] for warning in report["warnings"]}
    assert (again["workouts"], again["duplicates"]) == (0, 4)
    assert (await ann.delete(f"/imports/{report['id']}")).status_code == 204
    assert (await ann.get("/workouts")).json()["items"] == []


async def test_a_folder_of_fit_files_is_one_import(ann: Person) -> None:
    days = {
        f"activities/{day}.fit": Activity(
            start=f"2026-03-0{day}T17:00:00+00:00",
            local=f"2026-03-0{day}T{18 + day % 2}:00:00+00:00",
            messages=[encode_set(*BENCH, 8, 60)],
        ).build()
        for day in (1, 2, 3)
    }

    report = await import_file(ann, pack(**days, **{"activities/4.fit": days["activities/1.fit"][:-9]}))

    assert (report["source"], report["workouts"], report["sets"]) == ("fit", 3, 3)
    (unreadable,) = report["problems"]
    assert unreadable["code"] == "file_unreadable"
    assert unreadable["message"].startswith("activities/4.fit: This FIT file is damaged")


async def test_workouts_and_body_measurements_of_an_app_are_one_import(ann: Person) -> None:
    workouts = files.hevy(files.hevy_row())
    measured = measurement_files.hevy("2026-03-01 07:00:00,80.5,,,", "never,81,,,", "2026-03-02 07:00:00,81,,,")
    content = pack(**{"measurement_data.csv": measured, "workout_data.csv": workouts})

    report = await import_file(ann, content)
    again = await import_file(ann, content)

    assert (report["source"], report["workouts"], report["body_measurements"]["new"]) == ("hevy", 1, 2)
    assert [one["message"][:22] for one in report["problems"]] == ["measurement_data.csv: "]
    assert (again["workouts"], again["body_measurements"]["new"], again["body_measurements"]["equal"]) == (0, 0, 2)
    assert (await ann.delete(f"/imports/{report['id']}")).status_code == 204
    assert (await ann.get("/workouts")).json()["items"] == []
    assert (await ann.get("/users/me/body-measurements")).json()["items"] == []


async def test_measurements_without_a_value_are_a_problem_of_their_file(ann: Person) -> None:
    content = pack(**{"a.csv": files.hevy(files.hevy_row()), "b.csv": measurement_files.hevy("2026-03-01,,,,")})

    report = await import_file(ann, content)

    assert (report["workouts"], report["body_measurements"]["new"]) == (1, 0)
    assert "file_unreadable" in {problem["code"] for problem in report["problems"]}


async def test_workouts_and_measurements_of_two_apps_are_a_choice(ann: Person) -> None:
    refused = await send_file(ann, pack(**{"a.csv": FIRST, "b.csv": measurement_files.hevy("2026-03-01,80,,,")}))

    assert refused.status_code == 422
    assert "a.csv, b.csv" in refused.json()["detail"]


async def test_other_layouts_and_other_units_are_a_choice(ann: Person) -> None:
    hevy = files.hevy(files.hevy_row())
    pounds = hevy.replace("weight_kg", "weight_lbs")

    for content in (pack(**{"a.csv": FIRST, "b.csv": hevy}), pack(**{"a.csv": hevy, "b.csv": pounds})):
        refused = await send_file(ann, content)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unreadable-file")
        assert "a.csv, b.csv" in refused.json()["detail"]


def test_an_archive_of_damaged_files_is_refused() -> None:
    damaged = Activity(messages=[encode_set(*BENCH, 8, 60)]).build()[:-9]
    file = io.BytesIO(pack(**{"a.fit": damaged, "b.fit": damaged}))
    reader = open_file(file, ImportOptions())

    with pytest.raises(UnreadableFile) as raised:
        list(reader.workouts())
    assert str(raised.value.detail).startswith("a.fit: This FIT file is damaged")
    assert [remark.message[:5] for remark in reader.problems.first] == ["a.fit", "b.fit"]
