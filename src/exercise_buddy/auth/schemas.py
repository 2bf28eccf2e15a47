"""The request and response bodies of registration, login and refresh."""

from typing import Annotated, Literal

from pydantic import Field

from exercise_buddy.auth.passwords import NewPassword
from exercise_buddy.auth.tokens import MAX_REFRESH_TOKEN_LENGTH
from exercise_buddy.core.types import Input, Output, TimeZone, example
from exercise_buddy.users.public import DisplayName, Email, Locale, Username

OFFLINE = "offline_access"


class Registration(Input):
    """A new account."""

    model_config = example(
        {"email": "ann@example.org", "password": "correct horse battery staple", "time_zone": "Europe/Berlin"}
    )

    email: Email
    password: NewPassword
    username: Username | None = None
    display_name: DisplayName | None = None
    time_zone: TimeZone | None = Field(default=None, description="An IANA time zone. The default is UTC.")
    locale: Locale | None = Field(default=None, description="A language tag, such as `de-AT`. The default is en.")


class LoginInput(Input):
    """The credentials of a login: the fields of the password grant (RFC 6749, 4.3.2), as JSON or as a form."""

    model_config = example({"username": "ann@example.org", "password": "correct horse battery staple"})

    # An empty field of a form is a missing one.
    username: str = Field(min_length=1, description="The e-mail address or the user name.")
    password: str = Field(min_length=1, description="The password.", json_schema_extra={"format": "password"})
    scope: str | None = Field(
        default=None,
        description="Names separated by blanks. `offline_access`: the refresh token in the body instead of the cookie.",
    )
    grant_type: Literal["password"] | None = Field(
        default=None, description="The grant of OAuth 2.0, which clients of that standard send."
    )
    client_id: str | None = Field(default=None, description="For clients of OAuth 2.0. Ignored.")
    client_secret: str | None = Field(
        default=None, description="For clients of OAuth 2.0. Ignored.", json_schema_extra={"format": "password"}
    )

    @property
    def is_offline(self) -> bool:
        """Whether the client keeps the refresh token itself."""
        return OFFLINE in (self.scope or "").split()


class RefreshInput(Input):
    """The refresh token of a client that does not hold it in a cookie."""

    # A browser sends the cookie. No token that is published can be valid.
    model_config = example({})

    refresh_token: Annotated[str, Field(max_length=MAX_REFRESH_TOKEN_LENGTH)] | None = Field(
        default=None, description="The last `refresh_token` of a response. Without it, the cookie is used."
    )


class TokenResponse(Output):
    """The tokens of a session. The refresh token is null if the client holds it in a cookie."""

    model_config = example(
        {
            "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTljOGUxYSJ9.c2lnbmF0dXJl",
            "token_type": "bearer",
            "expires_in": 900,
            "refresh_token": None,
            "deletion_cancelled": False,
        }
    )

    access_token: str = Field(description="A JWT to send with each request: `Authorization: Bearer …`.")
    token_type: Literal["bearer"] = Field(description="How to send the access token.")
    expires_in: Annotated[int, Field(ge=1)] = Field(description="Seconds until the access token expires.")
    refresh_token: str | None = Field(
        description="Exchange it for new tokens before the access token expires. Null if it is in the cookie."
    )
    deletion_cancelled: bool = Field(
        description="Whether the account was to be deleted, and this sign-in has cancelled that."
    )
