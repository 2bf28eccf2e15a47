"""The length of passwords, and their hashing.

Argon2id with OWASP's minimum (19 MiB, t=2, p=1): 20 ms and about 95 logins/s on two cores. The hashing runs in threads:
on the event loop it would stop everything else for 20 ms.
"""

import secrets
import unicodedata
from functools import lru_cache
from typing import Annotated

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import BeforeValidator, Field

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.threads import run_in_thread

MIN_LENGTH = 8
MAX_LENGTH = 128


@lru_cache(maxsize=8)
def _create_hasher(memory_kib: int, iterations: int) -> tuple[PasswordHash, str]:
    hasher = PasswordHash((Argon2Hasher(memory_cost=memory_kib, time_cost=iterations, parallelism=1),))
    return hasher, hasher.hash(secrets.token_urlsafe())


def _get_hasher(settings: AuthSettings) -> tuple[PasswordHash, str]:
    return _create_hasher(settings.password_hash_memory_kib, settings.password_hash_iterations)


def normalize_password(password: str) -> str:
    """Return the form of a password that is hashed: two keyboards may send the same one as different bytes."""
    return unicodedata.normalize("NFC", password)


def _normalize(value: object) -> object:
    return normalize_password(value) if isinstance(value, str) else value


# The length is that of the form that is hashed: which keyboard was used makes no difference.
NewPassword = Annotated[
    str,
    Field(min_length=MIN_LENGTH, max_length=MAX_LENGTH, description="A password that is hard to guess."),
    BeforeValidator(_normalize),
]


async def hash_password(settings: AuthSettings, password: str) -> str:
    """Return the hash of a password in PHC string format."""
    hasher, _ = _get_hasher(settings)
    return await run_in_thread(hasher.hash, normalize_password(password))


async def verify_password(settings: AuthSettings, password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Return whether a password matches a hash, and a new hash if the parameters of the old one are outdated.

    Without a hash (the account or the password does not exist) the check takes the same time.
    """
    hasher, decoy = _get_hasher(settings)
    normalized = normalize_password(password)
    against = password_hash if password_hash is not None and len(normalized) <= MAX_LENGTH else decoy
    matches, updated = await run_in_thread(hasher.verify_and_update, normalized[:MAX_LENGTH], against)
    return (matches, updated) if against is password_hash else (False, None)
