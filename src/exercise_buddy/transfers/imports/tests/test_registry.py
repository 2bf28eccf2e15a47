"""Every app of the registry has a sample, which is read completely."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from exercise_buddy.transfers.imports.dates import DateOrder
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.layouts import Layout, fold_column_name
from exercise_buddy.transfers.imports.model import FileReader, ImportOptions, ParsedWorkout
from exercise_buddy.transfers.imports.readers.registry import FORMATS, TABLES, list_layouts
from exercise_buddy.workouts.public import SetKind

SAMPLES = Path(__file__).parents[1] / "readers" / "tests" / "samples"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# `test_measurement_files.py` reads them.
MEASUREMENTS = {"hevy_measurements", "strong_measurements"}
# Workouts, sets, reps and volume in kilograms of each sample, and the codes of its warnings.
EXPECTED = {
    "strong": (2, 3, 18, 680.0, set()),
    "strong_2016": (2, 3, 15, 900.0, set()),
    "hevy": (2, 3, 18, 680.0, set()),
    "fitnotes": (2, 3, 15, 900.0, {"unknown_columns", "time_assumed"}),
    "fitnotes_pounds": (1, 2, 15, 489.88, {"unknown_columns", "time_assumed"}),
    "fitnotes_ios": (1, 2, 15, 900.0, {"unknown_columns", "time_assumed"}),
    "fitbod": (2, 4, 18, 680.0, {"unknown_columns"}),
    "stronglifts": (2, 3, 15, 1000.0, {"unknown_columns", "set_not_done"}),
    "gymbook_german": (2, 4, 18, 700.0, {"unknown_columns", "set_not_done"}),
    "gymbook_italian": (1, 3, 18, 680.0, {"unknown_columns"}),
    "gymbook_english": (1, 2, 18, 694.0, {"unknown_columns"}),
    "lyfta": (1, 3, 30, 680.0, {"unknown_columns"}),
    "liftosaur": (1, 2, 13, 591.94, {"unknown_columns", "set_not_done"}),
    "boostcamp": (1, 2, 15, 917.5, {"unknown_columns", "set_not_done", "time_assumed"}),
    "boostcamp_copy": (2, 5, 40, 1293.4, {"unknown_columns", "open_number"}),
    "jefit": (2, 4, 32, 1145.32, {"time_assumed"}),
    "alpha_progression": (2, 6, 48, 2840.0, {"set_not_done"}),
    "alpha_progression_german": (1, 4, 17, 492.5, {"set_not_done"}),
}


def read_sample(name: str) -> tuple[FileReader, list[ParsedWorkout]]:
    # The English sample of GymBook is American.
    date_order: DateOrder = "month_first" if name == "gymbook_english" else "day_first"
    with (SAMPLES / f"{name}.csv").open("rb") as file:
        reader = open_file(file, ImportOptions("kg", "km", "Europe/Berlin", date_order))
        return reader, [workout for workout in reader.workouts() if workout is not None]


def test_every_app_has_a_sample() -> None:
    files = {path.stem for path in SAMPLES.iterdir()}
    formats = {file_format.app.casefold().replace(" ", "_") for file_format in FORMATS} - {
        "exercise-buddy",
        "apple_health",
        "fit",
    }

    assert files == EXPECTED.keys() | MEASUREMENTS
    apps = {str(reader.layout.source) for reader in TABLES} | formats
    assert {app for app in apps if not any(name.startswith(app) for name in files)} == set()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_completely(name: str) -> None:
    reader, workouts = read_sample(name)

    sets = [workout_set for workout in workouts for exercise in workout.exercises for workout_set in exercise.sets]
    reps = sum(workout_set.reps or 0 for workout_set in sets)
    volume = sum((workout_set.reps or 0) * (workout_set.weight_kg or 0) for workout_set in sets)
    codes = {warning.code for warning in reader.warnings.first}
    assert (len(workouts), len(sets), reps, round(volume, 2), codes) == EXPECTED[name]
    assert name.startswith(reader.source)
    assert reader.problems.first == []


@pytest.mark.parametrize("name", EXPECTED)
def test_the_first_workout_of_a_sample(name: str) -> None:
    _, workouts = read_sample(name)

    workout = min(workouts, key=lambda workout: abs(workout.started_at - NOON))
    zone = ZoneInfo("Europe/Berlin")
    assert workout.started_at.astimezone(zone).date() == NOON.date()
    assert workout.ended_at is not None
    bench = workout.exercises[0].sets
    assert bench[-1].weight_kg
    if name.startswith(("fitbod", "gymbook", "lyfta", "liftosaur", "alpha_progression.", "hevy")):
        kinds = [workout_set.kind for workout_set in bench]
        assert SetKind.WARM_UP in kinds or name.endswith("german")


@pytest.mark.parametrize("layout", [reader.layout for reader in TABLES], ids=lambda layout: layout.app)
def test_the_example_of_a_layout_has_its_columns(layout: Layout) -> None:
    header = {fold_column_name(name) for name in layout.example.split(", ")}

    for column in layout.required:
        assert header & set(layout.folded_names[column]), column


def test_the_page_about_imports_names_every_app() -> None:
    page = (Path(__file__).parents[5] / "docs" / "imports.md").read_text()

    assert [app for app in list_layouts() if app not in page] == []
