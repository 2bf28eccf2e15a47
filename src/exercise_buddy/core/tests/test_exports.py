"""What files of an export are made of, without any slice."""

import csv
import io

import orjson
import pytest

from exercise_buddy.core.exports import _BYTE_ORDER_MARK, _csv_rows


def read_back(*items: dict[str, object]) -> list[list[str]]:
    content = _csv_rows(orjson.dumps(items), ["a", "b"])
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(begin: str) -> None:
    assert read_back({"a": f"{begin}1", "b": f"1{begin}"}) == [[f"'{begin}1", f"1{begin}"]]


def test_numbers_stay_numbers() -> None:
    assert read_back({"a": -1.5, "b": 80}) == [["-1.5", "80"]]


def test_nothing_is_an_empty_cell_and_truth_is_a_word() -> None:
    assert read_back({"a": None, "b": True}, {"a": "", "b": False}) == [["", "true"], ["", "false"]]


def test_what_would_break_a_row_is_quoted() -> None:
    text = 'a "word", a\nline; and 💪'

    assert read_back({"a": text, "b": "'"}) == [[text, "'"]]


def test_spreadsheets_are_told_that_it_is_utf8() -> None:
    assert _BYTE_ORDER_MARK == b"\xef\xbb\xbf"
