"""What the endpoints of the e-mail address take."""

from exercise_buddy.auth.password.schemas import GivenPassword, LinkToken
from exercise_buddy.core.types import Input
from exercise_buddy.users.public import Email


class EmailConfirmation(Input):
    """The token of a mail's link."""

    token: LinkToken


class EmailChange(Input):
    """Another address. `current_password` may be left out within ten minutes of signing in."""

    email: Email
    current_password: GivenPassword | None = None
