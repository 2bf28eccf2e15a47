import asyncio
import csv
import io
from typing import Any

import asyncpg
import httpx2
import pytest

from exercise_buddy.exercises.public import catalogue_id
from tests.support import Person, shared_file

HEADER = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
PUSH = '2026-01-05 18:00:00,"Push",1h 5m,"My Press"'
EXPORTS = (
    "exports/strong_ios_comma_AlexandrosK.csv",
    "exports/strong_ios_comma_breinsp_german_names.csv",
    "exports/strong_ios_comma_2025_wojtek.csv",
)


async def send(person: Person, content: str | bytes, *, dry_run: str = "", **fields: str) -> httpx2.Response:
    data = {"weight_unit": "kg", "time_zone": "Europe/Athens"} | fields
    return await person.post(
        "/workouts/imports",
        files={"file": ("strong.csv", content)},
        data={name: value for name, value in data.items() if value},
        params={"dry_run": dry_run} if dry_run else None,
    )


async def report(person: Person, *rows: str, header: str = HEADER, **fields: str) -> dict[str, Any]:
    response = await send(person, "\n".join([header, *rows]) + "\n", **fields)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def workouts(person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await person.get("/workouts", params={"include": "sets"})).json()["items"]
    return items


def remarks(found: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(remark["line"], remark["code"]) for remark in found]


# --- real files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPORTS)
async def test_a_real_export_arrives_complete_and_once(ann: Person, connection: asyncpg.Connection, name: str) -> None:
    content = shared_file(name).read_bytes()
    rows = [row for row in csv.DictReader(io.StringIO(content.decode())) if row["Set Order"] != "Rest Timer"]

    preview = (await send(ann, content, dry_run="true")).json()
    nothing_yet = await connection.fetchval("SELECT count(*) FROM workout")
    first = (await send(ann, content)).json()
    again = (await send(ann, content)).json()

    assert nothing_yet == 0
    assert preview["id"] is None
    other = {"id", "dry_run", "created_exercises", "exercises"}
    comparable = {key: value for key, value in first.items() if key not in other}
    assert {key: preview[key] for key in comparable} == comparable
    assert first["workouts"] == len({row["Date"] for row in rows})
    assert first["sets"] == len(rows)
    assert first["problems"] == []
    stored = await connection.fetchrow(
        "SELECT sum(set_count) AS s, sum(rep_count) AS r, sum(volume_kg) AS v FROM workout"
    )
    assert stored["s"] == len(rows)
    assert stored["r"] == sum(int(float(row["Reps"])) for row in rows)
    assert stored["v"] == pytest.approx(sum(float(row["Reps"]) * float(row["Weight"]) for row in rows), abs=1e-6)
    assert (again["workouts"], again["sets"], again["duplicates"]) == (0, 0, first["workouts"])
    assert again["id"] is None
    assert again["created_exercises"] == []
    assert await connection.fetchval("SELECT count(*) FROM workout_import") == 1


async def test_long_workouts_are_imported_with_a_warning(ann: Person) -> None:
    found = (await send(ann, shared_file(EXPORTS[0]).read_bytes())).json()

    long = [remark for remark in found["warnings"] if remark["code"] == "long_workout"]
    assert [remark["message"] for remark in long] == ["This workout lasts 42 hours.", "This workout lasts 84 hours."]


# --- rows --------------------------------------------------------------------------------------------------------


