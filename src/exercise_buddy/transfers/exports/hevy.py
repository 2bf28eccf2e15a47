"""The writer of Hevy's CSV, so that every program that reads Hevy's exports reads ours.

It has the content of Hevy's columns. Ids, time zones, rests and rep evidence are only in our JSON. A text that a
spreadsheet would read as a formula gets an apostrophe in front; our import removes it. Assistance is a negative weight,
as Hevy writes it.
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
_METERS_PER_KILOMETER = 1000


def write_header() -> bytes:
    """Return the first line."""
    return _write([COLUMNS])


def write_rows(page: bytes) -> bytes:
    """Return the lines of a page of sets, a JSON array."""
    return _write([_build_row(row) for row in orjson.loads(page)])


def _write(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _build_row(row: dict[str, Any]) -> list[Any]:
    meters = row["distance_meters"]
    return [
        spreadsheet_text(row["title"]),
        _format_time(row["started_at"], row),
        _format_time(row["ended_at"], row),
        spreadsheet_text(row["description"] or ""),
        spreadsheet_text(row["exercise"] or ""),
        row["superset"],
        spreadsheet_text(row["exercise_notes"] or ""),
        row["set_index"],
        _KINDS.get(row["kind"], ""),
        row["weight_kg"] if row["assistance_kg"] is None else -row["assistance_kg"],
        row["reps"],
        None if meters is None else meters / _METERS_PER_KILOMETER,
        row["duration_seconds"],
        row["rpe"],
    ]


def _format_time(timestamp: str | None, row: dict[str, Any]) -> str:
    """Return a time in the workout's time zone, as Hevy writes it: `28 Mar 2025, 17:29`.

    With seconds if two workouts began in the same minute: an import would read them as one.
    """
    if timestamp is None:
        return ""
    local = datetime.fromisoformat(timestamp).astimezone(types.zone(row["time_zone"]))
    seconds = f":{local:%S}" if row["has_twin"] else ""
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}{seconds}"
