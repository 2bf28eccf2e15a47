"""The views that workouts publishes. If a column of one changes, a statement of another slice breaks."""

from tests.support import Connection
from tests.views import columns_of

_OF_BOTH = {
    "user_id",
    "workout_id",
    "started_at",
    "local_date",
    "set_count",
    "rep_count",
    "volume_kg",
    "bodyweight_reps",
    "assisted_volume_kg",
    "duration_seconds",
    "warm_up_set_count",
    "warm_up_rep_count",
    "warm_up_volume_kg",
    "warm_up_bodyweight_reps",
    "warm_up_assisted_volume_kg",
}


async def test_performed_workout(connection: Connection) -> None:
    others = {"title", "ended_at", "time_zone", "exercise_count", "met_minutes", "revision", "recorded_energy_kcal"}
    assert await columns_of(connection, "performed_workout") == _OF_BOTH | others


async def test_performed_exercise(connection: Connection) -> None:
    assert await columns_of(connection, "performed_exercise") == _OF_BOTH | {
        "position",
        "exercise_id",
        "distance_meters",
        "best_set_weight_kg",
        "best_set_reps",
        "best_e1rm_kg",
        "best_reps",
        "best_set_volume_kg",
        "best_duration_seconds",
        "best_distance_meters",
        "load_kgs",
        "load_reps",
        "tracked_sets",
        "tracked_reps",
        "detected_reps",
        "corrected_reps",
        "corrected_sets",
        "timed_reps",
        "time_ms",
        "eccentric_reps",
        "eccentric_ms",
        "concentric_reps",
        "concentric_ms",
        "range_reps",
        "range_degrees",
        "slowdown_sets",
        "slowdown_percent",
        "slowed_sets",
        "assisted_reps",
        "least_assistance_kg",
        "velocity_loss_sets",
        "velocity_loss_percent",
        "range_loss_sets",
        "range_loss_percent",
        "faded_sets",
        "full_range_reps",
        "full_range_share",
        "left_reps",
        "right_reps",
        "tempo_variation_sets",
        "tempo_variation_percent",
        "cadence_reps",
        "cadence_ms",
        "best_unbroken_reps",
    }