async def test_rows_become_sets_of_exercises_of_workouts(ann: Person) -> None:
    found = await report(
        ann,
        f'{PUSH},1,50.5,8,0,0,"Slow","Good day",7.5',
        f"{PUSH},2,50.5,8,0,0,,,",
        '2026-01-05 18:00:00,"Push",1h 5m,"plank",1,0,0,0,60,,,',
        f"{PUSH},1,60,5,0,0,,,",
        '2026-01-06 07:00:00,"Run",31m,"Running",1,0,0,5.2,1860,,,',
    )

    assert (found["workouts"], found["sets"], found["duplicates"]) == (2, 5, 0)
    assert [exercise["name"] for exercise in found["created_exercises"]] == ["My Press"]
    run, push = await workouts(ann)
    assert (push["title"], push["notes"], push["source"]) == ("Push", "Good day", "strong")
    assert push["started_at"] == "2026-01-05T16:00:00+00:00"
    assert push["ended_at"] == "2026-01-05T17:05:00+00:00"
    assert push["local_date"] == "2026-01-05"
    assert push["time_zone"] == "Europe/Athens"
    assert push["import_id"] == found["id"]
    assert [e["exercise"]["name"] for e in push["exercises"]] == ["My Press", "Plank", "My Press"]
    assert push["exercises"][1]["exercise"]["id"] == str(catalogue_id("plank"))
    first, second = push["exercises"][0]["sets"]
    assert (first["weight_kg"], first["reps"], first["rpe"]) == (50.5, 8, 7.5)
    assert (second["weight_kg"], second["duration_seconds"], second["distance_meters"]) == (50.5, None, None)
    assert push["exercises"][0]["notes"] == "Slow"
    held = push["exercises"][1]["sets"][0]
    assert (held["duration_seconds"], held["reps"], held["weight_kg"]) == (60, None, None)
    ran = run["exercises"][0]["sets"][0]
    assert (ran["distance_meters"], ran["duration_seconds"]) == (5200, 1860)


async def test_the_same_exercise_twice_in_a_row_starts_over(ann: Person) -> None:
    await report(ann, *(f"{PUSH},{n},50,8,0,0,,," for n in (1, 2, 1, 2)))

    (workout,) = await workouts(ann)
    assert [len(exercise["sets"]) for exercise in workout["exercises"]] == [2, 2]


async def test_equal_rows_are_equal_sets(ann: Person) -> None:
    await report(ann, *[f"{PUSH},1,50,8,0,0,,,"] * 3)

    (workout,) = await workouts(ann)
    assert workout["totals"]["sets"] == 3


async def test_equal_workouts_in_one_file_are_one(ann: Person) -> None:
    other = '2026-01-06 18:00:00,"Pull",1h,"My Row",1,50,8,0,0,,,'

    found = await report(ann, f"{PUSH},1,50,8,0,0,,,", other, f"{PUSH},1,50,8,0,0,,,")

    assert (found["workouts"], found["duplicates"]) == (2, 1)
    assert remarks(found["warnings"]) == [(4, "repeated_workout")]


async def test_a_workout_goes_on_after_a_row_whose_date_is_broken(ann: Person) -> None:
    broken = 'xx,"Push",1h 5m,"My Press",2,50,8,0,0,,,'

    found = await report(ann, f"{PUSH},1,50,8,0,0,,,", broken, f"{PUSH},3,50,8,0,0,,,")

    assert (found["workouts"], found["sets"]) == (1, 2)
    assert remarks(found["problems"]) == [(3, "unreadable_date")]


async def test_the_same_moment_written_otherwise_is_the_same_workout(ann: Person) -> None:
    found = await report(ann, f"{PUSH},1,50,8,0,0,,,", f"{PUSH.replace('18:00:00', '18:00')},2,50,8,0,0,,,")

    assert (found["workouts"], found["sets"]) == (1, 2)


async def test_other_content_at_the_same_time_is_kept_and_pointed_out(ann: Person) -> None:
    await report(ann, f"{PUSH},1,50,8,0,0,,,")

    found = await report(ann, f"{PUSH},1,50,8,0,0,,,", f"{PUSH},2,55,8,0,0,,,")

    assert (found["workouts"], found["duplicates"]) == (1, 0)
    assert remarks(found["warnings"]) == [(2, "same_start")]


async def test_a_quote_that_is_not_closed_is_reported(ann: Person) -> None:
    open_quote = PUSH.replace('"Push"', '"Push')

    found = await report(ann, f"{open_quote},1,50,8,0,0,,,", f"{PUSH},1,50,8,0,0,,,", f"{PUSH},2,50,8,0,0,,,")

    assert (found["workouts"], found["sets"]) == (1, 2)
    assert remarks(found["problems"]) == [(2, "unreadable_row")]


