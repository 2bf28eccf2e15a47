"""FIT files of watches."""

import io
import struct
import zipfile
from datetime import timedelta

import pytest

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import FileReader, ImportOptions, ParsedWorkout
from exercise_buddy.transfers.imports.readers import fit_messages
from exercise_buddy.transfers.imports.readers.fit_names import name_fit_category, name_fit_exercise, name_fit_sport
from exercise_buddy.transfers.tests.fit_files import Activity, build_file, encode, encode_rest, encode_set, fit_time
from exercise_buddy.transfers.tests.support import import_file, send_file
from tests.support import Person

BENCH, PUSH_UP, PLANK = (0, 1), (22, 77), (19, 43)
HEART = {"avg_heart_rate": 110, "max_heart_rate": 150, "total_calories": 300}
RUN = {"sport": 1, "sub_sport": 3, "total_distance": 1_012_345, "total_timer_time": 3_000_500}
PUSH_DAY = [
    encode_set(*BENCH, 8, 60),
    encode_rest(90.4),
    encode_set(*PUSH_UP, 20),
    encode_set(*BENCH, 7, 45.36, weight_display_unit=2),
    encode_set(*PLANK, 0, seconds=61.5),
]


def read(*files: bytes, time_zone: str | None = "Europe/Berlin") -> tuple[FileReader, list[ParsedWorkout]]:
    reader = open_file(io.BytesIO(b"".join(files)), ImportOptions(time_zone=time_zone))
    return reader, [workout for workout in reader.workouts() if workout is not None]


def codes(reader: FileReader) -> list[str]:
    return [remark.code for remark in (*reader.warnings.first, *reader.problems.first)]


def test_a_strength_session_has_its_sets_rests_and_heart_rate() -> None:
    reader, (workout,) = read(Activity(session=HEART, messages=PUSH_DAY).build())

    assert (workout.title, workout.time_zone) == ("Strength Training", "Europe/Berlin")
    assert workout.started_at.isoformat() == "2026-03-02T17:00:00+00:00"
    assert workout.ended_at == workout.started_at + timedelta(hours=1)
    assert (workout.energy_kcal, workout.average_heart_rate_bpm, workout.max_heart_rate_bpm) == (300, 110, 150)
    # The sets of an exercise are together, even if others are between them.
    bench, push_up, plank = workout.exercises
    assert [exercise.name for exercise in workout.exercises] == ["Barbell Bench Press", "Push Up", "Plank"]
    assert [(part.reps, part.weight_kg, part.rest_seconds) for part in bench.sets] == [(8, 60, 90), (7, 45.3592, None)]
    assert [(part.reps, part.weight_kg, part.duration_seconds) for part in push_up.sets] == [(20, None, 30)]
    assert [(part.reps, part.duration_seconds) for part in plank.sets] == [(None, 61.5)]
    assert codes(reader) == []


@pytest.mark.parametrize(
    ("kilograms", "unit", "expected"),
    [(22.6, 1, 22.6), (22.5, 1, 22.5), (1.25, 1, 1.25), (45.36, 2, 45.3592), (1.13, 2, 1.134), (0, 1, None)],
)
def test_a_weight_is_the_one_that_was_entered(kilograms: float, unit: int, expected: float | None) -> None:
    _, (workout,) = read(Activity(messages=[encode_set(*BENCH, 5, kilograms, weight_display_unit=unit)]).build())

    assert workout.exercises[0].sets[0].weight_kg == expected


def test_another_sport_is_one_set_with_time_and_distance() -> None:
    _, (run,) = read(Activity(session=RUN).build())

    ((running,),) = [exercise.sets for exercise in run.exercises]
    assert (run.title, run.exercises[0].name) == ("Trail Running", "Trail Running")
    assert (running.duration_seconds, running.distance_meters, running.reps) == (3000.5, 10123.45, None)


