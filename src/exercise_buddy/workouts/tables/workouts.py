"""The tables of imports, workouts and their exercises.

Keys begin with the user, so that one user's rows lie together and the schema shards by user. A workout carries its
totals and the row of an exercise carries those of the exercise, computed in the transaction that writes them:
statistics read the totals and never the sets. Camera evidence of reps is stored in arrays of the set's row: a row per
rep would take four times the space and, at worst, ten times the time.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, core_table, created_at_field, enum_type, new_id, updated_at_field
from exercise_buddy.workouts.tables.enums import Source
from exercise_buddy.workouts.tables.ids import part_id_field


def _zero() -> Any:  # noqa: ANN401  (what SQLModel's own Field returns)
    return Field(default=0, sa_column_kwargs={"server_default": "0"})


_IN_TOTALS_INDEX = (
    "exercise_count",
    "set_count",
    "rep_count",
    "volume_kg",
    "duration_seconds",
    "met_minutes",
    "bodyweight_reps",
    "assisted_volume_kg",
    "energy_kcal",
    "warm_up_volume_kg",
    "warm_up_bodyweight_reps",
    "warm_up_assisted_volume_kg",
)


class Workout(TableModel, table=True):
    """A workout and its totals.

    Attributes:
        title_proposed: whether the title is derived, and follows the time of day and the exercises.
        routine_id: the routine that it was started from, which may have been deleted.
        bodyweight_reps: the sum of its reps, each times the share of the body mass that it moves.
        assisted_volume_kg: the sum of reps x assistance, which `volume_kg` does not contain.
        warm_up_volume_kg: the part of `volume_kg` in warm-ups; so are the other columns `warm_up_…`.
        energy_kcal: the energy that a client recorded. `met_minutes` is what our estimate follows from.
        stored_bytes: an estimate of the space that it takes, with its exercises and sets. The user's quota counts it.
        fingerprint: a hash of its first content, or of the content that an import has replaced it by.
        imported_at: its `updated_at` when an import replaced its content. Null: no import did.
        document: its JSON without sets, compressed (see `documents.document`). Null: to be rendered.
        document_sets: the JSON of its sets, compressed.
        document_size: the bytes of the JSON with its sets.
        document_version: that of the release which rendered it. Other releases render the rows instead.
        document_revision: the revision of the workout that was rendered. After another one, the rows are rendered.

    """

    __tablename__ = "workout"
    __table_args__ = (
        # Checked at the commit: the rows of a deleted account are deleted in no certain order.
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"],
            ["workout_import.user_id", "workout_import.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.Index(None, "user_id", "started_at", "id"),
        # Covers what statistics sum over all workouts: of 5,000 workouts 60 pages here, 150 of the table.
        sa.Index("ix_workout_totals", "user_id", "local_date", postgresql_include=_IN_TOTALS_INDEX),
        # The change feed.
        sa.Index(None, "user_id", "revision", "id"),
        sa.CheckConstraint("ended_at >= started_at", name="ends_after_start"),
    )

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    title: str = Field(max_length=200)
    title_proposed: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    notes: str | None = Field(default=None, max_length=10_000)
    source: Source = Field(sa_type=enum_type(Source, 32))
    import_id: UUID | None = None
    routine_id: UUID | None = None
    started_at: datetime
    ended_at: datetime | None = None
    time_zone: str = Field(max_length=64)
    local_date: date
    exercise_count: int
    set_count: int
    rep_count: int = Field(sa_type=sa.BigInteger)
    volume_kg: float
    bodyweight_reps: float = _zero()
    assisted_volume_kg: float = _zero()
    warm_up_set_count: int = _zero()
    warm_up_rep_count: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    warm_up_volume_kg: float = _zero()
    warm_up_bodyweight_reps: float = _zero()
    warm_up_assisted_volume_kg: float = _zero()
    duration_seconds: float | None = None
    met_minutes: float | None = None
    energy_kcal: float | None = None
    average_heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None
    stored_bytes: int = Field(sa_column_kwargs={"server_default": "0"})
    fingerprint: bytes = Field(sa_type=sa.LargeBinary)
    imported_at: datetime | None = None
    revision: int = Field(sa_type=sa.BigInteger)
    created_at: datetime = created_at_field()
    updated_at: datetime = updated_at_field()
    document: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    document_sets: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    document_size: int | None = None
    document_version: int | None = None
    document_revision: int | None = Field(default=None, sa_type=sa.BigInteger)


class WorkoutExercise(TableModel, table=True):
    """An exercise of a workout with its totals and bests. `local_date` and `started_at` are those of the workout.

    The id is what clients address and stays when the exercise moves; sets refer to the position.
    Bests, loads and `assisted_reps` are those of sets that are no warm-ups. An assisting weight
    (`CatalogueExercise.assisted`) is no best weight, but assistance, as `assistance_kg` of a set is. `load_kgs` and
    `load_reps` are the weights and reps of the sets that have both, by weight: records of loads need them. From
    `tracked_sets` on, the columns are sums of camera evidence (see `rep_quality`), null without evidence. `targets` are
    planned sets in the shape of `TargetSet`.
    """

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
        sa.UniqueConstraint("user_id", "workout_id", "position"),
        sa.Index(None, "user_id", "exercise_id", "started_at"),
    )

    user_id: UUID = Field(primary_key=True)
    id: UUID = part_id_field()
    workout_id: UUID
    position: int = Field(sa_type=sa.SmallInteger)
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
    targets: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    started_at: datetime
    local_date: date
    set_count: int
    rep_count: int = Field(sa_type=sa.BigInteger)
    volume_kg: float
    bodyweight_reps: float = _zero()
    assisted_volume_kg: float = _zero()
    assisted_reps: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    least_assistance_kg: float | None = None
    warm_up_set_count: int = _zero()
    warm_up_rep_count: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    warm_up_volume_kg: float = _zero()
    warm_up_bodyweight_reps: float = _zero()
    warm_up_assisted_volume_kg: float = _zero()
    duration_seconds: float | None = None
    distance_meters: float | None = None
    best_set_weight_kg: float | None = None
    best_set_reps: int | None = None
    best_e1rm_kg: float | None = None
    best_reps: int | None = None
    best_set_volume_kg: float | None = None
    best_duration_seconds: float | None = None
    best_distance_meters: float | None = None
    load_kgs: list[float] | None = Field(default=None, sa_type=sa.ARRAY(sa.Double))
    load_reps: list[int] | None = Field(default=None, sa_type=sa.ARRAY(sa.Integer))
    tracked_sets: int | None = None
    tracked_reps: int | None = None
    detected_reps: int | None = None
    corrected_reps: int | None = None
    corrected_sets: int | None = None
    timed_reps: int | None = None
    time_ms: int | None = Field(default=None, sa_type=sa.BigInteger)
    eccentric_reps: int | None = None
    eccentric_ms: int | None = Field(default=None, sa_type=sa.BigInteger)
    concentric_reps: int | None = None
    concentric_ms: int | None = Field(default=None, sa_type=sa.BigInteger)
    range_reps: int | None = None
    range_degrees: float | None = None
    slowdown_sets: int | None = None
    slowdown_percent: float | None = None
    slowed_sets: int | None = None
    velocity_loss_sets: int | None = None
    velocity_loss_percent: float | None = None
    range_loss_sets: int | None = None
    range_loss_percent: float | None = None
    faded_sets: int | None = None
    full_range_reps: int | None = None
    full_range_share: float | None = None
    left_reps: int | None = None
    right_reps: int | None = None
    tempo_variation_sets: int | None = None
    tempo_variation_percent: float | None = None
    cadence_reps: int | None = None
    cadence_ms: int | None = Field(default=None, sa_type=sa.BigInteger)
    best_unbroken_reps: int | None = None


_columns = [column.name for column in core_table(WorkoutExercise).c]

REP_QUALITY = tuple(_columns[_columns.index("tracked_sets") :])
"""The columns of `WorkoutExercise` that sum up what a camera measured."""

TOTALS = tuple(_columns[_columns.index("set_count") :])
"""All columns of `WorkoutExercise` that are computed."""


class DeletedWorkout(TableModel, table=True):
    """The tombstone of a deleted workout, for the change feed. `revision` is the user's at the deletion."""

    __tablename__ = "deleted_workout"
    __table_args__ = (sa.Index(None, "user_id", "revision", "workout_id"),)

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    workout_id: UUID = Field(primary_key=True)
    revision: int = Field(sa_type=sa.BigInteger)
    deleted_at: datetime = created_at_field()
