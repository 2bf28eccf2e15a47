import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.factories import CHOSEN_ID, error_pointers, read_problem
from tests.support import Connection, Person, count_writes

PATH = "/users/me/body-measurements"


def measurement(**changes: Any) -> dict[str, Any]:
    return {
        "measured_on": "2026-03-28",
        "mass_kg": 81.5,
        "body_fat_percent": 18.2,
        "notes": "Before breakfast.",
    } | changes


async def record(person: Person, **changes: Any) -> dict[str, Any]:
    response = await person.post(PATH, json=measurement(**changes))
    assert response.status_code == 201, response.text
    recorded: dict[str, Any] = response.json()
    return recorded


async def change(person: Person, measurement_id: str, body: Any, **headers: str) -> httpx2.Response:
    return await person.patch(f"{PATH}/{measurement_id}", json=body, headers=headers)


async def test_the_location_leads_to_what_was_recorded(ann: Person) -> None:
    response = await ann.post(PATH, json=measurement())

    assert response.status_code == 201
    assert response.headers["location"] == f"/api/v1{PATH}/{response.json()['id']}"
    read = await ann.client.get(response.headers["location"])
    assert read.content == response.content
    assert read.headers["etag"] == response.headers["etag"]
    shown = read.json()
    assert {name: shown[name] for name in measurement()} == measurement()
    assert shown["created_at"] == shown["updated_at"]


async def test_only_the_day_and_the_mass_are_needed(ann: Person) -> None:
    response = await ann.post(PATH, json={"measured_on": "2026-03-28", "mass_kg": 80})

    assert response.status_code == 201
    assert (response.json()["body_fat_percent"], response.json()["notes"]) == (None, None)


async def test_pounds_are_stored_exactly(ann: Person) -> None:
    recorded = await record(ann, mass_kg=180.3 * 0.45359237)

    assert recorded["mass_kg"] == 81.7827
    assert round(recorded["mass_kg"] / 0.45359237, 3) == 180.3


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"mass_kg": None}, "/mass_kg"),
        ({"mass_kg": 0}, "/mass_kg"),
        ({"mass_kg": -80}, "/mass_kg"),
        ({"mass_kg": 19.99}, "/mass_kg"),
        ({"mass_kg": 500.01}, "/mass_kg"),
        ({"mass_kg": "80"}, "/mass_kg"),
        ({"mass_kg": True}, "/mass_kg"),
        ({"measured_on": None}, "/measured_on"),
        ({"measured_on": "1969-12-31"}, "/measured_on"),
        ({"measured_on": "2026-02-30"}, "/measured_on"),
        ({"measured_on": "28.03.2026"}, "/measured_on"),
        ({"measured_on": "2026-03-28T07:00:00Z"}, "/measured_on"),
        ({"measured_on": 1774719000}, "/measured_on"),
        ({"measured_on": "2126-01-01"}, "/measured_on"),
        ({"body_fat_percent": 0}, "/body_fat_percent"),
        ({"body_fat_percent": 100}, "/body_fat_percent"),
        ({"body_fat_percent": "18"}, "/body_fat_percent"),
        ({"notes": "x" * 10_001}, "/notes"),
        ({"notes": "bell \u0007"}, "/notes"),
        ({"weight_kg": 80}, "/weight_kg"),
    ],
)
async def test_invalid_input_is_refused_with_a_pointer(ann: Person, change: dict[str, Any], pointer: str) -> None:
    there = await record(ann)

    posted = await ann.post(PATH, json=measurement(**change))
    patched = await ann.patch(f"{PATH}/{there['id']}", json=change)

    for response in (posted, patched):
        assert error_pointers(response) == [pointer]
    assert (await ann.get(PATH)).json()["items"] == [there]


@pytest.mark.parametrize("mass_kg", [20, 500])
async def test_the_bounds_of_the_mass_are_included(ann: Person, mass_kg: float) -> None:
    assert (await record(ann, mass_kg=mass_kg))["mass_kg"] == mass_kg


async def test_where_it_is_tomorrow_already_one_may_weigh_oneself(ann: Person) -> None:
    today = datetime.now(UTC).date()

    tomorrow = await ann.post(PATH, json=measurement(measured_on=str(today + timedelta(days=1))))
    later = await ann.post(PATH, json=measurement(measured_on=str(today + timedelta(days=3))))

    assert (tomorrow.status_code, later.status_code) == (201, 422)


async def test_repeating_a_create_returns_the_same_and_writes_nothing(ann: Person, connection: Connection) -> None:
    first = await ann.post(PATH, json=measurement(id=CHOSEN_ID))
    again = await ann.post(PATH, json=measurement(id=CHOSEN_ID))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"] == f"/api/v1{PATH}/{CHOSEN_ID}"
    assert await count_writes(connection, ann) == 1


