"""The layouts of Strong, in any language of the phone."""

from typing import Any

import pytest

from exercise_buddy.transfers.tests.support import first_set, import_file, list_codes, list_workouts, send_file
from tests.support import Person

GERMAN = (
    "Datum;Workout-Name;Dauer;Name der Übung;Reihenfolge festlegen;Gewicht;Wiederh.;Entfernung;Sekunden;Notizen;"
    "Workout-Notizen;RPE\n"
    '2025-03-28 17:29:12;"Drücken";1h 12m;"Mein Drücken";1;62,5;8;0;0;"";"";8,5\n'
)
CURRENT = (
    '"Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";"Weight (kg)";"Reps";"RPE";'
    '"Distance (meters)";"Seconds";"Notes";"Workout Notes"\n'
    '"1";"2025-03-28 17:29:12";"Drücken";"4320";"Mein Drücken";"Note";"";"";"";"";"";"Langsam";""\n'
    '"1";"2025-03-28 17:29:12";"Drücken";"4320";"Mein Drücken";"1";"62.5";"8";"8.5";"";"";"";""\n'
    '"1";"2025-03-28 17:29:12";"Drücken";"4320";"Mein Drücken";"Rest Timer";"";"";"";"";"120.0";"";""\n'
)
ANDROID = (
    "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;Notes;"
    "Workout Notes;Workout Duration\n"
    '2025-03-28 17:29:12;"Drücken";"Mein Drücken";1;62.5;kg;8;8.5;;;0;"";"";1h 12m\n'
)
WITHOUT_DURATION = (
    "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;Notes;"
    'Workout Notes\n2025-03-28 17:29:12;"Drücken";"Mein Drücken";1;62.5;kg;8;8.5;;;0;"";""\n'
)
APPLE_UNITS = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Weight Unit,Reps,RPE,Distance,Distance Unit,Seconds,"
    'Notes,Workout Notes\n2025-03-28 17:29:12,"Drücken",1h 12m,"Mein Drücken",1,62.5,kg,8,8.5,,,0,"",""\n'
)
POUNDS = (
    '"Workout #","Date","Workout Name","Duration (sec)","Exercise Name","Set Order","Weight (lbs)","Reps","RPE",'
    '"Distance (miles)","Seconds","Notes","Workout Notes"\n'
    '"1","2025-03-28 5:29:12\u202fPM","Drücken","4320","Mein Drücken","1","137.789","8","8.5","","","",""\n'
)
TABS = ANDROID.replace(";", "\t").encode("utf-16")
EXCEL = "\ufeffsep=;\r\n" + GERMAN.replace("\n", "\r\n").replace("2025-03-28 17:29:12", "28.03.2025 17:29:12")
# In a language without known names.
UNKNOWN_LANGUAGE = ANDROID.replace(ANDROID.splitlines()[0], ";".join(f"mot {n}" for n in range(14)))
UNKNOWN_APPLE = GERMAN.replace(GERMAN.splitlines()[0], ";".join([*(f"λέξη {n}" for n in range(11)), "RPE"]))
SUMMARY = ("Drücken", "2025-03-28T15:29:12+00:00", "Mein Drücken", 62.5, 8, 8.5)


def summarize(workout: dict[str, Any]) -> tuple[Any, ...]:
    (exercise,) = workout["exercises"]
    (workout_set,) = exercise["sets"]
    return (
        workout["title"],
        workout["started_at"],
        exercise["exercise"]["name"],
        workout_set["weight_kg"],
        workout_set["reps"],
        workout_set["rpe"],
    )


@pytest.mark.parametrize(
    ("content", "seconds", "notes", "rest", "unit"),
    [
        (GERMAN, 4320, None, None, "kg"),
        (CURRENT, 4320, "Langsam", 120, ""),
        (ANDROID, 4320, None, None, ""),
        (WITHOUT_DURATION, 0, None, None, ""),
        (APPLE_UNITS, 4320, None, None, ""),
        (POUNDS, 4320, None, None, ""),
        (TABS, 4320, None, None, ""),
        (EXCEL, 4320, None, None, "kg"),
    ],
    ids=["german", "current", "android", "without duration", "apple units", "pounds", "utf-16 tabs", "excel"],
)
async def test_a_workout_is_the_same_in_every_layout(
    ann: Person, content: str | bytes, seconds: int, notes: str | None, rest: int | None, unit: str
) -> None:
    found = await import_file(ann, content, weight_unit=unit)

    assert (found["workouts"], found["problems"], found["warnings"]) == (1, [], [])
    (workout,) = await list_workouts(ann)
    assert summarize(workout) == SUMMARY
    assert workout["totals"]["duration_seconds"] == seconds
    assert workout["exercises"][0]["notes"] == notes
    assert workout["exercises"][0]["sets"][0]["rest_seconds"] == rest


@pytest.mark.parametrize(("content", "unit"), [(UNKNOWN_LANGUAGE, ""), (UNKNOWN_APPLE, "kg")])
async def test_columns_are_detected_by_order_and_content_with_a_warning(ann: Person, content: str, unit: str) -> None:
    found = await import_file(ann, content, weight_unit=unit)

    assert list_codes(found["warnings"]) == [(1, "columns_by_order")]
    (workout,) = await list_workouts(ann)
    assert summarize(workout) == SUMMARY


