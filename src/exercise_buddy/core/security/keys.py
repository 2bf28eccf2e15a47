"""The keys that sign and verify access tokens, as a serving process knows them.

HS256, HS384 and HS512 have one key, the secret. EdDSA and ES256 have the keys of a file (see `key_files`), which
another process may change at any time. No notification is needed: who signs or verifies checks once a second whether
the file has changed, and at once when a token names an unknown key. A check is a `stat`: some µs.
"""

import hashlib
import math
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request
from joserfc.jwk import ECKey, KeySet, OKPKey

from exercise_buddy.core.private_files import UnsafePathError, check_secret_file
from exercise_buddy.core.security import key_files
from exercise_buddy.core.security.key_files import CHECK_SECONDS, SigningKeysError, SigningKeysExistError, StoredKey
from exercise_buddy.core.settings import CoreSettings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Key:
    """A key for one algorithm, whatever a token says.

    `private` and `public` are its halves as PyJWT accepts them; both are the secret if it is one, which has no `jwk`.
    It signs from `not_before` on and verifies until `expires_at`, both in seconds since 1970.
    """

    kid: str
    algorithm: str
    private: Any = field(repr=False)
    public: Any = field(repr=False)
    jwk: OKPKey | ECKey | None = field(default=None, repr=False)
    not_before: float = 0
    expires_at: float = math.inf


def secret_key_id(settings: CoreSettings) -> str:
    """Return the key id of the secret. It does not reveal the secret."""
    secret = settings.secret_key.get_secret_value().encode()
    return hashlib.blake2b(b"exercise-buddy kid", key=hashlib.sha256(secret).digest(), digest_size=6).hexdigest()


def _read_checked(path: Path) -> list[StoredKey]:
    # Not in `read_keys`: root may rotate the keys of a service that runs as another user.
    try:
        check_secret_file(path)
    except UnsafePathError as error:
        raise SigningKeysError(f"SIGNING_KEYS_FILE: {error}") from None
    except OSError:
        # The next line names the reason.
        pass
    return key_files.read_keys(path)


def _key_of_secret(settings: CoreSettings) -> Key:
    secret = settings.secret_key.get_secret_value()
    return Key(secret_key_id(settings), settings.algorithm, secret, secret)


def _key_of_file(stored: StoredKey, expires_at: float) -> Key:
    jwk = stored.jwk
    return Key(stored.kid, stored.algorithm, jwk.private_key, jwk.public_key, jwk, stored.not_before, expires_at)


def _file_version(path: Path) -> tuple[int, int, int] | None:
    """Return a value that changes with the file. None if the file is not accessible."""
    try:
        status = path.stat()
    except OSError:
        return None
    # Unlike st_mtime_ns, st_ctime_ns changes with the owner and the mode too.
    return status.st_ctime_ns, status.st_ino, status.st_size


class KeyRing:
    """The active signing key, and all keys that verify."""

    version = 0
    """Changes with the keys: what a caller derived from them before may no longer hold."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._replace(keys)

    @staticmethod
    def open(settings: CoreSettings, token_seconds: float) -> "KeyRing":
        """Return the keys that the settings name.

        Without `database_url`, and in debug mode, a missing file is created, as the secret is.

        Args:
            settings: the algorithm, and the secret or the file.
            token_seconds: the lifetime of an access token: so long a key verifies after its last signature.

        Raises:
            SigningKeysError: the file is missing or invalid, or another user of the machine could change or read it.
                The text is one line and says what to do.

        """
        algorithm, path = settings.key_pair_algorithm, settings.signing_keys_path
        if algorithm is None:
            return KeyRing([_key_of_secret(settings)])
        if (settings.debug or settings.database_url is None) and _file_version(path) is None:
            # Another process may be faster, and its keys are as good.
            with suppress(SigningKeysExistError):
                key_files.generate_keys(path, algorithm)
        algorithms = [key.algorithm for key in _read_checked(path)]
        if algorithm not in algorithms:
            raise SigningKeysError(
                f"ALGORITHM is {algorithm}, but {path} has no key for it. Add one with: exercise-buddy keys rotate"
            )
        if algorithms[-1] != algorithm:
            # Not an error: a process must be able to restart while an operator prepares the next algorithm.
            log.warning("signing_key_for_another_algorithm", configured=algorithm, signs=algorithms[-1])
        return _FileKeyRing(path, token_seconds)

    def _replace(self, keys: Iterable[Key]) -> None:
        self._keys = {key.kid: key for key in keys}
        self.version += 1

    def refresh(self) -> None:
        """Check whether the keys have changed, unless the last check was less than a second ago."""

    def _refresh_now(self) -> None:
        """Check whether the keys have changed."""

    def signing_key(self) -> Key:
        """Return the active signing key: the latest whose `not_before` has passed."""
        self.refresh()
        now = time.time()
        first, *others = self._keys.values()
        # The first key signs even before its time: the clock of the machine that generated it was ahead.
        return next((key for key in reversed(others) if key.not_before <= now), first)

    def verification_key(self, kid: str) -> Key | None:
        """Return the key with this id. None if it does not exist or has expired."""
        key = self._keys.get(kid)
        if key is None:
            # However recent the last check was: another process may sign with a new key already.
            self._refresh_now()
            key = self._keys.get(kid)
        return key if key is not None and time.time() < key.expires_at else None

    def public_key_set(self) -> KeySet:
        """Return the public keys that verify now or will do so. A secret has none."""
        self.refresh()
        now = time.time()
        return KeySet([key.jwk for key in self._keys.values() if key.jwk is not None and now < key.expires_at])


class _FileKeyRing(KeyRing):
    """The keys of a file, which it reads again after a change. An invalid file changes nothing."""

    def __init__(self, path: Path, token_seconds: float) -> None:
        self._path = path
        self._token_seconds = token_seconds
        # Before the file is read: a change in between causes a second read.
        self._version_read = _file_version(path)
        self._next_check = 0.0
        super().__init__(self._read())

    def _read(self) -> list[Key]:
        keys = _read_checked(self._path)
        return list(map(_key_of_file, keys, key_files.expiry_times(keys, self._token_seconds)))

    def refresh(self) -> None:
        if time.monotonic() >= self._next_check:
            self._refresh_now()

    def _refresh_now(self) -> None:
        self._next_check = time.monotonic() + CHECK_SECONDS
        version = _file_version(self._path)
        if version == self._version_read:
            return
        # Each version is read once, even an invalid one.
        self._version_read = version
        try:
            self._replace(self._read())
        except SigningKeysError as error:
            log.error("signing_keys_unreadable", reason=str(error))  # noqa: TRY400  (the text says all)
        else:
            log.info("signing_keys_changed", key_ids=list(self._keys))


async def get_keys(request: Request) -> KeyRing:
    """Return the keys of the running app."""
    keys: KeyRing = request.state.keys
    return keys


KeysDep = Annotated[KeyRing, Depends(get_keys)]
