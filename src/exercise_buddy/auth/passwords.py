"""Passwords: what is accepted, and how it is kept.

Argon2id at OWASP's minimum (19 MiB, t=2, p=1): 20 ms and about 95 logins/s on two cores. In threads, as many at a time
as there are cores: on the event loop it would stop everything else for the whole 20 ms.
"""

import secrets
import unicodedata
from functools import lru_cache
from typing import Annotated

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import Field
from zxcvbn import zxcvbn

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.core.threads import run_in_thread

MIN_LENGTH = 8
MAX_LENGTH = 128
_MIN_SCORE = 3
# zxcvbn's time grows steeply with the length, and what comes after that many characters does not weaken a password.
_SCORED_LENGTH = 72

NewPassword = Annotated[str, Field(min_length=MIN_LENGTH, max_length=MAX_LENGTH)]


@lru_cache(maxsize=8)
def _hasher(memory_kib: int, iterations: int) -> tuple[PasswordHash, str]:
    hasher = PasswordHash((Argon2Hasher(memory_cost=memory_kib, time_cost=iterations, parallelism=1),))
    return hasher, hasher.hash(secrets.token_urlsafe())


def _hasher_of(settings: AuthSettings) -> tuple[PasswordHash, str]:
    return _hasher(settings.password_hash_memory_kib, settings.password_hash_iterations)


def _normalised(password: str) -> str:
    # The same password typed on two keyboards must be the same bytes.
    return unicodedata.normalize("NFC", password)


async def hash_password(settings: AuthSettings, password: str) -> str:
    """Hash a password, in PHC string format."""
    hasher, _ = _hasher_of(settings)
    return await run_in_thread(hasher.hash, _normalised(password))


async def verify_password(settings: AuthSettings, password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Say whether a password is the one of a hash, and give a new hash if the old one's parameters are outdated.

    Takes as long when there is no hash (no such account, no password) as when there is one.
    """
    hasher, decoy = _hasher_of(settings)
    against = password_hash if password_hash is not None and len(password) <= MAX_LENGTH else decoy
    matches, updated = await run_in_thread(hasher.verify_and_update, _normalised(password[:MAX_LENGTH]), against)
    return (matches, updated) if against is password_hash else (False, None)


async def require_strong(password: str, *known: str | None, pointer: str = "/password") -> None:
    """Refuse a password that is easy to guess, also from what is known of its owner (e-mail address, names).

    Raises:
        InvalidInput: its zxcvbn score is below 3.

    """
    inputs = [text for text in known if text]
    found = await run_in_thread(lambda: zxcvbn(_normalised(password)[:_SCORED_LENGTH], user_inputs=inputs))
    if found["score"] < _MIN_SCORE:
        advice = " ".join(filter(None, [found["feedback"]["warning"], *found["feedback"]["suggestions"]]))
        raise InvalidInput(
            errors=[FieldError(pointer, "password_too_weak", f"This password is easy to guess. {advice}".strip())]
        )
