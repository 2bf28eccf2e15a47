"""Matching of the workouts of a batch: each is new, equal to a stored one, or a changed version of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from exercise_buddy.transfers.imports.comparison import (
    ExercisePair,
    Matches,
    Stored,
    count_shared_sets,
    has_equal_sets,
    has_same_start,
    has_same_title,
    list_differences,
    pair_exercises,
)
from exercise_buddy.transfers.imports.model import ParsedWorkout
from exercise_buddy.workouts.public import Source


class Candidate(NamedTuple):
    """A workout of the file, its hash, and the ids of the stored workouts that it may be."""

    workout: ParsedWorkout
    fingerprint: bytes
    ids: Sequence[UUID]


@dataclass(slots=True)
class Match:
    """A workout of the file and its stored counterpart.

    Attributes:
        stored: the JSON of the counterpart; None: the workout is new.
        pairs: which of their exercises correspond.
        differences: how the content of the file differs.
        shift: how much later the file's workout starts, if the file is shifted.

    """

    workout: ParsedWorkout
    fingerprint: bytes
    stored: Stored | None = None
    pairs: Sequence[ExercisePair] = ()
    differences: list[str] = field(default_factory=list)
    shift: timedelta | None = None

    @property
    def stored_id(self) -> UUID | None:
        """The id of the counterpart."""
        return None if self.stored is None else UUID(self.stored["id"])


def match_workouts(
    candidates: Sequence[Candidate],
    stored: Mapping[UUID, Stored],
    matches: Matches,
    *,
    source: Source,
    weight_unit: str,
) -> list[Match]:
    """Return the matches of workouts, in order. Each stored one is the counterpart of at most one: the most alike.

    Args:
        candidates: the workouts of the file.
        stored: the JSON of stored workouts.
        matches: the exercises of the file.
        source: the source of the file.
        weight_unit: the unit in which differences are described.

    """
    ranked = sorted(
        (
            (rank, -index, workout_id)
            for index, candidate in enumerate(candidates)
            for workout_id in candidate.ids
            if workout_id in stored
            and (rank := _rank(candidate.workout, stored[workout_id], candidate.workout.source or source)) is not None
        ),
        key=lambda entry: entry[:2],
        reverse=True,
    )
    counterparts: dict[int, UUID] = {}
    taken: set[UUID] = set()
    for _, negative_index, workout_id in ranked:
        if -negative_index not in counterparts and workout_id not in taken:
            counterparts[-negative_index] = workout_id
            taken.add(workout_id)
    return [
        compare(candidate.workout, candidate.fingerprint, stored[counterparts[index]], matches, weight_unit)
        if index in counterparts
        else Match(candidate.workout, candidate.fingerprint)
        for index, candidate in enumerate(candidates)
    ]


def compare(workout: ParsedWorkout, fingerprint: bytes, stored: Stored, matches: Matches, weight_unit: str) -> Match:
    """Return the match of a workout with its counterpart."""
    pairs = pair_exercises(workout, stored, matches)
    start = datetime.fromisoformat(stored["started_at"])
    is_same = has_same_start(workout, start) or str(workout.id) == stored["id"]
    differences = list_differences(workout, stored, pairs, matches, weight_unit=weight_unit)
    return Match(workout, fingerprint, stored, pairs, differences, None if is_same else workout.started_at - start)


def _rank(workout: ParsedWorkout, stored: Stored, source: Source) -> tuple[bool, bool, bool, int, bool, bool] | None:
    """Return how alike two workouts are, to compare; None if they have nothing in common."""
    is_same_id = str(workout.id) == stored["id"]
    is_same_start = has_same_start(workout, datetime.fromisoformat(stored["started_at"]))
    shared = count_shared_sets(workout, stored)
    is_same_title = has_same_title(workout, stored["title"])
    is_same_source = source == stored["source"]
    if not (is_same_id or shared or is_same_title or is_same_source):
        return None
    return is_same_id, is_same_start, has_equal_sets(workout, stored), shared, is_same_title, is_same_source
