"""What workouts sends of exercises."""

from uuid import UUID

from pydantic import Field

from exercise_buddy.core.fields import Output
from exercise_buddy.workouts.tables import Category, Equipment, Force, Level, Measures, Mechanic, Muscle


class Exercise(Output):
    """An exercise of the catalogue, or one of your own (`custom`), of which less may be known."""

    id: UUID
    slug: str | None
    name: str
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
    bodyweight_share: float | None = Field(description="The part of the body's mass that a rep moves.")
    assisted: bool = Field(description="Whether the weight of a set takes from the load.")


class ExercisePage(Output):
    """A page of exercises, by name."""

    items: list[Exercise]
    next_cursor: str | None
