"""The tables of workouts and the values of their columns."""

from exercise_buddy.workouts.tables.enums import SetKind, Source
from exercise_buddy.workouts.tables.routines import Routine, RoutineExercise
from exercise_buddy.workouts.tables.sets import REP_QUANTITIES, SET_VALUES, WorkoutSet
from exercise_buddy.workouts.tables.workouts import (
    BESTS,
    REP_QUALITY,
    TOTALS,
    DeletedWorkout,
    Workout,
    WorkoutExercise,
)

__all__ = [
    "BESTS",
    "REP_QUALITY",
    "REP_QUANTITIES",
    "SET_VALUES",
    "TOTALS",
    "DeletedWorkout",
    "Routine",
    "RoutineExercise",
    "SetKind",
    "Source",
    "Workout",
    "WorkoutExercise",
    "WorkoutSet",
]
