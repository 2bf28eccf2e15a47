# ruff: noqa: S608  (statements of constants)
"""Store the revision of each resource besides workouts, and of its deletion, for the feed of `GET /sync/changes`.

Triggers write them, so no write can forget to. Each takes a new revision of the user, under the lock that every write of
the user's data holds.

Revision: 0044
Follows: 0043
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: None = None
depends_on: None = None

_TYPES = {"routine": "routine", "custom_exercise": "exercise", "body_measurement": "body_measurement"}
"""The types of the resources that are one row of a table each."""

_TOMBSTONE_BYTES = 150
"""What a tombstone takes of the quota, as that of a workout."""

_MARK_CHANGED = f"""
CREATE FUNCTION mark_changed(owner uuid, changed_type text, changed_ids uuid[], deletion timestamptz DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    next_revision bigint;
BEGIN
    -- Without an account, this is one of the cascades of its deletion.
    UPDATE user_revision SET revision = revision + 1, stored_bytes = stored_bytes + {_TOMBSTONE_BYTES} * (
        CASE WHEN deletion IS NULL THEN 0 ELSE cardinality(changed_ids) END - (
            SELECT count(*) FROM resource_revision AS former
            WHERE former.user_id = owner AND former.type = changed_type AND former.id = any(changed_ids)
                AND former.deleted_at IS NOT NULL
        )
    )
    WHERE user_id = owner AND EXISTS (SELECT FROM user_account WHERE id = owner)
    RETURNING revision INTO next_revision;
    IF NOT FOUND THEN RETURN; END IF;
    INSERT INTO resource_revision AS stored (user_id, type, id, revision, deleted_at)
    SELECT owner, changed_type, changed.id, next_revision, deletion FROM unnest(changed_ids) AS changed (id)
    ON CONFLICT (user_id, type, id) DO UPDATE
    SET revision = excluded.revision, deleted_at = excluded.deleted_at, replaced_by = NULL;
END $$
"""

_MARK_ROWS = """
CREATE FUNCTION mark_changed_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        FOR changed IN SELECT user_id, array_agg(id) AS ids FROM old_rows GROUP BY user_id LOOP
            PERFORM mark_changed(changed.user_id, '{type}', changed.ids, now());
        END LOOP;
    ELSE
        FOR changed IN SELECT user_id, array_agg(id) AS ids FROM new_rows GROUP BY user_id LOOP
            PERFORM mark_changed(changed.user_id, '{type}', changed.ids);
        END LOOP;
    END IF;
    RETURN NULL;
END $$
"""

# An exercise shows its further names, also one of the catalogue. If it was deleted, its names are deleted with it.
_MARK_ALIASES = """
CREATE FUNCTION mark_changed_custom_exercise_alias() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed record;
BEGIN
    FOR changed IN
        SELECT named.user_id, array_agg(DISTINCT named.exercise_id) AS ids
        FROM (
            SELECT user_id, catalogue_exercise_id AS exercise_id FROM {rows} WHERE catalogue_exercise_id IS NOT NULL
            UNION ALL
            SELECT user_id, custom_exercise_id FROM {rows}
            WHERE EXISTS (
                SELECT FROM custom_exercise AS own WHERE own.user_id = {rows}.user_id AND own.id = custom_exercise_id
            )
        ) AS named
        GROUP BY named.user_id
    LOOP
        PERFORM mark_changed(changed.user_id, 'exercise', changed.ids);
    END LOOP;
    RETURN NULL;
END $$
"""

# A goal and a profile have the id of their user. Of the goals of a user the last one holds, unless it has ended.
_MARK_GOAL = """
CREATE FUNCTION mark_changed_goal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed record;
BEGIN
    FOR changed IN SELECT DISTINCT user_id FROM {rows} LOOP
        PERFORM mark_changed(
            changed.user_id, 'goal', ARRAY[changed.user_id],
            CASE WHEN coalesce(
                (SELECT ended_on IS NOT NULL FROM goal WHERE user_id = changed.user_id ORDER BY valid_since DESC LIMIT 1),
                true
            ) THEN now() END
        );
    END LOOP;
    RETURN NULL;
END $$
"""
_MARK_PROFILE = """
CREATE FUNCTION mark_changed_user_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mark_changed(NEW.id, 'profile', ARRAY[NEW.id]);
    RETURN NULL;
END $$
"""
# The first revision of a user is that of the profile.
_INSERT_PROFILE = """
CREATE FUNCTION insert_profile_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO resource_revision (user_id, type, id, revision)
    VALUES (NEW.user_id, 'profile', NEW.user_id, NEW.revision);
    RETURN NULL;
END $$
"""
_PROFILE = (
    *("email", "email_verified_at", "username", "display_name", "avatar_url", "time_zone", "week_starts_on"),
    *("unit_system", "locale", "updated_at"),
)

_ROWS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}
_FILL = (
    "SELECT user_id, 'routine', id FROM routine",
    "SELECT user_id, 'exercise', id FROM custom_exercise",
    "SELECT DISTINCT user_id, 'exercise', catalogue_exercise_id FROM custom_exercise_alias"
    " WHERE catalogue_exercise_id IS NOT NULL",
    "SELECT user_id, 'body_measurement', id FROM body_measurement",
    "SELECT user_id, 'profile', user_id FROM user_revision",
    "SELECT user_id, 'goal', user_id FROM goal WHERE ended_on IS NULL"
    " AND valid_since = (SELECT max(latest.valid_since) FROM goal AS latest WHERE latest.user_id = goal.user_id)",
)


_USAGE = "stored_usage(uuid)"
_ROWS_END = ") AS stored (counted, counter, bytes)"
_TOMBSTONES = (
    f" UNION ALL SELECT count(*), NULL, {_TOMBSTONE_BYTES} * count(*) FROM resource_revision"
    " WHERE resource_revision.user_id = owner_id AND resource_revision.deleted_at IS NOT NULL"
)

_VIEWS = {
    "resource_change": (
        "SELECT user_id, revision, type, id AS resource_id, deleted_at, replaced_by FROM resource_revision",
        "The last change of each resource of a user besides workouts: a row for each that exists or was deleted.",
        {
            "user_id": "The user.",
            "revision": "The revision of the user's data at the change.",
            "type": "body_measurement, exercise, goal, profile or routine.",
            "resource_id": "The resource. A goal and a profile have the id of their user.",
            "deleted_at": "When it was deleted. Null if it was not.",
            "replaced_by": "The exercise that replaces a deleted one. Null if none does.",
        },
    ),
    "workout_change": (
        """
        SELECT
            user_id,
            revision,
            id AS workout_id,
            NULL::timestamptz AS deleted_at,
            coalesce(
                document_size,
                700 + exercise_count * 450 + set_count * 220
                + (stored_bytes - 600 - exercise_count * 500 - set_count * 250) * 85
            ) AS size
        FROM workout
        UNION ALL
        SELECT user_id, revision, workout_id, deleted_at, 0 FROM deleted_workout
        """,
        "The last change of each workout of a user: a row for each that exists or was deleted.",
        {
            "user_id": "The user.",
            "revision": "The revision of the user's data at the change.",
            "workout_id": "The workout.",
            "deleted_at": "When it was deleted. Null if it was not.",
            "size": "Estimated octets of its JSON with all sets.",
        },
    ),
    "routine_size": (
        """
        SELECT
            user_id,
            id AS routine_id,
            500 + octet_length(coalesce(notes, '')) + coalesce((
                SELECT sum(
                    450 + octet_length(coalesce(planned.notes, '')) + octet_length(coalesce(planned.progression::text, ''))
                    + jsonb_array_length(planned.targets) * 150
                )
                FROM routine_exercise AS planned
                WHERE planned.user_id = routine.user_id AND planned.routine_id = routine.id
            ), 0) AS size
        FROM routine
        """,
        "How large the JSON of each routine is.",
        {"user_id": "The user.", "routine_id": "The routine.", "size": "Estimated octets of its JSON."},
    ),
    "body_measurement_size": (
        "SELECT user_id, id AS measurement_id, 300 + octet_length(coalesce(notes, '')) AS size FROM body_measurement",
        "How large the JSON of each body measurement is.",
        {"user_id": "The user.", "measurement_id": "The body measurement.", "size": "Estimated octets of its JSON."},
    ),
}


def _replace_in_usage(former: str, following: str) -> None:
    """Replace a part of the function that counts what is stored.

    Raises:
        RuntimeError: the function does not contain the part once.

    """
    definition = sa.text("SELECT pg_get_functiondef(cast(:signature AS regprocedure))")
    text: str = op.get_bind().scalar(definition, {"signature": _USAGE})
    if text.count(former) != 1:
        raise RuntimeError(f"{_USAGE} has {former!r} {text.count(former)} times")
    op.execute(text.replace(former, following))


def _create_triggers(table: str, functions: dict[str, str]) -> None:
    for event, function in functions.items():
        op.execute(
            f"CREATE TRIGGER mark_changed_{event.lower()} AFTER {event} ON {table} REFERENCING {_ROWS[event]}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def upgrade() -> None:
    op.create_table(
        "resource_revision",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_resource_revision_user_id_user_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "type", "id", name="pk_resource_revision"),
    )
    op.create_index(
        "ix_resource_revision_user_id_revision_id_type", "resource_revision", ["user_id", "revision", "id", "type"]
    )
    op.execute(_MARK_CHANGED)
    for table, resource_type in _TYPES.items():
        op.execute(_MARK_ROWS.format(table=table, type=resource_type))
        _create_triggers(table, dict.fromkeys(_ROWS, f"mark_changed_{table}"))
    for table, text in (("custom_exercise_alias", _MARK_ALIASES), ("goal", _MARK_GOAL)):
        functions = {}
        for event, rows in (("INSERT", "new_rows"), ("UPDATE", "changed_rows"), ("DELETE", "old_rows")):
            functions[event] = f"mark_changed_{table}_{event.lower()}"
            changed = "(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS changed_rows"
            body = text.replace(f"mark_changed_{table}(", f"{functions[event]}(")
            body = body.replace("FROM {rows}", f"FROM {changed if event == 'UPDATE' else rows}")
            op.execute(body.format(rows=rows))
        _create_triggers(table, functions)
    op.execute(_MARK_PROFILE)
    former, following = (", ".join(f"{row}.{name}" for name in _PROFILE) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE TRIGGER mark_changed_update AFTER UPDATE ON user_account FOR EACH ROW"
        f" WHEN (({former}) IS DISTINCT FROM ({following})) EXECUTE FUNCTION mark_changed_user_account()"
    )
    op.execute(_INSERT_PROFILE)
    op.execute(
        "CREATE TRIGGER insert_profile_revision AFTER INSERT ON user_revision FOR EACH ROW"
        " EXECUTE FUNCTION insert_profile_revision()"
    )
    for rows in _FILL:
        op.execute(
            "INSERT INTO resource_revision (user_id, type, id, revision)"
            f" SELECT stored.user_id, stored.type, stored.id, user_revision.revision FROM ({rows})"
            " AS stored (user_id, type, id) INNER JOIN user_revision USING (user_id)"
        )
    _replace_in_usage(_ROWS_END, _TOMBSTONES + _ROWS_END)
    for name, (select, comment, columns) in _VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {select}")
        op.execute(f"COMMENT ON VIEW {name} IS '{_quoted(comment)}'")
        for column, text in columns.items():
            op.execute(f"COMMENT ON COLUMN {name}.{column} IS '{_quoted(text)}'")


def downgrade() -> None:
    for name in reversed(_VIEWS):
        op.execute(f"DROP VIEW {name}")
    _replace_in_usage(_TOMBSTONES + _ROWS_END, _ROWS_END)
    op.execute(
        f"UPDATE user_revision SET stored_bytes = stored_bytes - {_TOMBSTONE_BYTES} * ("
        "SELECT count(*) FROM resource_revision AS r WHERE r.user_id = user_revision.user_id"
        " AND r.deleted_at IS NOT NULL)"
    )
    op.execute("DROP FUNCTION insert_profile_revision() CASCADE")
    op.execute("DROP FUNCTION mark_changed_user_account() CASCADE")
    for table in ("custom_exercise_alias", "goal"):
        for event in _ROWS:
            op.execute(f"DROP FUNCTION mark_changed_{table}_{event.lower()}() CASCADE")
    for table in _TYPES:
        op.execute(f"DROP FUNCTION mark_changed_{table}() CASCADE")
    op.execute("DROP FUNCTION mark_changed(uuid, text, uuid[], timestamptz)")
    op.drop_table("resource_revision")
