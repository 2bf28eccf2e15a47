"""The export of Apple Health."""

import io
import zipfile

import pytest

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import FileReader, ImportOptions, ParsedWorkout

_START = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
]>
<HealthData locale="de_DE">
"""
_RUN = """ <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30.5" durationUnit="min"
  startDate="2025-03-01 18:00:00 +0100" endDate="2025-03-01 18:35:00 +0100">
  <MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="5.2" unit="km"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="418.4" unit="kJ"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" average="141.254" maximum="171"
   minimum="90" unit="count/min"/>
 </Workout>
"""
_LIFT = """ <Workout workoutActivityType="HKWorkoutActivityTypeTraditionalStrengthTraining"
  duration="60" durationUnit="min"
  totalEnergyBurned="300" totalEnergyBurnedUnit="kcal"
  startDate="2025-03-02 18:00:00 +0100" endDate="2025-03-02 19:00:00 +0100"/>
"""
_MASS = ' <Record type="HKQuantityTypeIdentifierBodyMass" unit="kg" value="80"/>\n'


def _read(content: str) -> tuple[FileReader, list[ParsedWorkout]]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("apple_health_export/export_cda.xml", "<ClinicalDocument/>")
        members.writestr("apple_health_export/export.xml", content)
    reader = open_file(archive, ImportOptions(time_zone="Europe/Athens"))
    return reader, [workout for workout in reader.workouts() if workout is not None]


def test_workouts_of_both_generations_are_read() -> None:
    reader, (run, lift) = _read(f"{_START}{_MASS}{_MASS}{_RUN}{_LIFT}</HealthData>")

    assert (run.title, run.time_zone, run.energy_kcal) == ("Running", "Europe/Berlin", 100.0)
    assert run.started_at.isoformat() == "2025-03-01T17:00:00+00:00"
    assert run.ended_at is not None
    assert (run.ended_at - run.started_at).seconds == 35 * 60
    (running,) = run.exercises[0].sets
    assert (run.average_heart_rate_bpm, run.max_heart_rate_bpm) == (141.3, 171)
    assert (running.duration_seconds, running.distance_meters) == (1830, 5200)
    assert (lift.average_heart_rate_bpm, lift.max_heart_rate_bpm) == (None, None)
    assert (lift.title, lift.time_zone, lift.energy_kcal) == ("Traditional Strength Training", "Europe/Athens", 300)
    assert (reader.warnings.first, reader.measurements.skipped) == ([], 2)


def test_a_large_file_is_read_to_its_end() -> None:
    _, workouts = _read(f"{_START}{_MASS * 90_000}{_LIFT}</HealthData>")

    assert len(workouts) == 1


def test_a_workout_that_cannot_be_read_is_a_problem_and_the_others_are_imported() -> None:
    broken = _RUN.replace("2025-03-01 18:00:00 +0100", "soon")

    reader, workouts = _read(f"{_START}{broken}{_LIFT}</HealthData>")

    assert len(workouts) == 1
    assert [(problem.line, problem.code) for problem in reader.problems.first] == [(6, "unreadable_date")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_START + _RUN, "not valid XML from line"),
        (_START.replace("]>", '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>') + "&b;</HealthData>", "entities"),
        (_START + "<a>" * 60, "structure"),
        (_START + "".join(f"<a{number}/>" for number in range(10_000)), "structure"),
        (_START + f'<a b="{"a" * 5_000_000}"/></HealthData>', "structure"),
        (_START.replace("]>", "<!ELEMENT a ANY>" * 300_000 + "]>"), "structure"),
    ],
)
def test_broken_files_and_bombs_are_refused(content: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        _read(content)
