"""Files of Hevy, and of whatever writes its columns."""

import pytest

from exercise_buddy.workouts.imports.tests.support import codes, report, send, workouts
from tests.support import Person

COLUMNS = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg,"
    "reps,distance_km,duration_seconds,rpe"
)
PUSH = '"Push 💪","28 Mar 2025, 17:29","28 Mar 2025, 18:41"'


def table(*rows: str, header: str = COLUMNS) -> str:
    return "\n".join([header, *rows]) + "\n"


async def test_rows_become_sets_of_exercises_of_workouts(ann: Person) -> None:
    found = await report(
        ann,
        table(
            f'{PUSH},"Good day","My Press",,"Slow, ""really""\nslow",0,"warmup",20,12,,0,',
            f'{PUSH},"Good day","My Press",,"Slow, ""really""\nslow",1,"normal",50.5,8,,0,7.5',
            f'{PUSH},"Good day","My Press",,"Slow, ""really""\nslow",2,"dropset",40,9,,0,',
            f'{PUSH},"Good day","My Press",,"Slow, ""really""\nslow",3,"failure",50.5,6,,0,10',
            f'{PUSH},"Good day","Plank",,"",0,"normal",,0,,60,',
            f'{PUSH},"Good day","My Run",,"",0,"normal",,,5.2,1860,',
        ),
    )

    assert (found["source"], found["workouts"], found["sets"]) == ("hevy", 1, 6)
    assert (found["problems"], found["warnings"]) == ([], [])
    (workout,) = await workouts(ann)
    assert (workout["title"], workout["notes"], workout["source"]) == ("Push 💪", "Good day", "hevy")
    assert workout["started_at"] == "2025-03-28T15:29:00+00:00"
    assert workout["totals"]["duration_seconds"] == 72 * 60
    press, plank, run = workout["exercises"]
    assert press["notes"] == 'Slow, "really"\nslow'
    assert [one["kind"] for one in press["sets"]] == ["warm_up", "normal", "drop", "failure"]
    assert (press["sets"][1]["weight_kg"], press["sets"][1]["rpe"], press["sets"][1]["duration_seconds"]) == (
        50.5,
        7.5,
        None,
    )
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
async def test_units_are_those_of_the_names_of_columns(
    ann: Person, weight: str, distance: str, kilograms: float, meters: float
) -> None:
    header = COLUMNS.replace("weight_kg", weight).replace("distance_km", distance)

    await report(ann, table(f"{PUSH},,My Press,,,0,normal,135,8,3.1,,", header=header))

    (one,) = (await workouts(ann))[0]["exercises"][0]["sets"]
    assert (one["weight_kg"], one["distance_meters"]) == (kilograms, pytest.approx(meters))


async def test_a_column_without_a_unit_is_asked_about(ann: Person) -> None:
    content = table(f"{PUSH},,My Press,,,0,normal,135,8,,,", header=COLUMNS.replace("weight_kg", "weight"))

    response = await send(ann, content)

    assert response.status_code == 422
    assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [("/weight_unit", "unit_needed")]


@pytest.mark.parametrize(
    "change",
    [
        ("exercise_title", "exercise_name"),
        ("duration_seconds", "duration_s"),
        ("description,", ""),
        ("title,start_time", "workout_title,start_time"),
        (",superset_id", ""),
    ],
)
async def test_other_names_and_missing_columns(ann: Person, change: tuple[str, str]) -> None:
    header = COLUMNS.replace(*change)
    row = dict(zip(COLUMNS.split(","), [*PUSH.split(',"'), "", "", "", "", "0", "normal"], strict=False))
    row |= {"title": "Push", "start_time": '"28 Mar 2025, 17:29"', "end_time": '"28 Mar 2025, 18:41"'}
    row |= {"exercise_title": "My Press", "weight_kg": "50", "reps": "8", "description": "", "superset_id": ""}
    row |= {"exercise_notes": "", "set_index": "0", "set_type": "normal", "distance_km": ""}
    row |= {"duration_seconds": "", "rpe": ""}
    gone = "description" if change[0] == "description," else "superset_id" if change[0] == ",superset_id" else ""

    found = await report(ann, table(",".join(cell for name, cell in row.items() if name != gone), header=header))

    assert (found["workouts"], found["sets"], found["problems"]) == (1, 1, [])


