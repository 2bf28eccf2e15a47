"""The rows of Strong become sets of exercises of workouts."""

import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import strong_rest, strong_row
from exercise_buddy.transfers.tests.support import first_set, import_strong, list_codes, list_workouts, send_file
from tests.support import Person


async def test_rows_become_sets_of_exercises_of_workouts(ann: Person) -> None:
    report = await import_strong(
        ann,
        strong_row(Weight=50.5, Notes="Slow", Workout_Notes="Good day", RPE=7.5),
        strong_row(Set_Order=2, Weight=50.5),
        strong_row(Exercise_Name="plank", Weight=0, Reps=0, Seconds=60),
        strong_row(Weight=60, Reps=5),
        strong_row(
            Date="2026-01-06 07:00:00",
            Workout_Name="Run",
            Duration="31m",
            Exercise_Name="Running",
            Weight=0,
            Reps=0,
            Distance=5.2,
            Seconds=1860,
        ),
    )

    assert (report["workouts"], report["sets"], report["duplicates"]) == (2, 5, 0)
    assert [exercise["name"] for exercise in report["created_exercises"]] == ["My Press"]
    run, push = await list_workouts(ann)
    expected = {
        "title": "Push",
        "notes": "Good day",
        "source": "strong",
        "started_at": "2026-01-05T16:00:00+00:00",
        "ended_at": "2026-01-05T17:05:00+00:00",
        "local_date": "2026-01-05",
        "time_zone": "Europe/Athens",
        "import_id": report["id"],
    }
    assert {name: push[name] for name in expected} == expected
    assert [exercise["exercise"]["name"] for exercise in push["exercises"]] == ["My Press", "Plank", "My Press"]
    assert push["exercises"][1]["exercise"]["id"] == str(catalogue_id("plank"))
    first, second = push["exercises"][0]["sets"]
    assert (first["weight_kg"], first["reps"], first["rpe"]) == (50.5, 8, 7.5)
    assert (second["weight_kg"], second["duration_seconds"], second["distance_meters"]) == (50.5, None, None)
    assert push["exercises"][0]["notes"] == "Slow"
    plank = push["exercises"][1]["sets"][0]
    assert (plank["duration_seconds"], plank["reps"], plank["weight_kg"]) == (60, None, None)
    running = run["exercises"][0]["sets"][0]
    assert (running["distance_meters"], running["duration_seconds"]) == (5200, 1860)


@pytest.mark.parametrize(("orders", "set_counts"), [((1, 2, 1, 2), [2, 2]), ((1, 1, 1), [1, 1, 1])])
async def test_the_number_1_starts_an_exercise_again(
    ann: Person, orders: tuple[int, ...], set_counts: list[int]
) -> None:
    await import_strong(ann, *(strong_row(Set_Order=order) for order in orders))

    (workout,) = await list_workouts(ann)
    assert [len(exercise["sets"]) for exercise in workout["exercises"]] == set_counts
    assert workout["totals"]["sets"] == sum(set_counts)


async def test_equal_workouts_in_one_file_are_imported_once(ann: Person) -> None:
    other = strong_row(Date="2026-01-06 18:00:00", Workout_Name="Pull", Exercise_Name="My Row")

    report = await import_strong(ann, strong_row(), other, strong_row())

    assert (report["workouts"], report["sets"]) == (2, 2)
    assert list_codes(report["warnings"]) == [(4, "repeated_rows")]


async def test_a_time_in_two_spellings_is_one_workout(ann: Person) -> None:
    report = await import_strong(ann, strong_row(), strong_row(Date="2026-01-05 18:00", Set_Order=2))

    assert (report["workouts"], report["sets"]) == (1, 2)


async def test_other_content_at_the_same_time_is_a_changed_workout(ann: Person) -> None:
    await import_strong(ann, strong_row())

    report = await import_strong(ann, strong_row(), strong_row(Set_Order=2, Weight=55))

    assert (report["workouts"], report["duplicates"], report["changed"]) == (0, 0, 1)
    assert list_codes(report["warnings"]) == [(2, "workout_changed")]


async def test_rows_that_are_not_sets(ann: Person) -> None:
    report = await import_strong(
        ann,
        strong_row(Set_Order="W", Weight=20, Reps=10),
        strong_rest(90.0),
        strong_row(),
        strong_row(Set_Order="Note", Weight=0, Reps=0, Notes="Left shoulder"),
        strong_row(Set_Order="F", Reps=4),
        strong_row(Set_Order="D", Weight=30, Reps=9),
    )

    (workout,) = await list_workouts(ann)
    (exercise,) = workout["exercises"]
    assert [workout_set["kind"] for workout_set in exercise["sets"]] == ["warm_up", "normal", "failure", "drop"]
    assert exercise["sets"][0]["rest_seconds"] == 90
    assert exercise["notes"] == "Left shoulder"
    assert report["sets"] == 4


async def test_a_rest_without_a_set_is_left_out_with_a_warning(ann: Person) -> None:
    report = await import_strong(ann, strong_rest(90), strong_row())

    assert list_codes(report["warnings"]) == [(2, "rest_without_set")]
    assert report["sets"] == 1


def running_row(distance: float) -> str:
    return strong_row(
        Date="2026-01-06 07:00:00", Exercise_Name="Running", Weight=0, Reps=0, Distance=distance, Seconds=1860
    )


