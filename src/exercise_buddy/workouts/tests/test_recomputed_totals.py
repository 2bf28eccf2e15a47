"""The totals that PostgreSQL computes of sets are those of Python. No set is stored: so many of them take a second."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from sqlalchemy import Boolean, Double, FromClause, Integer, Text, bindparam, column, func, literal_column, null, select
from sqlalchemy.dialects.postgresql import JSONB

from exercise_buddy.core.db.database import Database
from exercise_buddy.workouts.set_schemas import SetInput
from exercise_buddy.workouts.storage import computed_totals, totals
from exercise_buddy.workouts.storage.computed_totals import ExerciseFacts
from exercise_buddy.workouts.tables import REP_QUALITY, TOTALS

FACTS = [
    ExerciseFacts("Squat", 5.0, [], None, assisted=False, is_custom=False),
    ExerciseFacts("Pull-up", 8.3, [], 0.9512, assisted=False, is_custom=False),
    ExerciseFacts("Crunch", 3.0, [], 0.0, assisted=False, is_custom=False),
    ExerciseFacts("Assisted pull-up", None, [], 0.95, assisted=True, is_custom=False),
]
KINDS = ["normal", "normal", "normal", "drop", "warm_up"]
REPS = [None, 0, 1, 2, 3, 8, 12, 13]
LOADS = [
    *({"weight_kg": kilograms} for kilograms in (0.0, 0.0001, 20.0, 60.0, 62.5, 100.1)),
    *({"assistance_kg": kilograms} for kilograms in (0.0001, 20.0, 35.5)),
    *[{}] * 2,
]
# The sum of three of them depends on their order if they are added as doubles.
QUANTITIES = [None, None, 0.0, 0.1, 0.2, 0.3, 30.0, 1e-7]


@dataclass(frozen=True, slots=True)
class Part:
    """An exercise of a workout, with its sets."""

    facts: ExerciseFacts
    sets: list[SetInput]
    totals: dict[str, Any]
    stored_bytes: int = 0


def draw_part(random: Random) -> Part:
    """Return an exercise with up to four sets."""
    facts = random.choice(FACTS)
    sets = []
    for _ in range(random.randrange(5)):
        results = {"duration_seconds": random.choice(QUANTITIES), "distance_meters": random.choice(QUANTITIES)}
        reps = random.choice(REPS)
        if reps is None and results["duration_seconds"] is None:
            results["duration_seconds"] = 45.0
        sets.append(SetInput(kind=random.choice(KINDS), reps=reps, **random.choice(LOADS), **results))
    return Part(facts, sets, computed_totals.exercise_totals(sets, facts))


def read_json(name: str, **types: Any) -> FromClause:
    """Return the objects of a parameter as the rows of a table."""
    rows = func.jsonb_to_recordset(bindparam(name, type_=JSONB))
    table = rows.table_valued(*(column(key, type_) for key, type_ in types.items())).render_derived(with_types=True)
    return select(table).cte(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url, pool_size=1) as database:
        yield database


async def recompute(database: Database, workouts: list[tuple[float | None, tuple[Part, ...]]]) -> list[list[Any]]:
    """Return the totals of the exercises, and those of the workouts, each of which has a duration."""
    parts = read_json(
        "parts", id=Integer, workout_id=Integer, seconds=Double, met=Double, share=Double, assisted=Boolean
    )
    sets = read_json(
        "sets",
        part_id=Integer,
        kind=Text,
        reps=Integer,
        weight_kg=Double,
        assistance_kg=Double,
        duration_seconds=Double,
        distance_meters=Double,
    )
    sums = (
        select(*totals.set_totals(sets), *(null().label(name) for name in REP_QUALITY))
        .where(sets.c.part_id == parts.c.id)
        .correlate(parts)
        .lateral("sums")
    )
    exercise = (
        select(parts.c.id, parts.c.workout_id, parts.c.seconds, parts.c.met)
        .add_columns(*totals.exercise_totals(sums, parts.c.share, parts.c.assisted))
        .select_from(parts.join(sums, literal_column("true")))
        .cte("exercise")
    )
    by_workout = (
        select(exercise.c.workout_id, exercise.c.seconds, *totals.workout_totals(exercise))
        .group_by(exercise.c.workout_id, exercise.c.seconds)
        .cte("by_workout")
    )
    met_minutes = totals.met_minutes(by_workout.c.met, by_workout.c.seconds).label("met_minutes")
    values: dict[str, list[dict[str, Any]]] = {"parts": [], "sets": []}
    for workout_id, (seconds, parts_of_workout) in enumerate(workouts):
        for part in parts_of_workout:
            facts, part_id = part.facts, len(values["parts"])
            row = {"id": part_id, "workout_id": workout_id, "seconds": seconds, "met": facts.met}
            values["parts"].append(row | {"share": facts.bodyweight_share, "assisted": facts.assisted})
            values["sets"] += [{"part_id": part_id} | one.model_dump(mode="json") for one in part.sets]
    async with database.transaction() as session:
        connection = await session.connection()
        return [
            [dict(row) for row in (await connection.execute(statement, values)).mappings()]
            for statement in (
                select(exercise).order_by(exercise.c.id),
                select(by_workout, met_minutes).order_by(by_workout.c.workout_id),
            )
        ]


async def test_totals_of_many_combinations_of_sets_are_those_of_python(database: Database) -> None:
    random = Random(20261128)  # noqa: S311  (no secret)
    workouts = [
        (random.choice([None, 0.0, 59.9, 3600.0]), tuple(draw_part(random) for _ in range(random.randrange(1, 4))))
        for _ in range(500)
    ]

    of_exercises, of_workouts = await recompute(database, workouts)

    parts = [part for _, parts_of_workout in workouts for part in parts_of_workout]
    for part, recomputed in zip(parts, of_exercises, strict=True):
        assert {name: recomputed[name] for name in TOTALS} == part.totals, part.sets
    for (seconds, parts_of_workout), recomputed in zip(workouts, of_workouts, strict=True):
        computed = computed_totals.workout_totals(parts_of_workout, seconds, None)
        names = (*totals.WORKOUT_TOTALS, "met_minutes")
        assert {name: recomputed[name] for name in names} == {name: computed[name] for name in names}
