"""Notice workouts that a process of another release writes, so that their totals, records and documents are updated.

`user_revision.rendered_version` tells that all workouts of a user are those of a release. A write of another release
takes it back, and the background work of the application finds the user.

Revision: 0055
Follows: 0054
"""

from pathlib import Path
from runpy import run_path

from alembic import op

revision: str = "0055"
down_revision: str | None = "0054"
branch_labels: None = None
depends_on: None = None

_TABLE = "workout"
_QUOTAS = run_path(str(Path(__file__).with_name("0028_count_stored.py")))
_FORMER = _QUOTAS["_function"](_TABLE, *_QUOTAS["TABLES"][_TABLE]).replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
# In the branch of inserted workouts, which writes the row of the user anyway.
_NOTED = {
    "sum(bytes) AS bytes\n": "sum(bytes) AS bytes,\n"
    "                CASE WHEN min(version) = max(version) AND count(version) = count(*) THEN min(version) END AS version\n",
    "AS bytes FROM new_rows) AS change (user_id, counted, bytes)": "AS bytes, document_version FROM new_rows)"
    " AS change (user_id, counted, bytes, version)",
    "stored_bytes = stored_bytes + changed.bytes\n": "stored_bytes = stored_bytes + changed.bytes,\n"
    "                rendered_version = CASE WHEN rendered_version = changed.version THEN rendered_version END\n",
}
_NOTE_OUTDATED = """
CREATE FUNCTION note_outdated_workout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_revision SET rendered_version = NULL
    WHERE user_id = NEW.user_id AND (rendered_version = NEW.document_version) IS NOT TRUE AND rendered_version IS NOT NULL;
    RETURN NULL;
END $$
"""


def _note_inserted() -> str:
    insert, separator, rest = _FORMER.partition("ELSIF TG_OP = 'UPDATE'")
    for former, following in _NOTED.items():
        if insert.count(former) != 1:
            raise RuntimeError(f"The function has not one {former!r}")
        insert = insert.replace(former, following)
    return f"{insert}{separator}{rest}"


def upgrade() -> None:
    op.execute(_note_inserted())
    op.execute(_NOTE_OUTDATED)
    op.execute(
        "CREATE TRIGGER note_outdated AFTER UPDATE ON workout FOR EACH ROW"
        " WHEN (NEW.document_version IS DISTINCT FROM OLD.document_version) EXECUTE FUNCTION note_outdated_workout()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER note_outdated ON workout")
    op.execute("DROP FUNCTION note_outdated_workout")
    op.execute(_FORMER)
