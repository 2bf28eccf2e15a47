"""What other slices, and the composition root, may know of workouts."""

from exercise_buddy.workouts.catalogue import catalogue_id, upsert_catalogue
from exercise_buddy.workouts.exports import EXPORTS
from exercise_buddy.workouts.handlers import log_workout
from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.selectables import exercise_names, performed_exercises, performed_workouts
from exercise_buddy.workouts.tables import Muscle
from exercise_buddy.workouts.totals import E1RM_FORMULA, rounded

__all__ = [
    "E1RM_FORMULA",
    "EXPORTS",
    "Muscle",
    "WorkoutInput",
    "catalogue_id",
    "exercise_names",
    "log_workout",
    "performed_exercises",
    "performed_workouts",
    "rounded",
    "upsert_catalogue",
]
