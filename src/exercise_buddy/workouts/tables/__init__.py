"""The tables of workouts and the values of their columns."""

from exercise_buddy.workouts.tables.enums import SetKind, Source
from exercise_buddy.workouts.tables.records import ExerciseRecord
from exercise_buddy.workouts.tables.routines import Routine, RoutineExercise
from exercise_buddy.workouts.tables.sets import REP_QUANTITIES, SET_VALUES, WorkoutSet
from exercise_buddy.workouts.tables.settled import SettledExercise, SettledMonth, SettledTotals, SettledWeek
from exercise_buddy.workouts.tables.workouts import (
    REP_QUALITY,
    TOTALS,
    DeletedWorkout,
    Workout,
    WorkoutExercise,
)

__all__ = [
    "REP_QUALITY",
    "REP_QUANTITIES",
    "SET_VALUES",
    "TOTALS",
    "DeletedWorkout",
    "ExerciseRecord",
    "Routine",
    "RoutineExercise",
    "SetKind",
    "SettledExercise",
    "SettledMonth",
    "SettledTotals",
    "SettledWeek",
    "Source",
    "Workout",
    "WorkoutExercise",
    "WorkoutSet",
]
