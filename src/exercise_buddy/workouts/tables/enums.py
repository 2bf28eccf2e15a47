"""The values that the columns of a workout may have."""

from enum import StrEnum


class SetKind(StrEnum):
    """What a set is for."""

    NORMAL = "normal"
    WARM_UP = "warm_up"
    DROP = "drop"
    FAILURE = "failure"


class Source(StrEnum):
    """Where a workout comes from."""

    MANUAL = "manual"
    CAMERA = "camera"
    STRONG = "strong"
    HEVY = "hevy"
    EXERCISE_BUDDY = "exercise_buddy"
