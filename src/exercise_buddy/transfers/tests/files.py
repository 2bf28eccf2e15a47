"""Builders of the files of Strong and Hevy, for tests."""

import csv
import io
from collections.abc import Iterable

STRONG_HEADER = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
)
HEVY_HEADER = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg,"
    "reps,distance_km,duration_seconds,rpe"
)
_STRONG_ROW = dict.fromkeys(STRONG_HEADER.split(","), "") | {
    "Date": "2026-01-05 18:00:00",
    "Workout Name": "Push",
    "Duration": "1h 5m",
    "Exercise Name": "My Press",
    "Set Order": "1",
    "Weight": "50",
    "Reps": "8",
    "Distance": "0",
    "Seconds": "0",
}
_HEVY_ROW = dict.fromkeys(HEVY_HEADER.split(","), "") | {
    "title": "Push",
    "start_time": "28 Mar 2025, 17:29",
    "end_time": "28 Mar 2025, 18:41",
    "exercise_title": "My Press",
    "set_index": "0",
    "set_type": "normal",
    "weight_kg": "50",
    "reps": "8",
}


def _csv_line(cells: Iterable[object]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().removesuffix("\n")


def strong_row(**cells: object) -> str:
    """Return a row of Strong. Columns are named like `Set_Order`."""
    return _csv_line((_STRONG_ROW | {name.replace("_", " "): cell for name, cell in cells.items()}).values())


def strong_rest(seconds: float) -> str:
    """Return the row of a rest."""
    return strong_row(Set_Order="Rest Timer", Weight=0, Reps=0, Seconds=seconds)


def hevy_row(**cells: object) -> str:
    """Return a row of Hevy."""
    return _csv_line((_HEVY_ROW | cells).values())


def strong(*rows: str) -> str:
    """Return a file of Strong."""
    return build_file(STRONG_HEADER, rows)


def hevy(*rows: str) -> str:
    """Return a file of Hevy."""
    return build_file(HEVY_HEADER, rows)


def build_file(header: str, rows: Iterable[str]) -> str:
    """Return a file with a header and rows."""
    return "\n".join([header, *rows]) + "\n"
