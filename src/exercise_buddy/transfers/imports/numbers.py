# ruff: noqa: RUF001  (the marks of numbers in other scripts)
"""Parsing of the numbers in cells: `50`, `50,5`, `1.250,5`, `40 kg`, `10+`.

A file writes its numbers in one format. `1.250` alone may be a little over one, or a thousand and more; the other
numbers of the file decide, or the user.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from exercise_buddy.transfers.imports.short_texts import cache_short_texts

NumberFormat = Literal["decimal_point", "decimal_comma"]

# A longer number exceeds every limit, whatever its value.
_MAX_LENGTH = 64
# What apps and people write for nothing, or for the body alone.
_NOTHING = {"", "-", "–", "—", "n/a", "na", "none", "null", "bw", "bodyweight", "body weight", "körpergewicht"}
_PREFIX = re.compile(r"^(?:bw|bodyweight|body weight|@|~|≈|x|×|rpe|rir)\s*(?=[+\-\d.,])")
_CELL = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<number>(?:\d[\d.,]*(?:[ '’]\d{3}(?!\d)[\d.,]*)*|[.,]\d+))(?P<exponent>e[+-]?\d{1,3})?"
    r"\s*(?P<more>\+?)\s*(?P<unit>[^\d\s.,+\-][^\d+]*)?"
)
_GROUP_MARKS = re.compile(r"[ '’]")
_GROUP = 3


@dataclass(frozen=True, slots=True)
class CellNumber:
    """A number in a cell. `unit` is what follows it, folded; `is_at_least` says that a plus follows it, as in `10+`."""

    value: float
    unit: str
    is_at_least: bool


@dataclass(slots=True)
class NumberEvidence:
    """What the numbers of a file show about their format."""

    decimal_point: bool = False
    decimal_comma: bool = False
    ambiguous_point: bool = False
    ambiguous_comma: bool = False

    def add(self, text: str) -> None:
        """Record what a cell shows."""
        shown = _classify_cell(text)
        if shown is not None:
            setattr(self, shown, True)

    def find_format(self, delimiter: str) -> NumberFormat | None:
        """Return the format of a file whose cells are separated by `delimiter`; None if that cannot be known."""
        if self.decimal_point is not self.decimal_comma:
            return "decimal_point" if self.decimal_point else "decimal_comma"
        if not (self.ambiguous_point or self.ambiguous_comma):
            return "decimal_point"
        if self.decimal_point:
            # Both formats occur.
            return None
        # Where commas separate cells, they do not separate decimals.
        if self.ambiguous_comma:
            return None if delimiter == "," else "decimal_comma"
        return "decimal_point" if delimiter == "," else None


def is_nothing(text: str) -> bool:
    """Return whether a cell has no number, by intention."""
    return text.casefold() in _NOTHING


@cache_short_texts
def parse_cell_number(text: str, number_format: NumberFormat | None = None) -> CellNumber | None:
    """Return the number of a cell; None if it is not one.

    Args:
        text: such as `50`, `-20`, `50,5 kg`, `1,234.5`, `10+`, `BW+20` or `@8`.
        number_format: the format of the file, which decides on `1.250` and `1,250`. Without it, they are no numbers.

    """
    found = _match_cell(text)
    if found is None:
        return None
    digits = _GROUP_MARKS.sub("", found["number"])
    kind = _classify(digits)
    if kind in {"ambiguous_point", "ambiguous_comma"}:
        if number_format is None:
            return None
        is_decimal = (kind == "ambiguous_point") is (number_format == "decimal_point")
        digits = digits.replace(",", ".") if is_decimal else re.sub("[.,]", "", digits)
    elif kind == "decimal_comma":
        digits = digits.replace(".", "").replace(",", ".")
    elif kind == "decimal_point":
        digits = digits.replace(",", "")
    elif kind is None and not digits.isdecimal():
        return None
    value = float(f"{found['sign']}{digits}{found['exponent'] or ''}")
    if value - value != 0:
        return None
    return CellNumber(value, (found["unit"] or "").strip(" .()"), bool(found["more"]))


def _match_cell(text: str) -> re.Match[str] | None:
    if len(text) > _MAX_LENGTH:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold().strip().replace("−", "-")
    return _CELL.fullmatch(_PREFIX.sub("", folded))


@cache_short_texts
def _classify_cell(text: str) -> str | None:
    found = _match_cell(text)
    return None if found is None else _classify(_GROUP_MARKS.sub("", found["number"]))


def _classify(digits: str) -> str | None:
    """Return which format a number proves, or which mark of it is ambiguous; None for any other text."""
    points, commas = digits.count("."), digits.count(",")
    if not points and not commas:
        return None
    if points and commas:
        mark = "." if digits.rindex(".") > digits.rindex(",") else ","
        whole, _, _ = digits.rpartition(mark)
        if mark in whole or not _has_groups(whole, "," if mark == "." else "."):
            return None
        return "decimal_point" if mark == "." else "decimal_comma"
    mark = "." if points else ","
    if points + commas > 1:
        # Thousands: so the other mark separates decimals.
        return ("decimal_comma" if points else "decimal_point") if _has_groups(digits, mark) else None
    whole, _, decimals = digits.partition(mark)
    if len(decimals) == _GROUP and 0 < len(whole) <= _GROUP and not whole.startswith("0"):
        return "ambiguous_point" if points else "ambiguous_comma"
    return "decimal_point" if points else "decimal_comma"


def _has_groups(digits: str, mark: str) -> bool:
    first, *groups = digits.split(mark)
    return 0 < len(first) <= _GROUP and all(len(group) == _GROUP for group in groups)
