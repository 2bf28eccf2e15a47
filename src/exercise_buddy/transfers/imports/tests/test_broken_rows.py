"""Rows that cannot be read are problems, and the rest of the file is imported."""

import pytest

from exercise_buddy.transfers.tests.files import STRONG_HEADER, strong_rest, strong_row
from exercise_buddy.transfers.tests.support import import_strong, list_codes, list_workouts
from tests.support import Person


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (strong_row(Weight="heavy", Reps="some"), "not_a_number"),
        (strong_row() + ",more", "wrong_columns"),
        ("nonsense", "wrong_columns"),
    ],
)
async def test_a_row_of_which_nothing_can_be_read_is_a_problem(ann: Person, row: str, code: str) -> None:
    report = await import_strong(ann, strong_row(), row, strong_row(Set_Order=2, Weight=55))

    assert list_codes(report["problems"]) == [(3, code)]
    assert report["problem_count"] == 1
    assert report["sets"] == 2
    (workout,) = await list_workouts(ann)
    assert [workout_set["weight_kg"] for workout_set in workout["exercises"][0]["sets"]] == [50, 55]


@pytest.mark.parametrize(
    ("row", "codes", "weight", "reps", "seconds"),
    [
        (strong_row(Weight="heavy"), ["not_a_number"], None, 8, None),
        (strong_row(Weight="nan"), ["not_a_number"], None, 8, None),
        (strong_row(Weight="1e999"), ["not_a_number"], None, 8, None),
        (strong_row(Weight="1_000"), ["not_a_number"], None, 8, None),
        (strong_row(Weight=2001), ["out_of_range"], None, 8, None),
        (strong_row(Weight="40 kg"), [], 40, 8, None),
        (strong_row(Weight="40,5kg"), [], 40.5, 8, None),
        (strong_row(Weight="88 lbs"), [], 39.9161, 8, None),
        (strong_row(Weight="6 stones"), ["unknown_unit"], None, 8, None),
        (strong_row(Weight="BW"), [], None, 8, None),
        (strong_row(Reps="10+"), ["open_number"], 50, 10, None),
        (strong_row(Reps=7.5), ["reps_rounded"], 50, 7, None),
        (strong_row(Reps=100_001), ["empty_set", "out_of_range"], 50, 0, None),
        (strong_row(Reps="many"), ["empty_set", "not_a_number"], 50, 0, None),
        (strong_row(Reps=8, Seconds=31 * 86_400), ["out_of_range"], 50, 8, None),
        (strong_row(Reps=0, Seconds=31 * 86_400), ["empty_set", "out_of_range"], 50, 0, None),
        (strong_row(Reps=0, Seconds="1:30"), [], 50, None, 90),
        (strong_row(Reps=0, Seconds="1.5 min"), [], 50, None, 90),
        (strong_row(Reps=8, Seconds="3 apples"), ["unknown_unit"], 50, 8, None),
        (strong_row(Reps=0, Seconds="90s"), [], 50, None, 90),
        (strong_row(Reps=0, Seconds="1h 5m"), [], 50, None, 3900),
        (strong_row(Distance="far"), ["not_a_number"], 50, 8, None),
        (strong_row(Set_Order="one"), ["unknown_set_order"], 50, 8, None),
        (strong_row(Set_Order="9" * 5000), ["unknown_set_order"], 50, 8, None),
        (strong_row()[:-1], ["short_row"], 50, 8, None),
        (strong_row(Exercise_Name=""), ["exercise_name"], 50, 8, None),
        (strong_row(Exercise_Name="x" * 121), ["text_shortened"], 50, 8, None),
    ],
)
async def test_a_detail_never_costs_a_set(
    ann: Person, row: str, codes: list[str], weight: float | None, reps: int, seconds: float | None
) -> None:
    report = await import_strong(ann, row)

    assert report["problems"] == []
    assert sorted(code for _, code in list_codes(report["warnings"])) == codes
    (workout,) = await list_workouts(ann)
    (workout_set,) = workout["exercises"][0]["sets"]
    assert (workout_set["weight_kg"], workout_set["reps"], workout_set["duration_seconds"]) == (weight, reps, seconds)


async def test_a_rest_of_more_than_a_day_is_left_out_with_a_warning(ann: Person) -> None:
    report = await import_strong(ann, strong_row(), strong_rest(90_000))

    assert (report["sets"], report["problems"], list_codes(report["warnings"])) == (1, [], [(3, "out_of_range")])


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("the 5th", "unreadable_date"),
        ("", "unreadable_date"),
        ("1969-12-31 00:00:00", "date_out_of_range"),
        ("0001-01-01 00:00:00", "date_out_of_range"),
        ("9999-12-31 23:59:59", "date_out_of_range"),
    ],
)
async def test_a_workout_without_a_valid_date_is_reported(ann: Person, date: str, code: str) -> None:
    report = await import_strong(ann, strong_row(Date=date), strong_row())

    assert list_codes(report["problems"]) == [(2, code)]
    assert report["workouts"] == 1


