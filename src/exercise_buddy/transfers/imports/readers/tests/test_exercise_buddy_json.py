"""Our own JSON restores workouts without loss: ids, time zones, rep evidence."""

import json
from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.tests.support import (
    count_rows,
    drop_import_fields,
    export_workouts,
    import_file,
    list_codes,
    list_workouts,
    send_file,
)
from tests.factories import read_problem
from tests.support import Connection, Person

EVIDENCE = {
    "counter": {"name": "pose", "version": "1.2"},
    "profile_version": "3",
    "detected_reps": 3,
    "reps": [
        {"offset_ms": 0, "duration_ms": 1500, "eccentric_ms": 700, "concentric_ms": 800, "range_degrees": 87.3},
        {"offset_ms": 1600, "confidence": 0.25, "flags": ["shallow", "fast"], "rejected": True},
        {
            "offset_ms": 3100,
            "turn_ms": 650,
            "turn_pause_ms": 0,
            "end_pause_ms": 120,
            "range_share": 0.71,
            "full_range_share": 0.9,
            "side": "left",
        },
    ],
    "judgements": [
        {
            "code": "range_fading",
            "rep": 2,
            "value": 0.71,
            "threshold": 0.8,
            "source": "Convention",
            "text": "Your range faded: “deeper” → 71 %.",
        },
        {"code": "slowing", "rep": None, "value": 31.5, "threshold": 20.0, "source": "A study", "text": "You slowed."},
    ],
}


def part_ids(workouts: list[dict[str, Any]]) -> set[str]:
    entries = [entry for workout in workouts for entry in workout["exercises"]]
    return {part["id"] for entry in entries for part in (entry, *entry["sets"])}


async def log_history(person: Person) -> None:
    """Log workouts with every field."""
    response = await person.post(
        "/exercises",
        json={"name": "Ünder-bar press", "measures": "weight_reps", "primary_muscles": ["chest"], "met": 4},
    )
    own = response.json()["id"]
    push_up = str(catalogue_id("pushups"))
    await person.log(
        title="=Push 💪",
        started_at="2026-05-01T10:00:07.250+02:00",
        ended_at="2026-05-01T11:00:00+02:00",
        time_zone="Asia/Kolkata",
        notes="one\r\n\ttwo\n",
        source="camera",
        exercises=[
            {
                "exercise_id": own,
                "superset": 3,
                "notes": "'+slow",
                "targets": [{"reps": 5, "reps_to": 8, "weight_kg": 50, "rest_seconds": 90}],
                "sets": [
                    {"reps": 8, "weight_kg": 20.4117, "rpe": 7.5, "rest_seconds": 90, "kind": "warm_up"},
                    {"reps": 8, "weight_kg": 20.4117, "rpe": 7.5, "rest_seconds": 90, "kind": "warm_up"},
                    {"duration_seconds": 30.5, "distance_meters": 123.45678},
                ],
            },
            {"exercise_id": push_up, "sets": [{"reps": 2, "evidence": EVIDENCE}]},
            {"exercise_id": push_up},
        ],
    )
    await person.log(started_at="2026-05-02T10:00:00Z")


async def test_deleted_workouts_are_restored_without_loss(ann: Person, connection: Connection) -> None:
    await log_history(ann)
    before = await list_workouts(ann)
    rows = await count_rows(connection)
    content = await export_workouts(ann, "json")
    for workout in before:
        await ann.delete(f"/workouts/{workout['id']}")
    assert await connection.fetchval("SELECT count(*) FROM deleted_workout") == 2

    found = await import_file(ann, content, time_zone="")

    assert (found["source"], found["workouts"], found["problems"]) == ("exercise_buddy", 2, [])
    assert found["time_zone"] is None
    assert drop_import_fields(await list_workouts(ann)) == drop_import_fields(before)
    assert await count_rows(connection) == rows | {"workout_import": 1}
    assert await connection.fetchval("SELECT count(*) FROM deleted_workout") == 0


async def test_workouts_and_exercises_are_imported_into_another_account(ann: Person, bob: Person) -> None:
    await log_history(ann)

    found = await import_file(bob, await export_workouts(ann, "json"))

    assert drop_import_fields(await list_workouts(bob)) == drop_import_fields(await list_workouts(ann))
    (created,) = found["created_exercises"]
    theirs, ours = [(await person.get(f"/exercises/{created['id']}")).json() for person in (ann, bob)]
    assert ours == theirs
    assert ours["measures"] == "weight_reps"


