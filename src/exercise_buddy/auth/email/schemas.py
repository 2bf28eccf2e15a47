"""The request bodies of e-mail endpoints."""

from exercise_buddy.auth.password.schemas import CurrentPassword, LinkToken
from exercise_buddy.core.types import Input, example
from exercise_buddy.users.public import Email


class EmailVerification(Input):
    """The token of the link in a mail."""

    model_config = example({"token": "VhZl2mC7tqY0sJkR3xWb"})

    token: LinkToken


class EmailChange(Input):
    """A new address. `current_password` is optional within ten minutes of a sign-in."""

    model_config = example({"email": "ann.new@example.org", "current_password": "correct horse battery staple"})

    email: Email
    current_password: CurrentPassword | None = None
