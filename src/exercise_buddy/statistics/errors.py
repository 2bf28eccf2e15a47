"""The problems of statistics."""

from exercise_buddy.core.problems import NotFound


class NoGoal(NotFound):
    """The user has not set a goal."""

    slug = "no-goal"
    is_refusal = False
    title = "You have not set a goal"
