"""Body measurements that imports write, and what they were before an import replaced them.

Revision: 0054
Follows: 0053
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0054"
down_revision: str | None = "0053"
branch_labels: None = None
depends_on: None = None

_COUNTS = ("body_measurements", "replaced_body_measurements")
_NO_WORKOUTS = "workouts = 0 AND replaced = 0 AND remapped = 0"
_NO_MEASUREMENTS = "body_measurements = 0 AND replaced_body_measurements = 0"


def _replace_index(condition: str) -> None:
    op.drop_index("ix_workout_import_results", table_name="workout_import")
    op.create_index(
        "ix_workout_import_results",
        "workout_import",
        ["updated_at"],
        unique=False,
        postgresql_where=sa.text(f"(dry_run OR {condition})"),
    )


def upgrade() -> None:
    op.add_column("body_measurement", sa.Column("import_id", sa.Uuid(), nullable=True))
    op.add_column("body_measurement", sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_body_measurement_user_id_workout_import"),
        "body_measurement",
        "workout_import",
        ["user_id", "import_id"],
        ["user_id", "id"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_index(
        op.f("ix_body_measurement_user_id_import_id"),
        "body_measurement",
        ["user_id", "import_id"],
        unique=False,
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    # The check of a foreign key takes the newest of the indexes that fit, as long as the table is empty: see 0010.
    op.drop_constraint(op.f("pk_body_measurement"), "body_measurement", type_="primary")
    op.create_primary_key(op.f("pk_body_measurement"), "body_measurement", ["user_id", "id"])
    for name in _COUNTS:
        op.add_column("workout_import", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    _replace_index(f"{_NO_WORKOUTS} AND {_NO_MEASUREMENTS}")
    op.create_table(
        "replaced_measurement",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("measurement_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("was_edited", sa.Boolean(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("mass_kg", sa.Float(), nullable=False),
        sa.Column("body_fat_percent", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id", "measurement_id"],
            ["body_measurement.user_id", "body_measurement.id"],
            name=op.f("fk_replaced_measurement_user_id_body_measurement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"],
            ["workout_import.user_id", "workout_import.id"],
            name=op.f("fk_replaced_measurement_user_id_workout_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "measurement_id", "import_id", name=op.f("pk_replaced_measurement")),
    )
    op.create_index(
        op.f("ix_replaced_measurement_user_id_import_id"),
        "replaced_measurement",
        ["user_id", "import_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("replaced_measurement")
    _replace_index(_NO_WORKOUTS)
    for name in reversed(_COUNTS):
        op.drop_column("workout_import", name)
    op.drop_index(op.f("ix_body_measurement_user_id_import_id"), table_name="body_measurement")
    op.drop_constraint(op.f("fk_body_measurement_user_id_workout_import"), "body_measurement", type_="foreignkey")
    op.drop_column("body_measurement", "imported_at")
    op.drop_column("body_measurement", "import_id")
