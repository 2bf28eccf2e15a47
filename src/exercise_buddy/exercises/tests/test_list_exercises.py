from operator import itemgetter
from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.exercises import catalogue
from exercise_buddy.exercises.catalogue import catalogue_id
from exercise_buddy.exercises.tests.helpers import make, names
from tests.factories import error_pointers
from tests.support import Connection, Person


def test_the_catalogue_is_large_and_consistent() -> None:
    entries = list(catalogue.entries())

    assert len(entries) >= 1_000
    assert len({entry["slug"] for entry in entries}) == len(entries)
    assert len({entry["name_key"] for entry in entries}) == len(entries)
    for entry in entries:
        assert 1.5 <= entry["met"] <= 15
        assert entry["primary_muscles"]
        assert not set(entry["primary_muscles"]) & set(entry["secondary_muscles"]), entry["slug"]


def test_ids_never_change() -> None:
    assert str(catalogue_id("barbell-squat")) == "6114ee62-b061-559c-9a00-471603183f9d"


async def test_all_of_it_by_name(ann: Person) -> None:
    found = await names(ann)

    assert found == sorted(found, key=str.casefold)
    assert len(found) == len(list(catalogue.entries()))


async def test_an_entry_says_what_the_contract_promises(ann: Person) -> None:
    response = await ann.get(f"/exercises/{catalogue_id('burpee')}")

    aliases = [alias for alias in catalogue.aliases() if alias["exercise_id"] == catalogue_id("burpee")]
    assert response.json() == {
        "id": str(catalogue_id("burpee")),
        "slug": "burpee",
        "name": "Burpee",
        "aliases": [alias["name"] for alias in sorted(aliases, key=itemgetter("name_key"))],
        "custom": False,
        "category": "plyometrics",
        "equipment": "body_only",
        "mechanic": "compound",
        "force": "push",
        "level": "intermediate",
        "primary_muscles": ["quadriceps"],
        "secondary_muscles": ["chest", "triceps", "shoulders", "abdominals", "glutes"],
        "measures": "reps",
        "met": 11.0,
        "bodyweight_share": 1.0,
        "assisted": False,
        "countable": True,
        "instructions": [],
        "images": [],
    }
    assert response.headers["etag"]


@pytest.mark.parametrize(
    ("query", "some", "none"),
    [
        ({"search": "HAMMER  curl"}, "Hammer Curls", "Barbell Squat"),
        ({"muscle": "biceps"}, "Barbell Curl", "Plank"),
        ({"muscle": "glutes"}, "Burpee", "Barbell Curl"),
        ({"equipment": "kettlebell"}, "One-Arm Kettlebell Swings", "Barbell Curl"),
        ({"category": "cardio"}, "Swimming", "Barbell Curl"),
        ({"measures": "duration"}, "Plank", "Barbell Curl"),
        ({"countable": "true"}, "Plank", "Swimming"),
        ({"countable": "false"}, "My Own Press", "Plank"),
        ({"muscle": "biceps", "equipment": "barbell"}, "Barbell Curl", "Hammer Curls"),
        ({"custom": "false"}, "Plank", "My Own Press"),
        ({"custom": "true"}, "My Own Press", "Plank"),
        ({"search": "my own", "custom": "true"}, "My Own Press", "Plank"),
    ],
)
async def test_filters(ann: Person, query: dict[str, str], some: str, none: str) -> None:
    await make(ann, "My Own Press")

    found = await names(ann, **query)

    assert some in found
    assert none not in found


async def test_ones_own_are_ones_own(ann: Person, bob: Person) -> None:
    exercise_id = (await make(ann, "My Own Press"))["id"]

    mine = await ann.get(f"/exercises/{exercise_id}")
    others = await bob.get(f"/exercises/{exercise_id}")

    assert mine.json()["custom"] is True
    assert mine.json()["met"] is None
    assert mine.json()["primary_muscles"] == []
    assert others.status_code == 404
    assert "My Own Press" not in await names(bob, search="my own press")
    assert "My Own Press" not in await names(bob)


async def test_nothing_there(ann: Person) -> None:
    assert (await ann.get(f"/exercises/{uuid4()}")).status_code == 404


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"muscle": "brain"}, "/muscle"),
        ({"equipment": "magic"}, "/equipment"),
        ({"category": "fun"}, "/category"),
        ({"custom": "perhaps"}, "/custom"),
        ({"cursor": "nonsense"}, "/cursor"),
        ({"search": "x" * 101}, "/search"),
    ],
)
async def test_nonsense_is_refused(ann: Person, query: dict[str, str], pointer: str) -> None:
    response = await ann.get("/exercises", params=query)

    assert error_pointers(response) == [pointer]


async def test_a_release_changes_facts_and_never_ids(ann: Person, connection: Connection, app: Any) -> None:
    await connection.execute("UPDATE catalogue_exercise SET name = 'Old', met = 1 WHERE slug = 'plank'")

    count = await catalogue.update_catalogue(app.state["database"], app.state["exercise_usage"], {"plank"})

    plank = (await ann.get(f"/exercises/{catalogue_id('plank')}")).json()
    assert (plank["name"], plank["met"]) == ("Plank", 2.8)
    assert await connection.fetchval("SELECT count(*) FROM catalogue_exercise") == count
