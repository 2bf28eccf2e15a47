"""The totals that Python computes are those that PostgreSQL computes from the stored sets."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.storage.computed_sizes import jsonb_bytes
from exercise_buddy.workouts.storage.computed_totals import (
    ExerciseFacts,
    compute_duration,
    compute_exercises,
    propose_title,
    workout_totals,
)
from exercise_buddy.workouts.storage.recompute import WORKOUT_TOTALS, find_differences, list_all_workout_ids
from exercise_buddy.workouts.tables import TOTALS
from tests.factories import BENCH, CUSTOM_EXERCISE, PLANK, PUSHUP, evidence, exercise, workout
from tests.support import Connection, Person, RunningApp

CUSTOM: list[dict[str, Any]] = [
    {"met": 7.55, "bodyweight_share": 0.3333, "primary_muscles": ["lower_back", "lats"]},
    {"met": None, "bodyweight_share": 0.0001, "assisted": True},
    {"met": 0.95, "bodyweight_share": None, "primary_muscles": []},
]
"""Differences from `CUSTOM_EXERCISE`."""


def _optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


_texts = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=9)
_numbers = st.sampled_from([0, 0.1, 0.3, 1e-7, 2.5, 12345.678]) | st.floats(0, 100_000)
_ms = st.integers(0, 9_000)
_single = st.floats(2.0**-20, 10, width=32)
_side = st.sampled_from([None, "left", "right"])
_rep = st.fixed_dictionaries(
    {"offset_ms": st.integers(0, 40_000)},
    optional={
        "duration_ms": _optional(_ms),
        "eccentric_ms": _optional(_ms),
        "concentric_ms": _optional(_ms),
        "turn_pause_ms": _optional(_ms),
        "range_degrees": _optional(_single | st.sampled_from([0, 90.1, 0.0078125])),
        "range_mm": _optional(_single),
        "range_share": _optional(_single),
        "full_range_share": _optional(_single),
        "mean_velocity_mps": _optional(_single),
        "confidence": _optional(st.floats(0, 1, width=32)),
        "side": _side,
        "flags": st.lists(st.sampled_from(["partial", "no_lockout"]), max_size=2),
        "rejected": st.booleans(),
    },
)
_judgement = st.fixed_dictionaries(
    {"code": st.just("slowing"), "value": _numbers, "threshold": _numbers, "source": _texts, "text": _texts},
)
_evidence = st.fixed_dictionaries(
    {
        "counter": st.just({"name": "pose", "version": "1"}),
        "detected_reps": st.integers(0, 12),
        "reps": st.lists(_rep, max_size=6),
    },
    optional={"judgements": st.lists(_judgement, max_size=2)},
)
_kilograms = st.integers(0, 20_000_000).map(lambda units: units / 10_000)
_reps = st.integers(0, 15) | st.sampled_from([0, 1, 12, 13, 100_000])
_kind = st.sampled_from(["normal", "normal", "warm_up", "drop"])
_assistance = st.integers(1, 5_000_000).map(lambda units: units / 10_000)
_load = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"weight_kg": _optional(_kilograms | st.sampled_from([0, 0.0001, 60, 2_000]))}),
    st.fixed_dictionaries({"assistance_kg": _optional(_assistance | st.sampled_from([0.0001, 20, 500]))}),
)
_results = st.fixed_dictionaries(
    {"reps": _reps},
    optional={
        "kind": _kind,
        "duration_seconds": _optional(_numbers),
        "distance_meters": _optional(_numbers),
        "evidence": _optional(_evidence),
    },
)
_set = st.builds(lambda results, load: results | load, _results, _load)
_timed_set = st.fixed_dictionaries({"duration_seconds": _numbers}, optional={"weight_kg": _kilograms, "kind": _kind})
_target = st.fixed_dictionaries({}, optional={"reps": _reps, "weight_kg": _kilograms, "duration_seconds": _numbers})
_exercise = st.fixed_dictionaries(
    {"exercise": st.integers(0, 5), "sets": st.lists(_set | _timed_set, max_size=4)},
    optional={"notes": _texts, "targets": st.lists(_target, max_size=2)},
)
_workout = st.fixed_dictionaries(
    {
        "exercises": st.lists(_exercise, max_size=5),
        "hour": st.integers(0, 23),
        "seconds": _optional(st.integers(0, 3_600_000_000).map(lambda microseconds: microseconds / 1_000_000)),
        "notes": _optional(_texts),
    }
)


async def read_facts(connection: Connection) -> dict[UUID, ExerciseFacts]:
    columns = "id, name, met, primary_muscles, bodyweight_share, assisted"
    rows = await connection.fetch(
        f"SELECT {columns}, false AS is_custom FROM catalogue_exercise UNION ALL SELECT {columns}, true "  # noqa: S608
        "FROM custom_exercise"
    )
    return {row["id"]: ExerciseFacts(*list(row.values())[1:]) for row in rows}


@given(drawn=st.lists(_workout, min_size=3, max_size=3))
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_totals_of_any_workout_equal_those_of_postgresql(
    app: RunningApp, ann: Person, connection: Connection, drawn: list[dict[str, Any]]
) -> None:
    own = [row["id"] for row in await connection.fetch("SELECT id FROM custom_exercise ORDER BY name")]
    for number, changes in enumerate(CUSTOM[len(own) :]):
        response = await ann.post("/exercises", json=CUSTOM_EXERCISE | {"name": f"Own {number}"} | changes)
        own.append(UUID(response.json()["id"]))
    exercise_ids = [UUID(BENCH), UUID(PUSHUP), UUID(PLANK), *own]
    facts = await read_facts(connection)
    for content in drawn:
        started_at = datetime(2026, 3, 2, content["hour"], tzinfo=UTC)
        seconds = content["seconds"]
        sent: dict[str, Any] = {
            "started_at": started_at.isoformat(),
            "ended_at": None if seconds is None else (started_at + timedelta(seconds=seconds)).isoformat(),
            "time_zone": "America/New_York",
            "notes": content["notes"],
            "exercises": [
                {"exercise_id": str(exercise_ids[part["exercise"]])}
                | {name: value for name, value in part.items() if name != "exercise"}
                for part in content["exercises"]
            ],
        }
        parsed = WorkoutInput.model_validate_json(orjson.dumps(sent))
        logged = await ann.log(**sent)

        computed = compute_exercises(parsed.exercises, facts)
        row = await connection.fetchrow("SELECT * FROM workout WHERE id = $1", UUID(logged["id"]))
        rows = await connection.fetch(
            "SELECT * FROM workout_exercise WHERE workout_id = $1 ORDER BY position", UUID(logged["id"])
        )
        assert [part.totals for part in computed] == [{name: part[name] for name in TOTALS} for part in rows]
        duration = compute_duration(parsed.started_at, parsed.ended_at)
        assert duration == row["duration_seconds"]
        totals = workout_totals(computed, duration, parsed.notes)
        assert totals == {name: row[name] for name in WORKOUT_TOTALS}
        assert propose_title(parsed.started_at, "America/New_York", computed) == row["title"]
    async with app.state["database"].transaction() as session:
        user_id = UUID(ann.id)
        assert await find_differences(session, user_id, await list_all_workout_ids(session, user_id)) == []


def test_totals_have_the_order_of_the_columns() -> None:
    facts = ExerciseFacts("Squat", 5, [], None, assisted=False, is_custom=False)
    tracked = {"reps": 1, "evidence": evidence({"offset_ms": 0}, detected=1)}
    sent = workout(exercise(BENCH, {"reps": 1}, tracked))
    (part,) = WorkoutInput.model_validate_json(orjson.dumps(sent)).exercises
    for sets in ([], part.sets[:1], part.sets):
        (computed,) = compute_exercises([part.model_copy(update={"sets": sets})], {part.exercise_id: facts})
        assert list(computed.totals) == list(TOTALS)
        assert list(workout_totals([computed], None, None)) == list(WORKOUT_TOTALS)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        [{"a": 1, "b": None}, {"c": [1.5, 2]}],
        {"value": 1e-7, "other": 5e-324, "large": 123456.75, "whole": 60.0, "zero": -0.0},
        {"text": 'Say "Übung"\\ \U0001f3cb', "kind": "warm_up"},
    ],
)
async def test_the_size_of_json_is_that_of_postgresql(connection: Connection, value: Any) -> None:
    text = orjson.dumps(value).decode()
    assert jsonb_bytes(value) == await connection.fetchval("SELECT octet_length($1::jsonb::text)", text)
