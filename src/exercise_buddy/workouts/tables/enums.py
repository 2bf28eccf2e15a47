"""The values that the columns of a workout may have."""

from enum import StrEnum


class SetKind(StrEnum):
    """The purpose of a set."""

    NORMAL = "normal"
    WARM_UP = "warm_up"
    DROP = "drop"
    FAILURE = "failure"


class Source(StrEnum):
    """The origin of a workout. `table` is a file whose columns the user named."""

    MANUAL = "manual"
    CAMERA = "camera"
    STRONG = "strong"
    HEVY = "hevy"
    EXERCISE_BUDDY = "exercise_buddy"
    FITNOTES = "fitnotes"
    FITBOD = "fitbod"
    JEFIT = "jefit"
    STRONGLIFTS = "stronglifts"
    GYMBOOK = "gymbook"
    LYFTA = "lyfta"
    LIFTOSAUR = "liftosaur"
    BOOSTCAMP = "boostcamp"
    ALPHA_PROGRESSION = "alpha_progression"
    APPLE_HEALTH = "apple_health"
    FIT = "fit"
    TABLE = "table"
