"""The outcomes of auth that are errors to the client."""

from exercise_buddy.core.problems import Forbidden, Unauthenticated


class InvalidCredentials(Unauthenticated):
    """Wrong password, no such account, an account without a password, a disabled one: all the same to the client."""

    slug = "invalid-credentials"
    title = "The user name or the password is wrong"


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
