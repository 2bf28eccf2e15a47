"""Keys as JSON (RFC 7517): the public ones, which everybody may read, and the private ones, which a file keeps.

EdDSA has keys on the curve Ed25519 (RFC 8037), ES256 such on P-256 (RFC 7518). A key is named by its thumbprint
(RFC 7638), so a name can neither be chosen nor stand for two keys.
"""

import hashlib
from base64 import urlsafe_b64encode
from typing import Annotated, Any, Literal, cast

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm
from pydantic import Field, Strict

from exercise_buddy.core.settings import KeyPairAlgorithm
from exercise_buddy.core.types import Output

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey

_CODECS: dict[KeyPairAlgorithm, type[OKPAlgorithm | ECAlgorithm]] = {"EdDSA": OKPAlgorithm, "ES256": ECAlgorithm}
# What a thumbprint is made of: the members that make the key, and nothing about it.
_IDENTITY = ("crv", "kty", "x", "y")
_LATEST = 2**33


class Ed25519Key(Output):
    """A public key for EdDSA."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    alg: Literal["EdDSA"]
    use: Literal["sig"]
    kid: str


class P256Key(Output):
    """A public key for ES256."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    alg: Literal["ES256"]
    use: Literal["sig"]
    kid: str


PublicJwk = Annotated[Ed25519Key | P256Key, Field(discriminator="kty")]

_Secret = Annotated[str, Field(repr=False)]
# Seconds since 1970. (The name and its meaning are those of OpenID Federation.)
_NotBefore = Annotated[int, Strict(), Field(ge=0, le=_LATEST)]


class PrivateEd25519Key(Ed25519Key):
    """A private key for EdDSA, and from when on it signs."""

    d: _Secret
    nbf: _NotBefore


class PrivateP256Key(P256Key):
    """A private key for ES256, and from when on it signs."""

    d: _Secret
    nbf: _NotBefore


PrivateJwk = Annotated[PrivateEd25519Key | PrivateP256Key, Field(discriminator="kty")]


def thumbprint(jwk: dict[str, Any]) -> str:
    """Name a key as RFC 7638 says: the SHA-256 of what makes it, in base64url."""
    members = orjson.dumps({name: jwk[name] for name in _IDENTITY if name in jwk})
    return urlsafe_b64encode(hashlib.sha256(members).digest()).decode().rstrip("=")


def make(algorithm: KeyPairAlgorithm, not_before: int) -> PrivateEd25519Key | PrivateP256Key:
    """Make a pair of keys.

    Args:
        algorithm: what it is for.
        not_before: from when on it signs, in seconds since 1970.

    """
    if algorithm == "EdDSA":
        content = OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate(), as_dict=True)
        return PrivateEd25519Key.model_validate(_named(content, "EdDSA") | {"nbf": not_before})
    content = ECAlgorithm.to_jwk(generate_private_key(SECP256R1()), as_dict=True)
    return PrivateP256Key.model_validate(_named(content, "ES256") | {"nbf": not_before})


def load(jwk: PrivateEd25519Key | PrivateP256Key) -> PrivateKey:
    """Give the key itself.

    Raises:
        ValueError: it is none, its halves do not belong together, or its name is not its own. The text tells nothing
            of it.

    """
    content = jwk.model_dump()
    try:
        # With `d` it is the private half.
        private = cast("PrivateKey", _CODECS[jwk.alg].from_jwk(content))
    except (jwt.InvalidKeyError, ValueError, TypeError):
        raise ValueError("this is no pair of keys") from None
    if thumbprint(content) != jwk.kid:
        raise ValueError("kid is not the thumbprint of the key")
    return private


def public_half(private: PrivateKey) -> Ed25519Key | P256Key:
    """Give what everybody may know of a key. It is made of the public key alone: there is nothing to leave out."""
    if isinstance(private, Ed25519PrivateKey):
        return Ed25519Key.model_validate(_named(OKPAlgorithm.to_jwk(private.public_key(), as_dict=True), "EdDSA"))
    return P256Key.model_validate(_named(ECAlgorithm.to_jwk(private.public_key(), as_dict=True), "ES256"))


def _named(content: dict[str, Any], algorithm: KeyPairAlgorithm) -> dict[str, Any]:
    return content | {"alg": algorithm, "use": "sig", "kid": thumbprint(content)}
