"""Any cell and any file is parsed, or raises the expected error."""

import io
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.csv_rows import open_table
from exercise_buddy.transfers.imports.numbers import NumberEvidence, NumberFormat, parse_cell_number
from exercise_buddy.transfers.imports.parsing import CellError

NUMBERS = st.one_of(
    st.text(), st.from_regex(r"[-+]?[0-9_.,eE]{0,12}", fullmatch=True), st.floats().map(str), st.integers().map(str)
)


@given(NUMBERS, st.sampled_from([None, "decimal_point", "decimal_comma"]))
def test_a_number_is_finite(text: str, number_format: NumberFormat | None) -> None:
    number = parse_cell_number(text, number_format)
    evidence = NumberEvidence()
    evidence.add(text)

    assert number is None or abs(number.value) < float("inf")
    if number_format is not None and number is None:
        assert parse_cell_number(text) is None
    if number_format is None and number is None and parse_cell_number(text, "decimal_point") is not None:
        assert evidence.ambiguous_point or evidence.ambiguous_comma


@pytest.mark.parametrize(
    ("cells", "delimiter", "expected"),
    [
        (["1.250,5", "1.250"], ";", "decimal_comma"),
        (["62.5", "61.235"], ";", "decimal_point"),
        (["61.235", "8"], ",", "decimal_point"),
        (["1.250", "8"], ";", None),
        (["1,500", "50"], ",", None),
        (["1,500", "52.5"], ",", "decimal_point"),
        (["1,500", "50"], ";", "decimal_comma"),
        (["1.250.000", "1,5"], ",", "decimal_comma"),
        (["62.5", "62,5", "1.250"], ";", None),
        (["40 kg", "0", "", "heavy"], ";", "decimal_point"),
    ],
)
def test_the_numbers_of_a_file_decide_on_its_format(
    cells: list[str], delimiter: str, expected: NumberFormat | None
) -> None:
    evidence = NumberEvidence()
    for cell in cells:
        evidence.add(cell)

    assert evidence.find_format(delimiter) == expected


@pytest.mark.parametrize(
    ("text", "number_format", "value"),
    [
        ("1.250", "decimal_comma", 1250),
        ("1.250", "decimal_point", 1.25),
        ("1,250.5", "decimal_comma", 1250.5),
        ("1'250,5", "decimal_point", 1250.5),
        ("1 250", None, 1250),
        ("40,5kg", None, 40.5),
        ("BW+20", None, 20),
        ("\u221221", None, -21),
        ("@8.5", None, 8.5),
        ("1.250", None, None),
        ("8-9", None, None),
        ("1.2.3", None, None),
        ("1e999", None, None),
    ],
)
def test_the_number_of_a_cell(text: str, number_format: NumberFormat | None, value: float | None) -> None:
    number = parse_cell_number(text, number_format)

    assert (number and number.value) == value


@given(st.one_of(st.text(), st.datetimes().map(str), st.datetimes(timezones=st.timezones()).map(str)))
def test_a_time_is_aware_and_after_1970(text: str) -> None:
    try:
        value = parsing.convert_to_utc(parsing.parse_local_time(text, None).value, "Europe/Athens")
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
    value = parsing.convert_to_utc(parsing.parse_local_time(text, None).value, "Europe/Athens")

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