async def test_what_the_form_does_not_have_is_refused(ann: Person, connection: asyncpg.Connection) -> None:
    content = f"{HEADER}\n{PUSH},1,50,8,0,0,,,\n"
    fields = {"weight_unit": "kg", "time_zone": "Europe/Athens"}

    unknown = await send(ann, content, **{"dry_run ": "true"})
    file = ("strong.csv", content)
    twice = await ann.post("/workouts/imports", files=[("file", file), ("file", file)], data=fields)

    assert [unknown.status_code, twice.status_code] == [422, 422]
    assert unknown.json()["errors"][0] == {
        "pointer": "/dry_run ",
        "location": "body",
        "code": "extra_forbidden",
        "message": "This field does not exist",
    }
    assert [(error["pointer"], error["code"]) for error in twice.json()["errors"]] == [("/file", "repeated")]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_rows_that_are_no_sets(ann: Person) -> None:
    found = await report(
        ann,
        f"{PUSH},W,20,10,0,0,,,",
        f"{PUSH},Rest Timer,0,0,0,90.0,,,",
        f"{PUSH},1,50,8,0,0,,,",
        f'{PUSH},Note,0,0,0,0,"Left shoulder",,',
        f"{PUSH},F,50,4,0,0,,,",
        f"{PUSH},D,30,9,0,0,,,",
    )

    (workout,) = await workouts(ann)
    (exercise,) = workout["exercises"]
    assert [one["kind"] for one in exercise["sets"]] == ["warm_up", "normal", "failure", "drop"]
    assert exercise["sets"][0]["rest_seconds"] == 90
    assert exercise["notes"] == "Left shoulder"
    assert found["sets"] == 4


async def test_a_rest_after_no_set_is_left_out_and_said(ann: Person) -> None:
    found = await report(ann, f"{PUSH},Rest Timer,0,0,0,90,,,", f"{PUSH},1,50,8,0,0,,,")

    assert remarks(found["warnings"]) == [(2, "rest_without_set")]
    assert found["sets"] == 1


async def test_pounds_and_miles(ann: Person) -> None:
    found = await report(
        ann,
        f"{PUSH},1,135,8,0,0,,,",
        '2026-01-06 07:00:00,"Run",31m,"Running",1,0,0,3.1,1860,,,',
        weight_unit="lbs",
    )

    run, push = await workouts(ann)
    assert push["exercises"][0]["sets"][0]["weight_kg"] == 61.235
    assert run["exercises"][0]["sets"][0]["distance_meters"] == pytest.approx(4988.966)
    assert (found["weight_unit"], found["distance_unit"]) == ("lb", "mi")
    assert remarks(found["warnings"]) == [(3, "distance_unit")]


async def test_a_unit_of_distance_that_is_said_is_no_guess(ann: Person) -> None:
    found = await report(ann, '2026-01-06 07:00:00,"Run",31m,"Running",1,0,0,800,1860,,,', distance_unit="m")

    assert found["warnings"] == []
    assert (await workouts(ann))[0]["exercises"][0]["sets"][0]["distance_meters"] == 800


async def test_semicolons_decimal_commas_units_by_row_and_a_byte_order_mark(ann: Person) -> None:
    header = (
        "\ufeffDate;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;"
        "Notes;Workout Notes;Workout Duration"
    )

    found = await report(
        ann,
        "2026-01-05 18:00:00;Push;My Press;1;50,5;kg;8;;;;0;;;1h",
        "2026-01-05 18:00:00;Push;My Press;2;100;lbs;8;8,5;;;0;;;1h",
        header=header,
        weight_unit="",
    )

    assert found["problems"] == []
    (workout,) = await workouts(ann)
    assert [one["weight_kg"] for one in workout["exercises"][0]["sets"]] == [50.5, 45.3592]
    assert workout["totals"]["duration_seconds"] == 3600


async def test_units_in_the_names_of_columns(ann: Person) -> None:
    header = (
        '"Workout #","Date","Workout Name","Duration (sec)","Exercise Name","Set Order","Weight (lbs)","Reps","RPE",'
        '"Distance (meters)","Seconds","Notes","Workout Notes"'
    )

    found = await report(
        ann,
        '"1","2026-01-05 18:00:00","Push","3900","My Press","1","100","8","","500","0","",""',
        header=header,
        weight_unit="",
    )

    (workout,) = await workouts(ann)
    one = workout["exercises"][0]["sets"][0]
    assert (one["weight_kg"], one["distance_meters"]) == (45.3592, 500)
    assert workout["totals"]["duration_seconds"] == 3900
    assert found["warnings"] == []


