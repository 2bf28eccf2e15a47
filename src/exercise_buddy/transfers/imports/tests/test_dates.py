# ruff: noqa: RUF001  (letters of other scripts that look like ours)
"""Dates and times as phones write them, in many languages."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.transfers.imports.dates import DateOrder, ParsedDateTime, parse_date_time


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-28 17:29:00",
        "2025-03-28T17:29",
        "2025-03-28 5:29:00\u202fPM",
        "2025/03/28 17:29",
        "2025. 3. 28. 17:29",
        "28 Mar 2025, 17:29",
        "Mar 28, 2025, 5:29 p.m.",
        "28 März 2025, 17:29",
        "28. Mär. 2025 um 17:29 Uhr",
        "28 mars 2025 à 17:29",
        "28 mars 2025, 17h29",
        "28 mar 2025, 17:29",
        "28 de marzo de 2025, 17:29",
        "28 março 2025, 17:29",
        "28 mrt. 2025, 17:29",
        "28 marca 2025, 17:29",
        "28 марта 2025 г., 17:29",
        "28 мар. 2025, 17:29",
        "28 березня 2025, 17:29",
        "28 3月 2025, 17:29",
        "2025年3月28日 17:29",
        "2025年3月28日 下午5:29",
        "2025년 3월 28일 오후 5:29",
        "28 3월 2025, 17:29",
        "28 Thg 3 2025, 17:29",
        "28 tháng 3 2025, 17:29",
        "28 มี.ค. 2025, 17:29",
        "28 मार्च 2025, 17:29",
        "28 مارس 2025, 17:29",
        "٢٨ مارس ٢٠٢٥, ١٧:٢٩",
        "28 מרץ 2025, 17:29",
        "28 Μαρ 2025, 5:29 μ.μ.",
        "28.3.2025 17.29",
        "28-03-2025 17:29",
        "28/03/2025 17:29",
        "3/28/25, 5:29 PM",
    ],
)
def test_one_time_in_many_languages(text: str) -> None:
    parsed = parse_date_time(text)

    assert parsed is not None
    assert parsed.value.isoformat() == "2025-03-28T17:29:00"
    assert not parsed.is_ambiguous


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18 sept. 2024, 07:05", "2024-09-18T07:05:00"),
        ("18 ago 2024, 07:05", "2024-08-18T07:05:00"),
        ("18 Şub 2024, 07:05", "2024-02-18T07:05:00"),
        ("18 Ağu 2024, 07:05", "2024-08-18T07:05:00"),
        ("18 paź 2024, 07:05", "2024-10-18T07:05:00"),
        ("18 gen 2024, 07:05", "2024-01-18T07:05:00"),
        ("18 dez. 2024, 07:05", "2024-12-18T07:05:00"),
        ("18 ene. 2024, 12:05 a. m.", "2024-01-18T00:05:00"),
        ("18 août 2024, 12:05 PM", "2024-08-18T12:05:00"),
        ("Fri, 18 Oct 2024 07:05:00 +0200", "2024-10-18T07:05:00+02:00"),
        ("2024-10-18 07:05:00 UTC", "2024-10-18T07:05:00+00:00"),
        ("2024-10-18 07:05:00 -0330", "2024-10-18T07:05:00-03:30"),
    ],
)
def test_parse_date_time(text: str, value: str) -> None:
    parsed = parse_date_time(text)

    assert parsed is not None
    assert parsed.value.isoformat() == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025",
        "28 Mar, 17:29",
        "28 Mar 25 17:29",
        "31 Feb 2025, 17:29",
        "28 Xyz 2025, 17:29",
        "28 Mar Apr 2025, 17:29",
        "28 Mar 2025, 25:00",
        "28 Mar 2025, 17:29, 12",
        "99/99/2025",
        "2025-13-01 10:00",
    ],
)
def test_other_texts_are_not_guessed(text: str) -> None:
    assert parse_date_time(text) is None


@pytest.mark.parametrize(
    ("text", "order", "value", "is_ambiguous"),
    [
        ("03/04/2025 10:00", None, "2025-04-03T10:00:00", True),
        ("03/04/2025 10:00", "month_first", "2025-03-04T10:00:00", True),
        ("04/04/2025 10:00", None, "2025-04-04T10:00:00", False),
    ],
)
def test_ambiguous_dates(text: str, order: DateOrder | None, value: str, *, is_ambiguous: bool) -> None:
    assert parse_date_time(text, order) == ParsedDateTime(datetime.fromisoformat(value), is_ambiguous=is_ambiguous)


@given(st.one_of(st.text(), st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ][0-9]{1,4},? ?[0-9:.]{0,8}")))
def test_any_text_is_a_time_or_none(text: str) -> None:
    parsed = parse_date_time(text)

    assert parsed is None or parsed.value.year >= 1
