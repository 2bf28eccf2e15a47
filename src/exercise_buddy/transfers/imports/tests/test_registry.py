"""Every app of the registry has a sample, which is read completely."""

from pathlib import Path

import pytest

from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.readers.registry import TABLES

SAMPLES = Path(__file__).parents[1] / "readers" / "tests" / "samples"
# Workouts, sets, reps and volume in kilograms of the sample of each app.
EXPECTED = {"strong": (2, 3, 18, 680.0), "hevy": (2, 3, 18, 680.0)}


def test_every_app_has_a_sample() -> None:
    assert {reader.layout.source for reader in TABLES} == EXPECTED.keys()
    assert {path.stem for path in SAMPLES.iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.stem)
def test_a_sample_is_read_completely(path: Path) -> None:
    with path.open("rb") as file:
        reader = open_file(file, ImportOptions("kg", "km", "Europe/Berlin", "day_first"))
        workouts = list(reader.workouts())

    sets = [workout_set for workout in workouts for exercise in workout.exercises for workout_set in exercise.sets]
    reps = sum(workout_set.reps or 0 for workout_set in sets)
    volume = sum((workout_set.reps or 0) * (workout_set.weight_kg or 0) for workout_set in sets)
    assert (len(workouts), len(sets), reps, round(volume, 2)) == EXPECTED[path.stem]
    assert reader.source == path.stem
    assert (reader.problems.first, reader.warnings.first) == ([], [])


@pytest.mark.parametrize("layout", [reader.layout for reader in TABLES], ids=lambda layout: layout.app)
def test_the_example_of_a_layout_has_its_columns(layout: Layout) -> None:
    header = {name.casefold().replace("_", " ") for name in layout.example.split(", ")}

    for column in layout.required:
        assert header & set(layout.folded_names[column]), column
