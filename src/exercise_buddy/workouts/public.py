"""What other slices, and the composition root, may know of workouts."""

from exercise_buddy.workouts import exercise_usage
from exercise_buddy.workouts.exports import EXPORTS
from exercise_buddy.workouts.handlers import log_workout
from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.selectables import performed_exercises, performed_workouts
from exercise_buddy.workouts.storage.recompute import BATCH as RECOUNT_BATCH
from exercise_buddy.workouts.storage.recompute import Difference, differences, mark_changed, recount, workouts_after
from exercise_buddy.workouts.storage.totals import E1RM_FORMULA, rounded
from exercise_buddy.workouts.tables import REP_QUALITY

__all__ = [
    "E1RM_FORMULA",
    "EXPORTS",
    "RECOUNT_BATCH",
    "REP_QUALITY",
    "Difference",
    "WorkoutInput",
    "differences",
    "exercise_usage",
    "log_workout",
    "mark_changed",
    "performed_exercises",
    "performed_workouts",
    "recount",
    "rounded",
    "workouts_after",
]
