"""Documents that Python renders are those that PostgreSQL renders from the stored rows."""

import asyncio
from typing import Any
from uuid import UUID

import orjson
from hypothesis import HealthCheck, given, settings

from exercise_buddy.workouts.documents.document import WorkoutDocument, document_version
from exercise_buddy.workouts.documents.reading import render_rows
from exercise_buddy.workouts.documents.rendering import RenderedExercise, RenderedWorkout, render_workout
from exercise_buddy.workouts.documents.tests.strategies import workouts
from exercise_buddy.workouts.documents.training import make_up_documents
from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.tables import Source
from tests.factories import BENCH, PLANK, PUSHUP
from tests.support import Connection, Person, RunningApp


async def render_sent(connection: Connection, content: dict[str, Any], stored: dict[str, Any]) -> WorkoutDocument:
    """Return the document of what was sent, with the ids, the totals and the title of what was stored."""
    row = await connection.fetchrow("SELECT * FROM workout WHERE id = $1", UUID(stored["id"]))
    rows = await connection.fetch("SELECT * FROM workout_exercise WHERE workout_id = $1 ORDER BY position", row["id"])
    sent = WorkoutInput.model_validate(content)
    exercises = [
        RenderedExercise(
            id=totals["id"],
            set_ids=[UUID(workout_set["id"]) for workout_set in found["sets"]],
            content=exercise,
            name=found["exercise"]["name"],
            is_custom=found["exercise"]["custom"],
            totals=totals,
        )
        for exercise, totals, found in zip(sent.exercises, rows, stored["exercises"], strict=True)
    ]
    assert sent.time_zone
    return render_workout(
        RenderedWorkout(
            id=row["id"],
            title=sent.title or stored["title"],
            started_at=sent.started_at,
            ended_at=sent.ended_at,
            time_zone=sent.time_zone,
            local_date=row["local_date"],
            notes=sent.notes,
            source=Source.MANUAL,
            import_id=None,
            routine_id=None,
            energy_kcal=sent.energy_kcal,
            average_heart_rate_bpm=sent.average_heart_rate_bpm,
            max_heart_rate_bpm=sent.max_heart_rate_bpm,
            totals=row,
            exercises=exercises,
            created_at=row["created_at"],
            updated_at=row["updated_at"],
        )
    )


async def test_any_workout_is_rendered_as_postgresql_renders_it(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    loop = asyncio.get_running_loop()
    custom = [
        (await ann.post("/exercises", json=facts)).json()["id"]
        for facts in (
            {"name": 'Über "Zug" \\ 懸垂', "bodyweight_share": 0.333},
            {"name": "Assisted", "bodyweight_share": 0.9, "assisted": True},
        )
    ]
    # A workout on the day of the earlier start is before the first measurement.
    measured = {"measured_on": "2025-01-01", "mass_kg": 81.37}
    assert (await ann.post("/users/me/body-measurements", json=measured)).status_code == 201

    async def compare(content: dict[str, Any]) -> None:
        logged = await ann.log(**content)
        response = await ann.get(f"/workouts/{logged['id']}")
        document = await render_sent(connection, content, response.json())

        mass_kg = 81.37 if response.json()["local_date"] >= "2025" else None
        async with app.state["database"].transaction() as session:
            rendered = await render_rows(session, UUID(ann.id), [UUID(logged["id"])])
        assert [document] == list(rendered.values())
        assert document.to_json(mass_kg) == response.content
        stored = document.compress()
        assert WorkoutDocument.decompress(stored.document, stored.sets) == document
        listed = orjson.loads(WorkoutDocument.decompress(stored.document).to_json(mass_kg, with_sets=False))
        without_sets = [exercise | {"sets": None} for exercise in response.json()["exercises"]]
        assert listed == response.json() | {"exercises": without_sets}

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(workouts([BENCH, PUSHUP, PLANK, *custom]))
    def check(content: dict[str, Any]) -> None:
        asyncio.run_coroutine_threadsafe(compare(content), loop).result()

    await asyncio.to_thread(check)


def test_a_text_that_looks_like_a_marker_stays() -> None:
    text = '"sets":null,"bodyweight_volume_kg":[1,2]\n"sets":[1]'
    content = {
        "notes": text,
        "totals": {"bodyweight_volume_kg": [10.5, 0]},
        "exercises": [
            {"notes": text, "totals": {"bodyweight_volume_kg": [4, 1000]}, "sets": [{"reps": 1, "notes": text}]},
            {"notes": text, "totals": {"bodyweight_volume_kg": None}, "sets": []},
        ],
    }

    filled = orjson.loads(WorkoutDocument.from_content(content).to_json(80.0))
    unknown = orjson.loads(WorkoutDocument.from_content(content).to_json(None))

    assert filled == {
        "notes": text,
        "totals": {"bodyweight_volume_kg": 840},
        "exercises": [
            # Assistance beyond the mass leaves nothing to move.
            {"notes": text, "totals": {"bodyweight_volume_kg": 0}, "sets": [{"reps": 1, "notes": text}]},
            {"notes": text, "totals": {"bodyweight_volume_kg": None}, "sets": []},
        ],
    }
    assert [part["totals"]["bodyweight_volume_kg"] for part in (unknown, *unknown["exercises"])] == [None] * 3


def test_the_dictionary_knows_how_documents_look() -> None:
    documents = list(make_up_documents(100, seed=2))
    plain = sum(len(document.head) + len(document.sets) for document in documents)
    stored = [document.compress() for document in documents]

    assert sum(one.size for one in stored) == plain
    # A seventh; without the dictionary it is a fourth.
    assert sum(len(one.document) + len(one.sets) for one in stored) < plain / 7


def test_the_version_is_a_number_of_four_bytes() -> None:
    assert -(2**31) <= document_version() < 2**31
