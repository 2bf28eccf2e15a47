"""Notify all processes when a running workout changes.

Whatever changes or ends it, in whichever transaction, the devices that watch it are to learn it. A finished workout
notifies nobody: commits of transactions that notify wait for each other.

Revision: 0016
Follows: 0015
"""

from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: None = None
depends_on: None = None

FUNCTION = """
CREATE FUNCTION notify_workout_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(
        'workout_event',
        json_build_object('user_id', OLD.user_id, 'workout_id', OLD.id, 'event', 'changed', 'data', NULL)::text
    );
    RETURN NULL;
END $$
"""

TRIGGER = """
CREATE TRIGGER notify_changed AFTER UPDATE OR DELETE ON workout FOR EACH ROW
    WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION notify_workout_changed()
"""


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER notify_changed ON workout")
    op.execute("DROP FUNCTION notify_workout_changed()")
