"""Listing routines."""

from typing import Any

import pytest

from tests.factories import SQUAT, create_routine, error_pointers, planned
from tests.support import Person

PATH = "/routines"


async def test_the_order_is_newest_first_or_by_name(ann: Person, bob: Person) -> None:
    made = [await create_routine(ann, name=name) for name in ("pull", "Push", "Ärmel", "Legs")]
    await create_routine(bob, name="Bob's")

    page = (await ann.get(PATH)).json()

    assert page == {"items": made[::-1], "next_cursor": None}
    assert await ann.list_page(PATH, "name", sort="name") == ["Legs", "pull", "Push", "Ärmel"]


@pytest.mark.parametrize("sort", ["newest", "name"])
async def test_pages_are_stable_under_inserts_and_deletes(ann: Person, sort: str) -> None:
    made = {name: (await create_routine(ann, name=name))["id"] for name in ("E", "D", "C", "C", "B", "A")}
    expected = await ann.list_page(PATH, "name", sort=sort)

    found: list[str] = []
    query: dict[str, Any] = {"limit": 2, "sort": sort}
    while True:
        page = (await ann.get(PATH, params=query)).json()
        found += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        if "cursor" not in query:
            # One before the place where the reader is, in either order.
            await ann.delete(f"{PATH}/{made['A']}")
            await create_routine(ann, name="0" if sort == "name" else "new")
        query["cursor"] = page["next_cursor"]

    assert found == expected == ["A", "B", "C", "C", "D", "E"]


async def test_a_cursor_of_the_other_order_is_refused(ann: Person) -> None:
    for name in ("A", "B"):
        await create_routine(ann, name=name)
    cursor = (await ann.get(PATH, params={"limit": 1})).json()["next_cursor"]

    response = await ann.get(PATH, params={"sort": "name", "cursor": cursor})

    assert error_pointers(response) == ["/cursor"]


async def test_the_text_filter_searches_names_notes_and_exercises(ann: Person) -> None:
    await create_routine(ann, name="Ärmel", notes=None, exercises=[])
    await create_routine(ann, name="B", notes="100 % effort", exercises=[planned(SQUAT)])

    assert await ann.list_page(PATH, "name", text="äRM") == ["Ärmel"]
    assert await ann.list_page(PATH, "name", text="% EFF") == ["B"]
    assert await ann.list_page(PATH, "name", text="squat") == ["B"]
    assert await ann.list_page(PATH, "name", text="squat", sort="name") == ["B"]
    assert await ann.list_page(PATH, "name", text="_") == []
    assert await ann.list_page(PATH, "name", text="Bench") == []
