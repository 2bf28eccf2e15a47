"""Access tokens, valid and forged, and a clock, for the tests of signing keys."""

import base64
import json
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest

from exercise_buddy.core.security import key_files, keys
from exercise_buddy.core.security.identity import AUDIENCE, ISSUER, TOKEN_TYPE
from exercise_buddy.core.security.keys import Key, KeyRing
from exercise_buddy.core.settings import CoreSettings, KeyPairAlgorithm
from tests.support import SECRET

LIFETIME = 900
DUE = LIFETIME + key_files._HANDOVER_SECONDS + key_files.LEEWAY_SECONDS
SECRET_RING = KeyRing.open(CoreSettings(secret_key=SECRET), LIFETIME)


class Clock:
    """The wall clock and the monotonic clock, which a test can advance."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = 0.0
        now, passed = time.time, time.monotonic
        monkeypatch.setattr(time, "time", lambda: now() + self._ahead)
        monkeypatch.setattr(time, "monotonic", lambda: passed() + self._ahead)

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "Shifted":
                return cls.fromtimestamp(time.time(), tz)

        monkeypatch.setattr("jwt.api_jwt.datetime", Shifted)

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


def build_claims(**changes: Any) -> dict[str, Any]:
    """Build the claims of a valid access token, with changes."""
    now = int(time.time())
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "iat": now,
        "exp": now + LIFETIME,
        "jti": uuid4().hex,
    } | changes


def sign_token(key: Key, headers: dict[str, Any] | None = None, **changes: Any) -> str:
    """Sign a valid access token, with changed claims and headers."""
    head = {"typ": TOKEN_TYPE, "kid": key.kid} | (headers or {})
    # `jwt.encode` refuses some claims of a wrong type.
    payload = json.dumps(build_claims(**changes)).encode()
    return jwt.PyJWS().encode(payload, key.private, algorithm=key.algorithm, headers=head)


def encode_segment(content: bytes) -> bytes:
    """Encode a part of a token (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def build_raw_token(header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """Build a token that no library would build."""
    head = encode_segment(json.dumps({"typ": TOKEN_TYPE} | header).encode())
    signed = head + b"." + encode_segment(json.dumps(build_claims()).encode())
    return (signed + b"." + encode_segment(sign(signed))).decode()


def rotate(path: Path, algorithm: KeyPairAlgorithm | None = None, **options: Any) -> key_files.Rotation:
    """Rotate the keys of a file."""
    return key_files.rotate_keys(path, algorithm, token_seconds=LIFETIME, **options)


def add_key(path: Path) -> Key:
    """Rotate the keys; return the new one as a process reads it at its start."""
    rotate(path)
    return keys._FileKeyRing(path, LIFETIME).signing_key()