async def test_exercises_and_sets_whose_ids_are_taken_get_new_ones(ann: Person) -> None:
    await log_history(ann)
    document = json.loads(await export_workouts(ann, "json"))
    first = document["workouts"][1]
    # Copies of a stored workout, later and with other workout ids: of their parts, only one id is free.
    free = str(uuid4())
    first["exercises"][2]["id"] = free
    starts = [f"2026-05-{day}T10:00:00Z" for day in (11, 12)]
    copies = [first | {"id": str(uuid4()), "started_at": start, "ended_at": None} for start in starts]
    stored = part_ids(await list_workouts(ann))

    found = await import_file(ann, json.dumps(document | {"workouts": copies}))

    assert (found["workouts"], found["problems"]) == (2, [])
    second_copy, first_copy, *others = await list_workouts(ann)
    assert part_ids(others) == stored
    assert free not in part_ids([second_copy])
    assert first_copy["exercises"][2]["id"] == free
    assert len(part_ids([second_copy, first_copy])) == 2 * 7
    assert part_ids([second_copy, first_copy]) & stored == set()


async def test_a_file_of_an_older_release_has_no_ids_of_exercises_and_sets(ann: Person) -> None:
    await log_history(ann)
    document = json.loads(await export_workouts(ann, "json"))
    before = await list_workouts(ann)
    for workout in document["workouts"]:
        await ann.delete(f"/workouts/{workout['id']}")
        for entry in workout["exercises"]:
            del entry["id"]
            for workout_set in entry["sets"]:
                del workout_set["id"]

    found = await import_file(ann, json.dumps(document))

    assert (found["workouts"], found["problems"]) == (2, [])
    after = await list_workouts(ann)
    assert [workout["totals"] for workout in after] == [workout["totals"] for workout in before]
    assert len(part_ids(after)) == 7
    assert part_ids(after) & part_ids(before) == set()


async def test_a_second_import_adds_nothing(ann: Person, connection: Connection) -> None:
    await log_history(ann)
    before = await count_rows(connection)

    found = await import_file(ann, await export_workouts(ann, "json"))

    assert (found["workouts"], found["duplicates"], found["id"]) == (0, 2, None)
    assert await count_rows(connection) == before


async def test_an_id_with_other_content_is_a_changed_workout(ann: Person) -> None:
    await log_history(ann)
    document = json.loads(await export_workouts(ann, "json"))
    document["workouts"][1]["exercises"][0]["sets"][0]["reps"] = 9
    before = await list_workouts(ann)

    found = await import_file(ann, json.dumps(document, indent=1))

    assert (found["duplicates"], found["workouts"], found["changed"]) == (1, 0, 1)
    assert [warning["code"] for warning in found["warnings"]] == ["workout_changed"]
    assert await list_workouts(ann) == before


async def test_the_list_of_the_export_of_all_data_can_be_imported(ann: Person, bob: Person) -> None:
    await log_history(ann)
    items = json.loads(await export_workouts(ann, "json"))["workouts"]

    found = await import_file(bob, json.dumps(items))

    assert (found["workouts"], found["sets"]) == (2, 4)


WORKOUT = {
    "id": "0197a000-0000-7000-8000-000000000001",
    "title": "Push",
    "started_at": "2026-05-01T10:00:00Z",
    "time_zone": "UTC",
    "exercises": [{"exercise": {"id": str(uuid4()), "name": "My Press"}, "sets": [{"reps": 5}]}],
}


def document(*items: Any, **other: Any) -> str:
    """Return a file with one item per line, the first in line 2."""
    head = json.dumps({"format": "exercise-buddy", "version": 1} | other).removesuffix("}")
    return head + ', "workouts": [\n' + ",\n".join(json.dumps(item) for item in items) + "\n]}"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": "x"}, "/id"),
        ({"started_at": "2026-05-01 10:00"}, "/started_at"),
        ({"time_zone": "Olympus"}, "/time_zone"),
        ({"exercises": [{"exercise": {"id": str(uuid4()), "name": "P"}, "sets": [{"reps": -1}]}]}, "sets/0/reps"),
        ({"exercises": [{"exercise": {"id": str(uuid4()), "name": "P"}, "sets": [{"reps": 1}] * 501}]}, "sets"),
        ({"exercises": [{"exercise": {"id": str(uuid4()), "name": "P"}, "sets": [{"reps": 1}] * 300}] * 2}, "500"),
    ],
)
async def test_an_invalid_workout_is_a_problem_and_the_rest_is_imported(
    ann: Person, change: dict[str, Any], where: str
) -> None:
    found = await import_file(ann, document(WORKOUT | change, WORKOUT | {"totals": {}, "later": [1]}))

    assert found["workouts"] == 1
    (problem,) = found["problems"]
    assert problem["line"] == 2
    assert where in problem["message"]


@pytest.mark.parametrize(
    ("ended_at", "code"),
    [("2026-04-01T10:00:00Z", "ends_before_start"), ("2026-07-01T10:00:00Z", "duration_out_of_range")],
)
async def test_an_impossible_end_is_left_out_with_a_warning(ann: Person, ended_at: str, code: str) -> None:
    found = await import_file(ann, document(WORKOUT | {"ended_at": ended_at}))

    assert (found["workouts"], found["problems"], list_codes(found["warnings"])) == (1, [], [(2, code)])


