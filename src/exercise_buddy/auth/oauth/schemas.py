"""What the endpoints of signing in with a provider take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from exercise_buddy.auth.one_time import MAX_LENGTH
from exercise_buddy.core.types import Input, Output


def _path(value: str) -> str:
    # A browser reads \ as /, and // as the beginning of another host.
    if not value.startswith("/") or value.startswith(("//", "/\\")) or "\\" in value or not value.isprintable():
        raise ValueError("This is not a path of the web client, such as /workouts")
    return value


NextPath = Annotated[str, Field(max_length=2048), AfterValidator(_path)]
CodeChallenge = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
CodeVerifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]


class ProviderEntry(Output):
    """A provider that one can sign in with."""

    name: str
    login_url: str


class ProviderList(Output):
    """The configured providers."""

    items: list[ProviderEntry]


class CodeExchange(Input):
    """The end of a sign-in: the code of the callback, and the verifier whose challenge it began with (RFC 7636)."""

    code: Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)]
    code_verifier: CodeVerifier
    scope: Literal["offline_access"] | None = Field(
        default=None, description="`offline_access`: the refresh token in the body instead of the cookie."
    )


class LinkStart(Input):
    """Where to go in the web client when the identity is linked."""

    next: NextPath | None = None


class LinkTarget(Output):
    """Where to send the browser so that the identity gets linked."""

    url: str


class Identity(Output):
    """Who you are to a provider."""

    provider: str
    email: str | None
    name: str | None
    created_at: datetime
    last_used_at: datetime | None


class IdentityPage(Output):
    """A page of your identities."""

    items: list[Identity]
    next_cursor: str | None
