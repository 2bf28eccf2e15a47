"""The keys that sign and verify access tokens, as a process that serves knows them.

HS256 and its like have one key, the secret. EdDSA and ES256 have those of a file (see `core.key_files`), which another
process may change at any time. Nobody needs to be told: whoever signs or verifies looks once a second whether the file
is still the same, and at once when a token names a key that is not known here. A look is a `stat`: some µs.
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

from exercise_buddy.core.security import jwk, key_files
from exercise_buddy.core.security.jwk import Ed25519Key, P256Key
from exercise_buddy.core.security.key_files import LOOK_SECONDS, SigningKeysError, SigningKeysExistError, StoredKey
from exercise_buddy.core.settings import CoreSettings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Key:
    """A key, for one algorithm only, whatever a token says.

    `signs` and `verifies` are its halves as PyJWT takes them; those of a secret are the same, and `public` is None.
    `begins` says from when on it signs, `ends` until when it verifies, in seconds since 1970.
    """

    kid: str
    algorithm: str
    signs: Any = field(repr=False)
    verifies: Any = field(repr=False)
    public: Ed25519Key | P256Key | None = None
    begins: float = 0
    ends: float = math.inf


def secret_key_id(settings: CoreSettings) -> str:
    """Name the secret, without giving it away."""
    secret = settings.secret_key.get_secret_value().encode()
    return hashlib.blake2b(b"exercise-buddy kid", key=hashlib.sha256(secret).digest(), digest_size=6).hexdigest()


def _from_secret(settings: CoreSettings) -> Key:
    secret = settings.secret_key.get_secret_value()
    return Key(secret_key_id(settings), settings.algorithm, secret, secret)


def _from_file(stored: StoredKey, ends: float) -> Key:
    private = stored.private
    public = jwk.public_half(private)
    return Key(stored.kid, stored.algorithm, private, private.public_key(), public, stored.begins, ends)


def _state(path: Path) -> tuple[int, int, int] | None:
    """Give what differs when the file does. None if it cannot be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


class KeyRing:
    """The key that signs now, and all that verify now."""

    version = 0
    """Changes when the keys do: what was concluded from them before may be true no more."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._set(keys)

    @staticmethod
    def open(settings: CoreSettings, token_seconds: float) -> "KeyRing":
        """Give the keys that the settings name.

        Without `database_url`, and in debug mode, a file that is missing is made, as the secret is.

        Args:
            settings: the algorithm, and the secret or the file.
            token_seconds: how long an access token lives, and so how long a key verifies after it has signed.

        Raises:
            SigningKeysError: the file is missing or of no use. The text is one line, and says what to do.

        """
        algorithm, path = settings.key_pair_algorithm, settings.signing_keys_path
        if algorithm is None:
            return KeyRing([_from_secret(settings)])
        if (settings.debug or settings.database_url is None) and _state(path) is None:
            # Another process may be quicker, and then its keys are as good.
            with suppress(SigningKeysExistError):
                key_files.generate(path, algorithm)
        algorithms = [key.algorithm for key in key_files.read(path)]
        if algorithm not in algorithms:
            raise SigningKeysError(
                f"ALGORITHM is {algorithm}, but {path} has no key for it. Add one with: exercise-buddy keys rotate"
            )
        if algorithms[-1] != algorithm:
            # No reason to stop: so a process that starts again, while its successor is prepared, goes on.
            log.warning("signing_key_for_another_algorithm", configured=algorithm, signs=algorithms[-1])
        return _WatchedKeyRing(path, token_seconds)

    def _set(self, keys: Iterable[Key]) -> None:
        self._keys = {key.kid: key for key in keys}
        self.version += 1

    def look(self) -> None:
        """See whether the keys have changed, if that was not done within the last second."""

    def _look_again(self) -> None:
        """See whether the keys have changed."""

    def signing(self) -> Key:
        """Give the key that signs now: of those that have begun, the last."""
        self.look()
        now = time.time()
        first, *others = self._keys.values()
        # The first one signs even if it has not begun: by the clock that it was made by, it has.
        return next((key for key in reversed(others) if key.begins <= now), first)

    def verifying(self, kid: str) -> Key | None:
        """Give the key of that name, if it verifies now."""
        key = self._keys.get(kid)
        if key is None:
            # No matter how short ago the last look was: another process may sign with a new key already.
            self._look_again()
            key = self._keys.get(kid)
        return key if key is not None and time.time() < key.ends else None

    def published(self) -> list[Ed25519Key | P256Key]:
        """Give the public halves of all keys that verify now or will do so."""
        self.look()
        now = time.time()
        return [key.public for key in self._keys.values() if key.public is not None and now < key.ends]


class _WatchedKeyRing(KeyRing):
    """The keys of a file, which it reads again when it has changed. While that is impossible, the last ones count."""

    def __init__(self, path: Path, token_seconds: float) -> None:
        self._path = path
        self._token_seconds = token_seconds
        # Before it is read: should it change meanwhile, it is read again.
        self._state = _state(path)
        self._next_look = 0.0
        super().__init__(self._read())

    def _read(self) -> list[Key]:
        stored = key_files.read(self._path)
        return [_from_file(*one) for one in zip(stored, key_files.ends(stored, self._token_seconds), strict=True)]

    def look(self) -> None:
        if time.monotonic() >= self._next_look:
            self._look_again()

    def _look_again(self) -> None:
        self._next_look = time.monotonic() + LOOK_SECONDS
        state = _state(self._path)
        if state == self._state:
            return
        # Whatever is there now: it is read once.
        self._state = state
        try:
            self._set(self._read())
        except SigningKeysError as error:
            log.error("signing_keys_unreadable", reason=str(error))  # noqa: TRY400  (the text says all)
        else:
            log.info("signing_keys_changed", key_ids=list(self._keys))


async def get_keys(request: Request) -> KeyRing:
    """Give the keys of the running app."""
    keys: KeyRing = request.state.keys
    return keys


KeysDep = Annotated[KeyRing, Depends(get_keys)]
