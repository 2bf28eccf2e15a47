"""What workouts were before an import replaced them, for its undo.

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: None = None
depends_on: None = None

_COUNTS = ("replaced", "remapped")


def upgrade() -> None:
    op.add_column("workout", sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
    for name in _COUNTS:
        op.add_column("workout_import", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "replaced_workout",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("was_edited", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "workout_id"],
            ["workout.user_id", "workout.id"],
            name=op.f("fk_replaced_workout_user_id_workout"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"],
            ["workout_import.user_id", "workout_import.id"],
            name=op.f("fk_replaced_workout_user_id_workout_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "workout_id", "import_id", name=op.f("pk_replaced_workout")),
    )
    op.create_index(
        op.f("ix_replaced_workout_user_id_import_id"), "replaced_workout", ["user_id", "import_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("replaced_workout")
    for name in _COUNTS:
        op.drop_column("workout_import", name)
    op.drop_column("workout", "imported_at")