async def test_a_workout_continues_after_a_row_with_a_broken_date(ann: Person) -> None:
    rows = (strong_row(), strong_row(Date="xx", Set_Order=2), strong_row(Set_Order=3))

    report = await import_strong(ann, *rows)

    assert (report["workouts"], report["sets"], report["problems"]) == (1, 3, [])
    assert list_codes(report["warnings"]) == [(3, "unreadable_date")]


async def test_a_row_with_a_broken_date_between_two_workouts_is_a_problem(ann: Person) -> None:
    rows = (strong_row(), strong_row(Date="xx"), strong_row(Date="2026-01-06 18:00:00"))

    report = await import_strong(ann, *rows)

    assert (report["workouts"], report["sets"]) == (2, 2)
    assert list_codes(report["problems"]) == [(3, "unreadable_date")]


async def test_an_unclosed_quote_is_reported(ann: Person) -> None:
    open_quote = strong_row().replace("Push", '"Push').replace("My Press", '"My Press"')

    report = await import_strong(ann, open_quote, strong_row(), strong_row(Set_Order=2))

    assert (report["workouts"], report["sets"]) == (1, 2)
    assert list_codes(report["problems"]) == [(2, "unreadable_row")]


@pytest.mark.parametrize("duration", ["800h", "99999999999999h"])
async def test_a_timer_of_more_than_a_month_is_left_out_with_a_warning(ann: Person, duration: str) -> None:
    report = await import_strong(ann, strong_row(Duration=duration))

    assert (report["sets"], report["problems"]) == (1, [])
    assert list_codes(report["warnings"]) == [(2, "duration_out_of_range")]
    (workout,) = await list_workouts(ann)
    assert workout["ended_at"] == workout["started_at"]


async def test_a_repeated_header_is_left_out_with_a_warning(ann: Person) -> None:
    report = await import_strong(ann, strong_row(), STRONG_HEADER, strong_row(Set_Order=2))

    assert (report["workouts"], report["sets"], report["problems"]) == (1, 2, [])
    assert list_codes(report["warnings"]) == [(3, "repeated_header")]


async def test_a_workout_that_is_too_large_is_reported(ann: Person) -> None:
    report = await import_strong(ann, *(strong_row(Set_Order=order) for order in range(1, 502)))

    assert list_codes(report["problems"]) == [(2, "workout_too_large")]
    assert report["workouts"] == 0


async def test_all_problems_are_counted_and_the_first_are_shown(ann: Person) -> None:
    report = await import_strong(ann, *["nonsense"] * 700, strong_row())

    assert report["problem_count"] == 700
    assert len(report["problems"]) == 500
    assert report["workouts"] == 1


@pytest.mark.parametrize(
    ("row", "code", "rpe", "reps"),
    [
        (strong_row(RPE=11), "rpe_out_of_range", None, 8),
        (strong_row(RPE=8.3), "rpe_rounded", 8.5, 8),
        (strong_row(RPE="hard"), "unreadable_rpe", None, 8),
        (strong_row(Reps="", Seconds="", RPE=8), "empty_set", 8, 0),
    ],
)
async def test_a_set_with_an_invalid_detail_is_imported_with_a_warning(
    ann: Person, row: str, code: str, rpe: float, reps: int
) -> None:
    report = await import_strong(ann, row)

    assert list_codes(report["warnings"]) == [(2, code)]
    (workout,) = await list_workouts(ann)
    (workout_set,) = workout["exercises"][0]["sets"]
    assert (workout_set["rpe"], workout_set["reps"], workout_set["weight_kg"]) == (rpe, reps, 50)


async def test_texts_that_cannot_be_stored_are_changed_with_a_warning(ann: Person) -> None:
    row = strong_row(Workout_Name="Pu\0sh" + "x" * 300, Notes="be\all", Workout_Notes="y" * 10_001)

    report = await import_strong(ann, row)

    (workout,) = await list_workouts(ann)
    assert workout["title"] == "Push" + "x" * 196
    assert workout["exercises"][0]["notes"] == "bell"
    assert workout["notes"] == "y" * 10_000
    codes = sorted(code for _, code in list_codes(report["warnings"]))
    assert codes == ["control_characters", "control_characters", "text_shortened", "text_shortened"]


async def test_invisible_characters_are_removed_with_a_warning(ann: Person) -> None:
    """A file of another app must not lose a workout, nor bring in what names of our own may not contain."""
    rows = [
        strong_row(Workout_Name="Pu\u200bsh", Exercise_Name="My\u2060 Press", Workout_Notes="a\u202eb\u200bc"),
        strong_row(Workout_Name="x" * 198 + "👨\u200d👩", Date="2026-01-06 18:00:00", Exercise_Name="دو\u200cمیدانی"),  # noqa: RUF001
    ]

    report = await import_strong(ann, *rows)

    later, first = await list_workouts(ann)
    assert (first["title"], first["notes"]) == ("Push", "ab\u200bc")
    assert first["exercises"][0]["exercise"]["name"] == "My Press"
    assert later["exercises"][0]["exercise"]["name"] == "دو\u200cمیدانی"  # noqa: RUF001
    # The cut divided the emoji.
    assert later["title"] == "x" * 198 + "👨"
    codes = [code for _, code in list_codes(report["warnings"])]
    assert sorted(codes) == ["invisible_characters"] * 4 + ["text_shortened"]
    assert report["problems"] == []
