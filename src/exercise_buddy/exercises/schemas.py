"""The request and response bodies of exercises."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from exercise_buddy.core.types import Input, Measure, Output, SingleLine, StrictBool, example, unset
from exercise_buddy.exercises.catalogue import may_be_custom, name_key
from exercise_buddy.exercises.enums import Category, Equipment, Force, Level, Measures, Mechanic, Muscle

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


ExerciseName = Annotated[str, Field(max_length=MAX_NAME), SingleLine, AfterValidator(_check_length)]
Muscles = Annotated[list[Muscle], Field(max_length=len(Muscle)), AfterValidator(_remove_duplicates)]
Met = Annotated[Measure, Field(ge=0.9, le=MAX_MET)]
Share = Annotated[Measure, Field(le=1)]

_MET = (
    "MET of the Compendium of Physical Activities. Without it, the other exercises of a workout determine its energy."
)
_SHARE = "The share of the body mass that a rep moves: 0.64 for a push-up, 1 for a pull-up."
_ASSISTED = "Whether the weight of a set reduces the load, as on a machine for assisted pull-ups."


class CustomExerciseInput(Input):
    """A custom exercise to create."""

    model_config = example(
        {"name": "Landmine press", "equipment": "barbell", "primary_muscles": ["shoulders"], "measures": "weight_reps"}
    )

    id: Annotated[UUID, AfterValidator(_check_custom_id)] | None = Field(
        default=None, description="A UUIDv7 that you choose, so that a retry is safe."
    )
    name: ExerciseName
    category: Category | None = None
    equipment: Equipment | None = None
    mechanic: Mechanic | None = None
    force: Force | None = None
    level: Level | None = None
    primary_muscles: Muscles = Field(default_factory=list)
    secondary_muscles: Muscles = Field(default_factory=list)
    measures: Measures | None = None
    met: Met | None = Field(default=None, description=_MET)
    bodyweight_share: Share | None = Field(default=None, description=_SHARE)
    assisted: StrictBool = Field(default=False, description=_ASSISTED)


class CustomExerciseChange(Input):
    """The fields of a custom exercise to update. A field that is left out keeps its value."""

    model_config = example({"name": "Landmine shoulder press", "secondary_muscles": ["triceps"]})

    name: ExerciseName = unset()
    category: Category | None = unset()
    equipment: Equipment | None = unset()
    mechanic: Mechanic | None = unset()
    force: Force | None = unset()
    level: Level | None = unset()
    primary_muscles: Muscles = unset()
    secondary_muscles: Muscles = unset()
    measures: Measures | None = unset()
    met: Met | None = unset()
    bodyweight_share: Share | None = unset()
    assisted: StrictBool = unset()


class MergeInput(Input):
    """The exercise to merge into."""

    model_config = example({"into": "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a10"})

    into: UUID = Field(description="An exercise of the catalogue or a custom exercise.")


class Exercise(Output):
    """An exercise of the catalogue or a custom exercise (`custom`), whose properties may be null.

    `aliases` are other names that find it: those of other apps and languages, and those of exercises merged into it.
    If it is `countable`, `GET /counting/profiles/{exercise_id}` tells how a camera counts it.
    `instructions` and `images` are empty unless the operator has loaded them.
    """

    id: UUID
    slug: str | None
    name: str
    aliases: list[str]
    custom: bool
    category: Category | None
    equipment: Equipment | None
    mechanic: Mechanic | None
    force: Force | None
    level: Level | None
    primary_muscles: list[Muscle]
    secondary_muscles: list[Muscle]
    measures: Measures | None
    met: float | None
    bodyweight_share: float | None
    assisted: bool
    countable: bool
    instructions: list[str]
    images: list[str]


class ExercisePage(Output):
    """A page of exercises, ordered by name or by the quality of the match."""

    items: list[Exercise]
    next_cursor: str | None


class MergedExercise(Output):
    """The exercise that another one was merged into."""

    exercise: Exercise
    workouts: int = Field(description="Number of workouts in which it replaced the merged exercise.")
    routines: int = Field(description="Number of routines in which it replaced the merged exercise.")
