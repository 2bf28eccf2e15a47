"""Whatever a cell or a file holds: it is read, or refused in words. Nothing else can come out."""

import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports import parsing
from exercise_buddy.workouts.imports.csv_rows import Sheet
from exercise_buddy.workouts.imports.parsing import CellError

NUMBERS = st.one_of(
    st.text(), st.from_regex(r"[-+]?[0-9_.,eE]{0,12}", fullmatch=True), st.floats().map(str), st.integers().map(str)
)


@given(NUMBERS)
def test_a_number_is_finite_and_not_negative(text: str) -> None:
    for read in (parsing.number, parsing.whole_number):
        try:
            value: Any = read(text, "weight")
        except CellError:
            continue
        assert (value is None) == (text == "")
        assert value is None or 0 <= value < float("inf")


@given(st.one_of(st.text(), st.datetimes().map(str), st.datetimes(timezones=st.timezones()).map(str)))
def test_a_moment_is_aware_and_of_our_time(text: str) -> None:
    try:
        moment = parsing.aware(parsing.local_moment(text, None).moment, "Europe/Athens")
    except CellError:
        return
    assert moment.utcoffset() is not None
    assert moment.timestamp() >= 0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-01 18:30:00", "2026-07-01T18:30:00+03:00"),
        ("2026-01-01 18:30:00", "2026-01-01T18:30:00+02:00"),
        ("2026-01-01T18:30:00-05:00", "2026-01-01T18:30:00-05:00"),
        ("2025-10-26 03:30:00", "2025-10-26T03:30:00+03:00"),  # there are two of these: the first
        ("2026-03-29 03:30:00", "2026-03-29T03:30:00+02:00"),  # there is none: by the offset before
    ],
)
def test_a_moment_is_local_unless_it_has_an_offset(text: str, moment: str) -> None:
    read = parsing.aware(parsing.local_moment(text, None).moment, "Europe/Athens")

    assert read.timestamp() == datetime.fromisoformat(moment).timestamp()


@given(st.one_of(st.text(), st.from_regex(r"([0-9]{1,4} ?[hms])* ?", fullmatch=True)))
def test_a_duration_is_seconds_or_nothing(text: str) -> None:
    seconds = parsing.duration_seconds(text)

    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1h 5m", 3900), ("45min", 2700), ("45m", 2700), ("2h", 7200), ("90", 90), ("1h 1m 1s", 3661), ("soon", None)],
)
def test_durations_as_they_are_written(text: str, seconds: int | None) -> None:
    assert parsing.duration_seconds(text) == seconds


@given(st.one_of(st.binary(), st.text().map(str.encode)), st.booleans())
def test_any_file_is_a_table_or_none(content: bytes, with_header: bool) -> None:
    try:
        sheet = Sheet(io.BytesIO(b"a,b\n" * with_header + content))
        rows = list(sheet.rows())
    except UnreadableFile:
        return
    lines = [line for line, _ in rows]
    assert lines == sorted(set(lines))
    assert all(isinstance(row, CellError) or len(row) == len(sheet.header) for _, row in rows)
