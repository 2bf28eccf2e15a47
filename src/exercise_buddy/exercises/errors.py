"""The problems of exercises."""

from exercise_buddy.core.problems import Conflict, Forbidden, NotFound


class ExerciseNotFound(NotFound):
    """The exercise is neither in the catalogue nor one of the user's own."""


class ExerciseIdTaken(Conflict):
    """An exercise with this id and other content exists."""

    slug = "exercise-id-taken"
    title = "An exercise with this id and other content exists"


class ExerciseNameTaken(Conflict):
    """The user has an exercise, or a merged exercise, with this name."""

    slug = "exercise-name-taken"
    title = "You already have an exercise with this name"


class ExerciseInUse(Conflict):
    """Workouts or routines contain the exercise."""

    slug = "exercise-in-use"
    title = "Workouts or routines contain this exercise"


class TooManyExercises(Conflict):
    """The user has reached the maximum number of custom exercises."""

    slug = "too-many-exercises"
    title = "The maximum number of custom exercises is reached"


class SharedExercise(Forbidden):
    """The exercise belongs to the catalogue, which all users share."""

    slug = "shared-exercise"
    title = "Exercises of the catalogue cannot be changed"
