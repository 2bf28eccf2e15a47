"""The outcomes of exercises that are errors to the client."""

from exercise_buddy.core.problems import Conflict, Forbidden, NotFound


class ExerciseNotFound(NotFound):
    """The exercise is neither in the catalogue nor one of the user's own."""


class ExerciseIdTaken(Conflict):
    """The client chose an id that an exercise with other content has."""

    slug = "exercise-id-taken"
    title = "An exercise with this id and other content exists"


class ExerciseNameTaken(Conflict):
    """The user has an exercise of this name already, or one that was merged had it."""

    slug = "exercise-name-taken"
    title = "You have an exercise of this name already"


class ExerciseInUse(Conflict):
    """Workouts or routines refer to the exercise."""

    slug = "exercise-in-use"
    title = "Workouts or routines have this exercise"


class TooManyExercises(Conflict):
    """The user has as many exercises of their own as there may be."""

    slug = "too-many-exercises"
    title = "You have as many exercises of your own as there may be"


class SharedExercise(Forbidden):
    """It is of the catalogue, which is everybody's."""

    slug = "shared-exercise"
    title = "An exercise of the catalogue is everybody's and cannot be changed"
