"""Store the JSON of a workout beside it, compressed.

Columns stay null until a workout is written, or `exercise-buddy workouts render` renders it.

Revision: 0027
Follows: 0026
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: None = None
depends_on: None = None

COLUMNS: dict[str, Any] = {
    "document": sa.LargeBinary(),
    "document_sets": sa.LargeBinary(),
    "document_size": sa.Integer(),
    "document_version": sa.Integer(),
    "document_revision": sa.BigInteger(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("workout", sa.Column(name, kind, nullable=True))
    for name in ("document", "document_sets"):
        # PostgreSQL would try to compress what is compressed.
        op.execute(f"ALTER TABLE workout ALTER COLUMN {name} SET STORAGE EXTERNAL")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("workout", name)
