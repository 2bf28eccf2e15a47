"""Rows that cannot be read are problems, and the rest of the file is imported."""

import pytest

from exercise_buddy.transfers.tests.files import strong_rest, strong_row
from exercise_buddy.transfers.tests.support import import_strong, list_codes, list_workouts
from tests.support import Person


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (strong_row(Weight="heavy"), "not_a_number"),
        (strong_row(Weight="nan"), "not_a_number"),
        (strong_row(Weight="1e999"), "not_a_number"),
        (strong_row(Weight="1_000"), "not_a_number"),
        (strong_row(Weight=-5), "out_of_range"),
        (strong_row(Weight=2001), "out_of_range"),
        (strong_row(Reps=8.5), "not_a_whole_number"),
        (strong_row(Reps=100_001), "out_of_range"),
        (strong_row(Set_Order="one"), "unknown_set_order"),
        (strong_row()[:-1], "wrong_columns"),
        (strong_row() + ",more", "wrong_columns"),
        (strong_row(Weight="1,500"), "ambiguous_number"),
        (strong_row(Exercise_Name=""), "exercise_name"),
        (strong_row(Exercise_Name="x" * 121), "exercise_name"),
        (strong_rest(90_000), "out_of_range"),
        (strong_row(Set_Order="9" * 5000), "unknown_set_order"),
        ("nonsense", "wrong_columns"),
    ],
)
async def test_a_broken_row_is_reported(ann: Person, row: str, code: str) -> None:
    report = await import_strong(ann, strong_row(), row, strong_row(Set_Order=2, Weight=55))

    assert list_codes(report["problems"]) == [(3, code)]
    assert report["problem_count"] == 1
    assert report["sets"] == 2
    (workout,) = await list_workouts(ann)
    assert [workout_set["weight_kg"] for workout_set in workout["exercises"][0]["sets"]] == [50, 55]


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

    assert (report["workouts"], report["sets"]) == (1, 2)
    assert list_codes(report["problems"]) == [(3, "unreadable_date")]


async def test_an_unclosed_quote_is_reported(ann: Person) -> None:
    open_quote = strong_row().replace("Push", '"Push').replace("My Press", '"My Press"')

    report = await import_strong(ann, open_quote, strong_row(), strong_row(Set_Order=2))

    assert (report["workouts"], report["sets"]) == (1, 2)
    assert list_codes(report["problems"]) == [(2, "unreadable_row")]


@pytest.mark.parametrize("duration", ["800h", "99999999999999h"])
async def test_a_workout_of_more_than_a_month_is_reported(ann: Person, duration: str) -> None:
    report = await import_strong(ann, strong_row(Duration=duration))

    assert list_codes(report["problems"]) == [(2, "duration_out_of_range")]
    assert report["workouts"] == 0


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
