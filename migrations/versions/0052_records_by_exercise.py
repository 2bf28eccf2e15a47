"""Read the performances of an exercise by the index of exercises whenever records are recomputed.

For a user whom the statistics do not know, PostgreSQL expects one row and takes any index of the user; then all exercises
of the user are read for each that was touched. The order makes it choose the index that has it.

Revision: 0052
Follows: 0051
"""

from pathlib import Path
from runpy import run_path

from alembic import op

revision: str = "0052"
down_revision: str | None = "0051"
branch_labels: None = None
depends_on: None = None

_FORMER: str = run_path(str(Path(__file__).with_name("0047_working_sets.py")))["_RECOMPUTE"]
_CONDITION = "        WHERE user_id = owner_id AND exercise_id = t.exercise_id AND started_at >= t.since\n"


def upgrade() -> None:
    if _CONDITION not in _FORMER:
        raise RuntimeError("The function has no such condition")
    op.execute(_FORMER.replace(_CONDITION, f"{_CONDITION}        ORDER BY exercise_id, started_at\n"))


def downgrade() -> None:
    op.execute(_FORMER)
