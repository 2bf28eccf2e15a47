"""`exercise-buddy exercises unmatched`, as the maintainers of the aliases use it."""

import json

from exercise_buddy.exercises.tests.helpers import make, workout
from tests.support import Person, RunCommand

UNMATCHED = ("exercises", "unmatched")


async def test_the_names_of_most_users_come_first(ann: Person, bob: Person, run_command: RunCommand) -> None:
    shared, other = await make(ann, "Zörp-Lift"), await make(bob, "zorp lift")
    alone, _ = await make(ann, "Bench Pres Barbell"), await make(ann, "Qqq")
    await make(bob, "Bench Press (Barbell)")
    await workout(ann, shared["id"])
    await workout(bob, other["id"], other["id"])
    await workout(ann, alone["id"], started_at="2026-03-03T10:00:00Z", ended_at="2026-03-03T11:00:00Z")

    result = await run_command(*UNMATCHED, "--json")

    assert result.exit_code == 0, result.output
    found = [json.loads(line) for line in result.stdout.splitlines() if line.startswith('{"name"')]
    assert [(row["search_key"], row["users"], row["sets"], row["match"]) for row in found] == [
        ("zorp lift", 2, 6, None),
        ("bench pres barbell", 1, 2, "similar"),
        ("bench press barbell", 1, 0, "alias"),
        ("qqq", 1, 0, None),
    ]
    assert found[1]["proposal"] == found[2]["proposal"] == "Barbell Bench Press - Medium Grip"
    assert 0.4 <= found[1]["score"] < found[2]["score"] == 1
    assert ann.id not in result.output
    assert bob.id not in result.output


async def test_few_names_are_listed(ann: Person, bob: Person, run_command: RunCommand) -> None:
    for person, name in ((ann, "Zorp"), (bob, "ZORP"), (bob, "Glorp"), (bob, "Alorp")):
        await make(person, name)

    limited = await run_command(*UNMATCHED, "--limit", "2")
    shared = await run_command(*UNMATCHED, "--min-users", "2")

    assert [line.split("\t")[:3] for line in limited.stdout.splitlines()[-2:]] == [
        ["2", "0", "ZORP"],
        ["1", "0", "Alorp"],
    ]
    assert [line.split("\t")[2] for line in shared.stdout.splitlines()[-2:]] == ["name", "ZORP"]
    assert (await run_command(*UNMATCHED, "--limit", "0")).exit_code == 2
