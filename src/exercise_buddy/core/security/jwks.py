"""The published keys: with them, anybody can verify an access token without a request to us."""

from fastapi import FastAPI, Response

from exercise_buddy.core.problems import (
    MalformedRequest,
    TooManyRequests,
    TooManyRequestsInFlight,
    Unavailable,
    documented,
)
from exercise_buddy.core.security.keys import KeysDep
from exercise_buddy.core.security.schemas import KeySet

PATH = "/.well-known/jwks.json"
MAX_AGE_SECONDS = 300


async def get_key_set(response: Response, keys: KeysDep) -> KeySet:
    """Get the public keys that verify access tokens.

    Former keys stay in the set until their last token has expired. The set is empty where a secret signs the tokens.
    A client that caches the set fetches it again when a token names an unknown key.
    """
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    # The schema refuses unknown members: a private one cannot leave by accident.
    return KeySet.model_validate(keys.public_key_set().as_dict())


def install(app: FastAPI) -> None:
    """Add the endpoint to the app."""
    app.add_api_route(
        PATH,
        get_key_set,
        tags=["operations"],
        operation_id="operations-get-key-set",
        summary="Get the public keys that verify access tokens",
        responses=documented(MalformedRequest, TooManyRequests, TooManyRequestsInFlight, Unavailable),
    )