async def test_pounds_and_miles(ann: Person) -> None:
    report = await import_strong(ann, strong_row(Weight=135), running_row(3.1), weight_unit="lbs")

    run, push = await list_workouts(ann)
    assert push["exercises"][0]["sets"][0]["weight_kg"] == 61.235
    assert run["exercises"][0]["sets"][0]["distance_meters"] == pytest.approx(4988.966)
    assert (report["weight_unit"], report["distance_unit"]) == ("lb", "mi")
    assert list_codes(report["warnings"]) == [(3, "distance_unit")]


async def test_a_stated_unit_of_distance_needs_no_warning(ann: Person) -> None:
    report = await import_strong(ann, running_row(800), distance_unit="m")

    assert report["warnings"] == []
    assert (await first_set(ann))["distance_meters"] == 800


async def test_semicolons_decimal_commas_units_by_row_and_a_byte_order_mark(ann: Person) -> None:
    header = (
        "\ufeffDate;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;"
        "Notes;Workout Notes;Workout Duration"
    )
    rows = [
        "2026-01-05 18:00:00;Push;My Press;1;50,5;kg;8;;;;0;;;1h",
        "2026-01-05 18:00:00;Push;My Press;2;100;lbs;8;8,5;;;0;;;1h",
    ]

    report = await import_strong(ann, *rows, header=header, weight_unit="")

    assert report["problems"] == []
    (workout,) = await list_workouts(ann)
    assert [workout_set["weight_kg"] for workout_set in workout["exercises"][0]["sets"]] == [50.5, 45.3592]
    assert workout["totals"]["duration_seconds"] == 3600


async def test_units_in_column_names(ann: Person) -> None:
    header = (
        '"Workout #","Date","Workout Name","Duration (sec)","Exercise Name","Set Order","Weight (lbs)","Reps","RPE",'
        '"Distance (meters)","Seconds","Notes","Workout Notes"'
    )
    row = '"1","2026-01-05 18:00:00","Push","3900","My Press","1","100","8","","500","0","",""'

    report = await import_strong(ann, row, header=header, weight_unit="")

    (workout,) = await list_workouts(ann)
    workout_set = workout["exercises"][0]["sets"][0]
    assert (workout_set["weight_kg"], workout_set["distance_meters"]) == (45.3592, 500)
    assert workout["totals"]["duration_seconds"] == 3900
    assert report["warnings"] == []


async def test_windows_line_ends_and_line_breaks_in_notes(ann: Person) -> None:
    rows = (strong_row(Notes="two\nlines"), strong_row(Set_Order="x"))

    report = (await send_file(ann, files.strong(*rows).replace("\n", "\r\n"))).json()

    assert list_codes(report["warnings"]) == [(4, "unknown_set_order")]
    (workout,) = await list_workouts(ann)
    assert workout["exercises"][0]["notes"] == "two\r\nlines"


@pytest.mark.parametrize(
    ("date", "zone", "started_at", "local_date"),
    [
        ("2026-03-29 02:30:00", "Europe/Berlin", "2026-03-29T01:30:00+00:00", "2026-03-29"),
        ("2026-10-25 02:30:00", "Europe/Berlin", "2026-10-25T00:30:00+00:00", "2026-10-25"),
        ("2026-01-01 00:30:00", "Pacific/Kiritimati", "2025-12-31T10:30:00+00:00", "2026-01-01"),
        ("2026-01-01T23:30:00Z", "Pacific/Kiritimati", "2026-01-01T23:30:00+00:00", "2026-01-02"),
    ],
)
async def test_local_times_are_in_the_time_zone(
    ann: Person, date: str, zone: str, started_at: str, local_date: str
) -> None:
    await import_strong(ann, strong_row(Date=date), time_zone=zone)

    (workout,) = await list_workouts(ann)
    assert (workout["started_at"], workout["local_date"]) == (started_at, local_date)


@pytest.mark.parametrize(
    ("duration", "seconds", "warnings"),
    [
        ("45m", 2700, []),
        ("2h", 7200, []),
        ("1h 2m", 3720, []),
        ("30s", 30, []),
        ("1h 2m 3s", 3723, []),
        ("3600", 3600, []),
        ("", 0, []),
        ("a while", 0, [(2, "unreadable_duration")]),
        ("1 Std. 2 Min.", 3720, []),
        ("1:02:00", 3720, []),
        ("7h", 25200, [(2, "long_workout")]),
    ],
)
async def test_durations(ann: Person, duration: str, seconds: int, warnings: list[tuple[int, str]]) -> None:
    report = await import_strong(ann, strong_row(Duration=duration))

    assert list_codes(report["warnings"]) == warnings
    assert (await list_workouts(ann))[0]["totals"]["duration_seconds"] == seconds


async def test_names_match_catalogue_and_custom_exercises_without_case(ann: Person) -> None:
    await import_strong(ann, strong_row())
    names = ("MY  press", "barbell SQUAT")

    report = await import_strong(ann, *(strong_row(Date="2026-01-07 18:00:00", Exercise_Name=name) for name in names))

    assert report["created_exercises"] == []
    workout = (await list_workouts(ann))[0]
    assert [exercise["exercise"]["name"] for exercise in workout["exercises"]] == ["My Press", "Barbell Squat"]
