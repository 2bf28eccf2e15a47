"""The time zone and the locale of the account that a sign-in with a provider creates.

Revision: 0039
Follows: 0038
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("sign_in_attempt", sa.Column("time_zone", sa.String(64)))
    op.add_column("sign_in_attempt", sa.Column("locale", sa.String(35)))


def downgrade() -> None:
    op.drop_column("sign_in_attempt", "locale")
    op.drop_column("sign_in_attempt", "time_zone")
