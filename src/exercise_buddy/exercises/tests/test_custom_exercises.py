import asyncio
from typing import Any
from uuid import uuid4

import pytest
import uuid_utils.compat

from exercise_buddy.exercises import handlers
from exercise_buddy.exercises.tests.helpers import make, names, patch, read, workout
from tests.factories import BENCH, CUSTOM_EXERCISE, PLANK, error_pointers, read_problem
from tests.support import Connection, Person


async def test_one_is_made_and_read(ann: Person) -> None:
    response = await ann.post("/exercises", json=CUSTOM_EXERCISE)

    assert response.status_code == 201
    made = response.json()
    assert {name: made[name] for name in CUSTOM_EXERCISE} == CUSTOM_EXERCISE
    assert made["custom"] is True
    assert (made["slug"], made["aliases"], made["countable"], made["instructions"]) == (None, [], False, [])
    again = await ann.client.get(response.headers["location"])
    assert again.json() == made
    assert again.headers["etag"] == response.headers["etag"]


async def test_a_name_is_enough(ann: Person) -> None:
    made = await make(ann, "  Zorp  ")

    assert made["name"] == "Zorp"
    assert made["met"] is None
    assert made["bodyweight_share"] is None
    assert made["assisted"] is False


async def test_sending_it_again_is_safe(ann: Person, bob: Person) -> None:
    content = {"id": str(uuid_utils.compat.uuid7()), "name": "Zorp"}

    first = await ann.post("/exercises", json=content)
    await patch(ann, content["id"], name="Zorp the second")
    second = await ann.post("/exercises", json=content)
    other = await ann.post("/exercises", json=content | {"name": "Glorp"})
    of_catalogue = await ann.post("/exercises", json={"id": PLANK, "name": "Glorp"})
    bobs = await bob.post("/exercises", json=content)

    assert (first.status_code, second.status_code, bobs.status_code) == (201, 200, 201)
    assert second.json()["name"] == "Zorp the second"
    assert read_problem(other) == (409, "/problems/exercise-id-taken")
    assert error_pointers(of_catalogue) == ["/id"]


