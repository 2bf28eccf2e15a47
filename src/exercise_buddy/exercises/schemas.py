"""The request and response bodies of exercises."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from exercise_buddy.core.types import Count, Input, Measure, NextCursor, Output, SingleLine, StrictBool, example, unset
from exercise_buddy.exercises.catalogue import may_be_custom, name_key
from exercise_buddy.exercises.enums import Category, Equipment, Force, Level, Measures, Mechanic, Muscle
from exercise_buddy.exercises.examples import CUSTOM_EXERCISE, EXERCISE, PUSHUPS_ID

MAX_NAME = 120
MAX_MET = 25


def _check_length(name: str) -> str:
    # Case folding turns some letters into several.
    if len(name_key(name)) > MAX_NAME:
        raise ValueError(f"A name has at most {MAX_NAME} characters")
    return name


def _remove_duplicates(muscles: list[Muscle]) -> list[Muscle]:
    return list(dict.fromkeys(muscles))


def _check_custom_id(exercise_id: UUID) -> UUID:
    if not may_be_custom(exercise_id):
        raise ValueError("UUIDs of version 5 belong to the catalogue; choose one of version 7")
    return exercise_id


ExerciseName = Annotated[
    str, Field(max_length=MAX_NAME, description="The name of the exercise."), SingleLine, AfterValidator(_check_length)
]
Muscles = Annotated[list[Muscle], Field(max_length=len(Muscle)), AfterValidator(_remove_duplicates)]
PrimaryMuscles = Annotated[Muscles, Field(description="The muscle groups that it trains most.")]
SecondaryMuscles = Annotated[
    Muscles, Field(description="The muscle groups that it trains too; they count half in statistics.")
]
Met = Annotated[
    Measure,
    Field(
        ge=0.9,
        le=MAX_MET,
        description="MET of the Compendium of Physical Activities: the energy of the exercise in relation to rest. "
        "If it is null, the other exercises of a workout determine its energy.",
    ),
]
Share = Annotated[
    Measure,
    Field(
        le=1,
        description="The share of the body mass that a rep moves: 0.64 for a push-up, 1 for a pull-up. "
        "Null if it moves none, or the share is unknown.",
    ),
]
Assisted = Annotated[
    StrictBool,
    Field(description="Whether the weight of a set reduces the load, as on a machine for assisted pull-ups."),
]


class CustomExerciseInput(Input):
    """A custom exercise to create."""

    model_config = example(CUSTOM_EXERCISE)

    id: Annotated[UUID, AfterValidator(_check_custom_id)] | None = Field(
        default=None, description="A UUIDv7 that you choose, so that a retry is safe."
    )
    name: ExerciseName
    category: Category | None = None
    equipment: Equipment | None = None
    mechanic: Mechanic | None = None
    force: Force | None = None
    level: Level | None = None
    primary_muscles: PrimaryMuscles = Field(default_factory=list)
    secondary_muscles: SecondaryMuscles = Field(default_factory=list)
    measures: Measures | None = None
    met: Met | None = None
    bodyweight_share: Share | None = None
    assisted: Assisted = False


class CustomExerciseChange(Input):
    """The fields of a custom exercise to update. A field that is left out keeps its value."""

    model_config = example({"name": "Landmine shoulder press", "secondary_muscles": ["triceps"]})

    name: ExerciseName = unset()
    category: Category | None = unset()
    equipment: Equipment | None = unset()
    mechanic: Mechanic | None = unset()
    force: Force | None = unset()
    level: Level | None = unset()
    primary_muscles: PrimaryMuscles = unset()
    secondary_muscles: SecondaryMuscles = unset()
    measures: Measures | None = unset()
    met: Met | None = unset()
    bodyweight_share: Share | None = unset()
    assisted: Assisted = unset()


class MergeInput(Input):
    """The exercise to merge into."""

    model_config = example({"into": PUSHUPS_ID})

    into: UUID = Field(description="An exercise of the catalogue or a custom exercise.")


class Exercise(Output):
    """An exercise of the catalogue or a custom exercise (`custom`), whose properties may be null.

    `aliases` are other names that find it: those of other apps and languages, and those of exercises merged into it.
    If it is `countable`, `GET /counting/profiles/{exercise_id}` tells how a camera counts it.
    `instructions` and `images` are empty unless the operator has loaded them.
    """

    model_config = example(EXERCISE)

    id: UUID = Field(
        description="The id: the same on every server for the catalogue, of your choice for a custom exercise."
    )
    slug: str | None = Field(description="A short name for `POST /workouts/quick`. Null for a custom exercise.")
    name: str = Field(description="The name, in English for the catalogue.")
    aliases: list[str] = Field(
        description="Other names that find it: those of other apps and languages, and of exercises merged into it."
    )
    custom: bool = Field(description="Whether it is an exercise of your own.")
    category: Category | None
    equipment: Equipment | None
    mechanic: Mechanic | None
    force: Force | None
    level: Level | None
    primary_muscles: PrimaryMuscles
    secondary_muscles: SecondaryMuscles
    measures: Measures | None
    met: Met | None
    bodyweight_share: Share | None
    assisted: Assisted
    countable: bool = Field(description="Whether a camera can count it: see `GET /counting/profiles/{exercise_id}`.")
    instructions: list[str] = Field(description="The steps to do it. Empty unless the operator has loaded them.")
    images: list[str] = Field(description="The URLs of images. Empty unless the operator has loaded them.")


class ExercisePage(Output):
    """A page of exercises, ordered by name or by the quality of the match."""

    model_config = example({"items": [EXERCISE], "next_cursor": None})

    items: list[Exercise] = Field(description="The exercises.")
    next_cursor: NextCursor


class MergedExercise(Output):
    """The exercise that another one was merged into."""

    model_config = example({"exercise": EXERCISE, "workouts": 3, "routines": 1, "sets": 12})

    exercise: Exercise
    workouts: Count = Field(description="Number of workouts in which it replaced the merged exercise.")
    routines: Count = Field(description="Number of routines in which it replaced the merged exercise.")
    sets: Count = Field(description="Number of sets that moved to it.")
