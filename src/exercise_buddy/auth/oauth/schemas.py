"""The request and response bodies of provider sign-ins and linked identities."""

import re
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator

from exercise_buddy.auth.one_time_tokens import MAX_LENGTH
from exercise_buddy.auth.step_up import StepUpInput
from exercise_buddy.core.types import (
    CONTROLS,
    CheckedText,
    Documented,
    Input,
    NextCursor,
    Output,
    TimeZone,
    example,
    example_of,
)
from exercise_buddy.users import public as users


def _check_path(value: str) -> str:
    # A browser reads \ as /, and // as the beginning of another host.
    if not value.startswith("/") or value.startswith(("//", "/\\")) or "\\" in value or not value.isprintable():
        raise ValueError("This is not a path of the web client, such as /workouts")
    return value


NextPath = Annotated[
    str,
    Field(max_length=2048, description="The path of the web client to return to."),
    # A `\\` or a second `/` at the beginning is another host.
    CheckedText(_check_path, Documented({"pattern": rf"^/(?:[^/\\{CONTROLS}][^\\{CONTROLS}]*)?$"})),
]


def _ignore_unknown(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    """Return a validated preference, of a language tag at least the part before its extensions, or None.

    The login is a navigation: for a preference of the browser, nobody shall end on a page of JSON.
    """
    tags = [value, re.split(r"-[0-9a-z]-", value, maxsplit=1, flags=re.IGNORECASE)[0]] if isinstance(value, str) else []
    for tag in tags:
        try:
            return validate(tag)
        except ValidationError:
            continue
    return None


# Whatever is sent is accepted.
_ANY_TEXT = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]})
PreferredTimeZone = Annotated[TimeZone | None, WrapValidator(_ignore_unknown), _ANY_TEXT]
PreferredLocale = Annotated[users.Locale | None, WrapValidator(_ignore_unknown), _ANY_TEXT]
CodeChallenge = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
CodeVerifier = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._~-]{43,128}$",
        description="The verifier of the code challenge that the sign-in started with.",
    ),
]
ProviderName = Annotated[str, Path(description="The name of a provider.", examples=["github"])]


class ProviderEntry(Output):
    """A provider to sign in with."""

    name: str = Field(description="The name of the provider in paths, such as `google`.")
    login_url: str = Field(description="The URL that starts a sign-in: send the browser there.")


class ProviderList(Output):
    """The configured providers."""

    model_config = example(
        {
            "items": [
                {"name": "google", "login_url": "https://api.example.org/api/v1/auth/providers/google/login"},
                {"name": "github", "login_url": "https://api.example.org/api/v1/auth/providers/github/login"},
            ]
        }
    )

    items: list[ProviderEntry] = Field(description="The providers.")


class CodeExchange(Input):
    """The code of the callback, and the verifier of the code challenge that the sign-in started with (RFC 7636)."""

    model_config = example({"code": "4f9c2b7e6a1d", "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"})

    code: Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)] = Field(
        description="The `code` of the callback. It works once, for 60 s."
    )
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

    model_config = example(
        {"url": "https://github.com/login/oauth/authorize?response_type=code&client_id=Iv1.8a61f9b3&state=mX3v"}
    )

    url: str = Field(description="Send the browser there, with the cookie of this response.")


class LinkedIdentity(Output):
    """An identity of the user at a provider."""

    model_config = example(
        {
            "provider": "github",
            "email": "ann@example.org",
            "name": "Ann",
            "created_at": "2026-03-01T09:12:45.120000Z",
            "last_used_at": None,
        }
    )

    provider: str = Field(description="The name of the provider.")
    email: str | None = Field(description="The e-mail address at the provider.")
    name: str | None = Field(description="The name at the provider.")
    created_at: datetime = Field(description="When it was linked.")
    last_used_at: datetime | None = Field(description="When it was last used to sign in. Null if never.")


class IdentityPage(Output):
    """A page of the user's identities."""

    model_config = example({"items": [example_of(LinkedIdentity)], "next_cursor": None})

    items: list[LinkedIdentity] = Field(description="The identities.")
    next_cursor: NextCursor
