"""The reader of files that the app FitNotes exports, on Android and on iOS.

A row is a set, and a day is a workout: the file has no names and no times of workouts. Android writes the unit of
weight into a column or into the name of the column, iOS has a column for each unit.
"""

from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.workouts.public import Source


class FitNotesReader(CsvReader):
    """Reads a table in FitNotes' layout."""

    layout = Layout(
        app="FitNotes",
        source=Source.FITNOTES,
        names={
            "date": "date",
            "exercise": "exercise",
            "category": "category",
            "weight": "weight",
            "weight_unit": "weight unit",
            "reps": "reps",
            "distance": "distance",
            "distance_unit": "distance unit",
            "seconds": "time",
            "notes": "comment, notes",
            "kind": "kind",
        },
        key=("date",),
        required=("date", "exercise", "category", "reps"),
        ignored=("category",),
        example="Date, Exercise, Category, Weight, Weight Unit, Reps, Distance, Distance Unit, Time, Comment",
    )
