"""The reader of files that the app Lyfta exports.

A row is a set. Rows with the same date and title are a workout. A column has reps in reserve or RPE, as the user has
chosen: an app cannot know which, but nobody records six reps in reserve, nor an RPE under six.
"""

from exercise_buddy.transfers.imports import assembly
from exercise_buddy.transfers.imports.assembly import WorkoutDraft
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.numbers import parse_cell_number
from exercise_buddy.workouts.public import Source

_MOST_IN_RESERVE = 5


class LyftaReader(CsvReader):
    """Reads a table in Lyfta's layout."""

    layout = Layout(
        app="Lyfta",
        source=Source.LYFTA,
        names={
            "title": "title",
            "date": "date",
            "duration": "duration",
            "workout_notes": "description",
            "more_notes": "notes",
            "exercise": "exercise",
            "notes": "exercise note",
            "superset": "superset id",
            "weight": "weight",
            "reps": "reps",
            "rpe": "rir rpe",
            "distance": "distance",
            "seconds": "time",
            "kind": "set type",
        },
        required=("title", "date", "exercise", "notes", "reps"),
        example=(
            "Title, Date, Duration, Description, Notes, Exercise, Exercise Note, Superset id, Weight, Reps, RIR/RPE, "
            "Distance, Time, Set Type"
        ),
    )

    def _add_row(self, draft: WorkoutDraft, values: dict[str, str], line: int) -> None:
        effort = parse_cell_number(values.get("rpe", ""), "decimal_point")
        if effort is not None and effort.value <= _MOST_IN_RESERVE:
            values = values | {"rpe": "", "rir": values["rpe"]}
        super()._add_row(draft, values, line)
        assembly.add_note(draft.notes, values.get("more_notes"))
