from uuid import UUID

import orjson
import pytest

from exercise_buddy.exercises.catalogue import aliases, catalogue_id, entries, search_key
from exercise_buddy.exercises.queries import found_exercises
from exercise_buddy.exercises.search import search_values
from exercise_buddy.exercises.tests.helpers import make, names
from tests.plans import nodes
from tests.support import Person, RunningApp

_EVERYBODYS = {"catalogue_exercise", "exercise_alias"}


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("Bench Press (Barbell)", "Barbell Bench Press - Medium Grip"),
        ("Lat Pulldown (Cable)", "Wide-Grip Lat Pulldown"),
        ("pull-up", "Pullups"),
        ("pull up", "Pullups"),
        ("kniebeuge", "Bodyweight Squat"),
        ("Liegestütze", "Pushups"),
        ("liegestutze", "Pushups"),
        ("développé couché", "Barbell Bench Press - Medium Grip"),
        ("developpe couche", "Barbell Bench Press - Medium Grip"),
        ("PESO MUERTO", "Barbell Deadlift"),
        ("farmers walk", "Farmer's Walk"),
        ("plank", "Plank"),
    ],
)
async def test_any_name_finds_it_first(ann: Person, search: str, first: str) -> None:
    assert (await names(ann, search=search))[0] == first


@pytest.mark.parametrize(
    ("search", "meant"),
    [
        ("benhc press", "Barbell Bench Press - Medium Grip"),
        ("sqat", "Bodyweight Squat"),
        ("pul up", "Pullups"),
        ("crunchs", "Crunches"),
        ("plnak", "Plank"),
        ("dedlift", "Barbell Deadlift"),
        ("biceps crul", "Dumbbell Bicep Curl"),
        ("kniebuege", "Bodyweight Squat"),
        ("hamer curl", "Hammer Curls"),
        ("jumpin jaks", "Jumping Jack"),
    ],
)
async def test_a_slip_of_the_finger_finds_it_too(ann: Person, search: str, meant: str) -> None:
    assert meant in (await names(ann, search=search))[:3]


async def test_the_beginning_of_a_name_comes_before_the_middle(ann: Person) -> None:
    found = await names(ann, search="squat")

    assert found[0] == "Bodyweight Squat"  # which is called that
    assert found.index("Squat Jerk") < found.index("Barbell Hack Squat")
    assert found.index("Squat Jerk") < found.index("Overhead Squat")


@pytest.mark.parametrize(
    ("search", "equipment", "first"),
    [
        ("squat", "barbell", "Barbell Squat"),
        ("squat", "dumbbell", "Dumbbell Squat"),
        ("deadlift", "barbell", "Barbell Deadlift"),
        ("kniebeuge", "barbell", "Barbell Squat"),
        ("bench press", "dumbbell", "Dumbbell Bench Press"),
        ("curl", "barbell", "Barbell Curl"),
    ],
)
async def test_a_name_that_only_adds_equipment_comes_before_other_exercises(
    ann: Person, search: str, equipment: str, first: str
) -> None:
    assert (await names(ann, search=search, equipment=equipment))[0] == first


async def test_common_equipment_comes_first(ann: Person) -> None:
    found = await names(ann, search="squat")

    assert found[:3] == ["Bodyweight Squat", "Barbell Squat", "Dumbbell Squat"]


async def test_words_are_found_in_any_order(ann: Person) -> None:
    assert "Barbell Curl" in await names(ann, search="curl barb")


async def test_what_has_the_words_leaves_no_room_for_guesses(ann: Person) -> None:
    assert all("burpee" in name.lower() for name in await names(ann, search="burpee"))


async def test_there_are_at_most_20_guesses(ann: Person) -> None:
    assert len(await names(ann, search="prees")) == 20


async def test_nothing_is_like_nonsense(ann: Person) -> None:
    assert await names(ann, search="zzxxqq") == []
    assert await names(ann, search="%") == []
    assert await names(ann, search="_ress") == await names(ann, search="ress")


async def test_an_empty_search_is_none(ann: Person) -> None:
    assert await names(ann, search="  ") == await names(ann)


async def test_pages_of_a_search_follow_on(ann: Person) -> None:
    for number in range(3):
        await make(ann, f"Curl of mine {number}")

    whole = await names(ann, search="curl", limit=100)

    assert len(whole) == len(set(whole)) > 60
    assert await names(ann, search="curl", limit=7) == whole


