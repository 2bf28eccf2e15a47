"""Edits by several writers, and of other users."""

import asyncio
from typing import Any

from exercise_buddy.workouts.editing.tests.helpers import WORKOUT, part_path
from tests.factories import BENCH, SQUAT
from tests.support import Person


async def test_if_match_refuses_an_edit_of_another_version(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}"
    stale = {"If-Match": (await ann.get(url)).headers["etag"]}
    fresh = {"If-Match": (await ann.patch(url, json={"title": "Pull"}, headers=stale)).headers["etag"]}
    for method, path, body in (
        ("PUT", "", WORKOUT),
        ("PATCH", "", {"title": "Legs"}),
        ("PATCH", part_path(logged, 0), {"notes": "x"}),
        ("DELETE", part_path(logged, 0), None),
        ("PATCH", part_path(logged, 0, 0), {"reps": 1}),
        ("DELETE", part_path(logged, 0, 0), None),
        ("POST", "/sets", {"exercise_id": BENCH, "sets": [{"reps": 1}]}),
        ("POST", "/exercises", {"exercise_id": BENCH}),
        ("POST", "/finish", None),
    ):
        refused = await ann.client.request(method, f"/api/v1{url}{path}", json=body, headers=stale)
        assert refused.status_code == 412, (method, path)
    assert (await ann.patch(url, json={"title": "Legs"}, headers=fresh)).status_code == 200


async def test_concurrent_appends_are_all_stored(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}/sets"
    answers = await asyncio.gather(
        *(ann.post(url, json={"exercise_id": SQUAT, "sets": [{"reps": reps}]}) for reps in range(1, 9))
    )
    assert {answer.status_code for answer in answers} == {201}
    now = (await ann.get(f"/workouts/{logged['id']}")).json()
    assert sorted(one["reps"] for one in now["exercises"][2]["sets"]) == list(range(1, 9))


async def test_the_workout_of_another_user_is_not_found(bob: Person, logged: dict[str, Any]) -> None:
    url = f"/api/v1/workouts/{logged['id']}"
    for method, path, body in (
        ("PUT", "", WORKOUT),
        ("PATCH", "", {"title": "Mine"}),
        ("POST", "/finish", None),
        ("POST", "/sets", {"exercise_id": BENCH, "sets": [{"reps": 1}]}),
        ("POST", "/exercises", {"exercise_id": BENCH}),
        ("PATCH", part_path(logged, 0), {"notes": "x"}),
        ("DELETE", part_path(logged, 0), None),
        ("PATCH", part_path(logged, 0, 0), {"reps": 1}),
        ("DELETE", part_path(logged, 0, 0), None),
    ):
        assert (await bob.client.request(method, url + path, json=body)).status_code == 404
