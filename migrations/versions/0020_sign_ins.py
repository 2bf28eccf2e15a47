"""How each session began, and one name for failed step-ups.

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: None = None
depends_on: None = None

_ACTIONS = {
    "password_change_failed": "change_password",
    "email_change_failed": "change_email",
    "account_deletion_failed": "delete_account",
}


def upgrade() -> None:
    op.add_column("auth_session", sa.Column("method", sa.String(length=16), nullable=True))
    op.execute(
        "UPDATE auth_session AS s SET method = coalesce((SELECT e.details ->> 'method' FROM security_event AS e "
        "WHERE e.user_id = s.user_id AND e.session_id = s.id AND e.kind = 'signed_in' LIMIT 1), 'password')"
    )
    # The default is for the former release, which serves until the new one is rolled out.
    op.alter_column("auth_session", "method", nullable=False, server_default="password")
    for kind, action in _ACTIONS.items():
        op.execute(
            "UPDATE security_event SET kind = 'step_up_failed', "  # noqa: S608  (our own names)
            f"details = details || jsonb_build_object('action', '{action}') WHERE kind = '{kind}'"
        )


def downgrade() -> None:
    for kind, action in _ACTIONS.items():
        op.execute(
            f"UPDATE security_event SET kind = '{kind}', details = details - 'action' "  # noqa: S608  (our own names)
            f"WHERE kind = 'step_up_failed' AND details ->> 'action' = '{action}'"
        )
    op.execute("DELETE FROM security_event WHERE kind = 'step_up_failed'")
    op.drop_column("auth_session", "method")
