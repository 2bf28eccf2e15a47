"""Invisible characters are refused in every name that users choose, and real names are kept."""

from typing import Any

import pytest

from exercise_buddy.core.types import time_zones, zone
from tests.factories import (
    CUSTOM_EXERCISE,
    create_routine,
    error_pointers,
    evidence,
    exercise,
    routine,
    workout,
)
from tests.support import PASSWORD, Client, Connection, Person

SPOOFED = "Push\u202e yad"
FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
REAL = f"علی\u200cرضا 👨\u200d👩\u200d👧 {FLAG}"  # noqa: RUF001


async def rename(person: Person, method: str, path: str, body: dict[str, Any]) -> Any:
    return await person.client.request(method, f"/api/v1{path}", json=body)


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        ("PATCH", "/users/me", {"display_name": SPOOFED}, "/display_name"),
        ("PATCH", "/users/me", {"username": "ann\u200bann"}, "/username"),
        ("POST", "/exercises", CUSTOM_EXERCISE | {"name": SPOOFED}, "/name"),
        ("POST", "/routines", routine(name=SPOOFED), "/name"),
        ("POST", "/workouts", workout(title=SPOOFED), "/title"),
        ("POST", "/workouts", workout(notes=SPOOFED), "/notes"),
        ("POST", "/workouts", workout(exercise(notes=SPOOFED)), "/exercises/0/notes"),
        (
            "POST",
            "/workouts",
            workout(exercise("", {"reps": 1, "evidence": evidence(detected=1)})),
            "/exercises/0/sets/0/evidence/counter/name",
        ),
        ("POST", "/workouts/quick", {"exercise": SPOOFED, "reps": 5}, "/exercise"),
        (
            "POST",
            "/users/me/body-measurements",
            {"measured_on": "2026-03-28", "mass_kg": 80, "notes": SPOOFED},
            "/notes",
        ),
    ],
)
async def test_are_refused_with_an_override(
    ann: Person, method: str, path: str, body: dict[str, Any], pointer: str
) -> None:
    if pointer.endswith("counter/name"):
        body["exercises"][0] |= {"exercise_id": workout()["exercises"][0]["exercise_id"]}
        body["exercises"][0]["sets"][0]["evidence"]["counter"]["name"] = SPOOFED

    response = await rename(ann, method, path, body)

    assert pointer in error_pointers(response)
    assert "\u202e" not in response.text


async def test_of_real_people_and_workouts_are_kept(ann: Person) -> None:
    profile = (await ann.patch("/users/me", json={"display_name": REAL})).json()
    logged = await ann.log(**workout(title=REAL))
    custom = (await ann.post("/exercises", json=CUSTOM_EXERCISE | {"name": REAL})).json()
    created = await create_routine(ann, name=REAL)

    assert [profile["display_name"], logged["title"], custom["name"], created["name"]] == [REAL] * 4


@pytest.mark.parametrize("name", ["Factory", "localtime", "posixrules", "posix/Europe/Berlin", "right/Europe/Berlin"])
async def test_a_time_zone_is_one_of_a_place(client: Client, ann: Person, name: str) -> None:
    content = {"email": "b@example.com", "password": PASSWORD, "time_zone": name}

    responses = [
        await client.post("/api/v1/auth/register", json=content),
        await ann.patch("/users/me", json={"time_zone": name}),
        await ann.post("/workouts", json=workout(time_zone=name)),
    ]

    assert [error_pointers(response) for response in responses] == [["/time_zone"]] * 3


async def test_a_stored_time_zone_stays_valid(ann: Person, connection: Connection) -> None:
    """Earlier releases accepted Factory, which is UTC."""
    await connection.execute("UPDATE user_account SET time_zone = 'Factory', canonical_time_zone = 'Factory'")

    logged = await ann.post("/workouts", json={key: value for key, value in workout().items() if key != "time_zone"})

    assert (logged.status_code, logged.json()["time_zone"]) == (201, "Factory")
    assert (await ann.get("/statistics/summary")).status_code == 200
    assert "Factory" not in time_zones()
    assert zone("Factory").key == "Factory"
