"""Aliases, counting profiles, routines, bodyweight, rep quality, tombstones and idempotent responses.

New columns of existing rows (`bodyweight_reps`, `load_kgs` …) are computed after the migrations, by `workouts.backfill`.

Revision: 0007
Follows: 0006
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: None = None
depends_on: None = None

_NEW_TABLES = [
    "routine_exercise",
    "custom_exercise_alias",
    "routine",
    "idempotent_request",
    "exercise_alias",
    "deleted_workout",
]
_SEARCHED = ("catalogue_exercise", "exercise_alias")


def _new_columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "catalogue_exercise": [
            sa.Column("search_key", sa.String(length=160), server_default="", nullable=False),
            sa.Column("bodyweight_share", sa.Float(), nullable=True),
            sa.Column("assisted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
            sa.Column("counting", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
            sa.Column("instructions", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
            sa.Column("images", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        ],
        "custom_exercise": [
            sa.Column("search_key", sa.String(length=160), server_default="", nullable=False),
            sa.Column("bodyweight_share", sa.Float(), nullable=True),
            sa.Column("assisted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
            sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
            sa.Column("import_id", sa.Uuid(), nullable=True),
            sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        ],
        "workout": [
            sa.Column("title_proposed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
            sa.Column("routine_id", sa.Uuid(), nullable=True),
            sa.Column("bodyweight_reps", sa.Float(), server_default="0", nullable=False),
            sa.Column("assisted_volume_kg", sa.Float(), server_default="0", nullable=False),
        ],
        "workout_exercise": [
            sa.Column("targets", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
            sa.Column("bodyweight_reps", sa.Float(), server_default="0", nullable=False),
            sa.Column("assisted_volume_kg", sa.Float(), server_default="0", nullable=False),
            sa.Column("load_kgs", sa.ARRAY(sa.Double()), nullable=True),
            sa.Column("load_reps", sa.ARRAY(sa.Integer()), nullable=True),
            sa.Column("seen_sets", sa.Integer(), nullable=True),
            sa.Column("seen_reps", sa.Integer(), nullable=True),
            sa.Column("detected_reps", sa.Integer(), nullable=True),
            sa.Column("corrected_reps", sa.Integer(), nullable=True),
            sa.Column("corrected_sets", sa.Integer(), nullable=True),
            sa.Column("timed_reps", sa.Integer(), nullable=True),
            sa.Column("time_ms", sa.BigInteger(), nullable=True),
            sa.Column("eccentric_reps", sa.Integer(), nullable=True),
            sa.Column("eccentric_ms", sa.BigInteger(), nullable=True),
            sa.Column("concentric_reps", sa.Integer(), nullable=True),
            sa.Column("concentric_ms", sa.BigInteger(), nullable=True),
            sa.Column("ranged_reps", sa.Integer(), nullable=True),
            sa.Column("range_degrees", sa.Float(), nullable=True),
            sa.Column("slowed_sets", sa.Integer(), nullable=True),
            sa.Column("slowdown_percent", sa.Float(), nullable=True),
            sa.Column("varied_sets", sa.Integer(), nullable=True),
            sa.Column("variation_percent", sa.Float(), nullable=True),
            sa.Column("paced_reps", sa.Integer(), nullable=True),
            sa.Column("paced_ms", sa.BigInteger(), nullable=True),
            sa.Column("best_unbroken_reps", sa.Integer(), nullable=True),
        ],
        "workout_import": [
            sa.Column("duplicates", sa.Integer(), server_default="0", nullable=False),
        ],
    }


def upgrade() -> None:
    # Typos in searches. The extension is one of those that the owner of a database may add.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "deleted_workout",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_deleted_workout_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "workout_id", name=op.f("pk_deleted_workout")),
    )
    op.create_index(
        op.f("ix_deleted_workout_user_id_revision_workout_id"),
        "deleted_workout",
        ["user_id", "revision", "workout_id"],
    )
    op.create_table(
        "exercise_alias",
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("search_key", sa.String(length=160), server_default="", nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["catalogue_exercise.id"],
            name=op.f("fk_exercise_alias_exercise_id_catalogue_exercise"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("name_key", name=op.f("pk_exercise_alias")),
    )
    op.create_index(op.f("ix_exercise_alias_exercise_id"), "exercise_alias", ["exercise_id"])
    op.create_table(
        "idempotent_request",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_idempotent_request_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotent_request")),
    )
    op.create_table(
        "routine",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.String(length=10000), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_routine_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_routine")),
    )
    op.create_table(
        "custom_exercise_alias",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("search_key", sa.String(length=160), server_default="", nullable=False),
        sa.Column("catalogue_exercise_id", sa.Uuid(), nullable=True),
        sa.Column("custom_exercise_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(catalogue_exercise_id, custom_exercise_id) = 1",
            name=op.f("ck_custom_exercise_alias_one_exercise"),
        ),
        sa.ForeignKeyConstraint(
            ["catalogue_exercise_id"],
            ["catalogue_exercise.id"],
            name=op.f("fk_custom_exercise_alias_catalogue_exercise_id_catalogue_exercise"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "custom_exercise_id"],
            ["custom_exercise.user_id", "custom_exercise.id"],
            name=op.f("fk_custom_exercise_alias_user_id_custom_exercise"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_custom_exercise_alias_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "name_key", name=op.f("pk_custom_exercise_alias")),
    )
    op.create_index(
        op.f("ix_custom_exercise_alias_user_id_custom_exercise_id"),
        "custom_exercise_alias",
        ["user_id", "custom_exercise_id"],
    )
    op.create_table(
        "routine_exercise",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("routine_id", sa.Uuid(), nullable=False),
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
        sa.Column("targets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("progression", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(catalogue_exercise_id, custom_exercise_id) = 1", name=op.f("ck_routine_exercise_one_exercise")
        ),
        sa.ForeignKeyConstraint(
            ["catalogue_exercise_id"],
            ["catalogue_exercise.id"],
            name=op.f("fk_routine_exercise_catalogue_exercise_id_catalogue_exercise"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "custom_exercise_id"],
            ["custom_exercise.user_id", "custom_exercise.id"],
            name=op.f("fk_routine_exercise_user_id_custom_exercise"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "routine_id"],
            ["routine.user_id", "routine.id"],
            name=op.f("fk_routine_exercise_user_id_routine"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "routine_id", "position", name=op.f("pk_routine_exercise")),
    )
    op.create_index(op.f("ix_routine_exercise_user_id_exercise_id"), "routine_exercise", ["user_id", "exercise_id"])
    for table, columns in _new_columns().items():
        for column in columns:
            op.add_column(table, column)
    for table in ("catalogue_exercise", "custom_exercise"):
        op.create_check_constraint("bodyweight_share", table, "bodyweight_share BETWEEN 0 AND 1")
    op.create_index(op.f("ix_workout_user_id_revision_id"), "workout", ["user_id", "revision", "id"])
    for table in _SEARCHED:
        op.create_index(
            op.f(f"ix_{table}_search_key"),
            table,
            ["search_key"],
            postgresql_using="gist",
            postgresql_ops={"search_key": "gist_trgm_ops(siglen=64)"},
        )


def downgrade() -> None:
    for table in _SEARCHED:
        op.drop_index(op.f(f"ix_{table}_search_key"), table_name=table)
    op.drop_index(op.f("ix_workout_user_id_revision_id"), table_name="workout")
    for table, columns in _new_columns().items():
        for column in columns:
            op.drop_column(table, column.name)
    for table in _NEW_TABLES:
        op.drop_table(table)
    op.execute("DROP EXTENSION pg_trgm")
