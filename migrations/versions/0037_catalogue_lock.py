"""Let writes of workouts and updates of the catalogue wait for each other, before anything is written.

A write locks the table of the catalogue as its foreign keys do later anyway, compares the version of the catalogue, and
keeps both to its end. So no update happens after the comparison, which made the write fail. An edit passes the version of
the catalogue that it has read.

Revision: 0037
Follows: 0036
"""

from alembic import op

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: None = None
depends_on: None = None

LOCK = "LOCK TABLE catalogue_exercise IN ROW SHARE MODE;"
BEFORE = "    catalogue := catalogue_version();"
AFTER = f"    {LOCK}\n{BEFORE}"

# The function without a version stays for the former release.
EDIT_WORKOUT = f"""
CREATE FUNCTION edit_workout(
    known_catalogue text, owner_id uuid, edited_id uuid, expected_revision bigint, head new_workout,
    changed_exercises new_workout_exercise[], changed_sets new_workout_set[], deleted_sets uuid[],
    first_replaced smallint, new_exercises new_workout_exercise[], new_sets new_workout_set[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    -- In the order of `write_workouts`: first the user, then the catalogue.
    PERFORM FROM user_revision AS r WHERE r.user_id = owner_id AND r.revision = expected_revision FOR UPDATE;
    IF NOT FOUND THEN
        RETURN FALSE;
    END IF;
    {LOCK}
    IF catalogue_version() <> known_catalogue THEN
        RETURN FALSE;
    END IF;
    RETURN edit_workout(
        owner_id, edited_id, expected_revision, head, changed_exercises, changed_sets, deleted_sets, first_replaced,
        new_exercises, new_sets
    );
END $$
"""

ARGUMENTS = """
text, uuid, uuid, bigint, new_workout, new_workout_exercise[], new_workout_set[], uuid[], smallint,
new_workout_exercise[], new_workout_set[]
"""

COMMENT = (
    "Write what an edit changes of a workout, and return true. If the revision of the user or the version of the catalogue "
    "is not the expected one, write nothing."
)

REPLACE = """
DO $$
DECLARE
    former text := pg_get_functiondef('write_workouts'::regproc);
    replaced text := replace(former, '{former}', '{following}');
BEGIN
    IF former = replaced THEN
        RAISE EXCEPTION 'write_workouts is another function';
    END IF;
    EXECUTE replaced;
END $$
"""


def upgrade() -> None:
    op.execute(REPLACE.format(former=BEFORE, following=AFTER))
    op.execute(EDIT_WORKOUT)
    op.execute(f"COMMENT ON FUNCTION edit_workout({ARGUMENTS}) IS '{COMMENT}'")
    # Workouts with these exercises are still to be recomputed.
    op.execute("ALTER TABLE catalogue_exercise ADD COLUMN is_recomputed boolean NOT NULL DEFAULT true")


def downgrade() -> None:
    op.execute("ALTER TABLE catalogue_exercise DROP COLUMN is_recomputed")
    op.execute(f"DROP FUNCTION edit_workout({ARGUMENTS})")
    op.execute(REPLACE.format(former=AFTER, following=BEFORE))