async def test_a_repeated_id_is_a_problem_of_the_second_workout(ann: Person) -> None:
    workout = {"id": str(uuid4()), "started_at": "2026-05-01T10:00:00Z", "time_zone": "UTC", "exercises": []}

    found = await import_file(ann, document(workout | {"title": "First"}, workout | {"title": "Second"}))

    assert (found["workouts"], list_codes(found["problems"])) == (1, [(3, "workout_id_taken")])
    assert [workout["title"] for workout in await list_workouts(ann)] == ["First"]


async def test_two_equal_workouts_with_two_ids_are_two(ann: Person, bob: Person) -> None:
    for _ in range(2):
        await ann.log(title="Push", started_at="2026-05-01T10:00:00Z")
    content = await export_workouts(ann, "json")

    found = await import_file(bob, content)

    assert (found["workouts"], found["duplicates"], found["problems"]) == (2, 0, [])
    assert drop_import_fields(await list_workouts(bob)) == drop_import_fields(await list_workouts(ann))
    again = await import_file(bob, content)
    assert (again["workouts"], again["duplicates"], again["problems"]) == (0, 2, [])


async def test_an_item_that_is_not_an_object_is_a_problem(ann: Person) -> None:
    found = await import_file(ann, document(5, None, WORKOUT, []))

    assert list_codes(found["problems"]) == [(line, "invalid_workout") for line in (2, 3, 5)]
    assert found["workouts"] == 1


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "{",
        "[",
        "[1",
        "[1,]",
        '{"workouts": []}',
        '{"format": "other", "version": 1, "workouts": []}',
        '{"format": "exercise-buddy", "version": "new", "workouts": []}',
        '{"format": "exercise-buddy", "version": 2, "workouts": []}',
        '{"format": "exercise-buddy", "version": 1}',
        '{"format": "exercise-buddy", "version": 1, "workouts": {}}',
        '{"format": "exercise-buddy" "version": 1}',
        "{5: 1}",
        '["' + "x" * 100_000,
        "[" + "[" * 100_000,
        "[" + "9" * 100_000 + "]",
        document(WORKOUT).replace("Push", "Pu\\ud800sh"),
        document(WORKOUT)[:-1],
        "[" + json.dumps("x" * 9_000_000) + "]",
    ],
)
async def test_other_json_is_refused(ann: Person, connection: Connection, content: str) -> None:
    response = await send_file(ann, content)

    assert read_problem(response) == (422, "/problems/unreadable-file")
    assert (await count_rows(connection))["workout"] == 0


async def test_the_parts_of_a_file_may_come_in_any_order(ann: Person) -> None:
    own = {"id": str(uuid4()), "name": "My Press", "measures": "reps", "met": 3.5, "unheard_of": True}
    named = WORKOUT | {"exercises": [{"exercise": own, "sets": [{"reps": 5}]}]}
    content = json.dumps(
        {"workouts": [named], "custom_exercises": [own, {"id": 5}], "version": 1, "format": "exercise-buddy"}
    )

    found = await import_file(ann, content)

    assert [warning["code"] for warning in found["warnings"]] == ["unreadable_exercise"]
    assert found["created_exercises"] == [{"id": own["id"], "name": "My Press"}]
    assert (await ann.get(f"/exercises/{own['id']}")).json()["met"] == 3.5


async def test_names_of_earlier_releases_lose_their_invisible_characters(
    ann: Person, bob: Person, connection: Connection
) -> None:
    """Earlier releases stored them; an export of theirs must still be readable as a whole."""
    await ann.post("/exercises", json={"name": "Zorp", "measures": "reps"})
    custom = (await ann.get("/exercises", params={"search": "Zorp"})).json()["items"][0]["id"]
    sets = {"exercise_id": custom, "sets": [{"reps": 5}], "notes": "first"}
    await ann.log(title="Push", started_at="2026-03-28T18:30:00+01:00", notes="second", exercises=[sets])
    await connection.execute("UPDATE workout SET title = E'Pu\\u202esh', notes = E'sec\\u202eond'")
    await connection.execute("UPDATE workout_exercise SET notes = E'fi\\u202erst'")
    await connection.execute("UPDATE custom_exercise SET name = E'Zo\\u200brp'")

    report = await import_file(bob, await export_workouts(ann, "json"), time_zone="", weight_unit="")

    (workout,) = await list_workouts(bob)
    (entry,) = workout["exercises"]
    assert (workout["title"], workout["notes"], entry["notes"]) == ("Push", "second", "first")
    assert entry["exercise"]["name"] == "Zorp"
    assert {code for _, code in list_codes(report["warnings"])} == {"invisible_characters"}
    assert report["problems"] == []
