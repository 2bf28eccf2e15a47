"""Search keys that keep the marks of kana and of Indic scripts.

Revision: 0045
Follows: 0044
"""

from alembic import op

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    # Searches find these names again when the catalogue is updated, which follows each migration.
    for table in ("custom_exercise", "custom_exercise_alias"):
        op.execute(
            f"UPDATE {table} SET search_key = '' "  # noqa: S608
            "WHERE name ~ '[\\u0900-\\u1aaf\\u3040-\\u30ff\\ua800-\\uabff\\uac00-\\ud7af\\uff66-\\uff9f]'"
        )


def downgrade() -> None:
    """Leave the keys: a former release finds names by `name_key`."""
