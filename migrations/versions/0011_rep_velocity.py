"""Distance and velocity of each rep, measured by sensors on a bar.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: None = None
depends_on: None = None

_COLUMNS = ("rep_range_mm", "rep_mean_velocity_mps")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("workout_set", sa.Column(name, sa.ARRAY(sa.REAL()), nullable=True))
        constraint = op.f(f"ck_workout_set_{name}_length")
        condition = f"{name} IS NULL OR cardinality({name}) IS NOT DISTINCT FROM cardinality(rep_offset_ms)"
        # Nothing is in the column yet, so there is nothing to look through a large table for.
        op.execute(f"ALTER TABLE workout_set ADD CONSTRAINT {constraint} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE workout_set VALIDATE CONSTRAINT {constraint}")


def downgrade() -> None:
    for name in _COLUMNS:
        op.drop_column("workout_set", name)
