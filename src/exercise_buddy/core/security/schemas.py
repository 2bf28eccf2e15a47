"""The public keys as JSON (RFC 7517): Ed25519 for EdDSA (RFC 8037), P-256 for ES256 (RFC 7518)."""

from typing import Annotated, Literal

from pydantic import Field

from exercise_buddy.core.types import Output


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


class KeySet(Output):
    """The public keys of access tokens (a JWK set, RFC 7517)."""

    keys: list[Annotated[Ed25519Key | P256Key, Field(discriminator="kty")]]
