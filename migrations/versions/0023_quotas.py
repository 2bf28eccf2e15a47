"""Count what is stored for each user, in the transaction that stores it.

The counters are in the row that holds the user's revision: whatever writes the user's data locks that row already.
`count_stored` is the trigger of each table that grows with what a user stores; `stored_usage` counts the rows again.

Revision: 0023
Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: None = None
depends_on: None = None

# The counter of the rows of each table, if they have a quota of their own, and the bytes of a row. The constants are
# estimates of the fixed columns and the indexes.
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

COUNT_STORED = """
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

SET_BYTES = """
250 + octet_length(coalesce(judgements::text, ''))
+ coalesce(octet_length(array_to_string(rep_flags, '')), 0)
+ 4 * coalesce(cardinality(rep_offset_ms), 0) * num_nonnulls(
    rep_offset_ms, rep_turn_ms, rep_duration_ms, rep_eccentric_ms, rep_concentric_ms, rep_turn_pause_ms,
    rep_end_pause_ms, rep_range_degrees, rep_range_mm, rep_range_share, rep_full_range_share,
    rep_mean_velocity_mps, rep_side, rep_confidence, rep_flags, rep_rejected
)
"""

FILL_WORKOUTS = f"""
UPDATE workout SET stored_bytes = 600 + octet_length(coalesce(notes, ''))
    + coalesce((
        SELECT sum(500 + octet_length(coalesce(e.notes, '')) + octet_length(coalesce(e.targets::text, '')))
        FROM workout_exercise AS e WHERE e.user_id = workout.user_id AND e.workout_id = workout.id
    ), 0)
    + coalesce((
        SELECT sum({SET_BYTES}) FROM workout_set AS s WHERE s.user_id = workout.user_id AND s.workout_id = workout.id
    ), 0)
"""  # noqa: S608  (constants)


def _stored_usage() -> str:
    counters = {table: f"'{counter}'" if counter else "NULL" for table, (counter, _) in TABLES.items()}
    rows = " UNION ALL ".join(
        f"SELECT count(*), {counters[table]}, sum({size}) FROM {table}"  # noqa: S608
        f" WHERE {table}.user_id = owner_id"
        for table, (_, size) in TABLES.items()
    )
    return f"""
    CREATE FUNCTION stored_usage(owner_id uuid)
        RETURNS TABLE (workouts integer, body_measurements integer, stored_bytes bigint) LANGUAGE sql STABLE AS $$
        SELECT coalesce(sum(counted) FILTER (WHERE counter = 'workouts'), 0)::integer,
            coalesce(sum(counted) FILTER (WHERE counter = 'body_measurements'), 0)::integer,
            coalesce(sum(bytes), 0)::bigint
        FROM ({rows}) AS stored (counted, counter, bytes)
    $$
    """  # noqa: S608


def upgrade() -> None:
    for name in ("workouts", "body_measurements"):
        op.add_column("user_revision", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("user_revision", sa.Column("stored_bytes", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("workout", sa.Column("stored_bytes", sa.Integer(), nullable=True))
    op.execute(FILL_WORKOUTS)
    # The default is for the former release, which serves until the new one is rolled out.
    op.alter_column("workout", "stored_bytes", nullable=False, server_default="0")
    op.execute(_stored_usage())
    op.execute(
        "UPDATE user_revision SET (workouts, body_measurements, stored_bytes)"
        " = (SELECT * FROM stored_usage(user_revision.user_id))"
    )
    op.execute(COUNT_STORED)
    for table, (counter, size) in TABLES.items():
        for event, rows in (
            ("INSERT", "NEW TABLE AS new_rows"),
            ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ("DELETE", "OLD TABLE AS old_rows"),
        ):
            quoted = size.replace("'", "''")
            op.execute(
                f"CREATE TRIGGER count_stored_{event.lower()} AFTER {event} ON {table} REFERENCING {rows}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION count_stored('{counter or ''}', '{quoted}')"
            )


def downgrade() -> None:
    for table in TABLES:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER count_stored_{event} ON {table}")
    op.execute("DROP FUNCTION count_stored()")
    op.execute("DROP FUNCTION stored_usage(uuid)")
    op.drop_column("workout", "stored_bytes")
    for name in ("stored_bytes", "body_measurements", "workouts"):
        op.drop_column("user_revision", name)
