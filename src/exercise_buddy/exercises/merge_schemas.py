"""The request and response bodies of merges in bulk, and of what they are proposed for."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Count, Input, Measure, NextCursor, Output, example
from exercise_buddy.exercises.examples import CUSTOM_ID, PUSHUPS_ID

MAX_MERGES = 100
_MERGED: dict[str, Any] = {
    "exercise_id": CUSTOM_ID,
    "into_id": PUSHUPS_ID,
    "outcome": "merged",
    "replaced_by": PUSHUPS_ID,
    "sets": 12,
    "workouts": 3,
    "routines": 1,
    "problem": None,
    "code": None,
    "detail": None,
}
_PROPOSALS: dict[str, Any] = {
    "exercise_id": CUSTOM_ID,
    "name": "Pushupps",
    "sets": 12,
    "workouts": 3,
    "routines": 1,
    "proposals": [{"id": PUSHUPS_ID, "name": "Pushups", "similarity": 0.7}],
    "recommended_id": PUSHUPS_ID,
}


class ExerciseMerge(Input):
    """An exercise, and the one that takes its place."""

    exercise_id: UUID = Field(description="The exercise: a custom one, or one of the catalogue that you have sets of.")
    into_id: UUID = Field(description="The exercise that replaces it, of the catalogue or a custom one.")
    if_match: str | None = Field(
        default=None,
        max_length=1000,
        description="The `ETag` of the version of the exercise that you know, as in `If-Match`: the one before the "
        "first merge of the request. Without it, any version is merged.",
    )


class ExerciseMerges(Input):
    """Exercises to merge into others."""

    model_config = example({"merges": [{"exercise_id": CUSTOM_ID, "into_id": PUSHUPS_ID}]})

    merges: list[ExerciseMerge] = Field(
        min_length=1,
        max_length=MAX_MERGES,
        description="The merges. Each finds what the earlier ones have done.",
    )


class MergeOutcome(StrEnum):
    """The outcome of a merge.

    `unchanged`: it was merged into that exercise before, or it is one of the catalogue and you have nothing of it.
    `conflict`: it was changed since you read it.
    """

    MERGED = "merged"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    NOT_FOUND = "not_found"
    INVALID = "invalid"


class MergeResult(Output):
    """The outcome of one merge, and what it has moved."""

    exercise_id: UUID = Field(description="The exercise, as you sent it.")
    into_id: UUID = Field(description="The exercise to replace it, as you sent it.")
    outcome: MergeOutcome
    replaced_by: UUID | None = Field(
        description="The exercise that replaces it: `into_id`, or the one that this was merged into. Null if none does."
    )
    sets: Count = Field(description="Number of sets that moved.")
    workouts: Count = Field(description="Number of workouts in which it was replaced.")
    routines: Count = Field(description="Number of routines in which it was replaced.")
    problem: str | None = Field(description="The `type` of the problem, such as `/problems/exercise-not-found`.")
    code: str | None = Field(
        description="What is wrong with `into_id`: `unknown_exercise`, `same_exercise` (it is the exercise itself, or "
        "earlier items merge it into that) or `repeated_exercise` (an earlier item merges the exercise elsewhere)."
    )
    detail: str | None = Field(description="What is wrong, in English. Null without a problem.")


class MergeReport(Output):
    """The outcomes of merges, in the order of the request."""

    model_config = example({"items": [_MERGED]})

    items: list[MergeResult] = Field(description="The outcomes.")


class ProposedExercise(Output):
    """An exercise with a similar name. `similarity` is at most 1."""

    id: UUID = Field(description="The id of the exercise.")
    name: str = Field(description="The name of the exercise.")
    similarity: Annotated[Measure, Field(le=1)] = Field(description="How similar the names are, from 0 to 1.")


class ExerciseProposals(Output):
    """A custom exercise, and exercises of the catalogue that it may be."""

    exercise_id: UUID = Field(description="The id of the custom exercise.")
    name: str = Field(description="Its name.")
    sets: Count = Field(description="Number of its sets.")
    workouts: Count = Field(description="Number of workouts that contain it.")
    routines: Count = Field(description="Number of routines that contain it.")
    proposals: list[ProposedExercise] = Field(
        min_length=1, max_length=3, description="Exercises that can have the loads of its sets, the most similar first."
    )
    recommended_id: UUID | None = Field(
        description="The proposal to accept without a look at it: its similarity is at least 0.6, and the names do not "
        "contradict each other, nor the names of other exercises that are merged into it. Null if there is none."
    )


class ExerciseProposalPage(Output):
    """A page of custom exercises with proposals, ordered by name."""

    model_config = example({"items": [_PROPOSALS], "next_cursor": None})

    items: list[ExerciseProposals] = Field(description="The custom exercises. Those without proposals are left out.")
    next_cursor: NextCursor
