"""The problems of statistics."""

from exercise_buddy.core.problems import Forbidden, NotFound


class NoGoal(NotFound):
    """The user has not set a goal."""

    slug = "no-goal"
    is_refusal = False
    title = "You have not set a goal"


class InvalidChartLink(Forbidden):
    """The link to a chart has expired, its session has ended, or this service has not signed it."""

    slug = "invalid-chart-link"
    title = "The link has ended: create another one"
