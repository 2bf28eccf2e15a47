"""Energy that a client recorded of a workout, which statistics prefer to our estimate.

`write_workouts` and `edit_workout` get one more parameter, so the former release still calls those without it. It also
reads `met_minutes_kg` of the views, which now follows from the energy. The next release drops both.

Revision: 0041
Follows: 0040
"""

# ruff: noqa: S608  (the statements are made of constants)

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: None = None
depends_on: None = None

_WRITE_SIGNATURE = """write_workouts(
    uuid, text, new_workout[], {energies}new_workout_exercise[], new_workout_set[], uuid[], uuid[], new_record_check[],
    integer, bigint, boolean, date
)"""
_EDIT_SIGNATURE = """edit_workout(
    {catalogue}uuid, uuid, bigint, new_workout, {energy}new_workout_exercise[], new_workout_set[], uuid[], smallint,
    new_workout_exercise[], new_workout_set[]{records}
)"""
_WRITE_WORKOUTS = _WRITE_SIGNATURE.format(energies="double precision[], ")
_EDIT_WORKOUT = _EDIT_SIGNATURE.format(catalogue="text, ", energy="double precision, ", records=", uuid[], timestamptz")

_STORED = "document_version)\n    SELECT owner_id, taken, taken, n.* FROM unnest(new_workouts) AS n"
_LOCK = """
    -- In the order of `write_workouts`: first the user, then the catalogue.
    PERFORM FROM user_revision AS r WHERE r.user_id = owner_id AND r.revision = expected_revision FOR UPDATE;
    IF NOT FOUND THEN
        RETURN FALSE;
    END IF;
    LOCK TABLE catalogue_exercise IN ROW SHARE MODE;
    IF catalogue_version() <> known_catalogue THEN
        RETURN FALSE;
    END IF;
"""
_RECOMPUTE = """
    IF cardinality(record_exercises) > 0 THEN
        PERFORM recompute_records(
            owner_id, record_exercises, array_fill(records_since, ARRAY[cardinality(record_exercises)])
        );
    END IF;
"""

# A function with the parameters of a former one, and one more: what replaces which part of its text.
_DERIVED = {
    _WRITE_SIGNATURE.format(energies=""): {
        "new_workouts new_workout[]": "new_workouts new_workout[], energies double precision[]",
        _STORED: _STORED.replace("document_version", "document_version, energy_kcal").replace(
            "unnest(new_workouts)", "unnest(new_workouts, energies)"
        ),
    },
    _EDIT_SIGNATURE.format(catalogue="", energy="", records=""): {
        "(owner_id uuid": "(known_catalogue text, owner_id uuid",
        "head new_workout": "head new_workout, new_energy double precision",
        "new_sets new_workout_set[]": "new_sets new_workout_set[], record_exercises uuid[], records_since timestamptz",
        "BEGIN\n": f"BEGIN{_LOCK}",
        "document_revision = expected_revision + 1": "document_revision = expected_revision + 1, energy_kcal = new_energy",
        "    RETURN TRUE;\n": f"{_RECOMPUTE}    RETURN TRUE;\n",
    },
}
_COMMENTS = {
    _WRITE_WORKOUTS: "Write workouts of a user with the records that they change, all or none, and tell what is stored: "
    "none if an id is taken, if a quota would be exceeded, or if the caller knows another catalogue.",
    _EDIT_WORKOUT: "Write what an edit changes of a workout, recompute the records of the exercises in record_exercises "
    "from records_since on, and return true. If the revision of the user or the version of the catalogue is not the "
    "expected one, write nothing.",
}


def _derive_function(signature: str, replacements: dict[str, str]) -> None:
    """Create a function of the text of a former one, in which each replaced part occurs once.

    Raises:
        RuntimeError: the former function is another one.

    """
    definition = sa.text("SELECT pg_get_functiondef(cast(:signature AS regprocedure))")
    text: str = op.get_bind().scalar(definition, {"signature": signature})
    for former, following in replacements.items():
        if text.count(former) != 1:
            raise RuntimeError(f"{signature} has {former!r} {text.count(former)} times")
        text = text.replace(former, following)
    op.execute(text)


# --- statistics --------------------------------------------------------------------------------------------------

_SUMMED = (
    *("user_id", "id", "local_date", "set_count", "rep_count", "volume_kg", "bodyweight_reps", "assisted_volume_kg"),
    *("duration_seconds", "met_minutes"),
)
_ESTIMATE = "met_minutes * mass_kg * 0.0175"
_ENERGY = f"coalesce(recorded_kcal + {_ESTIMATE}, recorded_kcal, {_ESTIMATE})"


