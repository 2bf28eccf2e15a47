"""What statistics reads of workouts. If one of these changes, a reader in another slice breaks."""

from exercise_buddy.workouts import public


def test_performed_workouts() -> None:
    assert set(public.performed_workouts().c.keys()) == {
        "user_id",
        "workout_id",
        "started_at",
        "local_date",
        "set_count",
        "rep_count",
        "volume_kg",
        "duration_seconds",
        "met_minutes",
        "revision",
    }


def test_performed_exercises() -> None:
    assert set(public.performed_exercises().c.keys()) == {
        "user_id",
        "workout_id",
        "exercise_id",
        "started_at",
        "local_date",
        "set_count",
        "rep_count",
        "volume_kg",
        "duration_seconds",
        "distance_meters",
        "best_set_weight_kg",
        "best_set_reps",
        "best_e1rm_kg",
        "best_reps",
        "best_set_volume_kg",
        "best_duration_seconds",
        "best_distance_meters",
    }


def test_exercise_names() -> None:
    assert set(public.exercise_names().c.keys()) == {"exercise_id", "name", "custom"}
