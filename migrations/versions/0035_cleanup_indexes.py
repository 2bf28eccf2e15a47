"""Indexes for what tasks delete of all users, and for what is deleted with an account.

Without them, each run of a task reads the whole table, and so does each deletion of an account.

Revision: 0035
Follows: 0034
"""

from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: None = None
depends_on: None = None

INDEXES = {
    "ix_auth_session_expiry": "auth_session (least(expires_at, idle_expires_at))",
    "ix_counting_live_set_counted": "counting_live_set (leased_until) WHERE counted IS NOT NULL",
    "ix_counting_live_set_live": "counting_live_set (leased_until) WHERE counted IS NULL",
    "ix_idempotent_request_created_at": "idempotent_request (created_at)",
    "ix_outgoing_mail_user_id": "outgoing_mail (user_id)",
    "ix_sign_in_attempt_user_id": "sign_in_attempt (user_id)",
}


def upgrade() -> None:
    for name, definition in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {definition}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
