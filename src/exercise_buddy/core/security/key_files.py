"""The file with the keys that EdDSA and ES256 sign with: a JWK set with private keys.

Each key says from when on it signs (`nbf`). The one that began last is the current one; where the next one begins, its
time is over, and it only verifies until the tokens that it signed have died. So all processes that read the file agree
about every moment, without a word between them.

Whoever writes holds the draft, which nobody else can make at the same time (as git does it); the draft becomes the file
in one step. A reader sees the file before or after it, never half of it, and a crash leaves the file as it was.
"""

import math
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exercise_buddy.core.security import jwk
from exercise_buddy.core.security.jwk import PrivateEd25519Key, PrivateJwk, PrivateKey, PrivateP256Key
from exercise_buddy.core.settings import KeyPairAlgorithm

LEEWAY_SECONDS = 5
"""How much the clocks of two servers may differ."""
LOOK_SECONDS = 1.0
"""How often a process that serves looks whether the file has changed."""

# How long a key may go on signing after the next one has begun: until the disk has the file, and everybody has looked.
_HANDOVER_SECONDS = 5.0

_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.02


class SigningKeysError(ValueError):
    """The file cannot be used. The text is one line for the operator."""


class SigningKeysExistError(SigningKeysError):
    """There is a file already."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of the file."""

    jwk: PrivateEd25519Key | PrivateP256Key
    private: PrivateKey

    @property
    def kid(self) -> str:
        """Its name."""
        return self.jwk.kid

    @property
    def algorithm(self) -> KeyPairAlgorithm:
        """What it is for: this, and nothing that a token may say."""
        return self.jwk.alg

    @property
    def begins(self) -> int:
        """From when on it signs, in seconds since 1970."""
        return self.jwk.nbf


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    keys: list[PrivateJwk] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation has done: the new key, those that go on verifying, with until when, and those that are gone."""

    new: StoredKey
    kept: tuple[tuple[StoredKey, float], ...]
    dropped: tuple[StoredKey, ...]


def read(path: Path) -> list[StoredKey]:
    """Read the keys, in the order in which they begin to sign.

    Raises:
        SigningKeysError: there is no such file, or it is no set of keys.

    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise SigningKeysError(
            f"SIGNING_KEYS_FILE: {path} does not exist. Make it with: exercise-buddy keys generate"
        ) from None
    except OSError as error:
        raise SigningKeysError(_unusable(path, f"cannot be read: {error.strerror}")) from None
    try:
        found = _File.model_validate_json(content).keys
    except ValidationError as error:
        raise SigningKeysError(_unusable(path, f"is no set of signing keys: {_first_mistake(error)}")) from None
    keys = []
    for number, one in enumerate(found):
        try:
            keys.append(StoredKey(one, jwk.load(one)))
        except ValueError as error:
            raise SigningKeysError(_unusable(path, f"is no set of signing keys: entry {number}: {error}")) from None
    if len({key.kid for key in keys}) < len(keys):
        raise SigningKeysError(_unusable(path, "is no set of signing keys: it has one key twice"))
    # Of two that begin in the same second, the one that was added later is the later one.
    return sorted(keys, key=lambda key: key.begins)


def _unusable(path: Path, why: str) -> str:
    return f"SIGNING_KEYS_FILE: {path} {why}. (Such a file is made with: exercise-buddy keys generate)"


def _first_mistake(error: ValidationError) -> str:
    # Never what was found there: it may be a key.
    mistake = error.errors(include_url=False, include_context=False, include_input=False)[0]
    match mistake["loc"]:
        case ("keys", number):
            return f"entry {number}: {mistake['msg']}"
        case ("keys", number, _, member):
            return f"entry {number}, {member}: {mistake['msg']}"
        case _:
            return mistake["msg"]


def ends(keys: Sequence[StoredKey], token_seconds: float) -> list[float]:
    """Give, for each key, until when it verifies: until the last token that it may have signed has died.

    Args:
        keys: one or more, in the order in which they begin to sign.
        token_seconds: how long a token lives.

    Returns:
        Seconds since 1970, infinite for the last key.

    """
    return [*(key.begins + _HANDOVER_SECONDS + token_seconds + LEEWAY_SECONDS for key in keys[1:]), math.inf]


def generate(path: Path, algorithm: KeyPairAlgorithm) -> StoredKey:
    """Make the file, with one key that signs at once.

    Raises:
        SigningKeysExistError: there is one.
        SigningKeysError: it cannot be written.

    """
    with _replacing(path) as file:
        if path.exists():
            raise SigningKeysExistError(f"{path} exists. A key is added to it with: exercise-buddy keys rotate")
        new = _new_key(algorithm, 0)
        file.write(_content([new]))
    return new


def rotate(
    path: Path,
    algorithm: KeyPairAlgorithm | None,
    *,
    token_seconds: float,
    delay_seconds: int = 0,
    revoke: bool = False,
) -> Rotation:
    """Add a key that signs from now on, or from later on, and drop those whose tokens have died.

    Args:
        path: the file.
        algorithm: what the new key is for; as the newest one without it.
        token_seconds: how long a token lives.
        delay_seconds: after what time it begins to sign. Everybody can know it by then.
        revoke: drop all others, so that no token which they have signed is accepted any more.

    Raises:
        SigningKeysError: the file cannot be read or written.

    """
    with _replacing(path) as file:
        former = read(path)
        new = _new_key(algorithm or former[-1].algorithm, delay_seconds)
        keys = sorted([*former, new], key=lambda key: key.begins)
        now = time.time()
        until = dict(zip([key.kid for key in keys], ends(keys, token_seconds), strict=True))
        kept = [] if revoke else [key for key in former if now < until[key.kid]]
        file.write(_content([*kept, new]))
    return Rotation(
        new,
        tuple((key, until[key.kid]) for key in kept),
        tuple(key for key in former if key not in kept),
    )


def _new_key(algorithm: KeyPairAlgorithm, delay_seconds: int) -> StoredKey:
    made = jwk.make(algorithm, int(time.time()) + delay_seconds)
    return StoredKey(made, jwk.load(made))


@contextmanager
def _replacing(given: Path) -> Iterator[BinaryIO]:
    """Be the only one who writes the file. What is written becomes the file when the context ends without an error."""
    # What is behind a link is replaced, not the link.
    path = given.resolve()
    draft = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = _open_draft(draft)
        try:
            with file:
                yield file
                file.flush()
                _inherit(file.fileno(), path)
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except OSError as error:
        raise SigningKeysError(f"SIGNING_KEYS_FILE: {given} cannot be written: {error.strerror}") from None


def _open_draft(draft: Path) -> BinaryIO:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except FileExistsError:
            if time.monotonic() > deadline:
                raise SigningKeysError(
                    f"{draft} exists: somebody else is writing the keys. If nobody is, remove it and try again."
                ) from None
        time.sleep(_PAUSE_SECONDS)


def _inherit(descriptor: int, path: Path) -> None:
    """Let those read the new file who could read the former one: root may rotate what another user serves with."""
    if path.exists() and hasattr(os, "fchown"):
        former, mine = path.stat(), os.fstat(descriptor)
        os.fchmod(descriptor, stat.S_IMODE(former.st_mode))
        if (mine.st_uid, mine.st_gid) != (former.st_uid, former.st_gid):
            os.fchown(descriptor, former.st_uid, former.st_gid)


def _content(keys: Sequence[StoredKey]) -> bytes:
    content = {"keys": [key.jwk.model_dump() for key in keys]}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _sync(folder: Path) -> None:
    # The new name is on the disk only when the folder is. (Windows opens no folders.)
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