async def test_sent_many_times_at_once_it_is_there_once(ann: Person) -> None:
    content = {"id": str(uuid_utils.compat.uuid7()), "name": "Zorp"}

    answers = await asyncio.gather(*(ann.post("/exercises", json=content) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert await names(ann, custom="true") == ["Zorp"]


async def test_one_name_sent_many_times_at_once_is_had_once(ann: Person) -> None:
    answers = await asyncio.gather(*(ann.post("/exercises", json={"name": "Zorp"}) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_without_an_id_a_key_makes_it_safe(ann: Person) -> None:
    key = {"Idempotency-Key": "k"}
    first = await ann.post("/exercises", json={"name": "Zorp"}, headers=key)

    again = await ann.post("/exercises", json={"name": "Zorp"}, headers=key)
    other = await ann.post("/exercises", json={"name": "Glorp"}, headers=key)

    assert (again.status_code, again.content) == (201, first.content)
    assert other.status_code == 422


@pytest.mark.parametrize("again", ["Zorp", "  zORP ", "Zo\u0308rp"])
async def test_a_name_is_had_once(ann: Person, again: str) -> None:
    await make(ann, "Zorp")
    await make(ann, "Zörp")

    response = await ann.post("/exercises", json={"name": again})

    assert read_problem(response) == (409, "/problems/exercise-name-taken")


async def test_the_name_of_a_merged_one_is_taken(ann: Person) -> None:
    zorp = await make(ann, "Zorp")
    glorp = await make(ann, "Glorp")
    await ann.post(f"/exercises/{zorp['id']}/merge", json={"into": glorp["id"]})

    anew = await ann.post("/exercises", json={"name": "zorp"})
    another = await patch(ann, (await make(ann, "Blorp"))["id"], name="Zorp")
    its_own = await patch(ann, glorp["id"], name="Zorp")

    assert anew.status_code == another.status_code == 409
    assert anew.json()["type"] == another.json()["type"] == "/problems/exercise-name-taken"
    assert its_own.status_code == 200


async def test_a_name_of_the_catalogue_is_free(ann: Person) -> None:
    assert (await make(ann, "Plank"))["custom"] is True


async def test_there_may_be_so_many(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "MAX_CUSTOM_EXERCISES", 2)
    await make(ann, "One")
    await make(ann, "Two")

    response = await ann.post("/exercises", json={"name": "Three"})

    assert read_problem(response) == (409, "/problems/too-many-exercises")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": "x" * 121}, "/name"),
        ({"name": "ß" * 100}, "/name"),
        ({"name": "   "}, "/name"),
        ({"name": None}, "/name"),
        ({"bodyweight_share": 1.01}, "/bodyweight_share"),
        ({"bodyweight_share": "1"}, "/bodyweight_share"),
        ({"met": 0}, "/met"),
        ({"met": 26}, "/met"),
        ({"assisted": None}, "/assisted"),
        ({"assisted": 1}, "/assisted"),
        ({"primary_muscles": ["brain"]}, "/primary_muscles/0"),
        ({"primary_muscles": None}, "/primary_muscles"),
        ({"measures": "fun"}, "/measures"),
        ({"slug": "mine"}, "/slug"),
    ],
)
async def test_nonsense_is_refused(ann: Person, change: dict[str, Any], pointer: str) -> None:
    made = await make(ann, "Zorp")

    created = await ann.post("/exercises", json={"name": "Glorp"} | change)
    changed = await patch(ann, made["id"], **change)

    for response in (created, changed):
        assert error_pointers(response) == [pointer]


async def test_a_muscle_is_named_once(ann: Person) -> None:
    made = await make(ann, "Zorp", primary_muscles=["chest", "chest"])

    assert made["primary_muscles"] == ["chest"]


async def test_only_what_is_sent_changes(ann: Person) -> None:
    made = (await ann.post("/exercises", json=CUSTOM_EXERCISE)).json()

    response = await patch(ann, made["id"], level=None, met=6.0)

    assert response.status_code == 200
    assert response.json() == made | {"level": None, "met": 6.0}
    assert (await ann.get(f"/exercises/{made['id']}")).headers["etag"] == response.headers["etag"]


async def test_a_change_is_to_the_version_that_was_read(ann: Person) -> None:
    made = await ann.post("/exercises", json={"name": "Zorp"})
    exercise_id, tag = made.json()["id"], made.headers["etag"]

    first = await patch(ann, exercise_id, {"If-Match": tag}, name="Glorp")
    late = await patch(ann, exercise_id, {"If-Match": tag}, name="Blorp")
    deleted = await ann.delete(f"/exercises/{exercise_id}", headers={"If-Match": tag})

    assert first.status_code == 200
    assert late.status_code == deleted.status_code == 412
    assert (await ann.get(f"/exercises/{exercise_id}")).json()["name"] == "Glorp"


async def test_workouts_are_reckoned_anew(ann: Person, connection: Connection) -> None:
    await ann.weigh("2026-01-01", 100)
    made = await make(ann, "Zorp", met=3.0)
    logged = await workout(ann, made["id"])
    other = await workout(ann, BENCH, started_at="2026-03-03T10:00:00Z", ended_at=None)
    assert (logged["totals"]["bodyweight_volume_kg"], logged["totals"]["met_minutes"]) == (None, 180)
    before = await _revisions(connection)

    await patch(ann, made["id"], bodyweight_share=0.5, met=6.0)
    shared = await read(ann, logged)
    await patch(ann, made["id"], assisted=True)
    assisted = await read(ann, logged)

    assert (shared["totals"]["bodyweight_volume_kg"], shared["totals"]["met_minutes"]) == (18 * 50, 360)
    assert shared["exercises"][0]["totals"]["best_set"] == {"weight_kg": 20, "reps": 8}
    assert assisted["totals"]["bodyweight_volume_kg"] == 18 * 50 - 8 * 20
    assert assisted["exercises"][0]["totals"]["best_set"] == {"weight_kg": None, "reps": None}
    after = await _revisions(connection)
    # Devices hear of the workout, and of no other one.
    assert after[logged["id"]] > before[logged["id"]]
    assert after[other["id"]] == before[other["id"]]
    assert shared["updated_at"] > logged["updated_at"]


async def test_a_new_name_changes_workouts_and_nothing_to_reckon_with_does_not(
    ann: Person, connection: Connection
) -> None:
    made = await make(ann, "Zorp")
    logged = await workout(ann, made["id"])
    before = await _revisions(connection)

    await patch(ann, made["id"], level="expert", name="Zorp")
    assert await _revisions(connection) == before
    await patch(ann, made["id"], name="Glorp")

    assert (await read(ann, logged))["exercises"][0]["exercise"]["name"] == "Glorp"
    assert await _revisions(connection) != before


async def test_the_catalogue_is_everybodys(ann: Person) -> None:
    answers = [
        await patch(ann, PLANK, name="Mine"),
        await ann.delete(f"/exercises/{PLANK}"),
    ]

    for answer in answers:
        assert read_problem(answer) == (403, "/problems/shared-exercise")


async def test_others_exercises_are_not_there(ann: Person, bob: Person) -> None:
    made = await make(ann, "Zorp")

    for exercise_id in (made["id"], str(uuid4())):
        answers = [
            await patch(bob, exercise_id, name="Mine"),
            await bob.delete(f"/exercises/{exercise_id}"),
            await bob.post(f"/exercises/{exercise_id}/merge", json={"into": BENCH}),
        ]
        assert [answer.status_code for answer in answers] == [404] * 3


async def _revisions(connection: Connection) -> dict[str, int]:
    return {str(row["id"]): row["revision"] for row in await connection.fetch("SELECT id, revision FROM workout")}
