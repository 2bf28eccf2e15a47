"""What the endpoints of imports send."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.workouts.tables import Source

Match = Literal["exact", "alias", "mapped", "proposed", "created"]


class ImportRemark(Output):
    """Something about one line of an imported file (the header is line 1)."""

    line: int
    code: str
    message: str


class CreatedExercise(Output):
    """An exercise that an import has made for you, because no known one has its name."""

    id: UUID
    name: str


class ProposedExercise(Output):
    """An exercise whose name is like one of the file. `similarity` goes to 1."""

    id: UUID
    name: str
    similarity: float


class ImportedExercise(Output):
    """What a name of the file stands for.

    `exact`: an exercise has this name; `alias`: one is known by it; `mapped`: you have said so; `proposed` (only in a
    dry run): none is, those of `proposals` are like it, and without a `mapping` it will be created; `created`: it is a
    new one of your own.
    """

    name: str = Field(description="As the file has it.")
    match: Match
    exercise_id: UUID | None = Field(description="Null where a dry run would create it.")
    exercise_name: str
    sets: int
    proposals: list[ProposedExercise]


class ImportReport(Output):
    """What an import did, or would do (`dry_run`).

    `duplicates` are workouts that were there already. A `problem` is something that could not be read and was left
    out; a `warning` is something that was read, and deserves a look.
    """

    id: UUID | None = Field(description="Null for a dry run, and where nothing was new.")
    source: Source
    dry_run: bool
    weight_unit: str
    distance_unit: str
    time_zone: str | None = Field(description="Null where the file has the zone of each workout.")
    workouts: int
    sets: int
    reps: int
    volume_kg: float
    duplicates: int
    exercises: list[ImportedExercise] = Field(description="Those of the workouts that are new.")
    created_exercises: list[CreatedExercise]
    warning_count: int
    warnings: list[ImportRemark] = Field(description="The first 500 of them.")
    problem_count: int
    problems: list[ImportRemark] = Field(description="The first 500 of them.")


class Import(Output):
    """A file that was imported."""

    id: UUID
    source: Source
    file_name: str | None
    workouts: int
    sets: int
    duplicates: int
    created_at: datetime


class ImportPage(Output):
    """A page of imports, the latest first."""

    items: list[Import]
    next_cursor: str | None
