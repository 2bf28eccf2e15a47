"""The file of private keys that sign with EdDSA and ES256: a JWK set (RFC 7517).

Each key has the time from which it signs (`nbf`). The key with the latest `nbf` that has passed is the active one. A
former key only verifies, until its last token has expired. So all processes that read the file agree about every
moment without talking to each other. A key is named by its thumbprint (RFC 7638).

A writer holds the draft, which a second writer cannot create at the same time (as git does it).
"""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError

from exercise_buddy.core.files import write_atomically
from exercise_buddy.core.private_files import UnsafePathError, prepare_folder
from exercise_buddy.core.security.schemas import Ed25519Key, P256Key
from exercise_buddy.core.settings import KeyPairAlgorithm

LEEWAY_SECONDS = 5
"""The largest expected difference between the clocks of two servers."""
CHECK_SECONDS = 1.0
"""How often a serving process checks whether the file has changed."""

# How long a former key may still sign: until the file is on the disk and every process has checked it.
_HANDOVER_SECONDS = 5.0

_LOCK_TIMEOUT_SECONDS = 10.0
_LOCK_RETRY_SECONDS = 0.02
_MAX_NOT_BEFORE = 2**33

_KEY_TYPES: dict[KeyPairAlgorithm, type[OKPKey] | type[ECKey]] = {"EdDSA": OKPKey, "ES256": ECKey}


class SigningKeysError(ValueError):
    """The file cannot be used. The text is one line for the operator."""


class SigningKeysExistError(SigningKeysError):
    """The file exists already."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of the file. `not_before` is the time from which it signs, in seconds since 1970."""

    kid: str
    algorithm: KeyPairAlgorithm
    not_before: int
    jwk: OKPKey | ECKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rotation:
    """The new key, the kept keys with the time until which each verifies, and the dropped keys."""

    new: StoredKey
    kept: tuple[tuple[StoredKey, float], ...]
    dropped: tuple[StoredKey, ...]


class _PrivatePart(BaseModel):
    d: str
    nbf: Annotated[int, Strict(), Field(ge=0, le=_MAX_NOT_BEFORE)]


class _PrivateEd25519Key(_PrivatePart, Ed25519Key):
    pass


class _PrivateP256Key(_PrivatePart, P256Key):
    pass


class _KeyFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    keys: list[Annotated[_PrivateEd25519Key | _PrivateP256Key, Field(discriminator="kty")]] = Field(min_length=1)


