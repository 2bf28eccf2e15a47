"""The sizes of workouts in responses: what bounds a workout, and where a page of a list ends.

They estimate the octets of the JSON from what is cheap to read: counts, and the lengths of texts and arrays, so that
PostgreSQL renders nothing that a page does not contain. Stored sizes would not do: an array of 2,000 equal numbers is
stored in 100 bytes, and rendered in 700,000.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, FromClause, Text, cast, func, literal_column, select

from exercise_buddy.workouts.selectables import performed, sets
from exercise_buddy.workouts.set_schemas import EvidenceInput, SetInput, TargetSet

MAX_WORKOUT_BYTES = 2 * 1024 * 1024
"""The maximum size of the exercises of a workout. Five thousand reps with evidence fit."""

WORKOUT_TOO_LARGE = f"The exercises of a workout have at most {MAX_WORKOUT_BYTES // 1024**2} MiB of notes and evidence"

_WORKOUT, _EXERCISE, _TARGET, _SET, _EVIDENCE, _REP, _JUDGEMENT, _CSV_ROW = 700, 450, 150, 220, 170, 340, 100, 400
_ZERO: ColumnElement[int] = literal_column("0")
_NOTHING: ColumnElement[str] = literal_column("''")


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
        _EXERCISE
        + len((exercise.notes or "").encode())
        + len(exercise.targets) * _TARGET
        + sum(_SET + (0 if part.evidence is None else _evidence_octets(part.evidence)) for part in exercise.sets)
        for exercise in exercises
    )
    return size > MAX_WORKOUT_BYTES


def _evidence_octets(evidence: EvidenceInput) -> int:
    flags = sum(len(flag) for rep in evidence.reps for flag in rep.flags)
    texts = sum(len(f"{judgement.text}{judgement.source}".encode()) + _JUDGEMENT for judgement in evidence.judgements)
    return _EVIDENCE + len(evidence.reps) * _REP + flags + texts


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value))


def _octets(text: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(func.octet_length(text), _ZERO)


def _exercise_texts(head: FromClause) -> ColumnElement[int]:
    """Return the octets of the notes and targets of the exercises of a workout."""
    targets = func.coalesce(func.jsonb_array_length(performed.c.targets), _ZERO)
    return (
        select(func.coalesce(func.sum(_octets(performed.c.notes) + targets * _number(_TARGET)), _ZERO))
        .where(performed.c.user_id == head.c.user_id, performed.c.workout_id == head.c.id)
        .correlate(head)
        .scalar_subquery()
    )


def _evidence(head: FromClause) -> ColumnElement[int]:
    """Return the octets of the evidence of all sets of a workout."""
    evidence = (
        _number(_EVIDENCE)
        + _octets(cast(sets.c.judgements, Text))
        + _octets(func.array_to_string(sets.c.rep_flags, _NOTHING))
        + func.coalesce(func.cardinality(sets.c.rep_offset_ms), _ZERO) * _number(_REP)
    )
    return (
        select(func.coalesce(func.sum(evidence), _ZERO))
        .where(sets.c.user_id == head.c.user_id, sets.c.workout_id == head.c.id, sets.c.counter_name.is_not(None))
        .correlate(head)
        .scalar_subquery()
    )


def workout_size(head: FromClause) -> ColumnElement[int]:
    """Return the octets of a workout without its sets, for rows of the table `workout`."""
    return (
        _number(_WORKOUT) + _octets(head.c.notes) + head.c.exercise_count * _number(_EXERCISE) + _exercise_texts(head)
    )


def workout_size_with_sets(head: FromClause) -> ColumnElement[int]:
    """Return the octets of a workout with its sets, for rows of the table `workout`."""
    return workout_size(head) + head.c.set_count * _number(_SET) + _evidence(head)


def csv_size(head: FromClause) -> ColumnElement[int]:
    """Return the octets of a workout as CSV. Each row, of a set or an empty exercise, contains the notes."""
    rows = head.c.exercise_count + head.c.set_count
    return rows * (_number(_CSV_ROW) + _octets(head.c.notes)) + _exercise_texts(head)
