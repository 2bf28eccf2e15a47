"""The call that writes workouts, all or none: its parameters, and what decides about a write."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.storage.computed_totals import ExerciseFacts
from exercise_buddy.workouts.storage.prepared import NewWorkout, PreparedWorkout, prepare_workout
from exercise_buddy.workouts.storage.rows import build_exercise_rows, build_set_rows, build_workout_row, render_document
from exercise_buddy.workouts.storage.write_call import list_best_loads
from exercise_buddy.workouts.tables import SET_VALUES, TOTALS, Source
from tests.factories import (
    BENCH,
    CHOSEN_ID,
    CUSTOM_EXERCISE,
    OTHER_ID,
    PUSHUP,
    evidence,
    exercise,
    read_problem,
    workout,
)
from tests.support import Connection, Person, read_revision

ATTRIBUTES = """
SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
"""
_loads = st.lists(st.tuples(st.sampled_from([20.0, 40.0, 60.0, 80.0]), st.integers(1, 16)), max_size=8)


def prepare(content: dict[str, Any]) -> PreparedWorkout:
    """Return a workout with its totals, all of whose exercises have the same facts."""
    sent = WorkoutInput.model_validate(content)
    facts = ExerciseFacts("Bench", 3.5, ["chest"], None, assisted=False, is_custom=False)
    for part in sent.exercises:
        part.id = uuid4()
        for workout_set in part.sets:
            workout_set.id = uuid4()
    new = NewWorkout(
        title="Push",
        started_at=sent.started_at,
        ended_at=sent.ended_at,
        time_zone="UTC",
        local_date=sent.started_at.date(),
        notes=None,
        source=Source.MANUAL,
        exercises=sent.exercises,
        fingerprint=b"1",
    )
    return prepare_workout(new, {part.exercise_id: facts for part in sent.exercises})


async def test_the_rows_have_the_columns_of_the_types(connection: Connection) -> None:
    """A value in a wrong place could be stored in a column of the same type."""
    reps: list[dict[str, Any]] = [
        {"offset_ms": 1, "flags": ["short"], "side": "left"},
        {"offset_ms": 2, "rejected": True},
    ]
    bench = exercise(BENCH, {"reps": 5, "weight_kg": 100, "evidence": evidence(*reps, detected=1)})
    prepared = prepare(workout(bench))
    now = datetime.now(UTC)
    (exercise_row,), (set_row,) = build_exercise_rows(prepared), build_set_rows(prepared)
    workout_row = build_workout_row(prepared, render_document(prepared, now).compress(), now)

    names = {
        name: await connection.fetchval(ATTRIBUTES, name)
        for name in ("stored_workout", "stored_exercise", "stored_set")
    }

    stored = dict(zip(names["stored_workout"], workout_row, strict=True))
    assert {name: stored[name] for name in ("title", "source", "time_zone", "set_count", "rep_count", "volume_kg")} == {
        "title": "Push",
        "source": "manual",
        "time_zone": "UTC",
        "set_count": 1,
        "rep_count": 5,
        "volume_kg": 500,
    }
    assert (stored["duration_seconds"], stored["met_minutes"], stored["created_at"]) == (3600, 3.5 * 60, now)
    totals = dict(zip(names["stored_exercise"], exercise_row, strict=True))
    assert {name: totals[name] for name in TOTALS} == prepared.exercises[0].totals
    values = dict(zip(names["stored_set"], set_row, strict=True))
    assert tuple(values)[-len(SET_VALUES) :] == SET_VALUES
    assert (values["reps"], values["weight_kg"], values["counter_name"]) == (5, 100, "pose")
    assert (values["rep_flags"], values["rep_side"], values["rep_rejected"]) == (
        ["short", None],
        ("left", None),
        [None, True],
    )


async def test_the_response_is_what_a_read_returns(ann: Person) -> None:
    custom = (await ann.post("/exercises", json=CUSTOM_EXERCISE)).json()
    await ann.weigh("2026-03-01", 80)
    content = workout(
        exercise(custom["id"], {"reps": 5}), exercise(PUSHUP, {"reps": 9}), title=None, notes="Long\n\u2028"
    )

    for started_at in ("2026-03-28T18:30:00+01:00", "2026-02-01T18:30:00+01:00"):
        logged = await ann.post("/workouts", json=content | {"started_at": started_at, "ended_at": None})
        read = await ann.get(f"/workouts/{logged.json()['id']}")

        assert logged.content == read.content
        assert logged.headers["etag"] == read.headers["etag"]
        weighed = started_at.startswith("2026-03")
        assert (logged.json()["totals"]["bodyweight_volume_kg"] is not None) is weighed


async def test_facts_of_another_catalogue_are_read_again(ann: Person, connection: Connection) -> None:
    await ann.log(**workout())
    await connection.execute("UPDATE catalogue_exercise SET met = 1, name = 'Banc' WHERE id = $1", UUID(BENCH))
    await connection.execute("CREATE OR REPLACE FUNCTION catalogue_version() RETURNS text LANGUAGE sql RETURN 'newer'")

    logged = await ann.log(**workout())

    assert logged["totals"]["met_minutes"] == 60
    assert await connection.fetchval("SELECT met_minutes FROM workout WHERE id = $1", UUID(logged["id"])) == 60


async def test_a_refused_batch_writes_the_others_and_moves_the_revision_once(
    ann: Person, connection: Connection
) -> None:
    stored_set = {"id": OTHER_ID, "reps": 5}
    await ann.log(**workout(exercise(BENCH, stored_set), id=CHOSEN_ID))
    before = await read_revision(connection, ann)
    batch = [
        workout(id=CHOSEN_ID, title="Other"),
        workout(exercise(BENCH, stored_set), id=str(uuid4())),
        workout(exercise(str(uuid4()))),
        workout(exercise(BENCH, stored_set), id=CHOSEN_ID),
        workout(exercise(PUSHUP, {"reps": 9}), id=(new_id := str(uuid4()))),
        workout(exercise(PUSHUP, {"reps": 9}), id=new_id),
    ]

    items = await ann.log_all(batch)

    assert [(item["status"], item["problem"]) for item in items] == [
        (409, "/problems/workout-id-taken"),
        (409, "/problems/part-id-taken"),
        (422, "/problems/invalid-input"),
        (200, None),
        (201, None),
        (200, None),
    ]
    assert await read_revision(connection, ann) == before + 1
    assert await connection.fetchval("SELECT count(*) FROM workout") == 2


async def test_of_many_creates_with_one_set_id_one_is_written(ann: Person, connection: Connection) -> None:
    bench = exercise(BENCH, {"id": OTHER_ID, "reps": 5})

    responses = await asyncio.gather(*(ann.post("/workouts", json=workout(bench, id=str(uuid4()))) for _ in range(8)))

    refused = [response for response in responses if response.status_code != 201]
    assert len(refused) == 7
    assert {read_problem(response) for response in refused} == {(409, "/problems/part-id-taken")}
    assert await connection.fetchval("SELECT count(*) FROM workout_set") == 1
    assert await read_revision(connection, ann) == 1


@given(loads=_loads)
def test_a_load_is_compared_unless_another_outdoes_it(loads: list[tuple[float, int]]) -> None:
    """By the rule of `records.sql`: one with as much weight and as many reps, and for up to 12 reps no more than 12."""
    ordered = sorted(loads)
    totals = {"load_kgs": [weight for weight, _ in ordered], "load_reps": [reps for _, reps in ordered]}
    outdone = {
        (weight, reps)
        for weight, reps in loads
        for other_weight, other_reps in set(loads) - {(weight, reps)}
        if other_weight >= weight and other_reps >= reps and (other_reps <= 12 or reps > 12)
    }

    assert sorted(list_best_loads(totals)) == sorted(set(loads) - outdone)
