"""The tables of workouts as selectables."""

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.workouts.tables import DeletedWorkout, Workout, WorkoutExercise, WorkoutSet

workout = core_table(Workout)
performed = core_table(WorkoutExercise)
sets = core_table(WorkoutSet)
deleted = core_table(DeletedWorkout)
