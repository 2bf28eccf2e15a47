"""Imports in the background: their files, progress and results.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: None = None
depends_on: None = None

_COLUMNS = ("dry_run", "options", "is_cancelled", "progress", "attempts", "report", "problem")


def upgrade() -> None:
    op.add_column("workout_import", sa.Column("dry_run", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("workout_import", sa.Column("options", postgresql.JSONB(), nullable=True))
    op.add_column("workout_import", sa.Column("is_cancelled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("workout_import", sa.Column("progress", sa.Float(), server_default="0", nullable=False))
    op.add_column("workout_import", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("workout_import", sa.Column("report", postgresql.JSONB(), nullable=True))
    op.add_column("workout_import", sa.Column("problem", postgresql.JSONB(), nullable=True))
    # What an interrupted import has stored was kept, and still is: it can be undone, and another import adds the rest.
    op.execute("UPDATE workout_import SET state = 'completed' WHERE state IN ('interrupted', 'running')")
    op.execute("UPDATE workout_import SET progress = 1 WHERE state = 'completed'")
    op.create_index(
        "ix_workout_import_unfinished",
        "workout_import",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'running', 'undoing')"),
    )
    op.create_index(
        "ix_workout_import_results",
        "workout_import",
        ["updated_at"],
        unique=False,
        postgresql_where=sa.text("(dry_run OR workouts = 0 AND replaced = 0 AND remapped = 0)"),
    )
    op.create_table(
        "import_file_part",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"],
            ["workout_import.user_id", "workout_import.id"],
            name=op.f("fk_import_file_part_user_id_workout_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "import_id", "position", name=op.f("pk_import_file_part")),
    )


def downgrade() -> None:
    op.drop_table("import_file_part")
    op.execute("UPDATE workout_import SET state = 'interrupted' WHERE state IN ('queued', 'failed', 'cancelled')")
    op.drop_index("ix_workout_import_results", table_name="workout_import")
    op.drop_index("ix_workout_import_unfinished", table_name="workout_import")
    for name in reversed(_COLUMNS):
        op.drop_column("workout_import", name)
