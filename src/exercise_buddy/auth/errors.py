"""The outcomes of auth that are errors to the client."""

from exercise_buddy.core.problems import Conflict, Forbidden, NotFound, Problem, Unauthenticated


class InvalidCredentials(Unauthenticated):
    """Wrong password, no such account, an account without a password, a disabled one: all the same to the client.

    It is noted in the security log, and that is kept.
    """

    slug = "invalid-credentials"
    title = "The user name or the password is wrong"
    keeps_writes = True


class WrongPassword(Forbidden):
    """The user is signed in, but the current password that the change asks for is wrong. Noted, and that is kept."""

    slug = "wrong-password"
    title = "The current password is wrong"
    keeps_writes = True


class SignInAgain(Forbidden):
    """What is asked for needs the password, or a sign-in of the last ten minutes."""

    slug = "sign-in-again"
    title = "Sign in again to do this"


class InvalidRefreshToken(Unauthenticated):
    """No refresh token, an unknown, expired or revoked one."""

    slug = "invalid-refresh-token"
    title = "The session has ended: sign in again"


class RefreshTokenReused(InvalidRefreshToken):
    """A refresh token that was rotated away came back: somebody has a copy. The session ends, and that is kept."""

    slug = "refresh-token-reused"
    title = "A used refresh token came back, so the session has ended: sign in again"
    keeps_writes = True


class ForeignOrigin(Forbidden):
    """A page of another site called an endpoint that works with cookies."""

    slug = "foreign-origin"
    title = "This page may not use the sign-in"


class SessionNotFound(NotFound):
    """The user has no such session, or it has ended."""


class InvalidLink(Problem):
    """A token of a mail's link that is used up, expired, or was never one."""

    status = 400
    slug = "invalid-link"
    title = "This link has expired or was used already"


class InvalidCode(Problem):
    """The code that ends a sign-in with a provider is used up or expired, or the verifier is not the right one.

    Whoever has the code but not the verifier has used it up.
    """

    keeps_writes = True
    status = 400
    slug = "invalid-code"
    title = "This sign-in has expired or was finished already"


class ProviderNotFound(NotFound):
    """There is no such provider, or it is not configured."""


class IdentityNotFound(NotFound):
    """The user has no identity of this provider."""


class LastWayToSignIn(Conflict):
    """Without this identity the user could not sign in any more."""

    slug = "last-way-to-sign-in"
    title = "This is your last way to sign in: set a password or link another identity first"