def _settle_months(energy: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION settle_months(owner uuid, months date[])
        RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        BEGIN
            -- Without an account, this is one of the cascades of its deletion.
            IF NOT EXISTS (SELECT FROM user_account WHERE id = owner) THEN RETURN; END IF;
            DELETE FROM settled_month WHERE user_id = owner AND month = any(months);
            INSERT INTO settled_month (
                user_id, month, workouts, set_count, rep_count, volume_kg, duration_seconds, {energy},
                bodyweight_volume_kg, trained_days
            )
            SELECT
                owner,
                m.month,
                sum(d.workouts),
                sum(d.set_count),
                sum(d.rep_count),
                sum(d.volume_kg),
                sum(d.duration_seconds),
                sum(d.{energy}),
                sum(d.bodyweight_volume_kg),
                bit_or(1 << (31 - extract(day FROM d.day)::integer))::bit(31)
            FROM unnest(months) AS m (month)
            CROSS JOIN LATERAL (
                SELECT *
                FROM day_total
                WHERE user_id = owner AND day >= m.month AND day < (m.month + '1 month'::interval)::date
                OFFSET 0
            ) AS d
            GROUP BY m.month;
        END $$
    """


def _is_elsewhere(row: str) -> str:
    return f"""(
        SELECT
            {row}.local_date >= s.settled_before AND {row}.local_date < s.settled_before + '1 month'::interval
        FROM settled_totals AS s
        WHERE s.user_id = {row}.user_id
    ) IS NOT TRUE"""


def _settle_changed_workouts(columns: tuple[str, ...]) -> str:
    # What an update must change to change a total. A row that did not change is there twice.
    summed = ", ".join(columns)
    return f"""
        CREATE OR REPLACE FUNCTION settle_changed_workouts()
        RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM new_rows AS c WHERE {_is_elsewhere("c")})
                AND NOT EXISTS (SELECT FROM old_rows AS c WHERE {_is_elsewhere("c")})
            THEN RETURN NULL; END IF;
            PERFORM settle_touched_workouts(
                user_id, max(local_date), array_agg(DISTINCT bucket_start('month', local_date, 1))
            )
            FROM (
                SELECT user_id, local_date
                FROM (SELECT {summed} FROM old_rows UNION ALL SELECT {summed} FROM new_rows) AS both_rows
                GROUP BY {summed}
                HAVING count(*) = 1
            ) AS changed
            GROUP BY user_id;
            RETURN NULL;
        END $$
    """


def _performed_workout(energy: str) -> str:
    return f"""
        SELECT
            user_id, id AS workout_id, title, started_at, ended_at, time_zone, local_date, exercise_count, set_count,
            rep_count::integer AS rep_count, volume_kg, bodyweight_reps, assisted_volume_kg, duration_seconds,
            met_minutes, revision{energy}
        FROM workout
    """


def _day_total(met_minutes: str, energy: str) -> str:
    # Summed up inside, so that the body mass of a day is looked up once, and only if a statement reads it.
    return f"""
        SELECT
            user_id, day, workouts, set_count, rep_count, volume_kg, duration_seconds, {energy},
            bodyweight_reps * mass_kg - assisted_volume_kg AS bodyweight_volume_kg
        FROM (
            SELECT
                w.user_id,
                w.local_date AS day,
                count(*)::integer AS workouts,
                sum(w.set_count) AS set_count,
                sum(w.rep_count)::bigint AS rep_count,
                sum(w.volume_kg::numeric) AS volume_kg,
                sum(w.duration_seconds::numeric) AS duration_seconds,
                {met_minutes},
                sum(w.bodyweight_reps::numeric) AS bodyweight_reps,
                sum(w.assisted_volume_kg::numeric) AS assisted_volume_kg,
                (
                    SELECT b.mass_kg::numeric
                    FROM body_measurement AS b
                    WHERE b.user_id = w.user_id AND b.measured_on <= w.local_date
                    ORDER BY b.measured_on DESC, b.id DESC
                    LIMIT 1
                ) AS mass_kg
            FROM workout AS w
            GROUP BY w.user_id, w.local_date
        ) AS summed
    """


def _month_total(stored: str, running: str) -> str:
    return f"""
        SELECT
            user_id, month, workouts, set_count, rep_count, volume_kg, duration_seconds, {stored},
            bodyweight_volume_kg, trained_days
        FROM settled_month
        UNION ALL
        SELECT
            s.user_id,
            bucket_start('month', d.day, 1),
            sum(d.workouts)::integer,
            sum(d.set_count)::bigint,
            sum(d.rep_count)::bigint,
            sum(d.volume_kg),
            sum(d.duration_seconds),
            {running},
            sum(d.bodyweight_volume_kg),
            bit_or(1 << (31 - extract(day FROM d.day)::integer))::bit(31)
        FROM settled_totals AS s
        CROSS JOIN LATERAL (
            SELECT * FROM day_total WHERE user_id = s.user_id AND day >= s.settled_before OFFSET 0
        ) AS d
        GROUP BY s.user_id, bucket_start('month', d.day, 1)
    """


_VIEWS = {
    "performed_workout": _performed_workout(", energy_kcal AS recorded_energy_kcal"),
    "day_total": _day_total(
        "sum(w.met_minutes::numeric) FILTER (WHERE w.energy_kcal IS NULL) AS met_minutes, "
        "sum(w.energy_kcal::numeric) AS recorded_kcal",
        f"{_ENERGY} AS energy_kcal, {_ENERGY} / 0.0175 AS met_minutes_kg",
    ),
    "month_total": _month_total(
        "energy_kcal, energy_kcal / 0.0175 AS met_minutes_kg", "sum(d.energy_kcal), sum(d.energy_kcal) / 0.0175"
    ),
}
_FORMER_VIEWS = {
    "performed_workout": _performed_workout(""),
    "day_total": _day_total("sum(w.met_minutes::numeric) AS met_minutes", "met_minutes * mass_kg AS met_minutes_kg"),
    "month_total": _month_total("met_minutes_kg", "sum(d.met_minutes_kg)"),
}
_FORMER_MET_MINUTES = (
    "Sum of MET x minutes x body mass; x 3.5 / 200 it is the energy in kcal. Null where unknown.",
    "For the former release: energy_kcal x 200 / 3.5.",
)
_KCAL = "Energy in kcal: what clients recorded, else the estimate by MET and body mass. Null where unknown."
_VIEW_COMMENTS = {
    "performed_workout.recorded_energy_kcal": "Energy in kcal that a client recorded, which replaces the estimate; or null.",
    "day_total.energy_kcal": _KCAL,
    "month_total.energy_kcal": _KCAL,
}


def _replace_views(views: dict[str, str]) -> None:
    """Create views again, with the comments of the columns that they keep: a view cannot lose a column."""
    connection = op.get_bind()
    described = sa.text(
        "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute"
        " WHERE attrelid = cast(:view AS regclass) AND attnum > 0"
    )
    comments = {}
    for name in reversed(views):
        of_view = connection.scalar(sa.text(f"SELECT obj_description('{name}'::regclass)"))
        comments[name] = [(None, of_view), *connection.execute(described, {"view": name})]
        op.execute(f"DROP VIEW {name}")
    for name, query in views.items():
        op.execute(f"CREATE VIEW {name} AS {query}")
        kept = {row[0] for row in connection.execute(described, {"view": name})}
        for column, comment in comments[name]:
            if column is None:
                op.execute(f"COMMENT ON VIEW {name} IS $${comment}$$")
            elif column in kept:
                op.execute(f"COMMENT ON COLUMN {name}.{column} IS $${comment}$$")


# --- the index ---------------------------------------------------------------------------------------------------

_COVERED = (
    *("exercise_count", "set_count", "rep_count", "volume_kg", "duration_seconds", "met_minutes", "bodyweight_reps"),
    "assisted_volume_kg",
)


def _replace_index(*covered: str) -> None:
    op.drop_index("ix_workout_totals", table_name="workout")
    op.create_index("ix_workout_totals", "workout", ["user_id", "local_date"], postgresql_include=list(covered))
    # The key is created again after it: see migration 0010.
    for table in ("workout_exercise", "exercise_record"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_user_id_workout")
    op.execute("ALTER TABLE workout DROP CONSTRAINT pk_workout")
    op.execute("ALTER TABLE workout ADD CONSTRAINT pk_workout PRIMARY KEY (user_id, id)")
    for table in ("workout_exercise", "exercise_record"):
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT fk_{table}_user_id_workout "
            "FOREIGN KEY (user_id, workout_id) REFERENCES workout (user_id, id) ON DELETE CASCADE"
        )


def upgrade() -> None:
    op.add_column("workout", sa.Column("energy_kcal", sa.Float(), nullable=True))
    op.add_column("settled_month", sa.Column("energy_kcal", sa.Numeric(), nullable=True))
    op.execute("UPDATE settled_month SET energy_kcal = met_minutes_kg * 0.0175")
    _replace_views(_VIEWS)
    op.drop_column("settled_month", "met_minutes_kg")
    for view in ("day_total", "month_total"):
        op.execute(f"COMMENT ON COLUMN {view}.met_minutes_kg IS $${_FORMER_MET_MINUTES[1]}$$")
    for column, comment in _VIEW_COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN {column} IS $${comment}$$")
    op.execute(_settle_months("energy_kcal"))
    op.execute(_settle_changed_workouts((*_SUMMED, "energy_kcal")))
    _replace_index(*_COVERED, "energy_kcal")
    for former, replacements in _DERIVED.items():
        _derive_function(former, replacements)
    for signature, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON FUNCTION {signature} IS $${comment}$$")


def downgrade() -> None:
    for signature in _COMMENTS:
        op.execute(f"DROP FUNCTION {signature}")
    _replace_index(*_COVERED)
    op.add_column("settled_month", sa.Column("met_minutes_kg", sa.Numeric(), nullable=True))
    _replace_views(_FORMER_VIEWS)
    for view in ("day_total", "month_total"):
        op.execute(f"COMMENT ON COLUMN {view}.met_minutes_kg IS $${_FORMER_MET_MINUTES[0]}$$")
    op.drop_column("settled_month", "energy_kcal")
    op.execute(_settle_months("met_minutes_kg"))
    op.execute(_settle_changed_workouts(_SUMMED))
    op.drop_column("workout", "energy_kcal")
    # What was recorded is gone: the energy of these months is the estimate again.
    op.execute(
        """
        SELECT settle_months(user_id, array_agg(month))
        FROM (SELECT user_id, month FROM settled_month ORDER BY month) AS m
        GROUP BY user_id
        """
    )
