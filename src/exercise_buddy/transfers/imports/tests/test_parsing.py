"""Any cell and any file is parsed, or raises the expected error."""

import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.csv_rows import open_table
from exercise_buddy.transfers.imports.parsing import CellError

NUMBERS = st.one_of(
    st.text(), st.from_regex(r"[-+]?[0-9_.,eE]{0,12}", fullmatch=True), st.floats().map(str), st.integers().map(str)
)


@given(NUMBERS)
def test_a_number_is_finite_and_not_negative(text: str) -> None:
    for parse in (parsing.parse_number, parsing.parse_whole_number):
        try:
            value: Any = parse(text, "weight")
        except CellError:
            continue
        assert (value is None) == (text == "")
        assert value is None or 0 <= value < float("inf")


@given(st.one_of(st.text(), st.datetimes().map(str), st.datetimes(timezones=st.timezones()).map(str)))
def test_a_time_is_aware_and_after_1970(text: str) -> None:
    try:
        value = parsing.convert_to_utc(parsing.parse_local_time(text, None), "Europe/Athens")
    except CellError:
        return
    assert value.utcoffset() is not None
    assert value.timestamp() >= 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-01 18:30:00", "2026-07-01T18:30:00+03:00"),
        ("2026-01-01 18:30:00", "2026-01-01T18:30:00+02:00"),
        ("2026-01-01T18:30:00-05:00", "2026-01-01T18:30:00-05:00"),
        ("2025-10-26 03:30:00", "2025-10-26T03:30:00+03:00"),  # occurs twice: the first
        ("2026-03-29 03:30:00", "2026-03-29T03:30:00+02:00"),  # never occurs: the offset before
    ],
)
def test_a_time_is_local_unless_it_has_an_offset(text: str, expected: str) -> None:
    value = parsing.convert_to_utc(parsing.parse_local_time(text, None), "Europe/Athens")

    assert value == datetime.fromisoformat(expected)


@given(st.one_of(st.text(), st.from_regex(r"([0-9]{1,4} ?[hms])* ?", fullmatch=True)))
def test_a_duration_is_seconds_or_none(text: str) -> None:
    seconds = parsing.parse_duration(text)

    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1h 5m", 3900), ("45min", 2700), ("45m", 2700), ("2h", 7200), ("90", 90), ("1h 1m 1s", 3661), ("soon", None)],
)
def test_parse_duration(text: str, seconds: int | None) -> None:
    assert parsing.parse_duration(text) == seconds


@given(st.one_of(st.binary(), st.text().map(str.encode)), st.booleans())
def test_any_file_is_a_table_or_unreadable(content: bytes, with_header: bool) -> None:
    try:
        with open_table(io.BytesIO(b"a,b\n" * with_header + content)) as table:
            rows = list(table.rows())
    except UnreadableFile:
        return
    lines = [line for line, _ in rows]
    assert lines == sorted(set(lines))
    assert all(isinstance(row, CellError) or len(row) == len(table.header) for _, row in rows)
