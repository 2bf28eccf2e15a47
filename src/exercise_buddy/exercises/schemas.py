"""What the endpoints of exercises take and give."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from exercise_buddy.core.types import Input, Measure, Output, SingleLine, StrictBool, unset
from exercise_buddy.exercises.catalogue import may_be_custom, name_key
from exercise_buddy.exercises.enums import Category, Equipment, Force, Level, Measures, Mechanic, Muscle

MAX_NAME = 120
MAX_MET = 25


def _short_enough(name: str) -> str:
    # Some letters become several when case is folded.
    if len(name_key(name)) > MAX_NAME:
        raise ValueError(f"A name has at most {MAX_NAME} characters")
    return name


def _once(muscles: list[Muscle]) -> list[Muscle]:
    return list(dict.fromkeys(muscles))


def _of_your_own(exercise_id: UUID) -> UUID:
    if not may_be_custom(exercise_id):
        raise ValueError("Ids of version 5 are those of the catalogue; choose one of version 7")
    return exercise_id


ExerciseName = Annotated[str, Field(max_length=MAX_NAME), SingleLine, AfterValidator(_short_enough)]
Muscles = Annotated[list[Muscle], Field(max_length=len(Muscle)), AfterValidator(_once)]
Met = Annotated[Measure, Field(ge=0.9, le=MAX_MET)]
Share = Annotated[Measure, Field(le=1)]

_MET = "Of the Compendium of Physical Activities; without it a workout's energy is reckoned from its other exercises."
_SHARE = "The part of the body's mass that a rep moves: 0.64 for a push-up, 1 for a pull-up."
_ASSISTED = "The weight of a set takes from the load, as on a machine for assisted pull-ups."


class CustomExerciseInput(Input):
    """An exercise of your own."""

    id: Annotated[UUID, AfterValidator(_of_your_own)] | None = Field(
        default=None, description="Your own choice (UUIDv7), so that you may safely send it again."
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
    """What is to be different about an exercise of your own. What is left out stays."""

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
    """Which exercise another one becomes part of."""

    into: UUID = Field(description="Of the catalogue or one of your own.")


class CountingProfile(Output):
    """How a camera counts an exercise.

    Watched is the angle at the middle one of three `joints`, on both sides of the body together or on `each` by itself.
    A rep is complete when it was below the lower angle and then is above the upper one, and at least `shortest_rep_ms`
    after the one before. A hold lasts as long as it is between the two.
    """

    kind: Literal["rep", "hold"]
    joints: list[str]
    sides: Literal["both", "each"]
    lower_angle_degrees: float
    upper_angle_degrees: float
    shortest_rep_ms: int | None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.joints) != 3:  # noqa: PLR2004
            raise ValueError("An angle is between three joints")
        if not 0 <= self.lower_angle_degrees < self.upper_angle_degrees <= 180:  # noqa: PLR2004
            raise ValueError("The lower angle is less than the upper one")
        if (self.shortest_rep_ms is None) is not (self.kind == "hold"):
            raise ValueError("A rep has a shortest duration, a hold has none")
        return self


class Exercise(Output):
    """An exercise of the catalogue, or one of your own (`custom`), of which less may be known.

    `aliases` are the other names that it is found by: other apps', other languages', and those of your own exercises
    that you have merged into it. `instructions` and `images` are there if the operator has loaded them.
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
    counting: CountingProfile | None
    instructions: list[str]
    images: list[str]


class ExercisePage(Output):
    """A page of exercises: by name, or the best match of a search first."""

    items: list[Exercise]
    next_cursor: str | None


class MergedExercise(Output):
    """What an exercise has become part of."""

    exercise: Exercise
    workouts: int = Field(description="How many workouts have it now instead of the other one.")
    routines: int = Field(description="How many routines do.")
