"""The bound of the size of a workout, which is estimated from counts and the lengths of texts."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from exercise_buddy.workouts.set_schemas import EvidenceInput, SetInput, TargetSet

MAX_WORKOUT_BYTES = 2 * 1024 * 1024
"""The maximum size of the exercises of a workout. Five thousand reps with evidence fit."""

WORKOUT_TOO_LARGE = f"The exercises of a workout have at most {MAX_WORKOUT_BYTES // 1024**2} MiB of notes and evidence"

EXERCISE, TARGET, SET, EVIDENCE, REP, JUDGEMENT = 450, 150, 220, 170, 340, 100
"""The octets of the JSON of each part, without its texts."""


class PlannedExercise(Protocol):
    """An exercise of a workout that is not stored yet."""

    @property
    def notes(self) -> str | None:
        """Text of the user."""

    @property
    def targets(self) -> Sequence[TargetSet]:
        """Planned sets."""

    @property
    def sets(self) -> Sequence[SetInput]:
        """Sets with their evidence."""


def is_too_large(exercises: Iterable[PlannedExercise]) -> bool:
    """Return whether the exercises of a workout, with their sets, are larger than `MAX_WORKOUT_BYTES`."""
    size = sum(
        EXERCISE
        + len((exercise.notes or "").encode())
        + len(exercise.targets) * TARGET
        + sum(SET + (0 if part.evidence is None else _evidence_octets(part.evidence)) for part in exercise.sets)
        for exercise in exercises
    )
    return size > MAX_WORKOUT_BYTES


def _evidence_octets(evidence: EvidenceInput) -> int:
    flags = sum(len(flag) for rep in evidence.reps for flag in rep.flags)
    texts = sum(len(f"{judgement.text}{judgement.source}".encode()) + JUDGEMENT for judgement in evidence.judgements)
    return EVIDENCE + len(evidence.reps) * REP + flags + texts
