"""The space that a workout will take: what `sizes` computes of it once it is stored."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from exercise_buddy.workouts.content_size import PlannedExercise
from exercise_buddy.workouts.set_schemas import EvidenceInput
from exercise_buddy.workouts.storage.sizes import EXERCISE, NUMBER, SET, WORKOUT
from exercise_buddy.workouts.storage.writer import build_evidence_record


def plan_stored_bytes(notes: str | None, exercises: Iterable[PlannedExercise]) -> int:
    """Return the bytes that a workout with these notes and exercises will take."""
    return WORKOUT + _octets(notes) + sum(_exercise_bytes(exercise) for exercise in exercises)


def _exercise_bytes(exercise: PlannedExercise) -> int:
    targets = _json_octets([target.model_dump(exclude_none=True) for target in exercise.targets])
    sets = sum(SET if part.evidence is None else SET + _evidence_bytes(part.evidence) for part in exercise.sets)
    return EXERCISE + _octets(exercise.notes) + targets + sets


def _evidence_bytes(evidence: EvidenceInput) -> int:
    record = build_evidence_record(evidence)
    arrays = sum(name.startswith("rep_") for name in record)
    flags = sum(len(flags or "") for flags in record.get("rep_flags", ()))
    return _json_octets(record["judgements"]) + flags + NUMBER * len(evidence.reps) * arrays


def _octets(text: str | None) -> int:
    return len((text or "").encode())


def _json_octets(values: Sequence[Any] | None) -> int:
    """Return the octets of the text of a JSON column, which is null without values."""
    return _octets(json.dumps(values, ensure_ascii=False, default=str)) if values else 0