def read_keys(path: Path) -> list[StoredKey]:
    """Return the keys of the file, ordered by the time from which they sign.

    Raises:
        SigningKeysError: the file does not exist, or is not a set of signing keys.

    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise SigningKeysError(
            f"SIGNING_KEYS_FILE: {path} does not exist. Create it with: exercise-buddy keys generate"
        ) from None
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror}") from None
    try:
        entries = _KeyFile.model_validate_json(content).keys
    except ValidationError as error:
        raise _invalid(path, _first_error(error)) from None
    keys = []
    for number, entry in enumerate(entries):
        try:
            keys.append(_import_key(entry))
        except ValueError as error:
            raise _invalid(path, f"entry {number}: {error}") from None
    if len({key.kid for key in keys}) < len(keys):
        raise _invalid(path, "it has one key twice")
    # The sort is stable: of two keys with the same second, the one that was added later comes later.
    return sorted(keys, key=lambda key: key.not_before)


def _import_key(entry: _PrivateEd25519Key | _PrivateP256Key) -> StoredKey:
    key_type = _KEY_TYPES[entry.alg]
    try:
        jwk = key_type.import_key(entry.model_dump(exclude={"nbf"}))
        public_key = key_type.import_key(jwk.as_dict()).public_key
    except (JoseError, ValueError, TypeError):
        raise ValueError("this is not a key pair") from None
    if public_key != jwk.public_key:
        raise ValueError("this is not a key pair")
    if jwk.thumbprint() != entry.kid:
        raise ValueError("kid is not the thumbprint of the key")
    return StoredKey(entry.kid, entry.alg, entry.nbf, jwk)


def _unusable(path: Path, reason: str) -> SigningKeysError:
    return SigningKeysError(
        f"SIGNING_KEYS_FILE: {path} {reason}. (Create such a file with: exercise-buddy keys generate)"
    )


def _unwritable(path: Path, error: OSError) -> SigningKeysError:
    return SigningKeysError(f"SIGNING_KEYS_FILE: {path} cannot be written: {error.strerror}")


def _invalid(path: Path, reason: str) -> SigningKeysError:
    return _unusable(path, f"is not a set of signing keys: {reason}")


def _first_error(error: ValidationError) -> str:
    # Without the value that was found: it may be a key.
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    match first["loc"]:
        case ("keys", number):
            return f"entry {number}: {first['msg']}"
        case ("keys", number, _, member):
            return f"entry {number}, {member}: {first['msg']}"
        case _:
            return first["msg"]


def expiry_times(keys: Sequence[StoredKey], token_seconds: float) -> list[float]:
    """Return, for each key, the time until which it verifies: when the last token that it may have signed has expired.

    Args:
        keys: one or more, ordered by the time from which they sign.
        token_seconds: the lifetime of a token.

    Returns:
        Seconds since 1970, infinite for the last key.

    """
    return [*(key.not_before + _HANDOVER_SECONDS + token_seconds + LEEWAY_SECONDS for key in keys[1:]), math.inf]


def generate_keys(path: Path, algorithm: KeyPairAlgorithm) -> StoredKey:
    """Create the file with one key that signs at once.

    Raises:
        SigningKeysExistError: the file exists.
        SigningKeysError: it cannot be written, or another user of the machine could replace it.

    """
    try:
        prepare_folder(path.parent)
    except UnsafePathError as error:
        raise SigningKeysError(f"SIGNING_KEYS_FILE: {error}") from None
    except OSError as error:
        raise _unwritable(path, error) from None
    with _locked_draft(path) as draft:
        if path.exists():
            raise SigningKeysExistError(f"{path} exists. Add a key to it with: exercise-buddy keys rotate")
        new = _generate_key(algorithm, 0)
        draft.write(_serialize([new]))
    return new


def rotate_keys(
    path: Path,
    algorithm: KeyPairAlgorithm | None,
    *,
    token_seconds: float,
    delay_seconds: int = 0,
    revoke: bool = False,
) -> Rotation:
    """Add a key that signs from now on, or after a delay, and drop the keys whose tokens have expired.

    Args:
        path: the file.
        algorithm: of the new key; None for that of the newest key.
        token_seconds: the lifetime of a token.
        delay_seconds: the time until the new key signs, in which everybody can learn it.
        revoke: whether to drop all former keys, so that no token that they have signed is accepted any more.

    Raises:
        SigningKeysError: the file cannot be read or written.

    """
    with _locked_draft(path) as draft:
        former = read_keys(path)
        new = _generate_key(algorithm or former[-1].algorithm, delay_seconds)
        keys = sorted([*former, new], key=lambda key: key.not_before)
        now = time.time()
        expiry = dict(zip([key.kid for key in keys], expiry_times(keys, token_seconds), strict=True))
        kept = [] if revoke else [key for key in former if now < expiry[key.kid]]
        draft.write(_serialize([*kept, new]))
    return Rotation(
        new,
        tuple((key, expiry[key.kid]) for key in kept),
        tuple(key for key in former if key not in kept),
    )


def _generate_key(algorithm: KeyPairAlgorithm, delay_seconds: int) -> StoredKey:
    jwk = _KEY_TYPES[algorithm].generate_key(parameters={"alg": algorithm, "use": "sig"}, auto_kid=True)
    return StoredKey(jwk.thumbprint(), algorithm, int(time.time()) + delay_seconds, jwk)


def _serialize(keys: Sequence[StoredKey]) -> bytes:
    content = {"keys": [key.jwk.as_dict(private=True, nbf=key.not_before) for key in keys]}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


@contextmanager
def _locked_draft(path: Path) -> Iterator[BinaryIO]:
    """Yield a draft that replaces the file. Its fixed name is the lock: one writer at a time has it."""
    target = path.resolve()
    draft = target.with_name(f"{target.name}.new")
    deadline = time.monotonic() + _LOCK_TIMEOUT_SECONDS
    try:
        while True:
            with suppress(FileExistsError), write_atomically(target, draft=draft) as file:
                yield file
                return
            if time.monotonic() > deadline:
                raise SigningKeysError(
                    f"{draft} exists: another process is writing the keys. If no process is, remove the file and retry."
                )
            time.sleep(_LOCK_RETRY_SECONDS)
    except OSError as error:
        raise _unwritable(path, error) from None
