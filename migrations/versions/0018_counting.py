"""Calibrations of counting, and which exercises a camera can count.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "counting_calibration",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("joints", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("profile_version", sa.String(length=16), nullable=False),
        sa.Column("calibrated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("low < high", name=op.f("ck_counting_calibration_range")),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["catalogue_exercise.id"],
            name=op.f("fk_counting_calibration_exercise_id_catalogue_exercise"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_counting_calibration_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "exercise_id", name=op.f("pk_counting_calibration")),
    )
    op.add_column("catalogue_exercise", sa.Column("countable", sa.Boolean(), server_default=sa.false(), nullable=False))
    # The profiles are data of the program, and every migration run updates the catalogue: nothing is lost.
    op.execute("UPDATE catalogue_exercise SET countable = counting IS NOT NULL")
    op.drop_column("catalogue_exercise", "counting")


def downgrade() -> None:
    op.add_column(
        "catalogue_exercise",
        sa.Column("counting", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.drop_column("catalogue_exercise", "countable")
    op.drop_table("counting_calibration")
