"""The readers of files of the app Boostcamp: of its export, and of the copy of all data that it sends on request.

A row of the export is a set. A row of the copy is a workout, with its exercises as JSON.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.workouts.public import Source


class BoostcampReader(CsvReader):
    """Reads a table in the layout of Boostcamp's export."""

    layout = Layout(
        app="Boostcamp",
        source=Source.BOOSTCAMP,
        names={
            "title": "workout",
            "date": "date",
            "week": "week",
            "day": "day",
            "exercise": "exercise",
            "order": "set",
            "weight": "weight",
            "weight_unit": "unit",
            "reps": "reps",
        },
        key=("date", "title", "week", "day"),
        required=("title", "date", "week", "day", "exercise", "order", "reps"),
        ignored=("week", "day"),
        example="workout, date, week, day, exercise, set, weight, unit, reps",
    )

    def _expand(self, values: dict[str, str], line: int) -> Iterable[dict[str, str]]:
        if not values["reps"]:
            self.warnings.add(line, "set_not_done", "This set has no reps and was left out.")
            return ()
        return (values,)


class BoostcampCopyReader(CsvReader):
    """Reads the table of workouts in the copy of all data."""

    layout = Layout(
        app="Boostcamp",
        source=Source.BOOSTCAMP,
        names={
            "number": "id",
            "date": "created at",
            "end": "finished at",
            "title": "title",
            "workout_notes": "user notes",
            "records": "records",
            "program_log": "program log id",
        },
        key=("date", "number"),
        required=("number", "date", "title", "records", "program_log"),
        ignored=("program_log",),
        example="id, created_at, finished_at, week, day, workout, records, program_log_id, user_notes, title",
    )

    def _expand(self, values: dict[str, str], line: int) -> Iterable[dict[str, str]]:
        shared = {column: text for column, text in values.items() if column != "records"}
        try:
            records = json.loads(values["records"] or "[]")
        except (ValueError, RecursionError):
            records = None
        sets = [shared | cells for cells in _list_sets(records)]
        if not sets:
            self.warnings.add(line, "empty_workout", "No set of this workout can be read; it was left out.")
        return sets


def _list_sets(records: Any) -> Iterator[dict[str, str]]:  # noqa: ANN401  (any JSON)
    """Yield the cells of the sets of the exercises of a workout. A superset contains its exercises."""
    for number, record in enumerate(records if isinstance(records, list) else []):
        if not isinstance(record, dict):
            continue
        superset = record.get("supersets")
        if isinstance(superset, list) and superset:
            yield from (cells | {"superset": str(number)} for cells in _list_sets(superset))
            continue
        sets = record.get("sets")
        for order, result in enumerate(sets if isinstance(sets, list) else [], 1):
            if isinstance(result, dict) and (reps := _read_cell(result, "amount")):
                yield {
                    "exercise": _read_cell(record, "name"),
                    "notes": _read_cell(record, "notes"),
                    "order": str(order),
                    "reps": reps,
                    "weight": _read_cell(result, "value"),
                    "weight_unit": _read_cell(result, "weight_unit"),
                    "superset": "",
                }


def _read_cell(owner: dict[str, Any], key: str) -> str:
    value = owner.get(key)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
