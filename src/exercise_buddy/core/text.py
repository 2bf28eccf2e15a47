"""Characters that people cannot see, or that change how the text around them looks.

Names must not contain them: two names could look the same, or a name could reorder the page that shows it. Some have a
purpose in a place, and stay there: the joiners of Persian, of the scripts of India and of emoji (UAX #31, UTS #51), one
variation selector after a character that has variants, and the tags in the flags of England, Scotland and Wales.
"""

import re
import unicodedata

_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_OVERRIDES = "\u202d\u202e"
_ZERO_WIDTH_JOINER = "\u200d"
_JOINERS = f"\u200c{_ZERO_WIDTH_JOINER}"
_VIRAMA = 9
_MOST_MARKS = 8
_FIRST_EMOJI, _LAST_EMOJI = "\U0001f000", "\U0001faff"
# Blank, though Unicode counts them as letters, marks or symbols: fillers, the grapheme joiner, vowels without a form,
# and the empty pattern of Braille.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Unassigned, and invisible by default in every version of Unicode. New emoji are unassigned, too, but visible.
_IGNORED = re.compile("[\u2065\ufff0-\ufff8\U000e0000-\U000e0fff]")
_MONGOLIAN_LETTER = re.compile("[\u1820-\u18aa]")
_MONGOLIAN_SELECTORS = "\u180b\u180c\u180d\u180f"
# Ideographs, and the scripts whose letters have standardized variants: Myanmar and Phags-pa.
_IDEOGRAPH = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER_WITH_VARIANTS = re.compile(f"[\u1000-\u109f\uaa60-\uaa7f\ua840-\ua877]|{_IDEOGRAPH.pattern}")
_EMOJI_SELECTORS = "\ufe0e\ufe0f"
_KEYCAPS, _KEYCAP = "#*0123456789", "\u20e3"
# Emoji that Unicode does not count as symbols.
_OTHER_EMOJI = "\u203c\u2049\u2139\u3030"
# The last two characters of each plane are noncharacters.
_LAST_OF_PLANE = 0xFFFE
_CONTROLS_AND_SPACES = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_BREAKS = {"Cc", "Zl", "Zp"}


def has_invisible(text: str) -> bool:
    """Return whether a name contains an invisible character out of place, or a noncharacter."""
    return not text.isascii() and remove_invisible(text) != text


def remove_invisible(text: str) -> str:
    """Return a name without invisible characters out of place and noncharacters."""
    if text.isascii():
        return text
    kept: list[str] = []
    flags = {position for flag in _FLAG.finditer(text) for position in range(*flag.span())}
    for position, character in enumerate(text):
        if (
            position in flags
            or _is_visible(character)
            or _has_purpose(character, kept, text[position + 1 : position + 2])
        ):
            kept.append(character)
    return "".join(kept)


def clean_name(text: str) -> str:
    """Return the name that somebody else wrote as one line without control and invisible characters."""
    return remove_invisible(_CONTROLS_AND_SPACES.sub(" ", text)).strip()


def remove_misleading(text: str) -> str:
    """Return a text of several lines without overrides of its direction, hidden tags and noncharacters.

    Other invisible characters stay: texts that people copy contain them.
    """
    if text.isascii():
        return text
    flags = {position for flag in _FLAG.finditer(text) for position in range(*flag.span())}
    return "".join(
        character
        for position, character in enumerate(text)
        if position in flags or not (character in _OVERRIDES or _is_tag(character) or _is_noncharacter(character))
    )


def is_mark(character: str) -> bool:
    """Return whether a character is a mark that belongs to the letter before it, such as a vowel sign."""
    return unicodedata.category(character) in {"Mn", "Mc"} and not _is_variation_selector(character)


def is_joiner(character: str) -> bool:
    """Return whether a character joins or separates the forms of its neighbours."""
    return character in _JOINERS


def remove_joiners(text: str) -> str:
    """Return a text without joiners: they change the form of letters, not the word."""
    return text.replace("\u200c", "").replace(_ZERO_WIDTH_JOINER, "")


def is_control(character: str) -> bool:
    """Return whether a character is a control character or a line break."""
    return unicodedata.category(character) in _BREAKS


def _is_visible(character: str) -> bool:
    return not (
        character in _BLANK
        or unicodedata.category(character) in {"Cf", "Cs"}
        or _is_variation_selector(character)
        or _is_noncharacter(character)
        or _IGNORED.match(character)
    )


def _has_purpose(character: str, before: list[str], after: str) -> bool:
    """Return whether an invisible character may stand between the characters before and after it."""
    previous = before[-1] if before else ""
    if _is_variation_selector(character):
        return bool(previous) and _has_variant(previous, character, after)
    if character not in _JOINERS or not previous:
        return False
    if any(unicodedata.combining(neighbour) == _VIRAMA for neighbour in (previous, after or " ")):
        return True
    base = _last_base(before)
    if character == _ZERO_WIDTH_JOINER and _is_symbol(base) and _is_symbol(after):
        return True
    if _is_arabic(base):
        # Persian plurals and abbreviations end with a joiner, too.
        return _is_arabic(after) or not after or unicodedata.category(after)[0] in "NPZ"
    return base.isdecimal() and _is_arabic(after)


def _has_variant(character: str, selector: str, after: str) -> bool:
    """Return whether a variation selector may follow a character. After any letter, selectors could hide a message."""
    if selector in _MONGOLIAN_SELECTORS:
        return bool(_MONGOLIAN_LETTER.match(character))
    if selector in _EMOJI_SELECTORS:
        is_keycap = character in _KEYCAPS and after == _KEYCAP
        return is_keycap or _is_symbol(character) or character in _OTHER_EMOJI
    if selector > max(_EMOJI_SELECTORS):
        return bool(_IDEOGRAPH.match(character))
    return bool(_LETTER_WITH_VARIANTS.match(character)) or unicodedata.category(character) == "Sm"


def _last_base(characters: list[str]) -> str:
    """Return the last character that is neither a mark nor a variation selector."""
    last = reversed(characters[-_MOST_MARKS:])
    return next((character for character in last if unicodedata.category(character) not in {"Mn", "Me"}), "")


def _is_arabic(character: str) -> bool:
    """Return whether a character is a letter of a script that joins its letters, such as Arabic or Syriac."""
    return bool(character) and unicodedata.bidirectional(character) == "AL"


def _is_symbol(character: str) -> bool:
    # New emoji are unassigned in the Unicode version of an older Python.
    return bool(character) and (
        unicodedata.category(character) in {"So", "Sm"} or _FIRST_EMOJI <= character <= _LAST_EMOJI
    )


def _is_variation_selector(character: str) -> bool:
    return (
        "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character in _MONGOLIAN_SELECTORS
    )


def _is_tag(character: str) -> bool:
    return "\U000e0000" <= character <= "\U000e007f"


def _is_noncharacter(character: str) -> bool:
    return "\ufdd0" <= character <= "\ufdef" or ord(character) & _LAST_OF_PLANE == _LAST_OF_PLANE
