"""Refuse the writes of a user whose account is being restored, instead of letting them wait for the user's lock.

Revision: 0053
Follows: 0052
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0053"
down_revision: str | None = "0052"
branch_labels: None = None
depends_on: None = None

_STORE = """store_workouts(
    uuid, text, stored_workout[], double precision[], double precision[], double precision[], stored_exercise[],
    stored_set[], uuid[], uuid[], new_record_check[], integer, bigint, boolean, date
)"""
_EDIT = """store_edit(
    text, uuid, uuid, bigint, stored_workout, double precision, double precision, double precision, stored_exercise[],
    stored_set[], uuid[], smallint, stored_exercise[], stored_set[], uuid[], timestamptz
)"""
# The condition of the lock in each function, which it has once.
_LOCKS = {_STORE: "r.user_id = owner_id", _EDIT: "r.revision = expected_revision"}
_LOCK = " FOR UPDATE"
_UNMARKED = " AND r.restore_id IS NULL FOR UPDATE"


def _replace(function: str, part: str, following: str) -> None:
    definition = sa.text("SELECT pg_get_functiondef(cast(:signature AS regprocedure))")
    text: str = op.get_bind().scalar(definition, {"signature": function})
    if text.count(part) != 1:
        raise RuntimeError(f"{function} has {part!r} {text.count(part)} times")
    op.execute(text.replace(part, following))


def upgrade() -> None:
    op.add_column("user_revision", sa.Column("restore_id", sa.Uuid(), nullable=True))
    for function, condition in _LOCKS.items():
        _replace(function, condition + _LOCK, condition + _UNMARKED)


def downgrade() -> None:
    for function, condition in _LOCKS.items():
        _replace(function, condition + _UNMARKED, condition + _LOCK)
    op.drop_column("user_revision", "restore_id")
