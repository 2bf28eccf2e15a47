"""Longer names of apps that a workout or an import may come from.

Revision: 0042
Follows: 0041
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: None = None
depends_on: None = None

_TABLES = ("workout", "workout_import")
_SHORT, _LONG = sa.String(length=16), sa.String(length=32)


def upgrade() -> None:
    # A longer varchar rewrites no table.
    for table in _TABLES:
        op.alter_column(table, "source", type_=_LONG, existing_type=_SHORT, existing_nullable=False)


def downgrade() -> None:
    for table in _TABLES:
        op.alter_column(
            table,
            "source",
            type_=_SHORT,
            existing_type=_LONG,
            existing_nullable=False,
            postgresql_using="left(source, 16)",
        )
