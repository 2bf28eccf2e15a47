"""Compare a load with the records of its exercise only, also for a user whom the statistics do not know.

For such a user, PostgreSQL expects one record, and took the smaller index of the newest ones or of workouts instead of
the key: each of a write's loads was compared with all records of the user. Neither index serves that comparison now:
one begins with the workout, the other one has no `set`.

Revision: 0057
Follows: 0056
"""

from pathlib import Path
from runpy import run_path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0057"
down_revision: str | None = "0056"
branch_labels: None = None
depends_on: None = None

# By their names: the columns, and further options.
_Indexes = dict[str, tuple[list[str], dict[str, Any]]]

_TABLE = "exercise_record"
_NEW: _Indexes = {
    "ix_exercise_record_workout_id_user_id": (["workout_id", "user_id"], {}),
    "ix_exercise_record_newest_values": (
        ["user_id", "started_at", "workout_id", "position"],
        {"postgresql_where": sa.text("kind <> 'set'")},
    ),
}
_FORMER: _Indexes = {
    "ix_exercise_record_user_id_workout_id": (["user_id", "workout_id"], {}),
    "ix_exercise_record_newest": (["user_id", "started_at", "workout_id", "position"], {}),
}


def _replace(former: _Indexes, following: _Indexes) -> None:
    # Workouts can be written meanwhile.
    create_concurrently = run_path(str(Path(__file__).parents[1] / "indexes.py"))["create_concurrently"]
    for name, (columns, options) in following.items():
        create_concurrently(name, _TABLE, columns, **options)
    for name in former:
        op.drop_index(name, _TABLE, if_exists=True)


def upgrade() -> None:
    _replace(_FORMER, _NEW)


def downgrade() -> None:
    _replace(_NEW, _FORMER)
