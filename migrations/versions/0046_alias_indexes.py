"""Indexes for a catalogue with many names.

Revision: 0046
Follows: 0045
"""

from alembic import op

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: None = None
depends_on: None = None


def _replace_indexes(bytes_of_signature: int) -> None:
    for table in ("catalogue_exercise", "exercise_alias"):
        name = f"ix_{table}_search_key"
        op.drop_index(name, table)
        ops = {"search_key": f"gist_trgm_ops(siglen={bytes_of_signature})"}
        op.create_index(name, table, ["search_key"], postgresql_using="gist", postgresql_ops=ops)


def upgrade() -> None:
    _replace_indexes(128)
    op.create_index("ix_exercise_alias_equal_search_key", "exercise_alias", ["search_key"])


def downgrade() -> None:
    op.drop_index("ix_exercise_alias_equal_search_key", "exercise_alias")
    _replace_indexes(64)
