"""Notify all processes of new revisions of a running workout only.

A document that is stored beside a workout changes nothing that a device could read.

Revision: 0032
Follows: 0031
"""

from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: None = None
depends_on: None = None

TRIGGER = """
CREATE TRIGGER notify_changed AFTER UPDATE{columns} OR DELETE ON workout FOR EACH ROW
    WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION notify_workout_changed()
"""


def upgrade() -> None:
    op.execute("DROP TRIGGER notify_changed ON workout")
    op.execute(TRIGGER.format(columns=" OF revision"))


def downgrade() -> None:
    op.execute("DROP TRIGGER notify_changed ON workout")
    op.execute(TRIGGER.format(columns=""))