async def test_a_retry_that_comes_after_a_change_is_still_a_retry(ann: Person) -> None:
    await record(ann, id=CHOSEN_ID)
    changed = await change(ann, CHOSEN_ID, {"mass_kg": 79})

    again = await ann.post(PATH, json=measurement(id=CHOSEN_ID))

    assert again.status_code == 200
    assert again.content == changed.content


@pytest.mark.parametrize(
    "other", [{"mass_kg": 81.6}, {"measured_on": "2026-03-27"}, {"notes": None}, {"body_fat_percent": None}]
)
async def test_other_content_with_the_same_id_is_a_conflict(
    ann: Person, connection: Connection, other: dict[str, Any]
) -> None:
    there = await record(ann, id=CHOSEN_ID)

    response = await ann.post(PATH, json=measurement(id=CHOSEN_ID, **other))

    assert read_problem(response) == (409, "/problems/body-measurement-id-taken")
    assert (await ann.get(PATH)).json()["items"] == [there]
    assert await count_writes(connection, ann) == 1


async def test_two_people_may_choose_the_same_id(ann: Person, bob: Person) -> None:
    await record(ann, id=CHOSEN_ID, mass_kg=60)
    await record(bob, id=CHOSEN_ID, mass_kg=90)

    assert (await ann.get(f"{PATH}/{CHOSEN_ID}")).json()["mass_kg"] == 60
    assert (await bob.get(f"{PATH}/{CHOSEN_ID}")).json()["mass_kg"] == 90


