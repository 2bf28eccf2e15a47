"""The values that the columns of an exercise may have."""

from enum import StrEnum


class Category(StrEnum):
    """The kind of training of an exercise."""

    STRENGTH = "strength"
    POWERLIFTING = "powerlifting"
    OLYMPIC_WEIGHTLIFTING = "olympic_weightlifting"
    STRONGMAN = "strongman"
    PLYOMETRICS = "plyometrics"
    CARDIO = "cardio"
    STRETCHING = "stretching"


class Equipment(StrEnum):
    """The equipment of an exercise."""

    NONE = "none"
    BODY_ONLY = "body_only"
    BARBELL = "barbell"
    DUMBBELL = "dumbbell"
    EZ_CURL_BAR = "ez_curl_bar"
    KETTLEBELL = "kettlebell"
    CABLE = "cable"
    MACHINE = "machine"
    BANDS = "bands"
    MEDICINE_BALL = "medicine_ball"
    EXERCISE_BALL = "exercise_ball"
    FOAM_ROLL = "foam_roll"
    OTHER = "other"


class Mechanic(StrEnum):
    """Whether an exercise moves several joints or one."""

    COMPOUND = "compound"
    ISOLATION = "isolation"


class Force(StrEnum):
    """The direction of the force of an exercise."""

    PUSH = "push"
    PULL = "pull"
    STATIC = "static"


class Level(StrEnum):
    """The experience that an exercise requires."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    EXPERT = "expert"


class Muscle(StrEnum):
    """A muscle group."""

    ABDOMINALS = "abdominals"
    ABDUCTORS = "abductors"
    ADDUCTORS = "adductors"
    BICEPS = "biceps"
    CALVES = "calves"
    CHEST = "chest"
    FOREARMS = "forearms"
    GLUTES = "glutes"
    HAMSTRINGS = "hamstrings"
    LATS = "lats"
    LOWER_BACK = "lower_back"
    MIDDLE_BACK = "middle_back"
    NECK = "neck"
    QUADRICEPS = "quadriceps"
    SHOULDERS = "shoulders"
    TRAPS = "traps"
    TRICEPS = "triceps"


class Measures(StrEnum):
    """The quantities that a set of an exercise is measured in."""

    REPS = "reps"
    WEIGHT_REPS = "weight_reps"
    DURATION = "duration"
    DISTANCE_DURATION = "distance_duration"
