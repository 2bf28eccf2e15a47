"""The reader of files that the app Fitbod exports.

A row is a set. The sets of a workout have its time, or each has its own; the file has no names of workouts.
"""

from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.readers.timed_rows import TimedRowsReader
from exercise_buddy.workouts.public import Source


class FitbodReader(TimedRowsReader):
    """Reads a table in Fitbod's layout."""

    layout = Layout(
        app="Fitbod",
        source=Source.FITBOD,
        names={
            "date": "date",
            "exercise": "exercise",
            "reps": "reps",
            "weight": "weight",
            "seconds": "duration",
            "distance": "distance",
            "kind": "iswarmup",
            "notes": "note",
        },
        key=("date",),
        required=("date", "exercise", "reps", "kind"),
        example=(
            "Date, Exercise, Reps, Weight(kg), Duration(s), Distance(m), Incline, Resistance, isWarmup, Note, "
            "multiplier"
        ),
    )