@pytest.mark.new_database
async def test_few_names_are_compared_and_few_exercises_are_read(ann: Person, app: RunningApp) -> None:
    await make(ann, "My bench press")
    statement = found_exercises.first_page()
    facts = {"category": "strength", "equipment": "barbell", "measures": "weight_reps", "muscle": "chest"}
    found = facts | {"custom": False, "countable": True}
    values = search_values("bench press") | found | {"limit": 20, "user_id": UUID(ann.id)}

    async with app.state["database"].reading() as connection:
        plan = await connection.fetchval(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}", *statement.arguments(values)
        )

    looks = [node for node in nodes(orjson.loads(plan)[0]["Plan"]) if node.get("Relation Name") in _EVERYBODYS]
    assert {node["Relation Name"] for node in looks if node["Actual Loops"]} == _EVERYBODYS
    assert not [node for node in looks if node["Node Type"] == "Seq Scan" and node["Actual Loops"]]
    compared = sum(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in looks)
    assert compared < 200


async def test_a_cursor_is_of_one_order(ann: Person) -> None:
    by_name = (await ann.get("/exercises", params={"limit": 1})).json()["next_cursor"]

    response = await ann.get("/exercises", params={"search": "curl", "cursor": by_name})

    assert response.status_code == 422


async def test_filters_narrow_a_search(ann: Person) -> None:
    await make(ann, "My bench press", primary_muscles=["chest"])

    assert await names(ann, search="bench press", custom="true") == ["My bench press"]
    found = await names(ann, search="bench press", equipment="dumbbell", muscle="chest")
    assert "Dumbbell Bench Press" in found
    assert "Barbell Bench Press - Medium Grip" not in found
    assert await names(ann, search="benhc press", custom="true") == ["My bench press"]
    assert await names(ann, search="deadlift", equipment="body_only") == []


async def test_others_names_find_nothing(ann: Person, bob: Person) -> None:
    mine = await make(ann, "Zorpy")
    merged = await ann.post(f"/exercises/{mine['id']}/merge", json={"into": str(catalogue_id("plank"))})
    assert merged.status_code == 200

    assert await names(ann, search="zorpy") == ["Plank"]
    assert "Plank" not in await names(bob, search="zorpy")
    assert "Zorpy" in (await ann.get(f"/exercises/{catalogue_id('plank')}")).json()["aliases"]
    assert "Zorpy" not in (await bob.get(f"/exercises/{catalogue_id('plank')}")).json()["aliases"]


def test_what_is_searched_has_no_accents_and_signs() -> None:
    assert search_key("  Développé\u2013couché (Haltères) ") == "developpe couche halteres"
    assert search_key("Farmer\u2019s Walk") == search_key("farmers walk")
    assert search_key("Straße Øre Łuk") == "strasse ore luk"
    assert search_key("💪💪") == "💪💪"
    assert len(search_key("ﷺ" * 120)) <= 160


def test_a_search_knows_what_was_typed_the_wrong_way_round() -> None:
    values = search_values("plnak")

    assert values["search"] == "plnak"
    assert "%plank%" in values["slips"]
    assert len(search_values("a very long search of more than a hundred letters " * 3)["slips"]) <= 24


def test_aliases_name_one_exercise_each() -> None:
    slugs = {entry["id"] for entry in entries()}
    own = {entry["name_key"]: entry["id"] for entry in entries()}
    others = list(aliases())

    assert len(others) >= 1_000
    assert len({alias["name_key"] for alias in others}) == len(others)
    assert not own.keys() & {alias["name_key"] for alias in others}
    assert {alias["exercise_id"] for alias in others} <= slugs
    meant: dict[str, object] = {entry["search_key"]: entry["id"] for entry in entries()}
    for alias in others:
        # However it is written, a name means one exercise.
        assert meant.setdefault(alias["search_key"], alias["exercise_id"]) == alias["exercise_id"], alias["name"]


def test_reps_without_a_weight_have_a_share_of_the_body() -> None:
    known = {entry["slug"]: entry for entry in entries()}

    assert known["pushups"]["bodyweight_share"] == 0.64
    assert known["pullups"]["bodyweight_share"] == 1
    assert known["knee-push-up"]["bodyweight_share"] == 0.49
    assert known["assisted-pull-up"]["assisted"] is True
    for entry in known.values():
        assert entry["bodyweight_share"] is None or 0 < entry["bodyweight_share"] <= 1
        assert not entry["assisted"] or entry["bodyweight_share"]
