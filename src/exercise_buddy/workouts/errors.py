"""The outcomes of workouts that are errors to the client."""

from exercise_buddy.core.problems import Conflict, InvalidInput, NotFound


class WorkoutNotFound(NotFound):
    """The user has no such workout."""


class ExerciseNotFound(NotFound):
    """It is neither of the catalogue nor of the user."""


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


class UnreadableFile(InvalidInput):
    """The file is in no layout that can be imported."""

    slug = "unreadable-file"
    title = "This file cannot be imported"
