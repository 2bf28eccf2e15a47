"""The tables of workouts and the values of their columns."""

from exercise_buddy.workouts.tables.enums import SetKind, Source
from exercise_buddy.workouts.tables.routines import Routine, RoutineExercise
from exercise_buddy.workouts.tables.workouts import DeletedWorkout, Workout, WorkoutExercise, WorkoutImport, WorkoutSet

__all__ = [
    "DeletedWorkout",
    "Routine",
    "RoutineExercise",
    "SetKind",
    "Source",
    "Workout",
    "WorkoutExercise",
    "WorkoutImport",
    "WorkoutSet",
]
