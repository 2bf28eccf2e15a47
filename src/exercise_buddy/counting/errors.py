"""The problems of counting."""

from exercise_buddy.core.problems import NotFound, Problem, TooManyRequests


class ProfileNotFound(NotFound):
    """The exercise does not exist, or no profile describes it."""

    slug = "profile-not-found"
    title = "There is no counting profile of this exercise"


class CalibrationNotFound(NotFound):
    """The user has not calibrated the exercise."""

    slug = "calibration-not-found"
    title = "You have not calibrated this exercise"


class CalibrationUnclear(Problem):
    """The trace of a calibration does not show the range of a rep. `detail` says why."""

    status = 422
    slug = "calibration-unclear"
    title = "The trace does not show your full range"


class TooManyCounts(TooManyRequests):
    """The user has as many traces waiting as allowed."""

    slug = "too-many-counts"
    title = "Too many of your traces wait to be counted"
