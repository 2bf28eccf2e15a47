"""The space that an exercise of a workout takes, computed in Python: the estimate of `sizes`."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

import orjson

from exercise_buddy.workouts.content_size import PlannedExercise
from exercise_buddy.workouts.set_schemas import EvidenceInput, TargetSet
from exercise_buddy.workouts.storage import sizes
from exercise_buddy.workouts.tables import REP_QUANTITIES

_read_reps = attrgetter(*REP_QUANTITIES)
_FLAGS = REP_QUANTITIES.index("flags")
_REJECTED = REP_QUANTITIES.index("rejected")


def text_bytes(text: str | None) -> int:
    """Return the octets of a text."""
    return len(text.encode()) if text else 0


def plan_stored_bytes(notes: str | None, exercises: Iterable[PlannedExercise]) -> int:
    """Return the bytes that a workout with these notes and exercises will take."""
    return sizes.WORKOUT + text_bytes(notes) + sum(map(exercise_bytes, exercises))


def exercise_bytes(exercise: PlannedExercise) -> int:
    """Return the bytes of an exercise of a workout with its sets."""
    targets = build_targets(exercise.targets)
    return (
        sizes.EXERCISE
        + text_bytes(exercise.notes)
        + (jsonb_bytes(targets) if targets else 0)
        + len(exercise.sets) * sizes.SET
        + sum(evidence_bytes(part.evidence) for part in exercise.sets if part.evidence is not None)
    )


def evidence_bytes(evidence: EvidenceInput) -> int:
    """Return the bytes of the evidence of a set."""
    judgements = [judgement.model_dump() for judgement in evidence.judgements]
    octets = jsonb_bytes(judgements) if judgements else 0
    if not evidence.reps:
        return octets
    # A quantity that was measured of no rep is not stored.
    columns = list(zip(*map(_read_reps, evidence.reps), strict=True))
    flags, rejected = columns[_FLAGS], columns[_REJECTED]
    octets += sum(len(" ".join(of_rep)) for of_rep in flags)
    others = [column for index, column in enumerate(columns) if index not in {_FLAGS, _REJECTED}]
    arrays = sum(any(value is not None for value in column) for column in others) + any(flags) + any(rejected)
    return octets + sizes.NUMBER * len(evidence.reps) * arrays


def build_targets(targets: Sequence[TargetSet]) -> list[dict[str, Any]] | None:
    """Return the column `targets` of planned sets."""
    return [target.model_dump(exclude_none=True) for target in targets] or None


def jsonb_bytes(value: Any) -> int:  # noqa: ANN401
    """Return the octets of JSON as PostgreSQL writes a `jsonb`: a space after each comma and colon, no exponents."""
    if isinstance(value, dict):
        members = sum(jsonb_bytes(name) + 2 + jsonb_bytes(member) for name, member in value.items())
        return members + max(2 * len(value), 2)
    if isinstance(value, list):
        return sum(map(jsonb_bytes, value)) + max(2 * len(value), 2)
    if isinstance(value, float):
        # Not negative. JSON may write an exponent, and PostgreSQL writes the digits.
        return len(format(abs(Decimal(repr(value))), "f"))
    return len(orjson.dumps(value))
