"""The exercise that a name means in sets with a load.

Revision: 0050
Follows: 0049
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0050"
down_revision: str | None = "0049"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("exercise_alias", sa.Column("loaded_exercise_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_exercise_alias_loaded_exercise_id_catalogue_exercise",
        "exercise_alias",
        "catalogue_exercise",
        ["loaded_exercise_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index("ix_exercise_alias_loaded_exercise_id", "exercise_alias", ["loaded_exercise_id"])


def downgrade() -> None:
    op.drop_column("exercise_alias", "loaded_exercise_id")
