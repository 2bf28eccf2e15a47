"""What other slices read of exercises. If one of these changes, a reader in another slice breaks."""

from exercise_buddy.exercises import public


def test_exercise_names() -> None:
    assert set(public.exercise_names().c.keys()) == {
        "exercise_id",
        "name",
        "custom",
        "category",
        "equipment",
        "mechanic",
        "force",
        "level",
        "primary_muscles",
        "secondary_muscles",
        "measures",
        "met",
        "bodyweight_share",
        "assisted",
    }