async def test_windows_line_ends_and_line_breaks_in_notes(ann: Person) -> None:
    content = f'{HEADER}\r\n{PUSH},1,50,8,0,0,"two\r\nlines",,\r\n{PUSH},x,50,8,0,0,,,\r\n'

    found = (await send(ann, content)).json()

    assert remarks(found["problems"]) == [(4, "unknown_set_order")]
    (workout,) = await workouts(ann)
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
async def test_local_times_are_of_the_zone(ann: Person, date: str, zone: str, started_at: str, local_date: str) -> None:
    await report(ann, f'{date},"Push",1h,"My Press",1,50,8,0,0,,,', time_zone=zone)

    (workout,) = await workouts(ann)
    assert (workout["started_at"], workout["local_date"]) == (started_at, local_date)


# --- rows that are broken ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"{PUSH},1,heavy,8,0,0,,,", "not_a_number"),
        (f"{PUSH},1,nan,8,0,0,,,", "not_a_number"),
        (f"{PUSH},1,1e999,8,0,0,,,", "not_a_number"),
        (f"{PUSH},1,1_000,8,0,0,,,", "not_a_number"),
        (f"{PUSH},1,-5,8,0,0,,,", "out_of_range"),
        (f"{PUSH},1,2001,8,0,0,,,", "out_of_range"),
        (f"{PUSH},1,50,8.5,0,0,,,", "not_a_whole_number"),
        (f"{PUSH},1,50,100001,0,0,,,", "out_of_range"),
        (f"{PUSH},one,50,8,0,0,,,", "unknown_set_order"),
        (f"{PUSH},1,50,8,0,0,,", "wrong_columns"),
        (f"{PUSH},1,50,8,0,0,,,,more", "wrong_columns"),
        (f'{PUSH},1,"1,500",8,0,0,,,', "ambiguous_number"),
        ('2026-01-05 18:00:00,"Push",1h 5m,"",1,50,8,0,0,,,', "exercise_name"),
        (f'2026-01-05 18:00:00,"Push",1h 5m,"{"x" * 121}",1,50,8,0,0,,,', "exercise_name"),
        (f"{PUSH},Rest Timer,0,0,0,90000,,,", "out_of_range"),
        (f"{PUSH},{'9' * 5000},50,8,0,0,,,", "unknown_set_order"),
        ("nonsense", "wrong_columns"),
    ],
)
async def test_a_broken_row_is_reported_and_the_rest_imports(ann: Person, row: str, code: str) -> None:
    found = await report(ann, f"{PUSH},1,50,8,0,0,,,", row, f"{PUSH},2,55,8,0,0,,,")

    assert remarks(found["problems"]) == [(3, code)]
    assert found["problem_count"] == 1
    assert found["sets"] == 2
    (workout,) = await workouts(ann)
    assert [one["weight_kg"] for one in workout["exercises"][0]["sets"]] == [50, 55]


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("the 5th", "unreadable_date"),
        ("", "unreadable_date"),
        ("1969-12-31 00:00:00", "date_out_of_range"),
        ("0001-01-01 00:00:00", "date_out_of_range"),
        ("9999-12-31 23:59:59", "date_out_of_range"),
    ],
)
async def test_a_workout_without_a_date_is_reported_and_the_rest_imports(ann: Person, date: str, code: str) -> None:
    found = await report(ann, f'{date},"Push",1h,"My Press",1,50,8,0,0,,,', f"{PUSH},1,50,8,0,0,,,")

    assert remarks(found["problems"]) == [(2, code)]
    assert found["workouts"] == 1


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
        ("a while", 0, ["unreadable_duration"]),
        ("1 Std. 2 Min.", 3720, []),
        ("1:02:00", 3720, []),
        ("7h", 25200, ["long_workout"]),
    ],
)
async def test_durations(ann: Person, duration: str, seconds: int, warnings: list[str]) -> None:
    found = await report(ann, f'2026-01-05 18:00:00,"Push",{duration},"My Press",1,50,8,0,0,,,')

    assert [code for _, code in remarks(found["warnings"])] == warnings
    assert (await workouts(ann))[0]["totals"]["duration_seconds"] == seconds


