"""The names of months in the languages of phones, from Unicode's CLDR.

`month_names.txt` has a line for each month: its wide and abbreviated names, alone and within dates, folded. A test
compares it with Babel. To load them from Babel instead takes 1 s and 55 MB in each process.
"""

import unicodedata
from functools import cache
from importlib import resources

from exercise_buddy.transfers.imports.short_texts import cache_short_texts

MONTH_NAMES = resources.files(__package__).joinpath("month_names.txt")
_SHORTEST = 3


@cache_short_texts
def fold_text(text: str) -> str:
    """Return a text in the form in which words are compared: without case, accents and width."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not "\u0300" <= letter <= "\u036f")


@cache
def _load_months() -> dict[str, int]:
    lines = MONTH_NAMES.read_text(encoding="utf-8").splitlines()
    return {name: month for month, names in enumerate(lines, 1) for name in names.split()}


def find_month(word: str) -> int | None:
    """Return the month (1 to 12) of a folded name, or of a beginning of at least three letters that fits one month."""
    months = _load_months()
    if word in months or len(word) < _SHORTEST:
        return months.get(word)
    found = {month for name, month in months.items() if name.startswith(word)}
    return found.pop() if len(found) == 1 else None