@pytest.mark.parametrize(
    "content",
    [
        UNKNOWN_LANGUAGE.splitlines()[0] + "\n",
        UNKNOWN_LANGUAGE.replace("2025-03-28 17:29:12", "sometime"),
        UNKNOWN_LANGUAGE.replace("kg", "stones"),
        UNKNOWN_LANGUAGE.replace(";1;", ";first;"),
    ],
)
async def test_a_table_that_fits_no_order_is_refused(ann: Person, content: str) -> None:
    response = await send_file(ann, content)

    assert response.status_code == 422
    problem = response.json()
    assert problem["type"] == "/problems/unreadable-file"
    assert problem["columns_found"][:2] == ["mot 0", "mot 1"]
    assert {"Strong", "Hevy", "FitNotes", "JEFIT", "exercise-buddy"} <= set(problem["layouts_known"])
    assert "Columns found: mot 0, mot 1" in problem["detail"]


async def test_two_workouts_with_one_start_have_numbers(ann: Person) -> None:
    second = CURRENT.splitlines()[2].replace('"1";"2025', '"2";"2025', 1).replace("62.5", "70")

    found = await import_file(ann, CURRENT + second + "\n")

    assert found["workouts"] == 2


async def test_blank_lines_and_padding_cells_are_ignored(ann: Person) -> None:
    head, *rows = ANDROID.splitlines()

    found = await import_file(ann, "\n".join(["", head + ";;", "", *(row + ";;" for row in rows), ";;;", ""]))

    assert (found["workouts"], found["problems"]) == (1, [])


async def test_empty_rows_of_a_spreadsheet_are_ignored(ann: Person) -> None:
    head, *rows = ANDROID.splitlines()
    empty = ";" * head.count(";")

    found = await import_file(ann, "\n".join([head, empty, *rows, empty.replace(";", " ;"), *rows, empty]))

    assert (found["workouts"], found["sets"], found["problems"]) == (1, 2, [])


async def test_a_csv_of_excel_on_windows_is_read_with_a_warning(ann: Person) -> None:
    found = await import_file(ann, GERMAN.encode("cp1252"), weight_unit="kg")

    assert (found["workouts"], found["problems"], list_codes(found["warnings"])) == (1, [], [(1, "encoding")])
    (workout,) = await list_workouts(ann)
    assert summarize(workout) == SUMMARY


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
async def test_utf_16_needs_no_byte_order_mark(ann: Person, encoding: str) -> None:
    found = await import_file(ann, ANDROID.encode(encoding))

    assert (found["workouts"], found["problems"], found["warnings"]) == (1, [], [])


@pytest.mark.parametrize(
    "content",
    [
        # The first non-ASCII letter is UTF-8, so the other one is broken.
        ANDROID.encode() + "2025-03-29 17:29:12;Drücken".encode("cp1252"),
        # Control characters that no text contains.
        b"\x01\x02\x03\x04" + ANDROID.encode("cp1252"),
        ANDROID.encode("cp1252") + b"\x81",
    ],
)
async def test_a_file_that_is_not_text_is_refused(ann: Person, content: bytes) -> None:
    response = await send_file(ann, content)

    assert response.status_code == 422
    assert response.json()["detail"].startswith("The file is not text in ")


async def test_unknown_columns_are_reported(ann: Person) -> None:
    head, *rows = ANDROID.splitlines()

    found = await import_file(ann, "\n".join([head + ";Heart Rate;Mood", *(row + ";140;good" for row in rows)]))

    assert (found["workouts"], found["problems"], list_codes(found["warnings"])) == (1, [], [(1, "unknown_columns")])
    assert found["warnings"][0]["message"].endswith("left out: Heart Rate, Mood.")


@pytest.mark.parametrize(
    ("weight", "distance", "kilograms", "meters"),
    [
        ("Poids (kilogrammes)", "Distance (mètres)", 62.5, 400),
        ("Peso (libras)", "Distancia (millas)", 28.3495, 643_737.6),
        ("Peso (libbre)", "Distanza (metri)", 28.3495, 400),
    ],
)
async def test_units_in_column_names_in_other_languages(
    ann: Person, weight: str, distance: str, kilograms: float, meters: float
) -> None:
    head, row = ANDROID.splitlines()
    head = head.replace("Weight;Weight Unit", f"{weight};Weight Unit").replace("Distance;", f"{distance};")

    found = await import_file(ann, f"{head}\n{row.replace(';kg;', ';;').replace(';8.5;;', ';8.5;400;')}\n")

    assert (found["problems"], found["warnings"]) == ([], [])
    workout_set = await first_set(ann)
    assert (workout_set["weight_kg"], workout_set["distance_meters"]) == (kilograms, meters)


async def test_a_negative_weight_is_assistance(ann: Person) -> None:
    found = await import_file(ann, ANDROID.replace("Mein Drücken", "Pull Up (Assisted)").replace("62.5", "-20"))

    assert (found["reps"], found["problems"], found["warnings"]) == (8, [], [])
    assert (await first_set(ann))["weight_kg"] == 20
