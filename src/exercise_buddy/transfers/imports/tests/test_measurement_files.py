"""The readers of body measurements: Hevy, Strong and Apple Health."""

import io
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.measurements import MAX_A_DAY, Measurements
from exercise_buddy.transfers.imports.model import FileReader, ImportOptions
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.tests import measurement_files as files

SAMPLES = Path(__file__).parents[1] / "readers" / "tests" / "samples"
Found = list[tuple[date, float, float | None]]


def read(content: str | bytes, options: ImportOptions | None = None) -> tuple[FileReader, Found]:
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    reader = open_file(file, options or ImportOptions())
    # None is a step of a long file.
    assert set(reader.workouts()) <= {None}
    found: Found = [(*one.values,) for one in reader.measurements.build()]
    # The file is closed with its container.
    file.close()
    return reader, found


def list_codes(remarks: Remarks) -> list[tuple[int, str]]:
    return [(remark.line, remark.code) for remark in remarks.first]


@pytest.mark.parametrize(
    ("name", "mass", "left_out"),
    [
        (
            "hevy_measurements",
            80.4,
            {"waist": 2, "chest": 1, "left bicep": 1, "right bicep": 1, "hips": 1},
        ),
        ("strong_measurements", 80.3992, {"waist": 1, "caloric intake": 1}),
    ],
)
def test_a_sample_is_read_and_what_is_not_stored_is_named(name: str, mass: float, left_out: dict[str, int]) -> None:
    reader, found = read((SAMPLES / f"{name}.csv").read_bytes())

    assert found == [(date(2026, 3, 2), 80.9, None), (date(2026, 3, 9), mass, 18.2)]
    assert reader.measurements.left_out == left_out
    assert [code for _, code in list_codes(reader.warnings)] == ["measurements_left_out"]
    assert all(f"{kind} ({count})" in reader.warnings.first[0].message for kind, count in left_out.items())
    assert reader.problems.first == []
    assert name.startswith(reader.source)


def test_the_unit_of_a_weight_is_that_of_its_column_or_its_row() -> None:
    _, pounds = read("date,weight_lbs,fat_percent\n4 May 2024,180,14.5\n")
    reader, mixed = read(files.strong("2024-05-04 07:00:00,Weight,180,lbs,S", "2024-05-05 07:00:00,Weight,80,kg,S"))

    assert pounds == [(date(2024, 5, 4), 81.6466, 14.5)]
    assert [mass for _, mass, _ in mixed] == [81.6466, 80.0]
    assert reader.units.weight == "per row"


@pytest.mark.parametrize(
    "content",
    [files.strong("2024-05-04 07:00:00,Weight,180,,S"), "date,weight,fat_percent\n4 May 2024,180,14.5\n"],
)
def test_a_weight_without_a_unit_needs_the_unit_and_no_time_zone(content: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(content)
    assert [error.pointer for error in raised.value.errors] == ["/weight_unit"]

    _, found = read(content, ImportOptions(weight_unit="lb"))

    assert [mass for _, mass, _ in found] == [81.6466]


def test_months_and_decimals_of_other_languages() -> None:
    _, hevy = read(files.hevy('"3 fev 2026, 00:00",76.2,,,', '"28 jan. 2026, 00:00",75,,,'))
    _, strong = read(
        files.strong(
            '2023-03-01 08:00:00,Gewicht,"81,5",kg,Apple Health', '2023-03-01 08:00:00,Körperfett,"15,1",%,Apple Health'
        ).replace("Date", "Datum")
    )

    assert [day for day, _, _ in hevy] == [date(2026, 1, 28), date(2026, 2, 3)]
    assert strong == [(date(2023, 3, 1), 81.5, 15.1)]


def test_days_and_numbers_that_the_file_does_not_show_are_asked_for() -> None:
    content = 'date;weight_kg;fat_percent\n03/04/2024;"81.500";\n'
    with pytest.raises(InvalidInput) as raised:
        read(content)
    assert {error.pointer for error in raised.value.errors} == {"/date_order", "/number_format"}

    _, found = read(content, ImportOptions(date_order="month_first", number_format="decimal_point"))

    assert found == [(date(2024, 3, 4), 81.5, None)]


def test_values_that_nobody_has_are_named_with_their_row() -> None:
    reader, found = read(
        files.hevy(
            "1 May 2024,nan,,,",
            "2 May 2024,inf,,,",
            "3 May 2024,-80,,,",
            "4 May 2024,0,,,",
            "5 May 2024,1e300,,,",
            "6 May 2024,heavy,,,",
            "never,80,,,",
            "8 May 2124,80,,,",
            "9 May 1924,80,,,",
            "10 May 2024,80,120,,",
            "11 May 2024,80,-1,,",
            "12 May 2024,80,much,,",
            "13 May 2024,,17,,",
            "14 May 2024,80",
        )
    )

    assert found == [(date(2024, 5, day), 80.0, None) for day in (10, 11, 12)]
    assert list_codes(reader.problems) == [
        (2, "unreadable_number"),
        (3, "unreadable_number"),
        (4, "implausible_body_mass"),
        (5, "implausible_body_mass"),
        (6, "implausible_body_mass"),
        (7, "unreadable_number"),
        (8, "unreadable_date"),
        (9, "date_out_of_range"),
        (10, "date_out_of_range"),
        (14, "no_body_mass"),
        (15, "wrong_columns"),
    ]
    assert list_codes(reader.warnings) == [
        (11, "implausible_body_fat"),
        (12, "implausible_body_fat"),
        (13, "unreadable_number"),
    ]
    assert reader.measurements.skipped == 11


@pytest.mark.parametrize(
    "content",
    [
        files.hevy(),
        files.hevy("never,80,,,"),
        files.hevy("1 May 2024,-80,,,"),
        files.strong("1 May 2024,Weight,nan,kg,S"),
    ],
)
def test_a_file_without_a_readable_row_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFile, match="No row of this file can be read"):
        read(content)


