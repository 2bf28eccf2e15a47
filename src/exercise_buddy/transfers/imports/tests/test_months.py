"""The names of months are those of Unicode's CLDR, as Babel has them."""

import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from babel import Locale

from exercise_buddy.transfers.imports.months import MONTH_NAMES, find_month, fold_text

# Without Croatian, whose names are those of other months in Polish.
LANGUAGES = (
    "ar az be bg bn ca cs da de el en es et eu fa fi fil fr gl he hi hu id is it ka lt lv ms nb nl nn pl "
    "pt ro ru sk sl sr sr_Latn sv th tr uk zh"
)
# Spellings of earlier editions of the CLDR, which older phones write.
EARLIER_NAMES = {"ژانویهٔ": 1, "জানুয়ারী": 1, "فوریهٔ": 2, "ফেব্রুয়ারী": 2, "مهٔ": 5, "ژوئیهٔ": 7, "setem": 9, "setiembre": 9}


def split_words(name: str) -> list[str]:
    letters = (letter if unicodedata.category(letter)[0] in "LM" else " " for letter in fold_text(name))
    return re.sub(r"\s+", " ", "".join(letters)).split()


def build_month_names() -> str:
    """Return a line for each month, without words that several months share."""
    months: dict[str, set[int]] = defaultdict(set)
    for name, month in EARLIER_NAMES.items():
        months[fold_text(name)].add(month)
    for language in LANGUAGES.split():
        locale_months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in locale_months[context][width].items():
                    for word in split_words(name.replace(".", "")):
                        months[word].add(month)
    lines = [sorted(word for word, numbers in months.items() if numbers == {month}) for month in range(1, 13)]
    return "".join(" ".join(line) + "\n" for line in lines)


def test_month_names_are_those_of_the_cldr() -> None:
    assert MONTH_NAMES.read_text(encoding="utf-8") == build_month_names(), f"To update them: python -m {__name__}"


def test_find_month_by_a_name_or_its_beginning() -> None:
    words = ("janua", "sept", "wrzes", "mart", "ju", "xyz")

    assert [find_month(word) for word in words] == [1, 9, 9, 3, None, None]


if __name__ == "__main__":
    Path(str(MONTH_NAMES)).write_text(build_month_names(), encoding="utf-8")
