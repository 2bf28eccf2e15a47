from typing import Any

import pytest

from exercise_buddy.exercises.public import catalogue_id
from tests.factories import BENCH, SQUAT
from tests.support import Person


async def log(person: Person, day: int, title: str = "Workout", exercise: str = BENCH, **more: Any) -> str:
    logged = await person.log(
        title=title,
        started_at=f"2026-03-{day:02}T18:00:00Z",
        ended_at=f"2026-03-{day:02}T19:00:00Z",
        exercises=[{"exercise_id": exercise, "sets": [{"reps": 5, "weight_kg": 100}]}],
        **more,
    )
    return str(logged["id"])


async def test_newest_first_with_totals_and_without_sets(ann: Person) -> None:
    first, second = await log(ann, 1), await log(ann, 2)

    page = (await ann.get("/workouts")).json()

    assert [item["id"] for item in page["items"]] == [second, first]
    assert page["next_cursor"] is None
    item = page["items"][0]
    assert item["totals"]["volume_kg"] == 500
    assert item["exercises"][0]["totals"]["best_set"] == {"weight_kg": 100, "reps": 5}
    assert item["exercises"][0]["sets"] is None


async def test_a_list_with_sets_has_whole_workouts(ann: Person) -> None:
    workout_id = await log(ann, 1)

    (item,) = (await ann.get("/workouts", params={"include": "sets"})).json()["items"]

    assert item == (await ann.get(f"/workouts/{workout_id}")).json()


async def test_the_list_of_a_new_user_is_empty(ann: Person) -> None:
    nothing = dict.fromkeys(("workouts", "exercises", "sets", "reps", "volume_kg", "duration_seconds"), 0)
    assert (await ann.get("/workouts")).json() == {"items": [], "totals": nothing, "next_cursor": None}


async def test_totals_cover_all_pages_of_the_filtered_list(ann: Person) -> None:
    for day in (1, 2, 3, 4):
        await log(ann, day, exercise=BENCH if day % 2 else SQUAT)

    first = (await ann.get("/workouts", params={"from": "2026-03-02", "exercise": SQUAT, "limit": 1})).json()
    cursor = {"cursor": first["next_cursor"], "from": "2026-03-02", "exercise": SQUAT}
    second = (await ann.get("/workouts", params=cursor)).json()

    assert first["totals"] == {
        "workouts": 2,
        "exercises": 2,
        "sets": 2,
        "reps": 10,
        "volume_kg": 1000,
        "duration_seconds": 7200,
    }
    assert (len(second["items"]), second["totals"]) == (1, None)


async def test_pages_have_no_gap_or_repetition_even_with_equal_starts(ann: Person) -> None:
    expected = [await log(ann, day) for day in (1, 2, 2, 2, 3, 4, 4)]

    found = [item["id"] for item in await ann.list_all("/workouts", limit=2)]

    assert sorted(found) == sorted(expected)
    assert len(found) == 7


async def test_a_full_last_page_has_no_cursor(ann: Person) -> None:
    for day in (1, 2):
        await log(ann, day)

    assert (await ann.get("/workouts", params={"limit": 2})).json()["next_cursor"] is None


async def test_a_cursor_survives_inserts_and_deletes(ann: Person) -> None:
    first, second, third = await log(ann, 1), await log(ann, 2), await log(ann, 3)
    page = (await ann.get("/workouts", params={"limit": 1})).json()
    assert [item["id"] for item in page["items"]] == [third]

    await ann.delete(f"/workouts/{third}")
    await log(ann, 4)

    assert await ann.list_page("/workouts", cursor=page["next_cursor"]) == [second, first]


async def test_filter_by_local_days(ann: Person) -> None:
    ids = [await log(ann, day) for day in (1, 2, 3, 4)]

    assert await ann.list_page("/workouts", **{"from": "2026-03-02", "to": "2026-03-03"}) == [ids[2], ids[1]]
    assert await ann.list_page("/workouts", **{"from": "2026-03-04"}) == [ids[3]]
    assert await ann.list_page("/workouts", to="2026-03-01") == [ids[0]]


