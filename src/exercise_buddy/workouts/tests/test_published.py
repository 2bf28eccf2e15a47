"""What statistics reads of workouts. If one of these changes, a reader in another slice breaks."""

from exercise_buddy.workouts import public

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
}


def test_performed_workouts() -> None:
    others = {"title", "ended_at", "time_zone", "exercise_count", "met_minutes", "revision"}
    assert set(public.performed_workouts().c.keys()) == _OF_BOTH | others


def test_performed_exercises() -> None:
    assert set(public.performed_exercises().c.keys()) == _OF_BOTH | {
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
        "tempo_variation_sets",
        "tempo_variation_percent",
        "cadence_reps",
        "cadence_ms",
        "best_unbroken_reps",
    }
