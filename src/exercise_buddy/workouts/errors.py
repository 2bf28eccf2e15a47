"""The outcomes of workouts that are errors to the client."""

from exercise_buddy.core.problems import Conflict, NotFound, Problem


class WorkoutNotFound(NotFound):
    """The user has no such workout."""


class WorkoutIdTaken(Conflict):
    """The client chose an id that a workout with other content has."""

    slug = "workout-id-taken"
    title = "A workout with this id and other content exists"


class RoutineNotFound(NotFound):
    """The user has no such routine."""


class RoutineIdTaken(Conflict):
    """The client chose an id that a routine with other content has."""

    slug = "routine-id-taken"
    title = "A routine with this id and other content exists"


class TooManyRoutines(Conflict):
    """The user has as many routines as there may be."""

    slug = "too-many-routines"
    title = "There are as many routines as there may be"


class WorkoutDeleted(Conflict):
    """The client chose the id of a workout that has been deleted, perhaps from another device."""

    slug = "workout-deleted"
    title = "The workout with this id has been deleted"


class WorkoutFinished(Conflict):
    """The workout has ended already, at another time."""

    slug = "workout-finished"
    title = "This workout has ended already"


class NoSuchPart(NotFound):
    """The workout has no exercise, or the exercise no set, at this position."""

    slug = "no-such-part"
    title = "The workout has nothing at this position"


class CursorAhead(Problem):
    """The cursor of the change feed is from a later state than the one that is stored, as after a restored backup."""

    status = 410
    slug = "sync-from-the-start"
    title = "This cursor is from a state that is gone: sync from the start"
