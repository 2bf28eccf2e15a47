"""The tables of workouts.

Keys begin with the user, so that one user's rows lie together and the schema shards by user. A workout carries its
totals and the row of an exercise within it carries its own, computed in the transaction that writes them: statistics
read those and never the sets. What a camera saw of each rep lies in arrays in the set's row: a row per rep would take
four times the space and, at worst, ten times the time.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from exercise_buddy.core.tables import TableModel, created_at_field, enum_type, new_id, updated_at_field


class Category(StrEnum):
    """What an exercise trains."""

    STRENGTH = "strength"
    POWERLIFTING = "powerlifting"
    OLYMPIC_WEIGHTLIFTING = "olympic_weightlifting"
    STRONGMAN = "strongman"
    PLYOMETRICS = "plyometrics"
    CARDIO = "cardio"
    STRETCHING = "stretching"


class Equipment(StrEnum):
    """What an exercise is done with."""

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
    """In which direction an exercise works."""

    PUSH = "push"
    PULL = "pull"
    STATIC = "static"


class Level(StrEnum):
    """How much experience an exercise asks for."""

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
    """What a set of an exercise is measured in."""

    REPS = "reps"
    WEIGHT_REPS = "weight_reps"
    DURATION = "duration"
    DISTANCE_DURATION = "distance_duration"


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


def _texts() -> Any:  # noqa: ANN401  (what SQLModel's own Field returns)
    return Field(default_factory=list, sa_type=sa.ARRAY(sa.String(24)))


class CatalogueExercise(TableModel, table=True):
    """An exercise that everybody has. Ids and slugs never change; the rest follows the catalogue of the release."""

    __tablename__ = "catalogue_exercise"

    id: UUID = Field(primary_key=True)
    slug: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=120)
    name_key: str = Field(max_length=120, index=True)
    category: Category = Field(sa_type=enum_type(Category, 24))
    equipment: Equipment = Field(sa_type=enum_type(Equipment))
    mechanic: Mechanic | None = Field(default=None, sa_type=enum_type(Mechanic))
    force: Force | None = Field(default=None, sa_type=enum_type(Force))
    level: Level | None = Field(default=None, sa_type=enum_type(Level))
    primary_muscles: list[str] = _texts()
    secondary_muscles: list[str] = _texts()
    measures: Measures = Field(sa_type=enum_type(Measures, 24))
    met: float


class CustomExercise(TableModel, table=True):
    """An exercise of one user's own. What is not known of it is null."""

    __tablename__ = "custom_exercise"
    __table_args__ = (sa.UniqueConstraint("user_id", "name_key"),)

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    name: str = Field(max_length=120)
    name_key: str = Field(max_length=120)
    category: Category | None = Field(default=None, sa_type=enum_type(Category, 24))
    equipment: Equipment | None = Field(default=None, sa_type=enum_type(Equipment))
    mechanic: Mechanic | None = Field(default=None, sa_type=enum_type(Mechanic))
    force: Force | None = Field(default=None, sa_type=enum_type(Force))
    level: Level | None = Field(default=None, sa_type=enum_type(Level))
    primary_muscles: list[str] = _texts()
    secondary_muscles: list[str] = _texts()
    measures: Measures | None = Field(default=None, sa_type=enum_type(Measures, 24))
    met: float | None = None
    created_at: datetime = created_at_field()


class WorkoutImport(TableModel, table=True):
    """One imported file."""

    __tablename__ = "workout_import"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    source: Source = Field(sa_type=enum_type(Source))
    file_name: str | None = Field(default=None, max_length=255)
    workouts: int
    sets: int
    created_at: datetime = created_at_field()


