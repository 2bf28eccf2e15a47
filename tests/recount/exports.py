"""Reads the files that Strong and Hevy export, with nothing but the csv module."""

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.recount.model import Done, Set, Workout

KILOGRAMS = {"kg": 1.0, "lb": 0.45359237}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read(path: Path, zone: str, unit: str = "kg") -> list[Workout]:
    """Return the workouts of a file; distances without a unit are kilometers."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return _strong(rows, zone, unit) if "Set Order" in rows[0] else _hevy(rows, zone)


def _set(reps: str, weight: str, seconds: str, kilometers: str, unit: str = "kg", kind: str = "") -> Set:
    """Return a set. The apps write 0 for an empty field; a set without any value has 0 reps."""
    duration, distance = float(seconds or 0), float(kilometers or 0) * 1000
    count: int | None = int(float(reps or 0))
    if not count and (duration or distance):
        count = None
    kilograms = round(float(weight or 0) * KILOGRAMS[unit], 4)
    return Set(count, kilograms or None, duration or None, round(distance, 3) or None, warm_up=kind == "warmup")


def _add(workout: Workout, name: str, one: Set) -> None:
    if not workout.done or workout.done[-1].name != name:
        workout.done.append(Done(name))
    workout.done[-1].sets.append(one)


def _strong(rows: list[dict[str, str]], zone: str, unit: str) -> list[Workout]:
    workouts: list[Workout] = []
    before = None
    for row in rows:
        if (key := (row["Date"], row["Workout Name"])) != before:
            before = key
            started_at = datetime.fromisoformat(row["Date"]).replace(tzinfo=ZoneInfo(zone))
            parts = {letter: int(number) for number, letter in re.findall(r"(\d+)([hms])", row["Duration"])}
            lasts = timedelta(hours=parts.get("h", 0), minutes=parts.get("m", 0), seconds=parts.get("s", 0))
            workouts.append(_workout(row["Workout Name"], started_at, lasts, zone))
        if row["Set Order"].isdigit():
            one = _set(row["Reps"], row["Weight"], row["Seconds"], row["Distance"], unit)
            _add(workouts[-1], row["Exercise Name"], one)
    return workouts


def _hevy(rows: list[dict[str, str]], zone: str) -> list[Workout]:
    workouts: list[Workout] = []
    before = None
    for row in rows:
        if (key := (row["start_time"], row["end_time"], row["title"])) != before:
            before = key
            started_at, ended_at = _moment(row["start_time"], zone), _moment(row["end_time"], zone)
            lasts = timedelta(seconds=ended_at.timestamp() - started_at.timestamp())
            workouts.append(_workout(row["title"], started_at, lasts, zone))
        one = _set(row["reps"], row["weight_kg"], row["duration_seconds"], row["distance_km"], kind=row["set_type"])
        _add(workouts[-1], row["exercise_title"], one)
    return workouts


def _moment(text: str, zone: str) -> datetime:
    day, month, year, hour, minute = re.fullmatch(r"(\d+) (\w+) (\d+), (\d+):(\d+)", text).groups()  # type: ignore[union-attr]
    return datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), tzinfo=ZoneInfo(zone))


def _workout(title: str, started_at: datetime, lasts: timedelta, zone: str) -> Workout:
    # In UTC, because arithmetic within a zone is that of its clocks, which may be put back meanwhile.
    start = started_at.astimezone(ZoneInfo("UTC"))
    return Workout(" ".join(title.split()), start, start + lasts, zone)


def until(path: Path, moment: datetime, into: Path) -> Path:
    """Copy the rows of a file whose workouts start no later than a local time."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if _wall(row) <= moment.replace(tzinfo=None)]
        names = reader.fieldnames or ()
    copy = into / f"{moment:%Y%m%d}-{path.name}"
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return copy


def _wall(row: dict[str, str]) -> datetime:
    if "start_time" in row:
        return _moment(row["start_time"], "UTC").replace(tzinfo=None)
    return datetime.fromisoformat(row["Date"])