async def test_twenty_concurrent_creates_with_one_id_write_one(ann: Person, connection: Connection) -> None:
    answers = await asyncio.gather(*(ann.post(PATH, json=measurement(id=CHOSEN_ID)) for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert await connection.fetchval("SELECT count(*) FROM body_measurement") == 1
    assert await count_writes(connection, ann) == 1


async def test_of_two_contents_at_once_under_one_id_one_wins(ann: Person, connection: Connection) -> None:
    answers = await asyncio.gather(*(ann.post(PATH, json=measurement(id=CHOSEN_ID, mass_kg=80 + n)) for n in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert await connection.fetchval("SELECT count(*) FROM body_measurement") == 1
    assert await count_writes(connection, ann) == 1


async def test_the_newest_day_comes_first_and_a_day_may_have_several(ann: Person) -> None:
    second = await record(ann, measured_on="2026-03-02")
    first = await record(ann, measured_on="2026-03-01")
    third = await record(ann, measured_on="2026-03-02", mass_kg=81.9)

    page = (await ann.get(PATH)).json()

    assert page == {"items": [third, second, first], "next_cursor": None}


async def test_pages_join_without_gap_or_repetition(ann: Person) -> None:
    expected = [(await record(ann, measured_on=f"2026-03-{day:02}"))["id"] for day in (1, 2, 2, 2, 3, 4, 4)]

    assert [item["id"] for item in await ann.list_all(PATH, limit=2)] == expected[::-1]


async def test_a_cursor_survives_inserts_and_deletes(ann: Person) -> None:
    first, second, third = [(await record(ann, measured_on=f"2026-03-{day:02}"))["id"] for day in (1, 2, 3)]
    page = (await ann.get(PATH, params={"limit": 1})).json()

    await ann.delete(f"{PATH}/{third}")
    await record(ann, measured_on="2026-03-04")

    assert await ann.list_page(PATH, cursor=page["next_cursor"]) == [second, first]


async def test_by_days_both_included(ann: Person) -> None:
    ids = [(await record(ann, measured_on=f"2026-03-{day:02}"))["id"] for day in (1, 2, 3, 4)]

    assert await ann.list_page(PATH, **{"from": "2026-03-02", "to": "2026-03-03"}) == [ids[2], ids[1]]
    assert await ann.list_page(PATH, **{"from": "2026-03-04"}) == [ids[3]]
    assert await ann.list_page(PATH, to="2026-03-01") == [ids[0]]
    page = (await ann.get(PATH, params={"to": "2026-03-03", "limit": 2})).json()
    assert await ann.list_page(PATH, to="2026-03-03", limit=2, cursor=page["next_cursor"]) == [ids[0]]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, "/to"),
        ({"from": "yesterday"}, "/from"),
        ({"to": "1969-12-31"}, "/to"),
        ({"limit": "101"}, "/limit"),
        ({"cursor": "nonsense"}, "/cursor"),
        ({"form": "2026-03-01"}, "/form"),
    ],
)
async def test_a_senseless_question_is_refused_with_a_pointer(ann: Person, query: dict[str, str], pointer: str) -> None:
    response = await ann.get(PATH, params=query)

    assert response.status_code == 422
    assert [(e["location"], e["pointer"]) for e in response.json()["errors"]] == [("query", pointer)]


async def test_an_update_changes_only_the_sent_fields(ann: Person, connection: Connection) -> None:
    there = await record(ann)

    changed = await change(ann, there["id"], {"mass_kg": 80, "notes": None})

    assert changed.status_code == 200
    expected = there | {"mass_kg": 80, "notes": None, "updated_at": changed.json()["updated_at"]}
    assert changed.json() == expected
    assert expected["updated_at"] > there["updated_at"]
    read = await ann.get(f"{PATH}/{there['id']}")
    assert read.content == changed.content
    assert read.headers["etag"] == changed.headers["etag"]
    assert await count_writes(connection, ann) == 2


async def test_it_moves_to_another_day(ann: Person) -> None:
    first = await record(ann, measured_on="2026-03-01")
    second = await record(ann, measured_on="2026-03-02")

    await change(ann, first["id"], {"measured_on": "2026-03-03"})

    assert await ann.list_page(PATH) == [first["id"], second["id"]]


async def test_a_deleted_routine_is_not_found(ann: Person, connection: Connection) -> None:
    there, other = await record(ann), await record(ann)

    response = await ann.delete(f"{PATH}/{there['id']}")

    assert (response.status_code, response.content) == (204, b"")
    assert (await ann.get(f"{PATH}/{there['id']}")).status_code == 404
    assert await ann.list_page(PATH) == [other["id"]]
    assert await count_writes(connection, ann) == 3


async def test_if_match_refuses_a_write_to_another_version(ann: Person, connection: Connection) -> None:
    first = await ann.post(PATH, json=measurement())
    path, stale = first.json()["id"], first.headers["etag"]
    current = await change(ann, path, {"mass_kg": 80}, **{"If-Match": stale})
    assert current.status_code == 200

    assert (await change(ann, path, {"mass_kg": 79}, **{"If-Match": stale})).status_code == 412
    assert (await ann.delete(f"{PATH}/{path}", headers={"If-Match": stale})).status_code == 412
    weak = f"W/{current.headers['etag']}"
    assert (await ann.delete(f"{PATH}/{path}", headers={"If-Match": weak})).status_code == 412
    assert (await ann.get(f"{PATH}/{path}")).content == current.content
    assert await count_writes(connection, ann) == 2

    assert (await ann.delete(f"{PATH}/{path}", headers={"If-Match": current.headers["etag"]})).status_code == 204


async def test_one_of_several_writers_with_the_same_version_succeeds(ann: Person) -> None:
    first = await ann.post(PATH, json=measurement())
    version = {"If-Match": first.headers["etag"]}

    answers = await asyncio.gather(*(change(ann, first.json()["id"], {"mass_kg": 60 + n}, **version) for n in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert (await ann.get(f"{PATH}/{first.json()['id']}")).content == won.content


async def test_if_none_match_answers_304(ann: Person) -> None:
    first = await ann.post(PATH, json=measurement())

    again = await ann.get(f"{PATH}/{first.json()['id']}", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
async def test_a_missing_routine_is_not_found(
    ann: Person, bob: Person, connection: Connection, headers: dict[str, str]
) -> None:
    bobs = await record(bob)

    for missing in (str(uuid4()), bobs["id"]):
        assert (await ann.get(f"{PATH}/{missing}")).status_code == 404
        assert (await change(ann, missing, {"mass_kg": 80}, **headers)).status_code == 404
        assert (await ann.delete(f"{PATH}/{missing}", headers=headers)).status_code == 404

    assert (await bob.get(PATH)).json()["items"] == [bobs]
    assert await ann.list_page(PATH) == []
    assert await count_writes(connection, ann) == 0


async def test_a_token_of_a_deleted_account_writes_nothing(ann: Person, connection: Connection) -> None:
    there = await record(ann)
    await connection.execute("DELETE FROM user_account")

    assert (await ann.post(PATH, json=measurement())).status_code == 401
    assert (await change(ann, there["id"], {"mass_kg": 80})).status_code == 401
    assert (await ann.delete(f"{PATH}/{there['id']}")).status_code == 401
    assert await connection.fetchval("SELECT count(*) FROM body_measurement") == 0


async def test_a_date_out_of_range_is_told_its_bound(ann: Person) -> None:
    response = await ann.post(PATH, json={"measured_on": "3026-03-02", "mass_kg": 70})

    assert response.status_code == 422
    assert response.json()["errors"][0]["message"] == "Input should be less than or equal to 2199-12-31"
