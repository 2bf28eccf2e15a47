"""The response schemas of imports."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Count, CreatedAt, Measure, NextCursor, Output, example
from exercise_buddy.exercises.public import ProposedExercise
from exercise_buddy.transfers.imports.examples import IMPORT, IMPORT_DETAILS, IMPORT_PAGE, REPORT
from exercise_buddy.workouts.public import Source, StartedAt

ImportStatus = Literal["queued", "running", "completed", "failed", "cancelling", "cancelled", "undoing"]
MatchKind = Literal["exact", "alias", "mapped", "accepted", "proposed", "created"]


class ImportRemark(Output):
    """A remark about one line of an imported file (the header is line 1)."""

    line: Count = Field(
        description="The line of the file, from 1. The header of a CSV is line 1. Of a FIT file, the number of the "
        "message."
    )
    code: str = Field(description="The kind of the remark.")
    message: str = Field(description="The remark in English.")


class CreatedExercise(Output):
    """A custom exercise that an import created because no exercise has its name."""

    id: UUID = Field(description="The id of the exercise.")
    name: str = Field(description="The name of the exercise.")


class AcceptedProposal(Output):
    """A proposal that `accept_proposals` took: the exercise that a name of the file gets."""

    name: str = Field(description="The name in the file.")
    exercise_id: UUID = Field(description="The id of the exercise.")
    exercise_name: str = Field(description="The name of the exercise.")
    similarity: Annotated[Measure, Field(le=1)] = Field(description="How similar the names are, from 0 to 1.")


class ImportedExercise(Output):
    """The exercise that a name of the file matches.

    `exact`: an exercise has this name; `alias`: an exercise has this alias; `mapped`: your `mapping` names it;
    `accepted`: it was a proposal, which `accept_proposals` took;
    `proposed` (only in a dry run): `proposals` have similar names, and without a `mapping` the import creates a custom
    exercise; `created`: the import creates a custom exercise.
    """

    name: str = Field(description="The name in the file.")
    match: MatchKind = Field(description="How the name was matched.")
    exercise_id: UUID | None = Field(description="Null if a dry run would create it.")
    exercise_name: str = Field(description="The name of the exercise, or that of the custom exercise to create.")
    sets: Count = Field(description="Number of sets in the new workouts.")
    proposals: list[ProposedExercise] = Field(description="Exercises with similar names, only in a dry run.")


class WorkoutDifferences(Output):
    """A stored workout that differs in the file."""

    workout_id: UUID = Field(description="The id of the stored workout.")
    line: Count = Field(description="The line of the file where the workout begins.")
    title: str = Field(description="The title of the stored workout.")
    started_at: StartedAt
    differences: list[str] = Field(description="What the file changes, in English.")


class MeasurementDifferences(Output):
    """A stored body measurement that differs in the file."""

    measurement_id: UUID = Field(description="The id of the stored measurement.")
    line: Count = Field(description="The line of the file.")
    measured_on: date = Field(description="The local day of the stored measurement.")
    differences: list[str] = Field(description="What the file changes, in English.")


class LeftOutValues(Output):
    """Values of the file of a kind that is not stored."""

    name: str = Field(description="The kind, such as `waist`.")
    count: Count = Field(description="Number of values.")


class ImportedMeasurements(Output):
    """What an import does with the body measurements of the file.

    Each is new, equal to a stored one of its day, or a changed version of one (`changed`); `on_conflict` says what
    happens to the last: `replaced` counts the stored ones that got the values of the file, and `keep` counts them among
    `new`.
    """

    new: Count = Field(description="Number of new measurements.")
    equal: Count = Field(description="Number of measurements that were stored already.")
    changed: Count = Field(description="Number of stored measurements that differ in the file.")
    replaced: Count = Field(description="Number of stored measurements that got the values of the file.")
    repeated: Count = Field(description="Number of values that the file has twice on one day.")
    skipped: Count = Field(description="Number of values that could not be used. `problems` says why.")
    changes: list[MeasurementDifferences] = Field(description="The first 500 of `changed`.")
    left_out: list[LeftOutValues] = Field(description="The values that are no body mass and no body fat, by kind.")


class ImportReport(Output):
    """The result of an import, or of a dry run.

    Each readable workout of the file is new (`workouts`), equal to a stored one (`duplicates`), a changed version of
    one (`changed`), or equal to one at another time (`shifted`). What happens to the last two follows `on_conflict`:
    `replaced` counts the stored workouts that got the content or the time of the file, and `keep` counts them among
    `workouts`. A `problem` could not be read and was left out; a `warning` was imported, and should be checked.
    """

    model_config = example(REPORT)

    id: UUID | None = Field(description="Null for a dry run, and if nothing was stored.")
    source: Source
    dry_run: bool = Field(description="Whether nothing was stored.")
    weight_unit: str = Field(description="The unit of weights in the file: `kg` or `lb`.")
    distance_unit: str = Field(description="The unit of distances in the file: `m`, `km` or `mi`.")
    time_zone: str | None = Field(description="Null if each workout in the file has its own.")
    workouts: Count = Field(description="Number of new workouts.")
    sets: Count = Field(description="Number of sets of the new workouts.")
    reps: Count = Field(description="Number of reps of the new workouts.")
    volume_kg: Measure = Field(description="The sum of reps times weight over the new workouts, in kilograms.")
    duplicates: Count = Field(description="Number of workouts that were stored already.")
    changed: Count = Field(description="Number of stored workouts that differ in the file.")
    shifted: Count = Field(description="Number of workouts that are stored with another time.")
    replaced: Count = Field(description="Number of stored workouts that got the content or the time of the file.")
    remapped: Count = Field(
        description="Number of stored workouts in which your `mapping` or an accepted proposal replaced an exercise."
    )
    changes: list[WorkoutDifferences] = Field(description="The first 500 of `changed`.")
    exercises: list[ImportedExercise] = Field(description="The exercises of the new workouts.")
    accepted_proposals: list[AcceptedProposal] = Field(description="The proposals that `accept_proposals` took.")
    created_exercises: list[CreatedExercise] = Field(description="The custom exercises that the import created.")
    body_measurements: ImportedMeasurements = Field(description="The body measurements of the file.")
    warning_count: Count = Field(description="Number of warnings.")
    warnings: list[ImportRemark] = Field(description="The first 500.")
    problem_count: Count = Field(description="Number of problems.")
    problems: list[ImportRemark] = Field(description="The first 500.")


class Import(Output):
    """An imported file. The counts are those of what is stored so far.

    `queued`: it waits; `running`; `completed`: the whole file was imported; `failed` and `cancelled`: nothing of it is
    stored; `cancelling`: what it has stored is being deleted; `undoing`: it is being undone, or an undo ended early
    (undo it again).
    """

    model_config = example(IMPORT)

    id: UUID = Field(description="The id of the import.")
    source: Source
    file_name: str | None = Field(description="The name of the file. Null if the client sent none.")
    workouts: Count = Field(description="Number of workouts that it stored.")
    sets: Count = Field(description="Number of sets that it stored.")
    duplicates: Count = Field(description="Number of workouts that were stored already.")
    replaced: Count = Field(description="Number of stored workouts that got the content or the time of the file.")
    remapped: Count = Field(description="Number of stored workouts in which a chosen exercise replaced another one.")
    body_measurements: Count = Field(description="Number of body measurements that it stored.")
    replaced_body_measurements: Count = Field(
        description="Number of stored body measurements that got the values of the file."
    )
    created_at: CreatedAt
    state: ImportStatus = Field(description="How far the import is.")
    dry_run: bool = Field(description="Whether it stores nothing. It is deleted after a day.")
    progress: Annotated[Measure, Field(le=1)] = Field(description="The part of the work that is done, from 0 to 1.")


class ImportProblem(Output):
    """Why an import has failed: a problem as a response would have it."""

    type: str = Field(description="The kind of the problem, such as `/problems/invalid-input`.")
    title: str = Field(description="The kind of the problem in English.")
    status: Annotated[int, Field(ge=400, le=599)] = Field(description="The status that a response would have.")
    detail: str = Field(description="What is wrong, in English.")


class ImportDetails(Import):
    """An imported file, with the report once it is completed, or the problem if it has failed."""

    model_config = example(IMPORT_DETAILS)

    report: ImportReport | None = Field(description="Null until a file that was imported in the background is done.")
    problem: ImportProblem | None = Field(description="Null unless the import has failed.")


class ImportPage(Output):
    """A page of imports, the latest first."""

    model_config = example(IMPORT_PAGE)

    items: list[Import] = Field(description="The imports, the latest first.")
    next_cursor: NextCursor
