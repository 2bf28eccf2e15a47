"""The request and response bodies of provider sign-ins and linked identities."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from exercise_buddy.auth.one_time_tokens import MAX_LENGTH
from exercise_buddy.auth.step_up import StepUpInput
from exercise_buddy.core.types import Input, Output, example


def _check_path(value: str) -> str:
    # A browser reads \ as /, and // as the beginning of another host.
    if not value.startswith("/") or value.startswith(("//", "/\\")) or "\\" in value or not value.isprintable():
        raise ValueError("This is not a path of the web client, such as /workouts")
    return value


NextPath = Annotated[str, Field(max_length=2048), AfterValidator(_check_path)]
CodeChallenge = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
CodeVerifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]


class ProviderEntry(Output):
    """A provider to sign in with."""

    name: str
    login_url: str


class ProviderList(Output):
    """The configured providers."""

    items: list[ProviderEntry]


class CodeExchange(Input):
    """The code of the callback, and the verifier of the code challenge that the sign-in started with (RFC 7636)."""

    model_config = example({"code": "4f9c2b7e6a1d", "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"})

    code: Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)]
    code_verifier: CodeVerifier
    scope: Literal["offline_access"] | None = Field(
        default=None, description="`offline_access`: the refresh token in the body instead of the cookie."
    )


class LinkRequest(StepUpInput):
    """The password, and the path of the web client to return to after the identity is linked."""

    model_config = example({"current_password": "correct horse battery staple", "next": "/settings"})

    next: NextPath | None = None


class AuthorizationUrl(Output):
    """The URL of the provider to which the client sends the browser."""

    url: str


class LinkedIdentity(Output):
    """An identity of the user at a provider."""

    provider: str
    email: str | None
    name: str | None
    created_at: datetime
    last_used_at: datetime | None


class IdentityPage(Output):
    """A page of the user's identities."""

    items: list[LinkedIdentity]
    next_cursor: str | None