async def test_filter_by_exercise(ann: Person) -> None:
    await log(ann, 1)
    squatted = await log(ann, 2, exercise=SQUAT)

    assert await ann.list_page("/workouts", exercise=SQUAT) == [squatted]
    assert await ann.list_page("/workouts", exercise=str(catalogue_id("plank"))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("leg", "title"),
        ("LEG D", "title"),
        ("größe", "notes"),
        ("GRÖSSE", "none"),
        ("GRÖß", "notes"),
        ("barbell squat", "exercise"),
        ("100%", "percent"),
        ("%", "percent"),
        ("_", "none"),
        ("\\", "none"),
        ("nothing like it", "none"),
    ],
)
async def test_filter_by_text(ann: Person, text: str, found: str) -> None:
    ids = {
        "title": await log(ann, 1, title="Leg day"),
        "notes": await log(ann, 2, notes="Neue Größe"),
        "exercise": await log(ann, 3, exercise=SQUAT),
        "percent": await log(ann, 4, title="At 100%"),
    }

    assert await ann.list_page("/workouts", text=text) == ([ids[found]] if found in ids else [])


async def test_filter_by_time_of_write(ann: Person) -> None:
    await log(ann, 1)
    second = await log(ann, 2)
    written = (await ann.get(f"/workouts/{second}")).json()["updated_at"]

    assert await ann.list_page("/workouts", updated_since=written) == [second]


async def test_filters_combine_with_each_other_and_with_pages(ann: Person) -> None:
    ids = [await log(ann, day, title="Leg day", exercise=SQUAT) for day in range(1, 6)]
    await log(ann, 3, title="Push")
    query = {"from": "2026-03-02", "text": "leg", "exercise": SQUAT, "limit": "3"}

    page = (await ann.get("/workouts", params=query)).json()
    rest = await ann.list_page("/workouts", **query, cursor=page["next_cursor"])

    assert [item["id"] for item in page["items"]] == [ids[4], ids[3], ids[2]]
    assert rest == [ids[1]]


async def test_users_list_only_their_own_workouts(ann: Person, bob: Person) -> None:
    await log(ann, 1)
    bobs = await log(bob, 2)

    assert await bob.list_page("/workouts") == [bobs]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "/limit"),
        ({"limit": "101"}, "/limit"),
        ({"limit": "many"}, "/limit"),
        ({"cursor": "nonsense"}, "/cursor"),
        ({"cursor": "x" * 501}, "/cursor"),
        ({"from": "2026-02-30"}, "/from"),
        ({"from": "1774719000"}, "/from"),
        ({"to": "0001-01-01"}, "/to"),
        ({"exercise": "bench"}, "/exercise"),
        ({"text": "x" * 101}, "/text"),
        ({"include": "everything"}, "/include"),
        ({"updated_since": "2026-03-01"}, "/updated_since"),
        ({"form": "2026-03-01"}, "/form"),
    ],
)
async def test_invalid_input_is_refused_with_a_pointer(ann: Person, query: dict[str, str], pointer: str) -> None:
    response = await ann.get("/workouts", params=query)

    assert response.status_code == 422
    assert [(e["location"], e["pointer"]) for e in response.json()["errors"]] == [("query", pointer)]


async def test_a_period_that_ends_before_it_begins_is_refused(ann: Person) -> None:
    response = await ann.get("/workouts", params={"from": "2026-05-03", "to": "2026-05-02"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/to"


async def test_a_cursor_belongs_to_its_list(ann: Person) -> None:
    for day in (1, 2):
        await ann.log(started_at=f"2026-05-0{day}T10:00:00Z", time_zone="UTC", exercises=[])
    cursor = (await ann.get("/workouts", params={"limit": 1})).json()["next_cursor"]

    response = await ann.get("/exercises", params={"cursor": cursor})

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/cursor"