@pytest.mark.parametrize("duration", ["800h", "99999999999999h"])
async def test_a_workout_of_more_than_a_month_is_reported(ann: Person, duration: str) -> None:
    found = await report(ann, f'2026-01-05 18:00:00,"Push",{duration},"My Press",1,50,8,0,0,,,')

    assert remarks(found["problems"]) == [(2, "duration_out_of_range")]
    assert found["workouts"] == 0


@pytest.mark.parametrize(
    ("row", "code", "rpe", "reps"),
    [
        (f"{PUSH},1,50,8,0,0,,,11", "rpe_out_of_range", None, 8),
        (f"{PUSH},1,50,8,0,0,,,8.3", "rpe_rounded", 8.5, 8),
        (f"{PUSH},1,50,8,0,0,,,hard", "unreadable_rpe", None, 8),
        (f"{PUSH},1,50,,0,,,,8", "empty_set", 8, 0),
    ],
)
async def test_a_set_is_not_lost_for_a_detail(ann: Person, row: str, code: str, rpe: float, reps: int) -> None:
    found = await report(ann, row)

    assert remarks(found["warnings"]) == [(2, code)]
    (workout,) = await workouts(ann)
    (one,) = workout["exercises"][0]["sets"]
    assert (one["rpe"], one["reps"], one["weight_kg"]) == (rpe, reps, 50)


async def test_texts_that_cannot_be_stored_are_mended_with_a_warning(ann: Person) -> None:
    found = await report(
        ann,
        f'2026-01-05 18:00:00,"Pu\0sh{"x" * 300}",1h,"My Press",1,50,8,0,0,"be\all","{"y" * 10_001}",',
    )

    (workout,) = await workouts(ann)
    assert workout["title"] == "Push" + "x" * 196
    assert workout["exercises"][0]["notes"] == "bell"
    assert workout["notes"] == "y" * 10_000
    codes = sorted(code for _, code in remarks(found["warnings"]))
    assert codes == ["control_characters", "control_characters", "text_shortened", "text_shortened"]


async def test_a_workout_that_is_too_large_is_reported(ann: Person) -> None:
    found = await report(ann, *(f"{PUSH},{n + 1},50,8,0,0,,," for n in range(501)))

    assert remarks(found["problems"]) == [(2, "workout_too_large")]
    assert found["workouts"] == 0


async def test_many_problems_are_counted_and_the_first_are_shown(ann: Person) -> None:
    found = await report(ann, *["nonsense"] * 700, f"{PUSH},1,50,8,0,0,,,")

    assert found["problem_count"] == 700
    assert len(found["problems"]) == 500
    assert found["workouts"] == 1


# --- files that are none -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"just some text",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        "Дата,Тренировка".encode("cp1251"),
        b"a,b,c\n1,2,3\n",
        HEADER.replace("Reps", "Repeats").encode() + b"\n",
        b"," * 100_000,
        f"{HEADER}\n{PUSH},1,50,8,0,0,é".encode() + b"\xff\xfe,,\n",
    ],
)
async def test_a_file_that_is_no_such_csv(ann: Person, connection: asyncpg.Connection, content: bytes) -> None:
    response = await send(ann, content)

    assert response.status_code == 422
    assert response.json()["type"] == "/problems/unreadable-file"
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_what_the_answer_says_of_an_unknown_layout(ann: Person) -> None:
    response = await send(ann, b"Day,Exercise\n1,2\n")

    assert "Columns found: Day, Exercise" in response.json()["detail"]
    assert "Strong (Date, Workout Name" in response.json()["detail"]


async def test_a_header_alone_imports_nothing(ann: Person, connection: asyncpg.Connection) -> None:
    found = await report(ann)

    assert (found["workouts"], found["id"]) == (0, None)
    assert await connection.fetchval("SELECT max(revision) FROM user_revision") == 0


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"weight_unit": ""}, "/weight_unit"),
        ({"weight_unit": "stone"}, "/weight_unit"),
        ({"distance_unit": "furlong"}, "/distance_unit"),
        ({"time_zone": "Olympus"}, "/time_zone"),
        ({"time_zone": ""}, "/time_zone"),
    ],
)
async def test_what_the_file_does_not_say_is_asked(ann: Person, fields: dict[str, str], pointer: str) -> None:
    response = await send(ann, f"{HEADER}\n{PUSH},1,50,8,0,0,,,\n", **fields)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


