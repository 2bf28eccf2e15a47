"""Whole files: unreadable, too large, concurrent. An import is one transaction."""

import asyncio

import pytest

from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import STRONG_HEADER, strong_row
from exercise_buddy.transfers.tests.support import import_strong, send_file
from tests.factories import read_problem
from tests.support import Connection, Person


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"just some text",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        "Дата,Тренировка".encode("cp1251"),
        b"a,b,c\n1,2,3\n",
        STRONG_HEADER.replace("Reps", "Repeats").encode() + b"\n",
        b"," * 100_000,
        files.strong(strong_row(Notes="é")).encode().rstrip() + b"\xff\xfe,,\n",
    ],
)
async def test_a_file_of_no_known_layout_is_refused(ann: Person, connection: Connection, content: bytes) -> None:
    response = await send_file(ann, content)

    assert read_problem(response) == (422, "/problems/unreadable-file")
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf \r\n"])
async def test_an_empty_file_is_called_empty(ann: Person, content: bytes) -> None:
    response = await send_file(ann, content)

    assert response.json()["detail"].startswith("This file is empty")
    assert "columns_found" not in response.json()


async def test_the_problem_of_an_unknown_layout_lists_the_columns(ann: Person) -> None:
    response = await send_file(ann, b"Day,Exercise\n1,2\n")

    assert "Columns found: Day, Exercise" in response.json()["detail"]
    assert "Known layouts: Strong, Hevy" in response.json()["detail"]


@pytest.mark.parametrize("rows", [(), (strong_row(Date="sometime"),)])
async def test_a_file_without_a_readable_row_is_refused(
    ann: Person, connection: Connection, rows: tuple[str, ...]
) -> None:
    response = await send_file(ann, files.strong(*rows))

    assert response.status_code == 422
    assert response.json()["detail"].startswith("No row of this file can be read")
    assert await connection.fetchval("SELECT max(revision) FROM user_revision") == 0


async def test_a_file_over_the_limit_is_refused(ann: Person) -> None:
    response = await send_file(ann, b"x" * (33 * 1024 * 1024))

    assert response.status_code == 413


async def test_a_large_file_within_the_limit(ann: Person) -> None:
    rows = [
        strong_row(
            Date=f"2025-{month:02}-{day:02} 18:00:00",
            Workout_Name="Day",
            Duration="1h",
            Exercise_Name=f"Press {order % 7}",
            Set_Order=order,
        )
        for day in range(1, 29)
        for month in range(1, 11)
        for order in range(1, 21)
    ]

    report = await import_strong(ann, *rows)

    assert (report["workouts"], report["sets"]) == (280, 5600)


async def test_concurrent_imports_of_one_file_import_it_once(ann: Person, connection: Connection) -> None:
    content = files.strong(*(strong_row(Date=f"2026-01-{day:02} 18:00:00") for day in range(1, 31)))

    responses = await asyncio.gather(*(send_file(ann, content) for _ in range(4)))

    assert sorted(response.json()["workouts"] for response in responses) == [0, 0, 0, 30]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 30


async def test_an_error_in_the_middle_of_a_file_leaves_nothing(ann: Person, connection: Connection) -> None:
    rows = [
        strong_row(Date=f"2025-{month:02}-{day:02} 18:00:00", Workout_Name="Dé")
        for month in range(1, 7)
        for day in range(1, 28)
    ]
    broken = strong_row(Date="2026-01-01 18:00:00", Workout_Name="#").encode().replace(b"#", b'"\xff"')

    response = await send_file(ann, files.strong(*rows).encode() + broken + b"\n")

    assert response.status_code == 422
    for table in ("workout", "workout_set", "custom_exercise", "workout_import"):
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608
