"""Access tokens and refresh tokens.

An access token is a JWT (see `core.security.identity`). A refresh token is opaque: the user's id, the session's id and
a secret of 256 bits as base64url. Only an HMAC of the secret is stored. The next secret is another HMAC of this one:
the server can return the same successor twice without storing a secret. The keys of both derive from `SECRET_KEY`, so a
new one ends every session.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid4

import jwt

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import PASSWORD
from exercise_buddy.core.security.identity import AUDIENCE, ISSUER, TOKEN_TYPE
from exercise_buddy.core.security.keys import KeyRing

_SECRET_BYTES = 32
_ID_BYTES = 16
_TOKEN_BYTES = 2 * _ID_BYTES + _SECRET_BYTES
MAX_REFRESH_TOKEN_LENGTH = 128


@lru_cache(maxsize=8)
def _derive_key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"refresh-token-{purpose}:{secret}".encode()).digest()


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A parsed refresh token."""

    user_id: UUID
    session_id: UUID
    secret: bytes

    def __str__(self) -> str:
        raw = self.user_id.bytes + self.session_id.bytes + self.secret
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def __repr__(self) -> str:
        return f"RefreshToken(session_id={self.session_id})"

    def compute_hash(self, settings: AuthSettings) -> bytes:
        """Return the HMAC that is stored."""
        key = _derive_key("storage", settings.secret_key.get_secret_value())
        return hmac.digest(key, self.secret, "sha256")

    def successor(self, settings: AuthSettings) -> "RefreshToken":
        """Return the token that replaces this one: the same at every call."""
        key = _derive_key("rotation", settings.secret_key.get_secret_value())
        return RefreshToken(self.user_id, self.session_id, hmac.digest(key, self.secret, "sha256"))

    @classmethod
    def generate(cls, user_id: UUID, session_id: UUID) -> "RefreshToken":
        """Generate the first token of a session."""
        return cls(user_id, session_id, secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> "RefreshToken | None":
        """Parse a token. Return None if it is malformed."""
        if len(text) > MAX_REFRESH_TOKEN_LENGTH:
            return None
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != _TOKEN_BYTES:
            return None
        return cls(UUID(bytes=raw[:_ID_BYTES]), UUID(bytes=raw[_ID_BYTES : 2 * _ID_BYTES]), raw[2 * _ID_BYTES :])


def issue_access_token(
    keys: KeyRing,
    user_id: UUID,
    session_id: UUID,
    now: datetime,
    *,
    lifetime: int,
    authenticated_at: datetime,
    method: str,
) -> str:
    """Return a signed access token for a session.

    `auth_time` and `amr` (RFC 9068, section 2.2.1) describe the sign-in. RFC 8176 registers `pwd` and has no value for
    a sign-in with a provider; we use `fed` (federated), as Microsoft Entra does.

    Args:
        keys: the active key signs.
        user_id: becomes `sub`.
        session_id: becomes `sid`.
        now: the time of issue, aware.
        lifetime: seconds until it expires.
        authenticated_at: the time of the sign-in, aware.
        method: how the user signed in: `PASSWORD`, or the name of the provider.

    """
    issued_at = int(now.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(session_id),
        "iat": issued_at,
        "exp": issued_at + lifetime,
        "jti": uuid4().hex,
        "auth_time": int(authenticated_at.timestamp()),
        "amr": ["pwd" if method == PASSWORD else "fed"],
    }
    key = keys.signing_key()
    return jwt.encode(claims, key.private, algorithm=key.algorithm, headers={"typ": TOKEN_TYPE, "kid": key.kid})
