"""The problems that requests about workouts can end in."""

from exercise_buddy.core.problem_schemas import FieldErrors
from exercise_buddy.core.problems import Conflict, NotFound, TooManyRequests


class WorkoutNotFound(NotFound):
    """The user has no such workout."""


class WorkoutIdTaken(Conflict):
    """The client chose an id that a workout with other content has."""

    slug = "workout-id-taken"
    title = "A workout with this id and other content exists"


class WorkoutFinished(Conflict):
    """The workout is already finished, with another end."""

    slug = "workout-finished"
    title = "This workout is already finished"


class PartIdTaken(Conflict):
    """The client chose an id that another exercise or set of the user has. `errors` points to it."""

    slug = "part-id-taken"
    title = "An exercise or set with this id exists"
    extension = FieldErrors


class NoCurrentWorkout(NotFound):
    """The user has no workout in progress."""

    slug = "no-current-workout"
    is_refusal = False
    title = "No workout is in progress"


class PartNotFound(NotFound):
    """The workout has no exercise or set with this id."""

    slug = "no-such-part"
    title = "No exercise or set with this id"


class WorkoutNotInProgress(Conflict):
    """The workout is finished: nothing happens in it any more."""

    slug = "workout-not-in-progress"
    title = "This workout is finished"


class TooManyStreams(TooManyRequests):
    """The user has as many event streams as allowed."""

    slug = "too-many-streams"
    title = "Too many event streams"
