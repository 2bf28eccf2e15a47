"""`exercise-buddy statistics …` as operators know it, against a database that is in use."""

from datetime import date

import pytest

from exercise_buddy.statistics.tests.helpers import SQUAT, train
from tests.support import Connection, Person, RunCommand, wait_until

VERIFY = ("statistics", "verify")


async def several(person: Person, workouts: int = 5) -> list[str]:
    return [
        await train(person, date(2026, 3, day), {"reps": 5, "weight_kg": 100}, exercise=SQUAT)
        for day in range(1, workouts + 1)
    ]


async def test_what_is_right(ann: Person, bob: Person, run_command: RunCommand, connection: Connection) -> None:
    await several(ann)
    await several(bob, 2)

    async def mails_are_sent() -> bool:
        return bool(await connection.fetchval("SELECT count(*) = 0 FROM outgoing_mail"))

    # The app logs each mail that it sends, to the output of the command too.
    await wait_until(mails_are_sent)

    result = await run_command(*VERIFY, "--batch", "2")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == "7 workouts recounted, 0 differ, 0 repaired"


async def test_nobody_there(run_command: RunCommand) -> None:
    result = await run_command(*VERIFY)

    assert (result.exit_code, result.stderr) == (0, "0 workouts recounted, 0 differ, 0 repaired\n")


async def test_what_differs_is_told_and_left(
    ann: Person, bob: Person, run_command: RunCommand, connection: Connection
) -> None:
    anns = (await several(ann))[3]
    await several(bob)
    await connection.execute("UPDATE workout SET rep_count = 7 WHERE id = $1", anns)
    await connection.execute("UPDATE workout_exercise SET load_kgs = NULL WHERE workout_id = $1", anns)

    for arguments in ([], ["--user", "ann@example.com"], ["--batch", "1"]):
        result = await run_command(*VERIFY, *arguments)
        assert result.exit_code == 1
        assert [line.split("\t") for line in result.stdout.splitlines()] == [
            [ann.id, anns, "-", "rep_count", "7", "5"],
            [ann.id, anns, "0", "load_kgs", "null", "[100]"],
        ]
    assert (await run_command(*VERIFY, "--user", "bob@example.com")).exit_code == 0
    assert await connection.fetchval("SELECT rep_count FROM workout WHERE id = $1", anns) == 7


async def test_what_differs_is_repaired_and_devices_hear_of_it(
    ann: Person, run_command: RunCommand, connection: Connection
) -> None:
    ids = await several(ann)
    for broken in ids[1:3]:
        await connection.execute(
            "UPDATE workout_exercise SET best_set_weight_kg = 500, best_e1rm_kg = 500 WHERE workout_id = $1", broken
        )
    records = await ann.get("/statistics/records")
    revision = await connection.fetchval("SELECT max(revision) FROM workout")

    result = await run_command(*VERIFY, "--repair", "--batch", "2")

    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1] == "5 workouts recounted, 2 differ, 2 repaired"
    assert len(result.stdout.splitlines()) == 4
    assert (await run_command(*VERIFY)).exit_code == 0
    repaired = await ann.get("/statistics/records", headers={"If-None-Match": records.headers["ETag"]})
    assert repaired.json()["items"][0]["records"][0]["value"] == 100
    later = await connection.fetch("SELECT id FROM workout WHERE revision > $1", revision)
    assert {str(row["id"]) for row in later} == set(ids[1:3])


async def test_records_that_differ_are_told_and_repaired(
    ann: Person, run_command: RunCommand, connection: Connection
) -> None:
    first, second, *_ = await several(ann)
    await connection.execute("DELETE FROM exercise_record WHERE kind = 'load'")
    await connection.execute(
        "INSERT INTO exercise_record SELECT user_id, exercise_id, kind, started_at, $1, position, 900, value,"
        " weight_kg, reps, local_date FROM exercise_record WHERE kind = 'e1rm'",
        second,
    )
    await connection.execute("UPDATE exercise_record SET reps = 6 WHERE kind = 'set_volume'")

    result = await run_command(*VERIFY)
    repaired = await run_command(*VERIFY, "--repair")

    assert result.exit_code == 1
    told = [line.split("\t") for line in result.stdout.splitlines()]
    e1rm = "[900, 116.66666666666667, 100, 5]"
    assert sorted(told) == sorted(
        [
            [ann.id, first, "0", "record load", "null", "[100, null, 100, 5]"],
            [ann.id, second, "0", "record e1rm", e1rm, "null"],
            [ann.id, first, "0", "record set_volume", "[500, null, 100, 6]", "[500, null, 100, 5]"],
        ]
    )
    assert (repaired.exit_code, repaired.stdout) == (0, result.stdout)
    assert repaired.stderr.splitlines()[-1] == "5 workouts recounted, 2 differ, 2 repaired"
    assert (await run_command(*VERIFY)).exit_code == 0


async def test_totals_of_past_months_that_differ_are_told_and_repaired(
    ann: Person, run_command: RunCommand, connection: Connection
) -> None:
    await several(ann)
    await train(ann, date(2026, 5, 1), {"reps": 1, "weight_kg": 100}, exercise=SQUAT)
    summary = await ann.get("/statistics/summary")
    await connection.execute("UPDATE settled_month SET rep_count = 7, volume_kg = 2500.00 WHERE month = '2026-03-01'")
    await connection.execute("DELETE FROM settled_week WHERE first_day = '2026-03-02'")
    await connection.execute("UPDATE settled_exercise SET set_count = 6 WHERE span = 'year'")

    result = await run_command(*VERIFY)
    repaired = await run_command(*VERIFY, "--repair")

    assert result.exit_code == 1
    assert [line.split("\t") for line in result.stdout.splitlines()] == [
        [ann.id, "-", "-", "month 2026-03-01 rep_count", "7", "25"],
        [ann.id, "-", "-", "week 2026-03-02 duration_seconds", "null", "14400"],
        [ann.id, "-", "-", "week 2026-03-02 rep_count", "null", "20"],
        [ann.id, "-", "-", "week 2026-03-02 workouts", "null", "4"],
        [ann.id, "-", "-", f"year 2026-01-01 of {SQUAT} set_count", "6", "5"],
    ]
    assert (repaired.exit_code, repaired.stdout) == (0, result.stdout)
    assert repaired.stderr == "6 workouts recounted, 1 differ, 1 repaired\n"
    assert (await run_command(*VERIFY)).exit_code == 0
    again = await ann.get("/statistics/summary", headers={"If-None-Match": summary.headers["ETag"]})
    assert (again.status_code, again.json()) == (200, summary.json())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "nobody@example.com"], "The account nobody@example.com does not exist."),
        (["--batch", "0"], "--batch"),
        (["--batch", "100000"], "--batch"),
    ],
)
async def test_nonsense(run_command: RunCommand, arguments: list[str], said: str) -> None:
    result = await run_command(*VERIFY, *arguments)

    assert result.exit_code != 0
    assert said in result.stderr
