"""The rules for new passwords, after NIST SP 800-63B-4 and ASVS 5.0 (6.2).

A password has a length, and no rules of composition. It is refused if attackers would try it early: if it is common,
repeats a short pattern, is derived from what is public about the account, or is known from a breach. Login checks none
of this: a stored password stays valid until its user changes it.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry

from exercise_buddy.auth.breached_passwords import BreachedPasswords
from exercise_buddy.auth.common_passwords import is_common
from exercise_buddy.auth.passwords import normalize_password
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.problems import FieldError, InvalidInput

# What users put around a word to satisfy rules of composition: digits, symbols, spaces. Eight hold a date.
_MAX_DECORATION = 8
# Shorter words occur inside random passwords by chance.
_MIN_WORD = 3
_MIN_JOINED = 6
_MIN_REST = 4
_MIN_PATTERN = 8
_SEPARATORS = re.compile(r"[\W\d_]+")
_START = re.compile(r"\A[\W\d_]+")
_END = re.compile(r"[\W\d_]+\Z")
# A digit or symbol may stand for either of two letters.
_SUBSTITUTIONS = (str.maketrans("0134578@$!|", "oleastbasil"), str.maketrans("0134578@$!|", "oieastbasii"))
# The symbols above the digits, on American and on German keyboards.
_DIGIT_KEYS = (str.maketrans("!@#$%^&*()", "1234567890"), str.maketrans('!"§$%&/()=', "1234567890"))
_MAX_STEP = 2
_MIN_RUN = 3
_YEAR, _MONTH, _DAY = "(?:19|20)[0-9]{2}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_DATE = re.compile(f"{_YEAR}{_MONTH}{_DAY}|{_DAY}{_MONTH}{_YEAR}|{_MONTH}{_DAY}{_YEAR}")

_MESSAGES = {
    "password_too_common": "This is one of the most common passwords, or differs from one only by digits, symbols or "
    "case: attackers try it first. Choose several words, or let a password manager generate one",
    "password_repetitive": "This password repeats a short pattern, or counts up or down, or is a date: attackers try "
    "that first",
    "password_contains_context_word": "This password is little more than your name, your e-mail address or the name of "
    "this service",
    "password_breached": "This password is known from a data breach: attackers try it first. Choose another one, and "
    "change it wherever you use it",
}


class PasswordPolicy:
    """The rules for new passwords with the settings of one application."""

    def __init__(self, settings: AuthSettings, registry: CollectorRegistry | None = None) -> None:
        self._min_length = settings.password_min_length
        self._app_name = settings.app_name
        self._breached = BreachedPasswords(settings.breached_passwords_url, registry or CollectorRegistry())

    async def require_acceptable(
        self,
        password: str,
        *,
        email: str,
        username: str | None,
        display_name: str | None,
        pointer: str = "/password",
    ) -> None:
        """Check that a new password is long enough and that attackers would not try it early.

        It may ask the service of breached passwords, which may take seconds: no database connection may be held.

        Args:
            password: as typed.
            email: the e-mail address of the account.
            username: the user name of the account, or None.
            display_name: the displayed name of the account, or None.
            pointer: the JSON pointer of the password.

        Raises:
            InvalidInput: the password is refused; the code of each error says why.

        """
        password = normalize_password(password)
        if len(password) < self._min_length:
            message = f"A password has at least {self._min_length} characters"
            raise InvalidInput(errors=[FieldError(pointer, "string_too_short", message)])
        local_part, _, domain = email.rpartition("@")
        context = [self._app_name, local_part, domain.rpartition(".")[0], username, display_name]
        codes = list(_find_local_reasons(password, context))
        if not codes and await self._breached.includes(password):
            codes = ["password_breached"]
        if codes:
            raise InvalidInput(errors=[FieldError(pointer, code, _MESSAGES[code]) for code in codes])


async def get_password_policy(request: Request) -> PasswordPolicy:
    """Return the rules for new passwords of the running application."""
    policy: PasswordPolicy = request.state.password_policy
    return policy


PasswordPolicyDep = Annotated[PasswordPolicy, Depends(get_password_policy)]


def _find_local_reasons(password: str, context: list[str | None]) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", password).casefold()
    # Blanks and invisible characters between its letters do not make a word less common.
    forms = {folded, "".join(filter(_is_visible, folded))}
    keys = {folded.translate(table) for table in _DIGIT_KEYS if not folded.strip("".join(map(chr, table)))}
    words = {word for form in forms for text in (form, _find_pattern(form)) for word in _derive_words(text)}
    if any(is_common(word) for word in words | keys):
        yield "password_too_common"
    if any(_is_repetitive(form) for form in forms) or any(map(_is_sequence, forms | keys)) or _is_date(folded):
        yield "password_repetitive"
    context_words = _split_context(context)
    if any(_consists_of(form, context_words) for form in (folded, *map(folded.translate, _SUBSTITUTIONS))):
        yield "password_contains_context_word"


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) != "Cf"


def _find_pattern(text: str) -> str:
    """Return the shortest text whose repetition is `text`."""
    return text[: (text + text).find(text, 1)]


def _is_repetitive(text: str) -> bool:
    """Return whether a text repeats a short pattern, with little else before or after it."""
    for cut in range(_MIN_REST):
        # Two times by chance is likelier the more cuts are tried.
        times = 3 if cut else 2
        for core in (text[: len(text) - cut], text[cut:]):
            periods = range(1, min(_MIN_PATTERN, len(core) // times + 1))
            if any(core[period:] == core[:-period] for period in periods):
                return True
    return False


def _is_sequence(text: str) -> bool:
    """Return whether a text consists of runs that count up or down, such as 97531246."""
    run, step = 1, None
    for left, right in pairwise(text):
        if ord(right) - ord(left) == step:
            run += 1
        elif step is None or run >= _MIN_RUN:
            # The first character of a run has no step.
            run, step = (2, ord(right) - ord(left)) if step is None else (1, None)
        else:
            return False
        if step is not None and abs(step) > _MAX_STEP:
            return False
    return run >= _MIN_RUN


def _is_date(text: str) -> bool:
    """Return whether a text is a date of eight digits and little else."""
    digits = "".join(character for character in text if character.isdecimal())
    rest = _SEPARATORS.sub("", text)
    return len(rest) < _MIN_REST and _DATE.fullmatch(digits) is not None


def _derive_words(text: str) -> Iterator[str]:
    """Yield a text, and the words that remain without digits and symbols around it, or in their place."""
    yield text
    yield from map(text.translate, _SUBSTITUTIONS)
    start, end = _START.sub("", text), _END.sub("", text)
    for word in (start, end, _strip(text)):
        if len(text) - len(word) <= _MAX_DECORATION and len(word) >= _MIN_REST:
            yield word
            yield from map(word.translate, _SUBSTITUTIONS)


def _strip(text: str) -> str:
    return _END.sub("", _START.sub("", text))


def _split_context(texts: list[str | None]) -> list[str]:
    """Return the words of the account and the service, the longest first, each also backwards."""
    words = set()
    for text in texts:
        parts = _SEPARATORS.split(unicodedata.normalize("NFKC", text or "").casefold())
        words |= {"".join(parts), *parts}
    words |= {word[::-1] for word in words}
    return sorted((word for word in words if len(word) >= _MIN_WORD), key=lambda word: (-len(word), word))


def _consists_of(text: str, words: list[str]) -> bool:
    """Return whether a password is one or more of the words and little else."""
    joined = _SEPARATORS.sub("", text)
    long_words = [word for word in words if len(word) >= _MIN_JOINED]
    return _is_mostly(_strip(text), words) or _is_mostly(joined, long_words)


def _is_mostly(text: str, words: list[str]) -> bool:
    rest = text
    for word in words:
        rest = rest.replace(word, "")
    return rest != text and len(_strip(rest)) < _MIN_REST
