"""The reader of the history that the app Liftosaur exports as CSV.

A row is a set of the program, with the reps that were required and those that were completed. A set without completed
reps was not done.
"""

from collections.abc import Iterable, Sequence

from exercise_buddy.transfers.imports.assembly import WorkoutDraft
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.row_groups import TableRow
from exercise_buddy.workouts.public import Source


class LiftosaurReader(CsvReader):
    """Reads a table in Liftosaur's layout, or in that of 2023 with one weight instead of two."""

    layout = Layout(
        app="Liftosaur",
        source=Source.LIFTOSAUR,
        names={
            "date": "workout datetime",
            "title": "day name",
            "program": "program",
            "exercise": "exercise",
            "kind": "is warmup set",
            "reps": "completed reps",
            "rpe": "completed rpe, rpe",
            "weight": "completed weight value, weight value",
            "weight_unit": "completed weight unit, weight unit",
            "done_at": "completed reps time",
            "notes": "notes",
        },
        required=("date", "exercise", "kind", "reps"),
        ignored=("program",),
        example=(
            "Workout DateTime, Program, Day Name, Exercise, Is Warmup Set?, Required Reps, Completed Reps, Is AMRAP?, "
            "Required RPE, Completed RPE, Completed Weight Value, Completed Weight Unit, Completed Reps Time, Notes"
        ),
    )

    def _expand(self, values: dict[str, str], line: int) -> Iterable[dict[str, str]]:
        if not values["reps"]:
            self.warnings.add(line, "set_not_done", "This set has no completed reps and was left out.")
            return ()
        name, comma, equipment = values["exercise"].rpartition(", ")
        return (values | {"exercise": f"{name} ({equipment})" if comma else values["exercise"]},)

    def _start_workout(self, rows: Sequence[TableRow]) -> WorkoutDraft:
        draft = super()._start_workout(rows)
        # ISO times of one zone: the greatest text is the latest.
        if end := max(row.values.get("done_at", "") for row in rows):
            draft.duration = self._find_duration(end, draft.started_at, draft.line)
        return draft