def test_the_files_of_an_archive_of_strong_are_read_together() -> None:
    weight = files.strong("2024-05-04 07:00:00,Weight,80,kg,S", "2024-05-05 07:00:00,Weight,8,kg,S")
    fat = files.strong("2024-05-04 07:00:00,Body Fat,18,%,S")

    reader, found = read(files.archive({"weight.csv": weight, "fat.csv": fat, "waist.csv": files.strong()}))

    assert found == [(date(2024, 5, 4), 80.0, 18.0)]
    assert [problem.message.partition(":")[0] for problem in reader.problems.first] == ["weight.csv"]
    assert "waist.csv" in reader.warnings.first[0].message


def test_apple_writes_body_fat_as_a_fraction_whatever_its_size() -> None:
    morning, evening = "2025-03-01 07:00:00 +0100", "2025-03-01 20:00:00 +0100"
    reader, found = read(
        files.health(
            [
                files.record("BodyFatPercentage", 0.185, "%", morning),
                files.record("BodyMass", 80, "kg", morning),
                files.record("BodyMass", 176.37, "lb", evening),
                files.record("BodyFatPercentage", 0.009, "%", "2025-03-01 20:00:02 +0100"),
                files.record("BodyFatPercentage", 18.5, "%", "2025-03-01 21:00:00 +0100"),
                files.record("LeanBodyMass", 65, "kg", morning),
                files.record("WaistCircumference", 84, "cm", morning),
                files.record("Height", 180, "cm", morning),
                files.record("StepCount", 180, "count", morning),
            ]
        )
    )

    assert found == [(date(2025, 3, 1), 80.0, 18.5), (date(2025, 3, 1), 80.0001, 0.9)]
    assert list_codes(reader.problems) == [(10, "implausible_body_fat")]
    assert reader.measurements.left_out == {"lean body mass": 1, "waist": 1, "height": 1}


def test_the_day_of_a_record_of_apple() -> None:
    late = "2025-03-01 23:30:00 +0100"
    content = files.health([files.record("BodyMass", 80, "kg", late)])
    stated = files.health([files.record("BodyMass", 80, "kg", late, zone="America/New_York")])

    assert read(content)[1][0][0] == date(2025, 3, 1)
    assert read(content, ImportOptions(time_zone="Asia/Tokyo"))[1][0][0] == date(2025, 3, 2)
    assert read(stated, ImportOptions(time_zone="Asia/Tokyo"))[1][0][0] == date(2025, 3, 1)


def test_broken_records_of_apple_are_problems() -> None:
    time = "2025-03-01 07:00:00 +0100"
    reader, found = read(
        files.health(
            [
                files.record("BodyMass", "nan", "kg", time),
                files.record("BodyMass", "inf", "kg", time),
                files.record("BodyMass", "", "kg", time),
                files.record("BodyMass", "80", "stones", time),
                files.record("BodyMass", "80", "kg", "soon"),
                files.record("BodyFatPercentage", "0.2", "", time),
                files.record("BodyMass", "12.5", "st", time),
                files.record("BodyMass", "80", "kg", "0001-01-01 00:00:00 +1400"),
            ]
        ),
        ImportOptions(time_zone="Europe/Berlin"),
    )

    assert found == [(date(2025, 3, 1), 79.3787, None)]
    assert [code for _, code in list_codes(reader.problems)] == [
        *(["unreadable_number"] * 3),
        "unknown_unit",
        "unreadable_date",
        "unknown_unit",
        "date_out_of_range",
    ]


def test_a_day_has_a_limit_and_repeated_readings_are_counted() -> None:
    measurements = Measurements(Remarks(), Remarks())
    seven = datetime.fromisoformat("2026-03-01T07:00:00")
    for number in range(MAX_A_DAY + 50):
        measurements.add(number + 2, seven + timedelta(seconds=number), 60 + number / 10, None)
        measurements.add(number + 2, seven + timedelta(seconds=number), 60 + number / 10, None)
    measurements.add(1000, seven + timedelta(hours=24), 70, None)
    measurements.add(1001, seven + timedelta(hours=25), 70, 20)
    measurements.add(1002, seven + timedelta(hours=26), 70, 21)

    found = measurements.build()

    assert len(found) == MAX_A_DAY + 2
    assert [(*one.values[1:],) for one in found[-2:]] == [(70, 20), (70, 21)]
    assert measurements.repeated == MAX_A_DAY + 1
    assert measurements.skipped == 2 * 50
    assert {problem.code for problem in measurements.problems.first} == {"too_many_a_day"}
