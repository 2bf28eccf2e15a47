"""The response schemas of imports."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.transfers.tables import ImportState
from exercise_buddy.workouts.public import Source

MatchKind = Literal["exact", "alias", "mapped", "proposed", "created"]


class ImportRemark(Output):
    """A remark about one line of an imported file (the header is line 1)."""

    line: int
    code: str
    message: str


class CreatedExercise(Output):
    """A custom exercise that an import created because no exercise has its name."""

    id: UUID
    name: str


class ProposedExercise(Output):
    """An exercise with a similar name. `similarity` is at most 1."""

    id: UUID
    name: str
    similarity: float


class ImportedExercise(Output):
    """The exercise that a name of the file matches.

    `exact`: an exercise has this name; `alias`: an exercise has this alias; `mapped`: your `mapping` names it;
    `proposed` (only in a dry run): `proposals` have similar names, and without a `mapping` the import creates a custom
    exercise; `created`: the import creates a custom exercise.
    """

    name: str = Field(description="The name in the file.")
    match: MatchKind
    exercise_id: UUID | None = Field(description="Null if a dry run would create it.")
    exercise_name: str
    sets: int
    proposals: list[ProposedExercise]


class ImportReport(Output):
    """The result of an import, or of a dry run.

    `duplicates` are workouts that were stored already. A `problem` could not be read and was left out; a `warning` was
    imported, and should be checked.
    """

    id: UUID | None = Field(description="Null for a dry run, and if no workout was new.")
    source: Source
    dry_run: bool
    weight_unit: str
    distance_unit: str
    time_zone: str | None = Field(description="Null if each workout in the file has its own.")
    workouts: int
    sets: int
    reps: int
    volume_kg: float
    duplicates: int
    exercises: list[ImportedExercise] = Field(description="The exercises of the new workouts.")
    created_exercises: list[CreatedExercise]
    warning_count: int
    warnings: list[ImportRemark] = Field(description="The first 500.")
    problem_count: int
    problems: list[ImportRemark] = Field(description="The first 500.")


class Import(Output):
    """An imported file. The counts are those of what is stored so far.

    `running`: the import has not ended; `completed`: the whole file was imported; `interrupted`: the import ended early
    (import the file again to add the rest); `undoing`: an undo ended early (undo it again).
    """

    id: UUID
    source: Source
    file_name: str | None
    workouts: int
    sets: int
    duplicates: int
    created_at: datetime
    state: ImportState


class ImportPage(Output):
    """A page of imports, the latest first."""

    items: list[Import]
    next_cursor: str | None
