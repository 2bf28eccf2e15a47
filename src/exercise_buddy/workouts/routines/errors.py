"""The problems that requests about routines can end in."""

from exercise_buddy.core.problems import Conflict, NotFound


class RoutineNotFound(NotFound):
    """The user has no such routine."""


class RoutineIdTaken(Conflict):
    """The client chose an id that a routine with other content has."""

    slug = "routine-id-taken"
    title = "A routine with this id and other content exists"


class TooManyRoutines(Conflict):
    """The user has the maximum number of routines."""

    slug = "too-many-routines"
    title = "The maximum number of routines is reached"
