"""How an e-mail address and a user name are compared: the same way wherever somebody writes one.

An address is compared by its normal form (NFC, the domain by IDNA) in lower case. Letters are not folded further: `ß`
and `ss` may be two mailboxes, and a provider that verified one of them must not open the account of the other. A user
name is compared by NFKC and case folding (UAX #31), so that names that differ only by width or case are one.
Surrounding blanks belong to neither.
"""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

MAX_EMAIL = 254
MAX_USERNAME = 32
_USERNAME = re.compile(r"[^\W_][\w.-]{1,30}[^\W_]")


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
    if not email or max(len(email), len(_lower(email))) > MAX_EMAIL:
        raise ValueError("This is not an e-mail address")
    return email


def normalize_username(text: str) -> str:
    """Return the normal form of a user name.

    Raises:
        ValueError: this is not a user name.

    """
    username = unicodedata.normalize("NFKC", text.strip())
    if not _USERNAME.fullmatch(username) or len(_fold(username)) > MAX_USERNAME:
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
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
