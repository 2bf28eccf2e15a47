"""The request and response bodies of registration, login and refresh."""

from typing import Annotated, Literal

from pydantic import Field

from exercise_buddy.auth.passwords import NewPassword
from exercise_buddy.auth.tokens import MAX_REFRESH_TOKEN_LENGTH
from exercise_buddy.core.types import Input, Output, TimeZone, example
from exercise_buddy.users.public import DisplayName, Email, Username


class Registration(Input):
    """A new account."""

    model_config = example(
        {"email": "ann@example.org", "password": "correct horse battery staple", "time_zone": "Europe/Berlin"}
    )

    email: Email
    password: NewPassword
    username: Username | None = None
    display_name: DisplayName | None = None
    time_zone: TimeZone | None = Field(default=None, description="An IANA name. The default is UTC.")


class RefreshInput(Input):
    """The refresh token of a client that does not hold it in a cookie."""

    model_config = example({"refresh_token": "8Qf0kJ2m.0Zx1cV4bN7mA9sD2fG5hJ8kL"})

    refresh_token: Annotated[str, Field(max_length=MAX_REFRESH_TOKEN_LENGTH)] | None = None


class TokenResponse(Output):
    """The tokens of a session. The refresh token is null if the client holds it in a cookie."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Seconds until the access token expires.")
    refresh_token: str | None
    deletion_cancelled: bool = Field(
        description="Whether the account was to be deleted, and this sign-in has cancelled that."
    )
