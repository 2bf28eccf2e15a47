"""The sizes of pages: lists of large items end their pages by octets, and the size of a workout is bounded."""

from typing import Any

import pytest

from exercise_buddy.core.db.pagination import MAX_PAGE_BYTES
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.workouts.content_size import MAX_WORKOUT_BYTES
from tests.support import Person

BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))
NOTES = "🏋" * 10_000
COUNTER = {"name": "test", "version": "1"}


def build_evidence(reps: int) -> dict[str, Any]:
    """Return evidence that is small when it is sent and stored, and large when it is rendered."""
    return {"counter": COUNTER, "detected_reps": 1, "reps": [{"offset_ms": 0}] * reps}


def build_judged_evidence() -> dict[str, Any]:
    judgement = {"code": "depth", "value": 1, "threshold": 2, "source": "S" * 400, "text": "🏋" * 200}
    return {"counter": COUNTER, "detected_reps": 1, "judgements": [judgement] * 50}


WORKOUTS = {
    "reps": [{"exercise_id": BENCH, "sets": [{"reps": 1, "evidence": build_evidence(1500)}]}],
    "flags": [
        {
            "exercise_id": BENCH,
            "sets": [
                {
                    "reps": 1,
                    "evidence": build_evidence(0) | {"reps": [{"offset_ms": 0, "flags": ["f" * 32] * 8}] * 800},
                }
            ],
        }
    ],
    "judgements": [{"exercise_id": BENCH, "sets": [{"reps": 1, "evidence": build_judged_evidence()}] * 7}],
    "sets": [{"exercise_id": BENCH, "sets": [{"reps": 1, "evidence": build_evidence(0)}] * 500}],
}
TEXTS = {
    "notes": [{"exercise_id": BENCH, "notes": NOTES}] * 12,
    "targets": [{"exercise_id": BENCH, "targets": [{"reps": 1}] * 100}] * 30,
}


async def log_all(ann: Person, exercises: list[dict[str, Any]], count: int, **fields: Any) -> None:
    for day in range(1, count + 1):
        await ann.log(started_at=f"2026-05-{day:02}T10:00:00Z", exercises=exercises, **fields)


async def read_pages(ann: Person, path: str, parameter: str = "cursor", **query: Any) -> list[list[str]]:
    """Return the ids of each page, and check the sizes of the pages."""
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while True:
        response = await ann.get(path, params=query | {"limit": 100} | cursor)
        assert response.status_code == 200, response.text
        page = response.json()
        sizes = [len(part) for part in response.content.split(b'"created_at"')][:-1]
        # The page ends after the item that exceeds the budget; sizes are estimates.
        assert len(response.content) <= MAX_PAGE_BYTES * 1.3 + max(sizes, default=0)
        pages.append([item["id"] for item in page["items"] if item.get("type") != "profile"])
        if not (page["has_more"] if parameter == "since" else page["next_cursor"]):
            return pages
        assert len(response.content) > MAX_PAGE_BYTES / 2
        cursor = {parameter: page["next_cursor"]}


def assert_divided(pages: list[list[str]], count: int) -> None:
    assert len(pages) > 1
    assert all(pages)
    assert len({item for page in pages for item in page}) == sum(map(len, pages)) == count


@pytest.mark.parametrize("exercises", [*WORKOUTS.values(), *TEXTS.values()], ids=[*WORKOUTS, *TEXTS])
async def test_lists_with_sets_end_their_pages_by_size(ann: Person, exercises: list[dict[str, Any]]) -> None:
    await log_all(ann, exercises, 10)

    assert_divided(await read_pages(ann, "/workouts", include="sets"), 10)
    assert_divided(await read_pages(ann, "/sync/changes", "since"), 10)


@pytest.mark.parametrize("exercises", TEXTS.values(), ids=TEXTS)
async def test_a_list_without_sets_ends_its_pages_by_size(ann: Person, exercises: list[dict[str, Any]]) -> None:
    await log_all(ann, exercises, 8)

    assert_divided(await read_pages(ann, "/workouts"), 8)


