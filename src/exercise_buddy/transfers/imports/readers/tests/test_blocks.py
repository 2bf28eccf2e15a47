"""Files that are no table with one header: broken ones are refused, whatever is wrong with them."""

import io
from pathlib import Path

import pytest

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.readers.alpha_progression import AlphaProgressionReader
from exercise_buddy.transfers.imports.readers.jefit import JefitReader

SAMPLES = Path(__file__).parent / "samples"
OPTIONS = ImportOptions("kg", "km", "Europe/Berlin", "day_first")


@pytest.mark.parametrize("reader", [AlphaProgressionReader, JefitReader])
@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        (b"\xc3\xa4;\n\xff\xfe;\n", "The file is not text in UTF-8, from line "),
        (b"," * 2_000_001, "The file has a line of more than 2,000,000 characters"),
        (b"x" * 200_000, "The file is not valid CSV from line "),
        (b"\n", "No row of this file can be read"),
    ],
    ids=["encoding", "long line", "long cell", "nothing"],
)
def test_a_broken_file_is_refused(
    reader: type[AlphaProgressionReader] | type[JefitReader], rest: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        list(reader(io.BytesIO(b"### SETTING\n\n" + rest), OPTIONS).workouts())


def test_a_german_workout_of_alpha_progression() -> None:
    with (SAMPLES / "alpha_progression_german.csv").open("rb") as file:
        (workout,) = AlphaProgressionReader(file, OPTIONS).workouts()

    assert workout.title == "Upper B (Do) · Tag 2 · Woche 32 · Upper"
    assert workout.ended_at is not None
    assert (workout.ended_at - workout.started_at).total_seconds() == 53 * 60
    rows, plank, treadmill = workout.exercises
    assert [exercise.name for exercise in workout.exercises] == [
        "Rudern mit Brustauflage eng (Maschine)",
        "Unterarmstütz",
        "Laufband (Maschine)",
    ]
    assert [(result.weight_kg, result.reps) for result in rows.sets] == [(30, 10), (27.5, 7)]
    assert (plank.sets[0].duration_seconds, plank.sets[0].reps) == (45, None)
    assert treadmill.sets[0].duration_seconds == 750


def test_the_workouts_of_a_jefit_backup() -> None:
    with (SAMPLES / "jefit.csv").open("rb") as file:
        reader = JefitReader(file, ImportOptions(time_zone="Europe/Berlin"))
        first, second = reader.workouts()

    assert reader.units.weight == "lb"
    assert (first.started_at.isoformat(), first.ended_at and first.ended_at.isoformat()) == (
        "2026-03-02T18:00:00+00:00",
        "2026-03-02T19:05:00+00:00",
    )
    assert [len(exercise.sets) for exercise in first.exercises] == [2, 1]
    # Of the other session, only the day is known.
    assert second.started_at.isoformat() == "2026-03-04T11:00:00+00:00"
