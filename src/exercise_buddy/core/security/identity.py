"""Who is calling: the verification of access tokens. Issuing them is the business of `auth`.

An access token is a JWT of the profile in RFC 9068: header `typ: at+jwt` and `kid`, claims `iss aud sub sid iat exp
jti`, all of them required. Its `kid` says which of our keys has signed it; by what algorithm, only the key says.
"""

import time
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

import jwt
from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer
from starlette.requests import HTTPConnection

from exercise_buddy.core.problems import Unauthenticated
from exercise_buddy.core.security.key_files import LEEWAY_SECONDS
from exercise_buddy.core.security.keys import KeyRing

ISSUER = "exercise-buddy"
AUDIENCE = "exercise-buddy-api"
TOKEN_TYPE = "at+jwt"  # noqa: S105  (the media type of access tokens)
CLAIMS = ("iss", "aud", "sub", "sid", "iat", "exp", "jti")

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """The user behind a request, and the session that the access token was issued for."""

    user_id: UUID
    session_id: UUID


class SessionRegister(Protocol):
    """Knows which sessions have ended before their access tokens have. `main` hands over that of `auth`."""

    async def has_ended(self, identity: Identity) -> bool:
        """Say whether the session of an access token has ended."""


class TokenVerifier:
    """Verifies access tokens, and remembers the verified ones until they expire.

    A PyJWT check costs 50 to 200 µs, by the algorithm, a look at what is remembered less than 0.5 µs.
    """

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._version = keys.version
        self._remembered: dict[str, tuple[Identity, float]] = {}

    def identify(self, token: str) -> Identity | None:
        """Give the identity that a token proves, or None when it proves none."""
        self._keys.look()
        if self._keys.version != self._version:
            # A key may be gone, or have got an end, and its tokens with it.
            self._remembered.clear()
            self._version = self._keys.version
        remembered = self._remembered.get(token)
        if remembered is not None:
            if time.time() < remembered[1]:
                return remembered[0]
            del self._remembered[token]
        try:
            key = self._keys.verifying(jwt.get_unverified_header(token).get("kid", ""))
            if key is None:
                return None
            decoded = jwt.decode_complete(
                token,
                key.verifies,
                algorithms=[key.algorithm],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=LEEWAY_SECONDS,
                options={"require": list(CLAIMS), "strict_aud": True},
            )
            claims = decoded["payload"]
            identity = Identity(UUID(claims["sub"]), UUID(claims["sid"]))
        except (jwt.InvalidTokenError, ValueError, AttributeError, TypeError):
            return None
        if decoded["header"].get("typ") != TOKEN_TYPE:
            return None
        if len(self._remembered) >= _REMEMBERED:
            # The oldest goes: it is also the one that expires first.
            del self._remembered[next(iter(self._remembered))]
        self._remembered[token] = (identity, min(float(claims["exp"]) + LEEWAY_SECONDS, key.ends))
        return identity


def bearer_token(headers: list[tuple[bytes, bytes]]) -> str | None:
    """Find the bearer token among the raw headers of a request."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else None
    return None


class _BearerIdentity(OAuth2PasswordBearer):
    """Hands on what the middleware found, and makes OpenAPI say that a bearer token is wanted."""

    async def __call__(self, request: HTTPConnection) -> Any:  # noqa: ANN401  (the base class gives a text)
        identity: Identity | None = request.state.identity
        if identity is not None:
            return identity
        if bearer_token(request.scope["headers"]) is None:
            raise Unauthenticated(
                "Send an access token: Authorization: Bearer …", headers={"WWW-Authenticate": "Bearer"}
            )
        raise Unauthenticated(
            "The access token is invalid or has expired.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )


SCHEME = "AccessToken"

# The kernel does not know where a client signs in: `core.http.openapi` adds the URL that `main` passes.
CurrentUser = Annotated[Identity, Depends(_BearerIdentity(tokenUrl="", scheme_name=SCHEME))]
"""The signed-in user. An endpoint that takes it answers 401 to everybody else."""
