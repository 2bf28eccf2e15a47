"""Files of Hevy, and of other programs that write its columns."""

import pytest

from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import HEVY_HEADER, hevy_row
from exercise_buddy.transfers.tests.support import first_set, import_file, import_hevy, list_codes, list_workouts
from tests.support import Person


async def test_rows_become_sets_of_exercises_of_workouts(ann: Person) -> None:
    workout_cells = {"title": "Push 💪", "description": "Good day"}
    notes = 'Slow, "really"\nslow'
    press_sets: list[dict[str, object]] = [
        {"set_type": "warmup", "weight_kg": 20, "reps": 12},
        {"set_index": 1, "weight_kg": 50.5, "rpe": 7.5},
        {"set_index": 2, "set_type": "dropset", "weight_kg": 40, "reps": 9},
        {"set_index": 3, "set_type": "failure", "weight_kg": 50.5, "reps": 6, "rpe": 10},
    ]

    report = await import_hevy(
        ann,
        *(hevy_row(**workout_cells, exercise_notes=notes, duration_seconds=0, **cells) for cells in press_sets),
        hevy_row(**workout_cells, exercise_title="Plank", weight_kg="", reps=0, duration_seconds=60),
        hevy_row(
            **workout_cells, exercise_title="My Run", weight_kg="", reps="", distance_km=5.2, duration_seconds=1860
        ),
    )

    assert (report["source"], report["workouts"], report["sets"]) == ("hevy", 1, 6)
    assert (report["problems"], report["warnings"]) == ([], [])
    (workout,) = await list_workouts(ann)
    assert (workout["title"], workout["notes"], workout["source"]) == ("Push 💪", "Good day", "hevy")
    assert workout["started_at"] == "2025-03-28T15:29:00+00:00"
    assert workout["totals"]["duration_seconds"] == 72 * 60
    press, plank, run = workout["exercises"]
    assert press["notes"] == notes
    assert [workout_set["kind"] for workout_set in press["sets"]] == ["warm_up", "normal", "drop", "failure"]
    second = press["sets"][1]
    assert (second["weight_kg"], second["rpe"], second["duration_seconds"]) == (50.5, 7.5, None)
    assert (plank["sets"][0]["duration_seconds"], plank["sets"][0]["reps"]) == (60, None)
    assert (run["sets"][0]["distance_meters"], run["sets"][0]["reps"]) == (5200, None)


@pytest.mark.parametrize(
    ("weight", "distance", "kilograms", "meters"),
    [
        ("weight_kg", "distance_km", 135, 3100),
        ("weight_lbs", "distance_miles", 61.235, 4988.966),
        ("weight_lb", "distance_meters", 61.235, 3.1),
        ("Weight (kg)", "Distance (km)", 135, 3100),
    ],
)
async def test_units_are_those_of_the_column_names(
    ann: Person, weight: str, distance: str, kilograms: float, meters: float
) -> None:
    header = HEVY_HEADER.replace("weight_kg", weight).replace("distance_km", distance)

    await import_hevy(ann, hevy_row(weight_kg=135, distance_km=3.1), header=header, weight_unit="")

    workout_set = await first_set(ann)
    assert (workout_set["weight_kg"], workout_set["distance_meters"]) == (kilograms, pytest.approx(meters))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("exercise_title", "exercise_name"),
        ("duration_seconds", "duration_s"),
        ("description,exercise_title", "exercise_title"),
        ("title,start_time", "workout_title,start_time"),
        ("exercise_title,superset_id", "exercise_title"),
    ],
)
async def test_other_and_missing_columns(ann: Person, old: str, new: str) -> None:
    row = hevy_row(description="-", superset_id="-")
    if "description" in old:
        row = row.replace(",-,My Press", ",My Press")
    if "superset_id" in old:
        row = row.replace("My Press,-,", "My Press,")

    report = await import_hevy(ann, row, header=HEVY_HEADER.replace(old, new))

    assert (report["workouts"], report["sets"], report["problems"]) == (1, 1, [])


async def test_windows_line_ends_a_byte_order_mark_and_another_language(ann: Person) -> None:
    content = files.hevy(hevy_row()).replace("28 Mar 2025", "28 März 2025").replace("\n", "\r\n")

    first = await import_file(ann, b"\xef\xbb\xbf" + content.encode())
    again = await import_file(ann, content.encode("utf-16"))

    assert (first["workouts"], again["duplicates"]) == (1, 1)


