"""The request bodies of password endpoints."""

from typing import Annotated

from pydantic import Field

from exercise_buddy.auth.one_time_tokens import MAX_LENGTH
from exercise_buddy.auth.passwords import NewPassword
from exercise_buddy.core.types import Input, example
from exercise_buddy.users.public import Email

CurrentPassword = Annotated[str, Field(max_length=1024)]
LinkToken = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)]


class PasswordResetRequest(Input):
    """The address of the account whose password is forgotten."""

    model_config = example({"email": "ann@example.org"})

    email: Email


class PasswordReset(Input):
    """A new password, with the token of the link in a mail."""

    model_config = example({"token": "VhZl2mC7tqY0sJkR3xWb", "password": "tall giraffes drink slowly"})

    token: LinkToken
    password: NewPassword


class PasswordChange(Input):
    """A new password. Users without a password omit `current_password`."""

    model_config = example(
        {"current_password": "correct horse battery staple", "new_password": "tall giraffes drink slowly"}
    )

    current_password: CurrentPassword | None = None
    new_password: NewPassword
