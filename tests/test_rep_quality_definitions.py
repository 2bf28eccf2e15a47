"""Counting and statistics say the same about a set: the judgements of the engine, and the sums of the stored reps."""

import random
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.counting.engine.judgements import judge_set
from exercise_buddy.counting.engine.results import Rep, Side
from exercise_buddy.counting.engine.summary import summarize_set
from exercise_buddy.rep_definitions import RANGE_FADING, SLOWING, compute_tempo_variation_percent
from tests.factories import PUSHUP, exercise, workout
from tests.support import Connection, Person


def random_set(chance: random.Random) -> list[Rep]:
    """Return the movements of a set that slows down and fades, some of them rejected, of both sides or of each."""
    each = chance.random() < 0.4
    trend = chance.uniform(-0.1, 0.15)
    offset_ms, reps = 0, []
    for number in range(chance.randrange(9)):
        eccentric_ms, concentric_ms = (round(chance.gauss(900, 120) * (1 + trend * number)) for _ in range(2))
        side: Side | None = chance.choice(("left", "right")) if each else None
        reps.append(
            Rep(
                offset_ms=offset_ms,
                turn_ms=eccentric_ms,
                duration_ms=eccentric_ms + concentric_ms,
                eccentric_ms=eccentric_ms,
                concentric_ms=concentric_ms if chance.random() < 0.95 else None,
                turn_pause_ms=0,
                end_pause_ms=chance.randrange(500),
                range_degrees=90.0,
                range_share=chance.uniform(0.8, 1) * (1 - trend * number / 2) * (0.7 if side == "left" else 1),
                full_range_share=chance.uniform(0.5, 1.2),
                side=side,
                confidence=0.9,
                rejected=chance.random() < 0.15,
            )
        )
        offset_ms += reps[-1].duration_ms + reps[-1].end_pause_ms
    best = max((rep.range_share for rep in reps if not rep.rejected), default=1.0)
    return [replace(rep, range_share=min(rep.range_share / best, 10.0)) for rep in reps]


def as_evidence(reps: list[Rep]) -> dict[str, Any]:
    counted = [rep for rep in reps if not rep.rejected]
    sides = tuple(sum(rep.side == side for rep in counted) for side in ("left", "right"))
    judgements = judge_set(reps, (sides[0], sides[1]) if any(sides) else None, None)
    return {
        "counter": {"name": "exercise-buddy", "version": "1"},
        "detected_reps": len(counted),
        "reps": [asdict(rep) for rep in reps],
        "judgements": [asdict(judgement) for judgement in judgements],
    }


async def test_the_engine_and_sql_compute_the_same(ann: Person, connection: Connection) -> None:
    chance = random.Random(10)  # noqa: S311
    sets = [random_set(chance) for _ in range(400)]
    evidence = [as_evidence(reps) for reps in sets]
    stored = []
    for start in range(0, len(sets), 100):
        exercises = [
            exercise(PUSHUP, {"reps": one["detected_reps"], "evidence": one}) for one in evidence[start : start + 100]
        ]
        logged = await ann.log(**workout(*exercises))
        kept = [one["sets"][0]["evidence"]["judgements"] for one in logged["exercises"]]
        assert kept == [one["judgements"] for one in evidence[start : start + 100]]
        rows = "SELECT * FROM workout_exercise WHERE workout_id = $1 ORDER BY position"
        stored += await connection.fetch(rows, UUID(logged["id"]))

    for reps, one, row in zip(sets, evidence, stored, strict=True):
        counted = [rep for rep in reps if not rep.rejected]
        summary = summarize_set(reps, first_phase="eccentric", tracked_share=1, in_position_share=1)
        codes = [judgement["code"] for judgement in one["judgements"]]
        tempo = compute_tempo_variation_percent([rep.duration_ms for rep in counted])
        expected = {
            "slowdown_percent": summary.slowdown_percent,
            "range_loss_percent": summary.range_loss_percent,
            "slowed_sets": codes.count(SLOWING.code),
            "faded_sets": codes.count(RANGE_FADING.code),
            "left_reps": sum(rep.side == "left" for rep in counted),
            "right_reps": sum(rep.side == "right" for rep in counted),
        }
        # The summary has one decimal. An empty array of reps is not stored.
        found = {name: row[name] for name in expected} if reps else expected
        assert found == pytest.approx(expected, abs=0.0501), reps
        assert row["tempo_variation_percent"] == (None if tempo is None else pytest.approx(tempo, abs=1e-5))

    for name in ("slowed_sets", "faded_sets"):
        assert 40 < sum(row[name] for row in stored) < 360
