"""The request bodies of password endpoints."""

from typing import Annotated

from pydantic import Field

from exercise_buddy.auth.one_time_tokens import MAX_LENGTH
from exercise_buddy.auth.passwords import NewPassword
from exercise_buddy.auth.step_up import StepUpInput
from exercise_buddy.core.types import Input, StrictBool, example
from exercise_buddy.users.public import Email

END_OTHERS = "Revoke all sessions except that of this request."
UNLINK = "Unlink all identities at providers, in case somebody else has linked one."

LinkToken = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH, description="The `token` of the link in a mail.")]


class PasswordResetRequest(Input):
    """The address of the account whose password is forgotten."""

    model_config = example({"email": "ann@example.org"})

    email: Email


class PasswordReset(Input):
    """A new password, with the token of the link in a mail."""

    model_config = example({"token": "VhZl2mC7tqY0sJkR3xWb", "password": "tall giraffes drink slowly"})

    token: LinkToken
    password: NewPassword
    unlink_identities: StrictBool = Field(default=False, description=UNLINK)


class PasswordChange(StepUpInput):
    """A new password."""

    model_config = example(
        {"current_password": "correct horse battery staple", "new_password": "tall giraffes drink slowly"}
    )

    new_password: NewPassword
    end_other_sessions: StrictBool = Field(default=True, description=END_OTHERS)
    unlink_identities: StrictBool = Field(default=False, description=UNLINK)
