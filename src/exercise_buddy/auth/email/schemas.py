"""The request bodies of e-mail endpoints."""

from pydantic import Field

from exercise_buddy.auth.password.schemas import END_OTHERS, UNLINK, LinkToken
from exercise_buddy.auth.step_up import StepUpInput
from exercise_buddy.core.types import Input, StrictBool, example
from exercise_buddy.users.public import Email


class EmailVerification(Input):
    """The token of the link in a mail."""

    model_config = example({"token": "VhZl2mC7tqY0sJkR3xWb"})

    token: LinkToken


class EmailChange(StepUpInput):
    """A new address."""

    model_config = example({"email": "ann.new@example.org", "current_password": "correct horse battery staple"})

    email: Email
    end_other_sessions: StrictBool = Field(default=True, description=f"{END_OTHERS} It happens with the change.")
    unlink_identities: StrictBool = Field(default=False, description=f"{UNLINK} It happens with the change.")
