"""Writes workouts as the CSV that Hevy exports, so that whatever reads that reads ours.

It has what Hevy's columns have. Ids, time zones, rests and what a camera saw are in our JSON only. A text that a
spreadsheet would take for a formula has an apostrophe in front of it; our import takes it away again.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from exercise_buddy.core import types
from exercise_buddy.core.exports import spreadsheet_text

COLUMNS = (
    "title",
    "start_time",
    "end_time",
    "description",
    "exercise_title",
    "superset_id",
    "exercise_notes",
    "set_index",
    "set_type",
    "weight_kg",
    "reps",
    "distance_km",
    "duration_seconds",
    "rpe",
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_KINDS = {"normal": "normal", "warm_up": "warmup", "drop": "dropset", "failure": "failure"}
_METERS_A_KILOMETER = 1000


def header() -> bytes:
    """Write the first line."""
    return _written([COLUMNS])


def lines(items: bytes) -> bytes:
    """Write the lines for a page of rows of sets, a JSON array."""
    return _written([_line(row) for row in orjson.loads(items)])


def _written(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _line(row: dict[str, Any]) -> list[Any]:
    meters = row["distance_meters"]
    return [
        spreadsheet_text(row["title"]),
        _local(row["started_at"], row),
        _local(row["ended_at"], row),
        spreadsheet_text(row["description"] or ""),
        spreadsheet_text(row["exercise"] or ""),
        row["superset"],
        spreadsheet_text(row["exercise_notes"] or ""),
        row["set_index"],
        _KINDS.get(row["kind"], ""),
        row["weight_kg"],
        row["reps"],
        None if meters is None else meters / _METERS_A_KILOMETER,
        row["duration_seconds"],
        row["rpe"],
    ]


def _local(moment: str | None, row: dict[str, Any]) -> str:
    """Write a point in time as Hevy does, local where the workout happened: `28 Mar 2025, 17:29`.

    With seconds where two workouts began in one minute: they would be read as one.
    """
    if moment is None:
        return ""
    local = datetime.fromisoformat(moment).astimezone(types.zone(row["time_zone"]))
    seconds = f":{local:%S}" if row["has_twin"] else ""
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}{seconds}"
