"""The tables of workouts, and the words in their columns."""

from exercise_buddy.workouts.tables.enums import (
    Category,
    Equipment,
    Force,
    Level,
    Measures,
    Mechanic,
    Muscle,
    SetKind,
    Source,
)
from exercise_buddy.workouts.tables.exercises import (
    CatalogueExercise,
    CustomExercise,
    CustomExerciseAlias,
    ExerciseAlias,
)
from exercise_buddy.workouts.tables.routines import Routine, RoutineExercise
from exercise_buddy.workouts.tables.workouts import DeletedWorkout, Workout, WorkoutExercise, WorkoutImport, WorkoutSet

__all__ = [
    "CatalogueExercise",
    "Category",
    "CustomExercise",
    "CustomExerciseAlias",
    "DeletedWorkout",
    "Equipment",
    "ExerciseAlias",
    "Force",
    "Level",
    "Measures",
    "Mechanic",
    "Muscle",
    "Routine",
    "RoutineExercise",
    "SetKind",
    "Source",
    "Workout",
    "WorkoutExercise",
    "WorkoutImport",
    "WorkoutSet",
]
