"""What the endpoints of passwords take."""

from typing import Annotated

from pydantic import Field

from exercise_buddy.auth.one_time import MAX_LENGTH
from exercise_buddy.auth.passwords import NewPassword
from exercise_buddy.core.types import Input
from exercise_buddy.users.public import Email

GivenPassword = Annotated[str, Field(max_length=1024)]
LinkToken = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)]


class ForgottenPassword(Input):
    """Whose password is forgotten."""

    email: Email


class PasswordReset(Input):
    """A new password, by the token of a mail's link."""

    token: LinkToken
    password: NewPassword


class PasswordChange(Input):
    """A new password. `current_password` is left out by users who have none yet."""

    current_password: GivenPassword | None = None
    new_password: NewPassword
