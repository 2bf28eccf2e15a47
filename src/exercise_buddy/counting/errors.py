"""The problems of counting."""

from exercise_buddy.core.problems import NotFound


class ProfileNotFound(NotFound):
    """The exercise does not exist, or no profile describes it."""

    slug = "profile-not-found"
    title = "There is no counting profile of this exercise"