async def test_evidence_does_not_shorten_a_list_without_sets(ann: Person) -> None:
    await log_all(ann, WORKOUTS["reps"], 4)

    assert [len(page) for page in await read_pages(ann, "/workouts")] == [4]


async def test_notes_of_a_workout_count(ann: Person) -> None:
    await log_all(ann, [], 30, notes=NOTES)

    assert_divided(await read_pages(ann, "/workouts"), 30)


async def test_an_item_that_is_larger_than_a_page_is_a_page(ann: Person) -> None:
    large = [{"exercise_id": BENCH, "sets": [{"reps": 1, "evidence": build_evidence(1900)}] * 2}]
    await log_all(ann, large, 3)

    assert [len(page) for page in await read_pages(ann, "/workouts", include="sets")] == [1, 1, 1]
    assert [len(page) for page in await read_pages(ann, "/sync/changes", "since")] == [1, 1, 1]


async def test_deleted_workouts_are_small_changes(ann: Person) -> None:
    large = [{"exercise_id": BENCH, "sets": [{"reps": 1, "evidence": build_evidence(1900)}] * 2}]
    await log_all(ann, large, 3)
    kept, *deleted = [item["id"] for item in (await ann.get("/workouts")).json()["items"]]
    for workout_id in deleted:
        await ann.delete(f"/workouts/{workout_id}")

    assert await read_pages(ann, "/sync/changes", "since") == [[kept], deleted]


@pytest.mark.parametrize("sort", ["newest", "name"])
@pytest.mark.parametrize(
    ("exercises", "count"),
    [(TEXTS["notes"], 8), ([{"exercise_id": BENCH, "targets": [{"reps": 1}] * 100}] * 5, 20)],
    ids=["notes", "targets"],
)
async def test_routines_end_their_pages_by_size(
    ann: Person, exercises: list[dict[str, Any]], count: int, sort: str
) -> None:
    for number in range(count):
        created = await ann.post("/routines", json={"name": f"Plan {number}", "exercises": exercises})
        assert created.status_code == 201, created.text

    assert_divided(await read_pages(ann, "/routines", sort=sort), count)
    assert_divided(await read_pages(ann, "/sync/changes", "since"), count)


async def test_measurements_end_their_pages_by_size(ann: Person) -> None:
    for day in range(1, 31):
        content = {"measured_on": f"2026-04-{day:02}", "mass_kg": 80, "notes": NOTES}
        assert (await ann.post("/users/me/body-measurements", json=content)).status_code == 201

    assert_divided(await read_pages(ann, "/users/me/body-measurements"), 30)
    assert_divided(await read_pages(ann, "/sync/changes", "since"), 30)


# --- the size of a workout ---------------------------------------------------------------------------------------


async def test_a_workout_is_at_most_a_few_mebibytes(ann: Person) -> None:
    """A body of 200 kB would become a response of 5 MB."""
    sets = [{"reps": 1, "evidence": build_evidence(2000)}] * 7
    content = {"started_at": "2026-05-01T10:00:00Z", "exercises": [{"exercise_id": BENCH, "sets": sets}]}

    refused = await ann.post("/workouts", json=content)
    (item,) = await ann.log_all([content])

    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/exercises"]
    assert (item["outcome"], item["errors"][0]["pointer"]) == ("invalid", "/data/exercises")
    assert (await ann.get("/workouts")).json()["items"] == []


async def test_a_workout_does_not_grow_beyond_its_size(ann: Person) -> None:
    workout = await ann.log(started_at="2026-05-01T10:00:00Z")
    path = f"/workouts/{workout['id']}"
    more = {"exercise_id": BENCH, "sets": [{"reps": 1, "evidence": build_evidence(2000)}]}
    statuses = [(await ann.post(f"{path}/sets", json=more)).status_code for _ in range(4)]
    read = await ann.get(path)

    assert statuses == [201, 201, 201, 422]
    assert MAX_WORKOUT_BYTES / 2 < len(read.content) < MAX_WORKOUT_BYTES * 1.2
    assert (await ann.patch(path, json={"title": "Still to edit"})).status_code == 200
