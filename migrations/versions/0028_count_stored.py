"""Look up the user's counters by key in the triggers that count what is stored.

PostgreSQL has no statistics of the rows that a statement has written, and has joined them with the counters of all
users: each write read a row of each user. A function for each table also keeps its plans.

Revision: 0028
Follows: 0027
"""

from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: None = None
depends_on: None = None

# As in 0023: the counter of the rows of each table, if they have a quota of their own, and the bytes of a row.
TABLES = {
    "workout": ("workouts", "stored_bytes"),
    "deleted_workout": (None, "150"),
    "workout_import": (None, "400"),
    "routine": (None, "400 + octet_length(coalesce(notes, ''))"),
    "routine_exercise": (
        None,
        "300 + octet_length(coalesce(notes, '')) + octet_length(targets::text)"
        " + octet_length(coalesce(progression::text, ''))",
    ),
    "custom_exercise": (None, "1000"),
    "custom_exercise_alias": (None, "500"),
    "body_measurement": ("body_measurements", "200 + octet_length(coalesce(notes, ''))"),
}
EVENTS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}

FORMER_FUNCTION = """
CREATE FUNCTION count_stored() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    added text := format('SELECT user_id, 1 AS counted, (%s)::bigint AS bytes FROM new_rows', TG_ARGV[1]);
    removed text := format('SELECT user_id, -1 AS counted, -(%s)::bigint AS bytes FROM old_rows', TG_ARGV[1]);
BEGIN
    EXECUTE format(
        'UPDATE user_revision SET %1$s stored_bytes = user_revision.stored_bytes + changed.bytes FROM ('
        '    SELECT user_id, sum(counted) AS counted, sum(bytes) AS bytes FROM (%2$s) AS change GROUP BY user_id'
        '    HAVING sum(counted) <> 0 OR sum(bytes) <> 0'
        ') AS changed WHERE user_revision.user_id = changed.user_id',
        CASE WHEN TG_ARGV[0] <> '' THEN format('%1$I = user_revision.%1$I + changed.counted,', TG_ARGV[0]) END,
        CASE TG_OP WHEN 'INSERT' THEN added WHEN 'DELETE' THEN removed ELSE added || ' UNION ALL ' || removed END
    );
    RETURN NULL;
END $$
"""


def _function(table: str, counter: str | None, size: str) -> str:
    counted = f"{counter} = {counter} + changed.counted," if counter else ""
    added = f"SELECT user_id, 1 AS counted, ({size})::bigint AS bytes FROM new_rows"  # noqa: S608  (constants)
    removed = f"SELECT user_id, -1, -({size})::bigint FROM old_rows"  # noqa: S608
    rows = {"INSERT": added, "UPDATE": f"{added} UNION ALL {removed}", "DELETE": removed}
    branches = " ELSIF".join(
        f""" TG_OP = '{event}' THEN
        FOR changed IN
            SELECT user_id, sum(counted) AS counted, sum(bytes) AS bytes
            FROM ({change}) AS change (user_id, counted, bytes)
            GROUP BY user_id
            HAVING sum(counted) <> 0 OR sum(bytes) <> 0
        LOOP
            UPDATE user_revision SET {counted} stored_bytes = stored_bytes + changed.bytes
            WHERE user_id = changed.user_id;
        END LOOP;
    """  # noqa: S608
        for event, change in rows.items()
    )
    return f"""
CREATE FUNCTION count_stored_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed record;
BEGIN
    IF{branches} END IF;
    RETURN NULL;
END $$
"""


def _create_triggers(table: str, function: str) -> None:
    for event, rows in EVENTS.items():
        op.execute(
            f"CREATE OR REPLACE TRIGGER count_stored_{event.lower()} AFTER {event} ON {table} REFERENCING {rows}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}"
        )


def upgrade() -> None:
    for table, (counter, size) in TABLES.items():
        op.execute(_function(table, counter, size))
        _create_triggers(table, f"count_stored_{table}()")
    op.execute("DROP FUNCTION count_stored()")


def downgrade() -> None:
    op.execute(FORMER_FUNCTION)
    for table, (counter, size) in TABLES.items():
        quoted = size.replace("'", "''")
        _create_triggers(table, f"count_stored('{counter or ''}', '{quoted}')")
        op.execute(f"DROP FUNCTION count_stored_{table}()")
