"""The interface of workouts for the other slices and the composition root."""

from exercise_buddy.workouts import exercise_usage
from exercise_buddy.workouts.backfill import backfill
from exercise_buddy.workouts.backfill import lifespan as backfill_in_background
from exercise_buddy.workouts.content_size import WORKOUT_TOO_LARGE, is_too_large
from exercise_buddy.workouts.documents.training import write_dictionary
from exercise_buddy.workouts.editing.handlers import (
    append_exercise,
    append_sets,
    delete_exercise,
    delete_set,
    finish_workout,
    replace_workout,
    update_exercise,
    update_set,
    update_workout,
)
from exercise_buddy.workouts.editing.replacement import WorkoutContent, replace_workout_content
from exercise_buddy.workouts.editing.schemas import ExerciseChange, Finish, SetChange, SetsInput, WorkoutChange
from exercise_buddy.workouts.events.channel import CHANNEL as EVENTS_CHANNEL
from exercise_buddy.workouts.events.hub import WorkoutEvents
from exercise_buddy.workouts.events.schemas import LiveEvent
from exercise_buddy.workouts.exported_schemas import ExportedWorkout
from exercise_buddy.workouts.exports import EXPORTS, exported_sets, exported_workouts
from exercise_buddy.workouts.field_types import (
    HEART_RATE_DECIMALS,
    MAX_EVIDENCE_REPS,
    MAX_HEART_RATE_BPM,
    MAX_REST_SECONDS,
    MIN_HEART_RATE_BPM,
    WEIGHT_DECIMALS,
    AverageHeartRate,
    CheckedMaxHeartRate,
    Kilocalories,
)
from exercise_buddy.workouts.filters import WorkoutFilters
from exercise_buddy.workouts.handlers import delete_workout, log_workout, log_workouts
from exercise_buddy.workouts.imported import (
    ImportedVersion,
    WorkoutKey,
    count_edited_workouts,
    delete_imported_workouts,
    find_imported_versions,
    find_imports_with,
    list_deleted_workouts,
    list_workout_keys,
    load_workouts,
    mark_imported,
    move_to_import,
    write_imported_workouts,
)
from exercise_buddy.workouts.live import StoredSet, find_running_workout, require_free_part_id, store_tracked_set
from exercise_buddy.workouts.queries import workout_by_id, workouts_by_id
from exercise_buddy.workouts.restores import RESTORED_FILES
from exercise_buddy.workouts.routines.errors import RoutineIdTaken, TooManyRoutines
from exercise_buddy.workouts.routines.handlers import create_routine, delete_routine, update_routine
from exercise_buddy.workouts.routines.queries import routine_by_id, routines_by_id
from exercise_buddy.workouts.routines.schemas import Routine, RoutineChange, RoutineContent, RoutineInput
from exercise_buddy.workouts.schemas import (
    MAX_DURATION,
    MAX_EXERCISES,
    MAX_SETS,
    MAX_TARGETS,
    MAX_TITLE,
    MEASURED,
    ExerciseInput,
    StartedAt,
    Workout,
    WorkoutInput,
)
from exercise_buddy.workouts.set_schemas import Evidence, EvidenceInput, Judgement, RepEvidence, SetInput, TargetSet
from exercise_buddy.workouts.storage.computed_sizes import plan_stored_bytes
from exercise_buddy.workouts.storage.prepared import NewWorkout
from exercise_buddy.workouts.storage.recompute import BATCH as RECOMPUTE_BATCH
from exercise_buddy.workouts.storage.recompute import (
    Difference,
    find_differences,
    find_document_differences,
    is_of_document,
    list_workout_ids,
    mark_changed,
    recompute_all_records,
    recompute_totals,
)
from exercise_buddy.workouts.storage.settled import recompute_settled_totals
from exercise_buddy.workouts.tables import SetKind, Source

__all__ = [
    "EVENTS_CHANNEL",
    "EXPORTS",
    "HEART_RATE_DECIMALS",
    "MAX_DURATION",
    "MAX_EVIDENCE_REPS",
    "MAX_EXERCISES",
    "MAX_HEART_RATE_BPM",
    "MAX_REST_SECONDS",
    "MAX_SETS",
    "MAX_TARGETS",
    "MAX_TITLE",
    "MEASURED",
    "MIN_HEART_RATE_BPM",
    "RECOMPUTE_BATCH",
    "RESTORED_FILES",
    "WEIGHT_DECIMALS",
    "WORKOUT_TOO_LARGE",
    "AverageHeartRate",
    "CheckedMaxHeartRate",
    "Difference",
    "Evidence",
    "EvidenceInput",
    "ExerciseChange",
    "ExerciseInput",
    "ExportedWorkout",
    "Finish",
    "ImportedVersion",
    "Judgement",
    "Kilocalories",
    "LiveEvent",
    "NewWorkout",
    "RepEvidence",
    "Routine",
    "RoutineChange",
    "RoutineContent",
    "RoutineIdTaken",
    "RoutineInput",
    "SetChange",
    "SetInput",
    "SetKind",
    "SetsInput",
    "Source",
    "StartedAt",
    "StoredSet",
    "TargetSet",
    "TooManyRoutines",
    "Workout",
    "WorkoutChange",
    "WorkoutContent",
    "WorkoutEvents",
    "WorkoutFilters",
    "WorkoutInput",
    "WorkoutKey",
    "append_exercise",
    "append_sets",
    "backfill",
    "backfill_in_background",
    "count_edited_workouts",
    "create_routine",
    "delete_exercise",
    "delete_imported_workouts",
    "delete_routine",
    "delete_set",
    "delete_workout",
    "exercise_usage",
    "exported_sets",
    "exported_workouts",
    "find_differences",
    "find_document_differences",
    "find_imported_versions",
    "find_imports_with",
    "find_running_workout",
    "finish_workout",
    "is_of_document",
    "is_too_large",
    "list_deleted_workouts",
    "list_workout_ids",
    "list_workout_keys",
    "load_workouts",
    "log_workout",
    "log_workouts",
    "mark_changed",
    "mark_imported",
    "move_to_import",
    "plan_stored_bytes",
    "recompute_all_records",
    "recompute_settled_totals",
    "recompute_totals",
    "replace_workout",
    "replace_workout_content",
    "require_free_part_id",
    "routine_by_id",
    "routines_by_id",
    "store_tracked_set",
    "update_exercise",
    "update_routine",
    "update_set",
    "update_workout",
    "workout_by_id",
    "workouts_by_id",
    "write_dictionary",
    "write_imported_workouts",
]
