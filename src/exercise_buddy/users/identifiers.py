"""How an e-mail address and a user name are compared: the same way wherever somebody writes one.

An address is compared by its normal form (NFC, the domain by IDNA) in lower case. Letters are not folded further: `ß`
and `ss` may be two mailboxes, and a provider that verified one of them must not open the account of the other. A user
name is compared by NFKC and case folding without joiners (UAX #31), so that names that differ only by width, case or
the form of a letter are one.
Surrounding blanks belong to neither.
"""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from exercise_buddy.core.text import has_invisible, is_joiner, is_mark, remove_joiners

MAX_EMAIL = 254
MIN_USERNAME, MAX_USERNAME = 3, 32
# By the kinds of characters (`_classify`): (L)etters and digits with their (m)arks and (j)oiners, (p)unctuation between
# them. No script needs more than four marks at a letter; more would cover the lines around a name.
_USERNAME = re.compile(r"L(?:j?m){0,4}(?:[jp]*L(?:j?m){0,4})*")


def normalize_email(text: str) -> str:
    """Return the normal form of an e-mail address.

    Raises:
        ValueError: this is not an address.

    """
    try:
        email = validate_email(text.strip(), check_deliverability=False).normalized if len(text) <= MAX_EMAIL else ""
    except EmailNotValidError:
        email = ""
    # The normal form or its lower case may be longer.
    if not email or max(len(email), len(_lower(email))) > MAX_EMAIL or has_invisible(email):
        raise ValueError("This is not an e-mail address")
    return email


def normalize_username(text: str) -> str:
    """Return the normal form of a user name.

    Raises:
        ValueError: this is not a user name.

    """
    username = unicodedata.normalize("NFKC", text.strip())
    key = _fold(username)
    if (
        len(key) < MIN_USERNAME
        or max(len(username), len(key)) > MAX_USERNAME
        or has_invisible(username)
        or not _USERNAME.fullmatch("".join(map(_classify, username)))
    ):
        raise ValueError(
            "A user name has 3 to 32 letters, digits, dots, hyphens or underscores, and begins and ends "
            "with a letter or digit"
        )
    return username


def email_key(text: str) -> str:
    """Return what an e-mail address is compared by. A text that is no address has a key too, which no account has."""
    try:
        return _lower(normalize_email(text))
    except ValueError:
        return _lower(text.strip())


def username_key(text: str) -> str:
    """Return what a user name is compared by."""
    return _fold(text.strip())


def identifier_key(text: str) -> str:
    """Return what an e-mail address or a user name is compared by. Only an address contains an @."""
    return email_key(text) if "@" in text else username_key(text)


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


def _fold(text: str) -> str:
    return remove_joiners(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))


def _classify(character: str) -> str:
    if character.isalnum():
        return "L"
    if is_mark(character):
        return "m"
    return "p" if character in "._-" else "j" if is_joiner(character) else "x"
