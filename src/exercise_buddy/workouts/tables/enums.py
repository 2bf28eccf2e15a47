"""The values that the columns of a workout may have."""

from enum import StrEnum


class SetKind(StrEnum):
    """The purpose of a set."""

    NORMAL = "normal"
    WARM_UP = "warm_up"
    DROP = "drop"
    FAILURE = "failure"


class Source(StrEnum):
    """The origin of a workout."""

    MANUAL = "manual"
    CAMERA = "camera"
    STRONG = "strong"
    HEVY = "hevy"
    EXERCISE_BUDDY = "exercise_buddy"