async def test_a_file_that_excel_has_saved(ann: Person) -> None:
    row = "Push;13.10.2025 18:05;13.10.2025 19:10;;My Press;;;0;normal;62,5;10;;;8,5"

    await import_file(ann, f"\ufeff{HEVY_HEADER.replace(',', ';')}\r\n{row}\r\n")

    (workout,) = await list_workouts(ann)
    workout_set = workout["exercises"][0]["sets"][0]
    assert workout["started_at"] == "2025-10-13T15:05:00+00:00"
    assert (workout_set["weight_kg"], workout_set["rpe"]) == (62.5, 8.5)


async def test_supersets_keep_their_numbers_and_alternate(ann: Person) -> None:
    rows = [
        ("My Press", 0, 0, 50),
        ("My Row", 0, 0, 40),
        ("My Press", 0, 1, 55),
        ("My Row", 0, 1, 45),
        ("My Curl", 77777, 0, 20),
        ("My Dip", "b2f0", 0, 20),
        ("My Press", "", 0, 60),
    ]

    await import_hevy(
        ann,
        *(
            hevy_row(exercise_title=name, superset_id=superset, set_index=index, weight_kg=weight)
            for name, superset, index, weight in rows
        ),
    )

    (workout,) = await list_workouts(ann)
    assert [
        (
            exercise["exercise"]["name"],
            exercise["superset"],
            [workout_set["weight_kg"] for workout_set in exercise["sets"]],
        )
        for exercise in workout["exercises"]
    ] == [
        ("My Press", 0, [50, 55]),
        ("My Row", 0, [40, 45]),
        ("My Curl", 1, [20]),
        ("My Dip", 2, [20]),
        ("My Press", None, [60]),
    ]


async def test_an_exercise_twice_in_a_row_starts_over(ann: Person) -> None:
    await import_hevy(ann, *(hevy_row(set_index=index) for index in (0, 1, 0, 1)))

    (workout,) = await list_workouts(ann)
    assert [len(exercise["sets"]) for exercise in workout["exercises"]] == [2, 2]


async def test_equal_rows_are_equal_sets(ann: Person) -> None:
    report = await import_hevy(ann, *(hevy_row(set_index=index) for index in range(3)))

    assert (report["sets"], report["reps"], report["volume_kg"]) == (3, 24, 1200)


async def test_odd_values_are_imported_with_a_warning(ann: Person) -> None:
    report = await import_hevy(
        ann,
        hevy_row(set_type="partial"),
        hevy_row(set_index=1, weight_kg="", reps=""),
        hevy_row(title="Long", start_time="1 Mar 2025, 08:00", end_time="12 Mar 2025, 08:00"),
        hevy_row(title="Endless", start_time="1 Feb 2025, 08:00", end_time="some day"),
    )

    assert (report["workouts"], report["sets"], report["problems"]) == (3, 4, [])
    assert list_codes(report["warnings"]) == [
        (2, "unknown_set_type"),
        (3, "empty_set"),
        (4, "long_workout"),
        (5, "unreadable_end"),
    ]
    assert report["warnings"][2]["message"] == "This workout lasts 264 hours."


async def test_impossible_values_never_cost_a_set(ann: Person) -> None:
    report = await import_hevy(
        ann,
        hevy_row(),
        hevy_row(set_index=1, weight_kg=-50),
        hevy_row(set_index=2, exercise_title=""),
        hevy_row(title="Back", start_time="2 Mar 2025, 08:00", end_time="1 Mar 2025, 08:00"),
        hevy_row(title="Endless", start_time="1 Jan 2025, 08:00", end_time="12 Mar 2025, 08:00"),
        hevy_row(title="Late", start_time="3 Mar 2025, 23:30", end_time="3 Mar 2025, 00:30"),
        hevy_row(title="Never", start_time="32 Jan 2025, 08:00", end_time="32 Jan 2025, 09:00"),
    )

    assert (report["workouts"], report["sets"]) == (4, 6)
    assert list_codes(report["problems"]) == [(8, "unreadable_date")]
    assert list_codes(report["warnings"]) == [
        (4, "exercise_name"),
        (5, "ends_before_start"),
        (6, "duration_out_of_range"),
        (7, "ends_next_day"),
    ]
    durations = {workout["title"]: workout["totals"]["duration_seconds"] for workout in await list_workouts(ann)}
    assert durations == {"Push": 72 * 60, "Back": 0, "Endless": 0, "Late": 3600}
