"""The problems of users."""

from exercise_buddy.core.problems import Conflict, NotFound, Unauthenticated


class EmailTaken(Conflict):
    """Another account has this e-mail address."""

    slug = "email-taken"
    title = "Another account has this e-mail address"


class UsernameTaken(Conflict):
    """Another account has this user name."""

    slug = "username-taken"
    title = "Another account has this user name"


class AccountGone(Unauthenticated):
    """The access token is valid, but its account no longer exists."""

    slug = "account-gone"
    title = "This account no longer exists"


class BodyMeasurementNotFound(NotFound):
    """The measurement does not exist or belongs to another user."""


class BodyMeasurementIdTaken(Conflict):
    """A measurement with this id and other content exists."""

    slug = "body-measurement-id-taken"
    title = "A measurement with this id and other content exists"


class ResourceDeleted(Conflict):
    """The client chose the id of something that was deleted, perhaps on another device."""

    slug = "resource-deleted"
    title = "The resource with this id was deleted"