class Workout(TableModel, table=True):
    """A workout and its totals. `fingerprint` is a hash of its content as it was first written."""

    __tablename__ = "workout"
    __table_args__ = (
        # Checked at the commit: when an account goes, what refers and what is referred to go in no certain order.
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"],
            ["workout_import.user_id", "workout_import.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.Index(None, "user_id", "started_at", "id"),
        sa.Index(None, "user_id", "local_date"),
        sa.CheckConstraint("ended_at >= started_at", name="ends_after_start"),
    )

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    title: str = Field(max_length=200)
    notes: str | None = Field(default=None, max_length=10_000)
    source: Source = Field(sa_type=enum_type(Source))
    import_id: UUID | None = None
    started_at: datetime
    ended_at: datetime | None = None
    time_zone: str = Field(max_length=64)
    local_date: date
    exercise_count: int
    set_count: int
    rep_count: int = Field(sa_type=sa.BigInteger)
    volume_kg: float
    duration_seconds: float | None = None
    met_minutes: float | None = None
    fingerprint: bytes = Field(sa_type=sa.LargeBinary)
    revision: int = Field(sa_type=sa.BigInteger)
    created_at: datetime = created_at_field()
    updated_at: datetime = updated_at_field()


class WorkoutExercise(TableModel, table=True):
    """An exercise within a workout and its totals and bests. `local_date` and `started_at` are the workout's."""

    __tablename__ = "workout_exercise"
    __table_args__ = (
        sa.ForeignKeyConstraint(["user_id", "workout_id"], ["workout.user_id", "workout.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id", "custom_exercise_id"],
            ["custom_exercise.user_id", "custom_exercise.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint("num_nonnulls(catalogue_exercise_id, custom_exercise_id) = 1", name="one_exercise"),
        sa.Index(None, "user_id", "exercise_id", "started_at"),
    )

    user_id: UUID = Field(primary_key=True)
    workout_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.SmallInteger)
    catalogue_exercise_id: UUID | None = Field(default=None, foreign_key="catalogue_exercise.id")
    custom_exercise_id: UUID | None = None
    exercise_id: UUID = Field(
        sa_column=sa.Column(
            # Never null, by the check above. NOT NULL would be looked at first, and say less.
            sa.Uuid,
            sa.Computed("coalesce(catalogue_exercise_id, custom_exercise_id)", persisted=True),
        )
    )
    superset: int | None = Field(default=None, sa_type=sa.SmallInteger)
    notes: str | None = Field(default=None, max_length=10_000)
    started_at: datetime
    local_date: date
    set_count: int
    rep_count: int = Field(sa_type=sa.BigInteger)
    volume_kg: float
    duration_seconds: float | None = None
    distance_meters: float | None = None
    best_set_weight_kg: float | None = None
    best_set_reps: int | None = None
    best_e1rm_kg: float | None = None
    best_reps: int | None = None
    best_set_volume_kg: float | None = None
    best_duration_seconds: float | None = None
    best_distance_meters: float | None = None


_PER_REP = {
    "rep_offset_ms": sa.Integer,
    "rep_duration_ms": sa.Integer,
    "rep_eccentric_ms": sa.Integer,
    "rep_concentric_ms": sa.Integer,
    "rep_range_degrees": sa.REAL,
    "rep_confidence": sa.REAL,
    "rep_flags": sa.Text,
    "rep_rejected": sa.Boolean,
}


def _per_rep(kind: type[sa.types.TypeEngine[Any]]) -> Any:  # noqa: ANN401  (what SQLModel's own Field returns)
    return Field(default=None, sa_type=sa.ARRAY(kind))


class WorkoutSet(TableModel, table=True):
    """A set, and what a camera saw of its reps: one array per quantity, all of one length, or null where unknown.

    `rep_flags` holds the flags of each rep, between spaces.
    """

    __tablename__ = "workout_set"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "workout_id", "exercise_position"],
            ["workout_exercise.user_id", "workout_exercise.workout_id", "workout_exercise.position"],
            ondelete="CASCADE",
        ),
        *(
            sa.CheckConstraint(
                f"{name} IS NULL OR cardinality({name}) IS NOT DISTINCT FROM cardinality(rep_offset_ms)",
                name=f"{name}_length",
            )
            for name in _PER_REP
            if name != "rep_offset_ms"
        ),
    )

    user_id: UUID = Field(primary_key=True)
    workout_id: UUID = Field(primary_key=True)
    exercise_position: int = Field(primary_key=True, sa_type=sa.SmallInteger)
    position: int = Field(primary_key=True, sa_type=sa.SmallInteger)
    kind: SetKind = Field(default=SetKind.NORMAL, sa_type=enum_type(SetKind))
    reps: int | None = None
    weight_kg: float | None = None
    duration_seconds: float | None = None
    distance_meters: float | None = None
    rpe: float | None = Field(default=None, sa_type=sa.REAL)
    rest_seconds: int | None = None
    counter_name: str | None = Field(default=None, max_length=64)
    counter_version: str | None = Field(default=None, max_length=32)
    detected_reps: int | None = None
    rep_offset_ms: list[int] | None = _per_rep(sa.Integer)
    rep_duration_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_eccentric_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_concentric_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_range_degrees: list[float | None] | None = _per_rep(sa.REAL)
    rep_confidence: list[float | None] | None = _per_rep(sa.REAL)
    rep_flags: list[str] | None = _per_rep(sa.Text)
    rep_rejected: list[bool] | None = _per_rep(sa.Boolean)
