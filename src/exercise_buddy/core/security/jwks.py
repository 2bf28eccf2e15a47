"""The published keys: with them, anybody can verify an access token without asking us."""

from fastapi import FastAPI, Response

from exercise_buddy.core.problems import TooManyRequests, documented
from exercise_buddy.core.security.jwk import PublicJwk
from exercise_buddy.core.security.keys import KeysDep
from exercise_buddy.core.types import Output

PATH = "/.well-known/jwks.json"
MAX_AGE_SECONDS = 300


class KeySet(Output):
    """The public keys of access tokens (a JWK set, RFC 7517)."""

    keys: list[PublicJwk]


async def read_key_set(response: Response, keys: KeysDep) -> KeySet:
    """Read the public keys that verify access tokens, those of tokens that are still alive among them.

    There are none where tokens are signed with a secret. Who keeps them reads them again when a token names another.
    """
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    return KeySet(keys=keys.published())


def install(app: FastAPI) -> None:
    """Serve them."""
    app.add_api_route(
        PATH,
        read_key_set,
        tags=["operations"],
        operation_id="operations-key-set",
        responses=documented(TooManyRequests),
    )
