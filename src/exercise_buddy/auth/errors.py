"""The problems of auth."""

from pydantic import BaseModel, Field

from exercise_buddy.core.problem_schemas import FieldErrors, example_members
from exercise_buddy.core.problems import Conflict, Forbidden, NotFound, Problem, Unauthenticated


class InvalidCredentials(Unauthenticated):
    """The account does not exist, is disabled or has no password, or the password is wrong: the response is the same.

    The failure stays in the security log.
    """

    slug = "invalid-credentials"
    title = "The user name or the password is wrong"
    keeps_writes = True


class WrongPassword(Forbidden):
    """The user is signed in, but the current password is wrong. The failure stays in the security log."""

    slug = "wrong-password"
    title = "The current password is wrong"
    keeps_writes = True


class SignInMethod(BaseModel):
    """A way to prove who you are."""

    method: str = Field(description="`password`, or the name of a provider.")
    login_url: str = Field(
        default_factory=str, description="Where a sign-in with the provider starts. Missing for a password."
    )


class StepUpMembers(FieldErrors):
    """What the client must send or do."""

    model_config = example_members({"methods": [{"method": "password"}]})

    methods: list[SignInMethod] = Field(description="The ways that help. One of them is enough.")
    max_age: int = Field(
        default_factory=int,
        ge=0,
        description="The maximum age of the sign-in, in seconds. Missing if the account has a password.",
    )


class StepUpRequired(Unauthenticated):
    """The request needs the password of the account, or a recent sign-in (RFC 9470). `methods` lists what helps."""

    slug = "insufficient-user-authentication"
    title = "Send the current password, or sign in again"
    extension = StepUpMembers


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is missing, unknown, expired or revoked."""

    slug = "invalid-refresh-token"
    title = "The session has ended: sign in again"


class RefreshTokenReused(InvalidRefreshToken):
    """A rotated refresh token was used again: somebody has a copy. The session stays revoked."""

    slug = "refresh-token-reused"
    title = "The refresh token was used before, so its session was revoked: sign in again"
    keeps_writes = True


class ForeignOrigin(Forbidden):
    """A page of another site called an endpoint that uses cookies."""

    slug = "foreign-origin"
    title = "This origin may not call this endpoint"


class SessionNotFound(NotFound):
    """The session does not exist, has ended, or belongs to another user."""


class InvalidLink(Problem):
    """The token of a link in a mail is used, expired or unknown."""

    status = 400
    slug = "invalid-link"
    title = "This link has expired or was used already"
    is_refusal = True


class InvalidCode(Problem):
    """The code of a provider sign-in is used, expired or unknown, or the verifier is wrong.

    The code stays consumed: a client with a stolen code but without the verifier has one attempt.
    """

    keeps_writes = True
    status = 400
    slug = "invalid-code"
    title = "This sign-in has expired or was finished already"
    is_refusal = True


class ProviderNotFound(NotFound):
    """The provider does not exist or is not configured."""

    is_refusal = False


class IdentityNotFound(NotFound):
    """The user has no identity of this provider."""


class LastSignInMethod(Conflict):
    """Without this identity the user could not sign in any more."""

    slug = "last-way-to-sign-in"
    title = "This is the last way to sign in: set a password or link another identity first"