async def test_windows_line_ends_a_byte_order_mark_and_another_language(ann: Person) -> None:
    rows = table(f"{PUSH},,My Press,,,0,normal,50,8,,,").replace("28 Mar 2025", "28 März 2025").replace("\n", "\r\n")

    found = await report(ann, b"\xef\xbb\xbf" + rows.encode())
    again = await report(ann, rows.encode("utf-16"))

    assert (found["workouts"], again["duplicates"]) == (1, 1)


async def test_what_excel_has_made_of_it(ann: Person) -> None:
    content = (
        "\ufeff" + COLUMNS.replace(",", ";") + "\r\nPush;13.10.2025 18:05;13.10.2025 19:10;;My Press;;;0;normal;"
        "62,5;10;;;8,5\r\n"
    )

    await report(ann, content)

    (workout,) = await workouts(ann)
    one = workout["exercises"][0]["sets"][0]
    assert (workout["started_at"], one["weight_kg"], one["rpe"]) == ("2025-10-13T15:05:00+00:00", 62.5, 8.5)


async def test_supersets_keep_their_numbers_and_take_turns(ann: Person) -> None:
    await report(
        ann,
        table(
            f"{PUSH},,My Press,0,,0,normal,50,8,,,",
            f"{PUSH},,My Row,0,,0,normal,40,8,,,",
            f"{PUSH},,My Press,0,,1,normal,55,8,,,",
            f"{PUSH},,My Row,0,,1,normal,45,8,,,",
            f"{PUSH},,My Curl,77777,,0,normal,20,8,,,",
            f"{PUSH},,My Dip,b2f0,,0,normal,20,8,,,",
            f"{PUSH},,My Press,,,0,normal,60,8,,,",
        ),
    )

    (workout,) = await workouts(ann)
    assert [
        (one["exercise"]["name"], one["superset"], [each["weight_kg"] for each in one["sets"]])
        for one in workout["exercises"]
    ] == [
        ("My Press", 0, [50, 55]),
        ("My Row", 0, [40, 45]),
        ("My Curl", 1, [20]),
        ("My Dip", 2, [20]),
        ("My Press", None, [60]),
    ]


async def test_the_same_exercise_twice_in_a_row_starts_over(ann: Person) -> None:
    await report(ann, table(*(f"{PUSH},,My Press,,,{n},normal,50,8,,," for n in (0, 1, 0, 1))))

    (workout,) = await workouts(ann)
    assert [len(one["sets"]) for one in workout["exercises"]] == [2, 2]


async def test_equal_rows_are_equal_sets(ann: Person) -> None:
    found = await report(ann, table(*(f"{PUSH},,My Press,,,{n},normal,50,8,,," for n in range(3))))

    assert (found["sets"], found["reps"], found["volume_kg"]) == (3, 24, 1200)


async def test_what_is_odd_is_kept_with_a_warning(ann: Person) -> None:
    found = await report(
        ann,
        table(
            f"{PUSH},,My Press,,,0,partial,50,8,,,",
            f"{PUSH},,My Press,,,1,normal,,,,,",
            '"Long","1 Mar 2025, 08:00","12 Mar 2025, 08:00",,My Press,,,0,normal,50,8,,,',
            '"Endless","1 Feb 2025, 08:00","some day",,My Press,,,0,normal,50,8,,,',
        ),
    )

    assert (found["workouts"], found["sets"], found["problems"]) == (3, 4, [])
    assert codes(found["warnings"]) == [
        (2, "unknown_set_type"),
        (3, "empty_set"),
        (4, "long_workout"),
        (5, "unreadable_end"),
    ]
    assert found["warnings"][2]["message"] == "This workout lasts 264 hours."


async def test_what_cannot_be_is_a_problem(ann: Person) -> None:
    found = await report(
        ann,
        table(
            f"{PUSH},,My Press,,,0,normal,50,8,,,",
            f"{PUSH},,My Press,,,1,normal,-50,8,,,",
            f"{PUSH},,,,,2,normal,50,8,,,",
            '"Back","2 Mar 2025, 08:00","1 Mar 2025, 08:00",,My Press,,,0,normal,50,8,,,',
            '"Endless","1 Jan 2025, 08:00","12 Mar 2025, 08:00",,My Press,,,0,normal,50,8,,,',
            '"Never","32 Jan 2025, 08:00","32 Jan 2025, 09:00",,My Press,,,0,normal,50,8,,,',
        ),
    )

    assert (found["workouts"], found["sets"]) == (1, 1)
    assert codes(found["problems"]) == [
        (3, "out_of_range"),
        (4, "exercise_name"),
        (5, "ends_before_start"),
        (6, "duration_out_of_range"),
        (7, "unreadable_date"),
    ]
