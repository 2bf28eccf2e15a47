"""The export of workouts: its files, its filters, and its use of connections."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.exports.hevy import COLUMNS
from exercise_buddy.transfers.tests.support import export_workouts, import_file, list_errors, list_workouts
from tests.support import Person, RunningApp

SQUAT = str(catalogue_id("barbell-squat"))
PLANK = str(catalogue_id("plank"))


async def send_export(person: Person, export_format: str, **filters: str) -> httpx2.Response:
    response = await person.get("/workouts/export", params={"format": export_format} | filters)
    assert response.status_code == 200, response.text
    return response


def read_rows(response: httpx2.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return value


async def test_the_csv_has_the_columns_of_hevy(ann: Person) -> None:
    await ann.log(
        title="Push",
        started_at="2025-03-28T23:29:41+00:00",
        ended_at="2025-03-29T00:41:00+00:00",
        time_zone="Asia/Kolkata",
        notes="Good",
        exercises=[
            {
                "exercise_id": SQUAT,
                "superset": 1,
                "notes": "Slow",
                "sets": [{"kind": "warm_up", "reps": 8, "weight_kg": 20.4117, "rpe": 7.5}, {"kind": "drop", "reps": 0}],
            },
            {"exercise_id": PLANK, "sets": [{"kind": "failure", "duration_seconds": 60, "distance_meters": 5200}]},
        ],
    )

    response = await send_export(ann, "csv")

    today = datetime.now(UTC).date()
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == (f'attachment; filename="exercise-buddy-workouts-{today}.csv"')
    assert response.text.splitlines()[0] == ",".join(COLUMNS)
    head = ["Push", "29 Mar 2025, 04:59", "29 Mar 2025, 06:11", "Good"]
    assert [list(row.values()) for row in read_rows(response)] == [
        [*head, "Barbell Squat", "1", "Slow", "0", "warmup", "20.4117", "8", "", "", "7.5"],
        [*head, "Barbell Squat", "1", "Slow", "1", "dropset", "", "0", "", "", ""],
        [*head, "Plank", "", "", "0", "failure", "", "", "5.2", "60", ""],
    ]


async def test_the_json_has_a_format_and_a_version(ann: Person) -> None:
    sets = [{"reps": 5}, {"duration_seconds": 60}]
    await ann.log(title="Push", started_at="2025-03-28T23:29:41Z", exercises=[{"exercise_id": SQUAT, "sets": sets}])

    response = await send_export(ann, "json")

    document = json.loads(response.content)
    assert (document["format"], document["version"]) == ("exercise-buddy", 1)
    (listed,) = await list_workouts(ann)
    assert document["workouts"] == [listed | {"exercises": without_nulls(listed["exercises"])}]
    assert response.headers["content-disposition"].endswith('.json"')


async def test_an_export_of_no_workouts(ann: Person) -> None:
    assert read_rows(await send_export(ann, "csv")) == []
    assert json.loads((await send_export(ann, "json")).content)["workouts"] == []


async def test_filters_are_those_of_the_list(ann: Person, bob: Person) -> None:
    await bob.log(title="Theirs", started_at="2026-01-05T10:00:00Z")
    for day, title, exercise in ((5, "Legs", SQUAT), (6, "Core %", PLANK), (7, "Both", SQUAT)):
        sets = [{"reps": 5}]
        await ann.log(
            title=title, started_at=f"2026-01-{day:02}T10:00:00Z", exercises=[{"exercise_id": exercise, "sets": sets}]
        )
    last = (await list_workouts(ann))[0]

    for filters, titles in (
        ({}, ["Both", "Core %", "Legs"]),
        ({"from": "2026-01-06"}, ["Both", "Core %"]),
        ({"to": "2026-01-06"}, ["Core %", "Legs"]),
        ({"exercise": SQUAT}, ["Both", "Legs"]),
        ({"exercise": SQUAT, "from": "2026-01-06"}, ["Both"]),
        ({"text": "core %"}, ["Core %"]),
        ({"text": "plank"}, ["Core %"]),
        ({"updated_since": last["updated_at"]}, ["Both"]),
    ):
        listed = (await ann.get("/workouts", params=filters)).json()["items"]
        as_json = json.loads((await send_export(ann, "json", **filters)).content)["workouts"]
        as_csv = read_rows(await send_export(ann, "csv", **filters))

        assert [workout["title"] for workout in listed] == titles, filters
        assert [workout["title"] for workout in as_json] == titles, filters
        assert [row["title"] for row in as_csv] == titles, filters


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"format": "xlsx"}, "/format"),
        ({"format": "csv", "from": "2026-02-01", "to": "2026-01-01"}, "/to"),
        ({"format": "csv", "exercise": "squat"}, "/exercise"),
        ({"format": "csv", "cursor": "x"}, "/cursor"),
    ],
)
async def test_invalid_parameters_are_refused(ann: Person, query: dict[str, str], pointer: str) -> None:
    response = await ann.get("/workouts/export", params=query)

    assert [error_pointer for error_pointer, _ in list_errors(response)] == [pointer]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "'=1", "''=1", "'quoted'", "＝1"])  # noqa: RUF001
async def test_texts_are_not_formulas_and_are_restored(ann: Person, bob: Person, text: str) -> None:
    await ann.log(
        title=text,
        started_at="2026-01-05T10:00:00Z",
        notes=f"{text}\n",
        exercises=[{"exercise_id": SQUAT, "notes": f"\t{text}", "sets": [{"reps": 5}]}],
    )

    response = await send_export(ann, "csv")
    (row,) = read_rows(response)
    await import_file(bob, response.content)

    formulas = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")
    assert not any(cell.startswith(formulas) for cell in row.values())
    (workout,) = await list_workouts(bob)
    assert (workout["title"], workout["notes"], workout["exercises"][0]["notes"]) == (text, f"{text}\n", f"\t{text}")


async def test_workouts_and_exercises_without_sets_are_restored(ann: Person, bob: Person) -> None:
    await ann.log(title="Empty", started_at="2026-01-05T10:00:00Z", notes="Only this")
    await ann.log(
        title="Planned", started_at="2026-01-06T10:00:00Z", exercises=[{"exercise_id": SQUAT, "notes": "Later"}]
    )

    await import_file(bob, await export_workouts(ann, "csv"))

    planned, empty = await list_workouts(bob)
    assert (empty["title"], empty["notes"], empty["exercises"]) == ("Empty", "Only this", [])
    assert [(exercise["exercise"]["id"], exercise["notes"], exercise["sets"]) for exercise in planned["exercises"]] == [
        (SQUAT, "Later", [])
    ]


async def test_two_workouts_of_one_minute_stay_two(ann: Person, bob: Person) -> None:
    for second in (5, 40):
        await ann.log(
            title="Quick",
            started_at=f"2026-01-05T10:00:{second:02}Z",
            ended_at=f"2026-01-05T10:00:{second + 10:02}Z",
            exercises=[{"exercise_id": SQUAT, "sets": [{"reps": 10}]}],
        )
    exported = await export_workouts(ann, "csv")

    again = await import_file(ann, exported, time_zone="Europe/Berlin")
    other = await import_file(bob, exported, time_zone="Europe/Berlin")

    assert (again["workouts"], again["duplicates"]) == (0, 2)
    assert (other["workouts"], other["duplicates"]) == (2, 0)


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_a_slow_reader_holds_no_connection(ann: Person, app: RunningApp, form: str) -> None:
    for day in range(1, 26):
        await ann.log(title="Push", started_at=f"2026-01-{day:02}T10:00:00Z")
    reads = app.state["database"].reads
    messages: list[bytes] = []
    idle: list[bool] = []

    async def receive() -> dict[str, object]:
        # The client stays connected.
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            messages.append(message["body"])  # type: ignore[arg-type]
            idle.append(reads.get_idle_size() == reads.get_size())

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/api/v1/workouts/export",
        "raw_path": b"/api/v1/workouts/export",
        "root_path": "",
        "scheme": "http",
        "query_string": f"format={form}".encode(),
        "headers": [(b"authorization", ann.client.headers["Authorization"].encode()), (b"host", b"testserver")],
        "client": ("203.0.113.7", 50_000),
        "server": ("testserver", 80),
        "state": dict(app.state),
    }
    await app.app(scope, receive, send)  # type: ignore[arg-type]

    assert len([message for message in messages if message]) > 1
    assert all(idle)
    assert b"".join(messages).count(b"Push") == 25
