"""The public keys as JSON (RFC 7517): Ed25519 for EdDSA (RFC 8037), P-256 for ES256 (RFC 7518)."""

from typing import Annotated, Literal

from pydantic import Field

from exercise_buddy.core.types import Output, example

KeyId = Annotated[str, Field(description="The id of the key, which the header of a token names.")]


class Ed25519Key(Output):
    """A public key for EdDSA."""

    kty: Literal["OKP"] = Field(description="The type of the key: octet key pair.")
    crv: Literal["Ed25519"] = Field(description="The curve.")
    x: str = Field(description="The public key, as base64url.")
    alg: Literal["EdDSA"] = Field(description="The algorithm of signatures.")
    use: Literal["sig"] = Field(description="The key verifies signatures.")
    kid: KeyId


class P256Key(Output):
    """A public key for ES256."""

    kty: Literal["EC"] = Field(description="The type of the key: elliptic curve.")
    crv: Literal["P-256"] = Field(description="The curve.")
    x: str = Field(description="The x coordinate of the public key, as base64url.")
    y: str = Field(description="The y coordinate of the public key, as base64url.")
    alg: Literal["ES256"] = Field(description="The algorithm of signatures.")
    use: Literal["sig"] = Field(description="The key verifies signatures.")
    kid: KeyId


class KeySet(Output):
    """The public keys of access tokens (a JWK set, RFC 7517)."""

    model_config = example(
        {
            "keys": [
                {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                    "alg": "EdDSA",
                    "use": "sig",
                    "kid": "2026-01",
                }
            ]
        }
    )

    keys: list[Annotated[Ed25519Key | P256Key, Field(discriminator="kty")]] = Field(
        description="The keys that verify tokens now. Empty if the server signs with a secret (HS256)."
    )
