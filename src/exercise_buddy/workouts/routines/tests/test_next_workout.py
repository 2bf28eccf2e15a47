"""The next workout of a routine: how planned sets progress."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from exercise_buddy.workouts.routines.tests.helpers import create, do, following, start, weights
from tests.factories import BENCH, LINEAR, PUSHUP, SQUAT, fives, planned
from tests.support import Connection, Person


async def test_planned_sets_progress_with_the_results(ann: Person) -> None:
    routine_id = await create(
        ann,
        planned(),
        planned(
            SQUAT,
            targets=[{"reps": 8, "reps_to": 10, "weight_kg": 80}],
            progression={"kind": "double", "increment_kg": 5},
        ),
        planned(PUSHUP, targets=[{"reps": 20}], progression={"kind": "reps", "step": 2}),
        planned(targets=[{"reps": 12, "weight_kg": 40}], progression=None),
    )
    first = await following(ann, routine_id)
    done = await do(ann, routine_id, fives(60), [{"reps": 8, "weight_kg": 80}], [{"reps": 20}], [])

    bench, squat, pushup, again = second = await following(ann, routine_id)

    assert [one["reason"] for one in first] == ["first_time"] * 3 + ["as_planned"]
    assert [one["last"] for one in first] == [None] * 4
    assert [one["reason"] for one in second] == ["weight_up", "reps_up", "reps_up", "as_planned"]
    assert weights(bench) == [62.5] * 3
    assert [(one["reps"], one["reps_to"], one["weight_kg"]) for one in squat["targets"]] == [(9, 10, 80)]
    assert [one["reps"] for one in pushup["targets"]] == [22]
    assert weights(again) == [40]
    assert bench["last"]["workout_id"] == done["id"]
    assert bench["last"]["started_at"] == done["started_at"]
    assert [(one["reps"], one["weight_kg"]) for one in bench["last"]["sets"]] == [(5, 60)] * 3
    started = await start(ann, routine_id)
    assert [one["targets"] for one in started["exercises"]] == [one["targets"] for one in second]


async def test_three_misses_in_a_row_cause_a_deload(ann: Person) -> None:
    routine_id = await create(ann, planned())
    seen = []
    for short in (True, True, True, False, False):
        (bench,) = await following(ann, routine_id)
        weight = bench["targets"][0]["weight_kg"]
        seen.append((bench["reason"], bench["misses"], weight))
        await do(ann, routine_id, fives(weight, last=4 if short else 5))

    assert seen == [
        ("first_time", 0, 60),
        ("repeat", 1, 60),
        ("repeat", 2, 60),
        ("deload", 3, 52.5),
        ("weight_up", 0, 55),
    ]


async def test_workouts_in_progress_and_skipped_exercises_do_not_count(ann: Person) -> None:
    routine_id = await create(ann, planned(), planned(SQUAT))
    await do(ann, routine_id, fives(60), fives(60))
    skipped = await do(ann, routine_id, fives(62.5), [])
    live = await start(ann, routine_id)
    await ann.post(f"/workouts/{live['id']}/sets", json={"entry_id": live["exercises"][0]["id"], "sets": fives(100)})

    bench, squat = await following(ann, routine_id)

    assert (weights(bench), weights(squat)) == ([65] * 3, [62.5] * 3)
    assert bench["last"]["workout_id"] == skipped["id"]


async def test_edits_and_deletions_of_results_count(ann: Person) -> None:
    routine_id = await create(ann, planned())
    first = await do(ann, routine_id, fives(60))
    second = await do(ann, routine_id, fives(62.5))
    last_set = second["exercises"][0]["sets"][2]["id"]
    await ann.patch(f"/workouts/{second['id']}/sets/{last_set}", json={"reps": 3})
    (missed,) = await following(ann, routine_id)
    await ann.delete(f"/workouts/{second['id']}")
    (deleted,) = await following(ann, routine_id)
    await ann.delete(f"/workouts/{first['id']}")
    (nothing,) = await following(ann, routine_id)

    assert (missed["reason"], weights(missed)) == ("repeat", [62.5] * 3)
    assert (deleted["reason"], weights(deleted)) == ("weight_up", [62.5] * 3)
    assert (nothing["reason"], weights(nothing)) == ("first_time", [60] * 3)


async def test_the_last_performance_is_the_one_that_started_last(ann: Person) -> None:
    routine_id = await create(ann, planned())
    now = datetime.now(UTC)
    await do(ann, routine_id, fives(80), started_at=now.isoformat())
    await do(ann, routine_id, fives(60), started_at=(now - timedelta(days=3)).isoformat())

    (bench,) = await following(ann, routine_id)

    assert weights(bench) == [82.5] * 3


async def test_other_workouts_count_only_where_no_weight_is_planned(ann: Person) -> None:
    elsewhere = await ann.log(
        started_at="2026-05-01T10:00:00Z",
        ended_at="2026-05-01T11:00:00Z",
        exercises=[{"exercise_id": BENCH, "sets": fives(100)}],
    )
    open_id = await create(ann, planned(targets=[{"reps": 5}] * 3))
    stated_id = await create(ann, planned())

    (unstated,), (stated,) = await following(ann, open_id), await following(ann, stated_id)

    assert (unstated["reason"], weights(unstated)) == ("weight_up", [102.5] * 3)
    assert (stated["reason"], weights(stated)) == ("first_time", [60] * 3)
    assert unstated["last"]["workout_id"] == stated["last"]["workout_id"] == elsewhere["id"]


async def test_routines_progress_independently(ann: Person, bob: Person) -> None:
    heavy, light = await create(ann, planned()), await create(ann, planned(targets=[{"reps": 12, "weight_kg": 40}]))
    bobs = await create(bob, planned(), id=heavy)
    await do(ann, heavy, fives(60))
    await do(ann, light, [{"reps": 12, "weight_kg": 40}])
    await do(bob, bobs, fives(200))

    assert weights((await following(ann, heavy))[0]) == [62.5] * 3
    assert weights((await following(ann, light))[0]) == [42.5]


async def test_two_occurrences_of_an_exercise_progress_independently(ann: Person) -> None:
    routine_id = await create(
        ann, planned(), planned(SQUAT), planned(targets=[{"reps": 12, "weight_kg": 40}], progression=LINEAR)
    )
    await do(ann, routine_id, fives(60, last=2), fives(60), [{"reps": 12, "weight_kg": 40}])

    top, _, back_off = await following(ann, routine_id)

    assert (weights(top), weights(back_off)) == ([60] * 3, [42.5])


async def test_another_planned_weight_restarts_the_progression(ann: Person) -> None:
    routine_id = await create(ann, planned())
    await do(ann, routine_id, fives(60))
    await ann.patch(f"/routines/{routine_id}", json={"name": "Pull", "exercises": [planned(targets=fives()[:2])]})
    (fewer,) = await following(ann, routine_id)
    await ann.patch(f"/routines/{routine_id}", json={"exercises": [planned(targets=[{"reps": 5, "weight_kg": 50}])]})
    (lighter,) = await following(ann, routine_id)
    await do(ann, routine_id, [{"reps": 5, "weight_kg": 50}])
    (grown,) = await following(ann, routine_id)

    assert (fewer["reason"], weights(fewer)) == ("weight_up", [62.5] * 2)
    assert (lighter["reason"], weights(lighter)) == ("first_time", [50])
    assert (grown["reason"], weights(grown)) == ("weight_up", [52.5])


async def test_an_added_progression_starts_with_the_plan(ann: Person) -> None:
    routine_id = await create(ann, planned(progression=None))
    await do(ann, routine_id, fives(100))
    await ann.patch(f"/routines/{routine_id}", json={"exercises": [planned()]})

    (bench,) = await following(ann, routine_id)

    assert (bench["reason"], weights(bench)) == ("first_time", [60] * 3)


async def test_an_assisting_weight_decreases(ann: Person, connection: Connection) -> None:
    await connection.execute("UPDATE catalogue_exercise SET assisted = true WHERE id = $1", UUID(BENCH))
    routine_id = await create(ann, planned())
    await do(ann, routine_id, fives(60))

    assert weights((await following(ann, routine_id))[0]) == [57.5] * 3


async def test_an_unchanged_response_is_304(ann: Person) -> None:
    path = f"/routines/{await create(ann, planned())}/next"
    first = await ann.get(path)

    again = await ann.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
