import sys
import unicodedata
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core import types
from exercise_buddy.core.text import remove_invisible, remove_misleading

NAME: TypeAdapter[str] = TypeAdapter(Annotated[str, types.SingleLine])
NOTES: TypeAdapter[str] = TypeAdapter(types.Notes)

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
REAL = {
    "Persian": "علی\u200cرضا می\u200cدود",  # noqa: RUF001  # noqa: RUF001  # noqa: RUF001
    "Persian with a mark": "مُ\u200cحمد",
    "Hindi": "क्\u200dष",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Bengali": "র\u200d্যাম",
    "Malayalam": "അവന്\u200d",
    "family": "👨\u200d👩\u200d👧\u200d👦 workout",
    "astronaut": "👩🏽\u200d🚀",
    "burning heart": "❤\ufe0f\u200d🔥",
    "head": "🙂\u200d↔\ufe0f",
    "transgender flag": "🏳\ufe0f\u200d⚧\ufe0f",
    "England": f"Run {ENGLAND}",
    "Germany": "🇩🇪",
    "keycap": "1\ufe0f⃣",
    "Japanese variant": "葛\U000e0100城",
    "Hebrew": "יום רגליים",
    "new emoji": "\U0001fae9",
    "Persian plural": "رژه\u200c",
    "Persian after a digit": "۵\u200cام",  # noqa: RUF001
    "copyright": "Gym©\ufe0f",
    "exclamation": "\u203c\ufe0f",
    "Mongolian variant": "ᠠ\u180b",
    "Myanmar variant": "က\ufe00",
    "unassigned emoji": "\U0001fa8f\u200d\U0001fadf",
    "apostrophe and accents": "Zoë O'Brien-Łukasz",
}
INVISIBLE = {
    "override": "Ann\u202enna",
    "embedding": "\u202bAnn\u202c",
    "isolate": "\u2067Ann\u2069",
    "mark": "Ann\u200f",
    "Arabic mark": "Ann\u061c",
    "zero width space": "An\u200bn",
    "word joiner": "An\u2060n",
    "byte order mark": "\ufeffAnn",
    "soft hyphen": "An\u00adn",
    "joiner between Latin letters": "An\u200dn",
    "joiner at the start": "\u200dAnn",
    "joiner at the end": "Ann\u200c",
    "joiner after a digit": "1\u200c2",
    "two joiners": "علی\u200c\u200cرضا",  # noqa: RUF001
    "joiner after an emoji": "🏋\u200dAnn",
    "tags": "Ann\U000e0041\U000e0042",
    "tags without an end": ENGLAND[:-1],
    "tag of languages": "\U000e0001Ann",
    "row of variation selectors": "😀\ufe0f\ufe01\U000e0110",
    "variation selectors after Latin letters": "A\ufe0fn\ufe00n",
    "ideographic selector after a Latin letter": "A\U000e0100nn",
    "selector after a digit": "1\ufe0f",
    "Mongolian selector after a Latin letter": "A\u180bnn",
    "ignored, unassigned": "A\u2065n\ufff0n\ufff8",
    "ignored, beyond the tags": "A\U000e0080n\U000e0200n\U000e0fff",
    "variation selector at the start": "\ufe0fAnn",
    "filler": "\u3164\u3164",
    "half filler": "\uffa0Ann",
    "grapheme joiner": "An\u034fn",
    "empty Braille": "\u2800",
    "annotation": "Ann\ufff9b\ufffb",
    "noncharacter": "Ann\ufdd0",
    "last noncharacter": "Ann\U0010ffff",
    "musical": "Ann\U0001d173",
}


@pytest.mark.parametrize("name", REAL.values(), ids=REAL)
def test_real_names_are_kept(name: str) -> None:
    assert NAME.validate_python(name) == unicodedata.normalize("NFC", name)
    assert remove_invisible(name) == name
    assert NOTES.validate_python(name) == name


@pytest.mark.parametrize("name", INVISIBLE.values(), ids=INVISIBLE)
def test_invisible_characters_are_refused_in_names(name: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


@pytest.mark.parametrize("name", INVISIBLE.values(), ids=INVISIBLE)
def test_a_name_without_its_invisible_characters_is_valid(name: str) -> None:
    cleaned = remove_invisible(f"Workout {name}")

    assert NAME.validate_python(cleaned) == cleaned.strip()


def test_every_format_character_and_noncharacter_alone_is_refused() -> None:
    accepted = []
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        is_noncharacter = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
        if (unicodedata.category(character) in {"Cf", "Cs"} or is_noncharacter) and (
            remove_invisible(f"a{character}b") != "ab"
        ):
            accepted.append(character)

    assert accepted == []


@pytest.mark.parametrize("text", ["a\u202eb", "a\u202db", "a\U000e0041", "a\ufffe", "a\ufdd1"])
def test_notes_refuse_what_misleads(text: str) -> None:
    with pytest.raises(ValidationError):
        NOTES.validate_python(text)
    assert NOTES.validate_python(remove_misleading(text)) in {"ab", "a"}


def test_notes_keep_what_copied_texts_contain() -> None:
    copied = "\u2068Trainer\u2069:\u200b do\u00adne\ufeff\n\tשלום\u200f"  # noqa: RUF001

    assert NOTES.validate_python(copied) == copied


def test_the_work_of_cleaning_is_linear(monkeypatch: Any) -> None:
    calls = 0
    category = unicodedata.category

    def count(character: str) -> str:
        nonlocal calls
        calls += 1
        return category(character)

    monkeypatch.setattr(unicodedata, "category", count)
    remove_invisible("a" + "\u0301\u200d" * 5000)

    assert calls < 200_000
