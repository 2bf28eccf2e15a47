"""What workouts sends of imports."""

from uuid import UUID

from pydantic import Field

from exercise_buddy.core.fields import Output
from exercise_buddy.workouts.tables import Source


class CreatedExercise(Output):
    """An exercise that an import has made for you, because no known one has its name."""

    id: UUID
    name: str


class ImportRemark(Output):
    """Something about one line of an imported file (the header is line 1)."""

    line: int
    code: str
    message: str


class ImportReport(Output):
    """What an import did, or would do (`dry_run`).

    `duplicates` are workouts that were there already. A `problem` is a row that could not be read and was left out; a
    `warning` is a row that was read, and deserves a look.
    """

    id: UUID | None = Field(description="Null for a dry run.")
    source: Source
    dry_run: bool
    weight_unit: str
    distance_unit: str
    time_zone: str
    workouts: int
    sets: int
    duplicates: int
    created_exercises: list[CreatedExercise]
    warning_count: int
    warnings: list[ImportRemark] = Field(description="The first 500 of them.")
    problem_count: int
    problems: list[ImportRemark] = Field(description="The first 500 of them.")