async def test_all_that_is_missing_is_asked_at_once(ann: Person, connection: asyncpg.Connection) -> None:
    content = f'{HEADER}\n03/04/2025 18:00,"Push",1h,"My Press",1,50,8,0,0,,,\n'

    response = await send(ann, content, weight_unit="", time_zone="")

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [
        ("/weight_unit", "unit_needed"),
        ("/time_zone", "time_zone_needed"),
        ("/date_order", "date_order_needed"),
    ]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_what_the_file_does_say_is_not_asked(ann: Person) -> None:
    bodyweight = f'{HEADER}\n2026-01-05T18:00:00+01:00,"Push",1h,"Push Up",1,0,8,0,0,,,\n'

    response = await send(ann, bodyweight, weight_unit="", time_zone="UTC")
    without_zone = await send(ann, bodyweight.replace("+01:00", "Z"), weight_unit="", time_zone="")

    assert response.status_code == 201
    assert (without_zone.status_code, without_zone.json()["time_zone"]) == (201, "UTC")


@pytest.mark.parametrize(
    ("other", "order", "day"),
    [
        ("13/01/2025 18:00", "", "2025-04-03"),
        ("01/13/2025 18:00", "", "2025-03-04"),
        ("03/04/2025 19:00", "day_first", "2025-04-03"),
        ("03/04/2025 19:00", "month_first", "2025-03-04"),
    ],
)
async def test_the_order_of_dates_is_that_of_the_file(ann: Person, other: str, order: str, day: str) -> None:
    rows = [f'{date},"Push",1h,"My Press",1,50,8,0,0,,,' for date in ("03/04/2025 18:00", other)]

    await report(ann, *rows, date_order=order)

    assert day in {workout["local_date"] for workout in await workouts(ann)}


async def test_without_a_file(ann: Person) -> None:
    response = await ann.post("/workouts/imports", data={"weight_unit": "kg"})

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == ["/file"]


async def test_a_file_over_the_limit(ann: Person) -> None:
    response = await send(ann, b"x" * (21 * 1024 * 1024))

    assert response.status_code == 413


async def test_a_large_file_within_it(ann: Person) -> None:
    buffer = io.StringIO()
    buffer.write(HEADER + "\n")
    for day in range(1, 29):
        for month in range(1, 11):
            for number in range(1, 21):
                buffer.write(f'2025-{month:02}-{day:02} 18:00:00,"Day",1h,"Press {number % 7}",{number},50,8,0,0,,,\n')

    found = (await send(ann, buffer.getvalue())).json()

    assert (found["workouts"], found["sets"]) == (280, 5600)


async def test_two_imports_at_once_add_it_once(ann: Person, connection: asyncpg.Connection) -> None:
    content = "\n".join(
        [HEADER, *(f'2026-01-{day:02} 18:00:00,"Push",1h,"My Press",1,50,8,0,0,,,' for day in range(1, 31))]
    )

    responses = await asyncio.gather(*(send(ann, content) for _ in range(4)))

    assert sorted(response.json()["workouts"] for response in responses) == [0, 0, 0, 30]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 30


async def test_a_fault_in_the_middle_leaves_nothing(ann: Person, connection: asyncpg.Connection) -> None:
    rows = [
        f'2025-{month:02}-{day:02} 18:00:00,"Dé",1h,"My Press",1,50,8,0,0,,,'
        for month in range(1, 7)
        for day in range(1, 28)
    ]
    content = "\n".join([HEADER, *rows]).encode() + b'\n2026-01-01 18:00:00,"\xff",1h,"My Press",1,50,8,0,0,,,\n'

    response = await send(ann, content)

    assert response.status_code == 422
    for table in ("workout", "workout_set", "custom_exercise", "workout_import"):
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


async def test_names_meet_the_catalogue_and_ones_own_whatever_their_case(ann: Person) -> None:
    await report(ann, f"{PUSH},1,50,8,0,0,,,")

    found = await report(
        ann,
        '2026-01-07 18:00:00,"Push",1h,"MY  press",1,50,8,0,0,,,',
        '2026-01-07 18:00:00,"Push",1h,"barbell SQUAT",1,50,8,0,0,,,',
    )

    assert found["created_exercises"] == []
    workout = (await workouts(ann))[0]
    assert [e["exercise"]["name"] for e in workout["exercises"]] == ["My Press", "Barbell Squat"]