@pytest.mark.parametrize(
    ("local", "sent", "expected"),
    [
        ("2026-03-02T18:00:03+00:00", "Europe/Berlin", "Europe/Berlin"),
        ("2026-03-02T18:00:00+00:00", "America/New_York", "Etc/GMT-1"),
        ("2026-03-02T12:00:00+00:00", None, "Etc/GMT+5"),
        ("2026-03-02T17:00:00+00:00", None, "UTC"),
        ("2026-03-02T22:30:00+00:00", None, "Asia/Kolkata"),
        ("2026-03-02T13:30:00+00:00", None, "America/St_Johns"),
        (None, "Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_the_time_zone_has_the_offset_of_the_watch(local: str | None, sent: str | None, expected: str) -> None:
    reader, (workout,) = read(Activity(local=local, session=RUN).build(), time_zone=sent)

    assert (workout.time_zone, codes(reader)) == (expected, [])


def test_a_watch_without_a_local_time_leaves_the_zone_open() -> None:
    reader, (workout,) = read(Activity(local=None, session=RUN).build(), time_zone=None)

    assert (workout.time_zone, codes(reader)) == ("UTC", ["time_zone_assumed"])


def test_the_plan_names_the_workout_and_what_the_profile_does_not_name() -> None:
    _, (workout,) = read(
        Activity(
            messages=[
                encode("workout", wkt_name="Push day A"),
                encode(
                    "exercise_title", message_index=0, exercise_category=0, exercise_name=900, wkt_step_name="Pin Press"
                ),
                encode(
                    "exercise_title", message_index=1, exercise_category=0, exercise_name=1, wkt_step_name="Bankdrücken"
                ),
                encode("workout_step", message_index=0, exercise_category=0, exercise_name=900),
                encode("workout_step", message_index=1, wkt_step_name="My own"),
                encode_set(0, 900, 5),
                encode_set(*BENCH, 5),
                encode_set(65534, 0xFFFF, 5, wkt_step_index=0),
                encode_set(65534, 0xFFFF, 5, wkt_step_index=1),
                encode_set(28, 999, 5),
            ]
        ).build()
    )

    names = ["Pin Press", "Barbell Bench Press", "My own", "Squat"]
    assert (workout.title, [exercise.name for exercise in workout.exercises]) == ("Push day A", names)
    assert len(workout.exercises[0].sets) == 2


def test_files_in_a_row_and_sports_in_one_file_are_workouts() -> None:
    start = fit_time("2026-03-05T10:00:00+00:00")
    sports = [
        encode_set(*PUSH_UP, 9, start_time=start + 4000),
        encode("session", start_time=start + 3600, sport=10, sub_sport=20, total_elapsed_time=600_000),
        encode("session", start_time=start + 1800, sport=3, total_elapsed_time=60_000),
        encode("session", start_time=start, sport=1, total_elapsed_time=1_800_000),
    ]

    reader, workouts = read(Activity(messages=PUSH_DAY).build(), build_file(*sports), b"\0" * 30)

    assert [workout.title for workout in workouts] == ["Strength Training", "Running", "Strength Training"]
    assert [part.reps for part in workouts[2].exercises[0].sets] == [9]
    assert codes(reader) == ["transition_left_out", "bytes_left_out"]


def test_what_cannot_be_right_is_left_out_and_the_set_stays() -> None:
    messages = [
        encode_rest(30),
        encode("set", set_type=1, repetitions=5, weight=65_000, category=28, duration=4_000_000_000),
        encode("set", set_type=1, repetitions=4),
        encode("set", set_type=1, category=28),
    ]

    reader, (workout,) = read(
        Activity(messages=messages, session={"avg_heart_rate": 150, "max_heart_rate": 110}).build()
    )

    assert [(one.name, [part.reps for part in one.sets]) for one in workout.exercises] == [
        ("Squat", [5, 0]),
        ("Unknown exercise", [4]),
    ]
    assert [remark.code for remark in reader.warnings.first] == [
        *("rest_without_set", "out_of_range", "out_of_range", "exercise_name", "empty_set", "heart_rate"),
    ]
    assert (workout.average_heart_rate_bpm, workout.max_heart_rate_bpm) == (None, None)


def test_a_session_that_cannot_be_read_is_a_problem_and_the_others_are_imported() -> None:
    unset = build_file(encode("session", start_time=77, sport=1))
    many = Activity(messages=[encode_set(*BENCH, 5)] * 501).build()

    reader, workouts = read(unset, many, Activity(session=RUN).build())

    assert [workout.title for workout in workouts] == ["Trail Running"]
    assert [problem.code for problem in reader.problems.first] == ["unreadable_date", "workout_too_large"]


COMPLETE = Activity(messages=PUSH_DAY).build()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (COMPLETE[:-40], "it ends too early. It has 0 sessions and 5 sets and rests before"),
        (COMPLETE + COMPLETE[:200], "it ends too early. It has 1 sessions and 8 sets and rests before"),
        (COMPLETE[:60] + b"\1" + COMPLETE[61:], "damaged: after message"),
        (build_file(encode("session", sport=1), checksum=1), "its checksum is wrong"),
        (build_file(encode("set", set_type=1), size=2**32 - 1)[:-2], "It has 0 sessions and 1 sets"),
        (b"\1" + COMPLETE[1:], "its header cannot be read"),
        (build_file(encode("file_id", type=6)), "no activity but is of the type course"),
        (build_file(), "no activity but is of the type unknown"),
    ],
)
def test_a_damaged_file_or_another_kind_is_refused_with_what_was_found(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        read(content)

    assert said in (error.value.detail or "")
    assert error.value.status == 422


def test_whatever_a_byte_says_the_file_is_read_or_refused() -> None:
    body = COMPLETE[14:-2]
    outcomes = set()
    for position in range(len(body)):
        for value in (0, 0x41, 0xFF):
            try:
                _, workouts = read(build_file(body[:position] + bytes([value]) + body[position + 1 :]))
                outcomes.add(f"{len(workouts)} workouts")
            except UnreadableFile:
                outcomes.add("refused")

    assert {"1 workouts", "refused"} <= outcomes


def test_what_a_file_costs_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    # A message without fields is one byte.
    tiny = bytes([0x40, 0, 0]) + struct.pack("<HB", 20, 0) + b"\0" * 300
    monkeypatch.setattr(fit_messages, "MAX_MESSAGES", 250)
    monkeypatch.setattr(fit_messages, "MAX_BYTES", 10_000)
    monkeypatch.setattr(fit_messages, "_MAX_LISTED", 100)

    for content, said in (
        (build_file(tiny), "more than 250 messages"),
        (build_file(*[encode_rest(1)] * 101), "more than 100 messages of the kind set"),
        (build_file(tiny * 40), "larger than"),
    ):
        with pytest.raises(UnreadableFile, match=said):
            read(content)


def test_the_names_of_the_profile_are_readable() -> None:
    assert [
        name_fit_exercise(*pair) for pair in (BENCH, PUSH_UP, (49, 0), (9, 1), (0, 60_000), (99, 0), (None, None))
    ] == [
        *("Barbell Bench Press", "Push Up", "Suspension Chest Fly", "Decline Dumbbell Fly", None, None, None),
    ]
    assert [name_fit_category(category) for category in (0, 65534, None, 60_000)] == ["Bench Press", None, None, None]
    sports = [("running", "generic"), ("running", "treadmill"), ("cycling", "indoor_cycling"), ("training", "yoga")]
    sports += [("rock_climbing", "bouldering"), ("hiit", ""), ("swimming", "lap_swimming"), ("", "")]
    assert [name_fit_sport(*pair) for pair in sports] == [
        *("Running", "Treadmill Running", "Indoor Cycling", "Yoga", "Bouldering", "HIIT", "Lap Swimming", "Workout"),
    ]


async def test_the_matching_knows_the_common_names(ann: Person) -> None:
    """Each is the category and the exercise of the profile."""
    lifts = [(0, 1), (0, 6), (7, 3), (7, 46), (8, 0), (10, 1), (21, 38), (22, 77), (23, 2), (24, 15), (24, 14), (28, 6)]
    sports = [(1, 3), (2, 7), (5, 17), (11, 27), (4, 16), (15, 14)]
    content = Activity(messages=[encode_set(*pair, 5) for pair in lifts]).build()
    for day, (sport, sub_sport) in enumerate(sports, 1):
        content += Activity(
            start=f"2026-04-0{day}T17:00:00+00:00", session={"sport": sport, "sub_sport": sub_sport}
        ).build()

    report = await import_file(ann, content, dry_run=True)

    unknown = [one["name"] for one in report["exercises"] if one["match"] not in {"exact", "alias"}]
    assert (len(report["exercises"]), unknown) == (len(lifts) + len(sports), [])


async def test_an_import_can_be_repeated_and_undone(ann: Person) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("20260302_ACTIVITY.fit", Activity(session=HEART, messages=PUSH_DAY).build())

    report = await import_file(ann, archive.getvalue(), time_zone="", weight_unit="")
    again = await import_file(ann, Activity(session=HEART, messages=PUSH_DAY).build())
    (listed,) = (await ann.get("/workouts?include=sets")).json()["items"]
    refused = await send_file(ann, COMPLETE[:-40])

    assert (report["source"], report["workouts"], report["sets"], report["problems"]) == ("fit", 1, 4, [])
    assert (again["workouts"], again["duplicates"], again["changed"]) == (0, 1, 0)
    assert [listed[name] for name in ("energy_kcal", "average_heart_rate_bpm", "max_heart_rate_bpm")] == [300, 110, 150]
    assert [part["reps"] for part in listed["exercises"][0]["sets"]] == [8, 7]
    assert refused.json()["type"].endswith("unreadable-file")

    assert (await ann.delete(f"/imports/{report['id']}")).status_code in {200, 204}
    assert (await ann.get("/workouts")).json()["items"] == []
