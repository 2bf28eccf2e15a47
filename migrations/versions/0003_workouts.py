"""The tables of workouts.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "catalogue_exercise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("equipment", sa.String(length=16), nullable=False),
        sa.Column("mechanic", sa.String(length=16), nullable=True),
        sa.Column("force", sa.String(length=16), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=True),
        sa.Column("primary_muscles", sa.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("secondary_muscles", sa.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("measures", sa.String(length=24), nullable=False),
        sa.Column("met", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_exercise")),
        sa.UniqueConstraint("slug", name=op.f("uq_catalogue_exercise_slug")),
    )
    op.create_index(op.f("ix_catalogue_exercise_name_key"), "catalogue_exercise", ["name_key"])
    op.create_table(
        "custom_exercise",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=True),
        sa.Column("equipment", sa.String(length=16), nullable=True),
        sa.Column("mechanic", sa.String(length=16), nullable=True),
        sa.Column("force", sa.String(length=16), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=True),
        sa.Column("primary_muscles", sa.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("secondary_muscles", sa.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("measures", sa.String(length=24), nullable=True),
        sa.Column("met", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_custom_exercise_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_custom_exercise")),
        sa.UniqueConstraint("user_id", "name_key", name=op.f("uq_custom_exercise_user_id_name_key")),
    )
    op.create_table(
        "workout_import",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=True),
        sa.Column("workouts", sa.Integer(), nullable=False),
        sa.Column("sets", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_workout_import_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_workout_import")),
    )
    op.create_table(
        "workout",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.String(length=10000), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("exercise_count", sa.Integer(), nullable=False),
        sa.Column("set_count", sa.Integer(), nullable=False),
        sa.Column("rep_count", sa.BigInteger(), nullable=False),
        sa.Column("volume_kg", sa.Float(), nullable=False),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("met_minutes", sa.Float(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_workout_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"],
            ["workout_import.user_id", "workout_import.id"],
            name=op.f("fk_workout_user_id_workout_import"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_workout_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_workout")),
    )
    op.create_index(op.f("ix_workout_user_id_local_date"), "workout", ["user_id", "local_date"])
    op.create_index(op.f("ix_workout_user_id_started_at_id"), "workout", ["user_id", "started_at", "id"])
    op.create_table(
        "workout_exercise",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("catalogue_exercise_id", sa.Uuid(), nullable=True),
        sa.Column("custom_exercise_id", sa.Uuid(), nullable=True),
        sa.Column(
            "exercise_id",
            sa.Uuid(),
            sa.Computed("coalesce(catalogue_exercise_id, custom_exercise_id)", persisted=True),
            nullable=True,
        ),
        sa.Column("superset", sa.SmallInteger(), nullable=True),
        sa.Column("notes", sa.String(length=10000), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("set_count", sa.Integer(), nullable=False),
        sa.Column("rep_count", sa.BigInteger(), nullable=False),
        sa.Column("volume_kg", sa.Float(), nullable=False),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("distance_meters", sa.Float(), nullable=True),
        sa.Column("best_set_weight_kg", sa.Float(), nullable=True),
        sa.Column("best_set_reps", sa.Integer(), nullable=True),
        sa.Column("best_e1rm_kg", sa.Float(), nullable=True),
        sa.Column("best_reps", sa.Integer(), nullable=True),
        sa.Column("best_set_volume_kg", sa.Float(), nullable=True),
        sa.Column("best_duration_seconds", sa.Float(), nullable=True),
        sa.Column("best_distance_meters", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(catalogue_exercise_id, custom_exercise_id) = 1", name=op.f("ck_workout_exercise_one_exercise")
        ),
        sa.ForeignKeyConstraint(
            ["catalogue_exercise_id"],
            ["catalogue_exercise.id"],
            name=op.f("fk_workout_exercise_catalogue_exercise_id_catalogue_exercise"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "custom_exercise_id"],
            ["custom_exercise.user_id", "custom_exercise.id"],
            name=op.f("fk_workout_exercise_user_id_custom_exercise"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "workout_id"],
            ["workout.user_id", "workout.id"],
            name=op.f("fk_workout_exercise_user_id_workout"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "workout_id", "position", name=op.f("pk_workout_exercise")),
    )
    op.create_index(
        op.f("ix_workout_exercise_user_id_exercise_id_started_at"),
        "workout_exercise",
        ["user_id", "exercise_id", "started_at"],
    )
    op.create_table(
        "workout_set",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_position", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reps", sa.Integer(), nullable=True),
        sa.Column("weight_kg", sa.Float(), nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("distance_meters", sa.Float(), nullable=True),
        sa.Column("rpe", sa.REAL(), nullable=True),
        sa.Column("rest_seconds", sa.Integer(), nullable=True),
        sa.Column("counter_name", sa.String(length=64), nullable=True),
        sa.Column("counter_version", sa.String(length=32), nullable=True),
        sa.Column("detected_reps", sa.Integer(), nullable=True),
        sa.Column("rep_offset_ms", sa.ARRAY(sa.Integer()), nullable=True),
        sa.Column("rep_duration_ms", sa.ARRAY(sa.Integer()), nullable=True),
        sa.Column("rep_eccentric_ms", sa.ARRAY(sa.Integer()), nullable=True),
        sa.Column("rep_concentric_ms", sa.ARRAY(sa.Integer()), nullable=True),
        sa.Column("rep_range_degrees", sa.ARRAY(sa.REAL()), nullable=True),
        sa.Column("rep_confidence", sa.ARRAY(sa.REAL()), nullable=True),
        sa.Column("rep_flags", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("rep_rejected", sa.ARRAY(sa.Boolean()), nullable=True),
        sa.CheckConstraint(
            "rep_concentric_ms IS NULL OR cardinality(rep_concentric_ms) IS NOT DISTINCT FROM cardinality(rep_offset_ms)",
            name=op.f("ck_workout_set_rep_concentric_ms_length"),
        ),
        sa.CheckConstraint(
            "rep_confidence IS NULL OR cardinality(rep_confidence) IS NOT DISTINCT FROM cardinality(rep_offset_ms)",
            name=op.f("ck_workout_set_rep_confidence_length"),
        ),
        sa.CheckConstraint(
            "rep_duration_ms IS NULL OR cardinality(rep_duration_ms) IS NOT DISTINCT FROM cardinality(rep_offset_ms)",
            name=op.f("ck_workout_set_rep_duration_ms_length"),
        ),
        sa.CheckConstraint(
            "rep_eccentric_ms IS NULL OR cardinality(rep_eccentric_ms) IS NOT DISTINCT FROM cardinality(rep_offset_ms)",
            name=op.f("ck_workout_set_rep_eccentric_ms_length"),
        ),
        sa.CheckConstraint(
            "rep_flags IS NULL OR cardinality(rep_flags) IS NOT DISTINCT FROM cardinality(rep_offset_ms)",
            name=op.f("ck_workout_set_rep_flags_length"),
        ),
        sa.CheckConstraint(
            "rep_range_degrees IS NULL OR cardinality(rep_range_degrees) IS NOT DISTINCT FROM cardinality(rep_offset_ms)",
            name=op.f("ck_workout_set_rep_range_degrees_length"),
        ),
        sa.CheckConstraint(
            "rep_rejected IS NULL OR cardinality(rep_rejected) IS NOT DISTINCT FROM cardinality(rep_offset_ms)",
            name=op.f("ck_workout_set_rep_rejected_length"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "workout_id", "exercise_position"],
            ["workout_exercise.user_id", "workout_exercise.workout_id", "workout_exercise.position"],
            name=op.f("fk_workout_set_user_id_workout_exercise"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "workout_id", "exercise_position", "position", name=op.f("pk_workout_set")),
    )


def downgrade() -> None:
    op.drop_table("workout_set")
    op.drop_table("workout_exercise")
    op.drop_table("workout")
    op.drop_table("workout_import")
    op.drop_table("custom_exercise")
    op.drop_table("catalogue_exercise")
