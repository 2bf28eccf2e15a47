"""Totals of past weeks, months and years, so that statistics of all time do not read each workout.

`settle_…` compute rows of these totals from the workouts; triggers call them for what a statement changed. A month is
settled by the first workout of a later one. So a workout of the running month, which most are, costs a look at one row.

Revision: 0030
Follows: 0029
"""

# ruff: noqa: S608  (the statements are made of constants)

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BIT

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: None = None
depends_on: None = None

_COUNTS = (
    *("tracked_sets", "tracked_reps", "detected_reps", "corrected_reps", "corrected_sets", "timed_reps", "time_ms"),
    *("eccentric_reps", "eccentric_ms", "concentric_reps", "concentric_ms", "range_reps"),
    *("slowdown_sets", "slowed_sets", "range_loss_sets", "faded_sets", "full_range_reps", "left_reps", "right_reps"),
    *("tempo_variation_sets", "cadence_reps", "cadence_ms"),
)
_FRACTIONS = ("range_degrees", "slowdown_percent", "range_loss_percent", "full_range_share", "tempo_variation_percent")
_QUALITY = (*_COUNTS, *_FRACTIONS, "best_unbroken_reps")

_MONTH = (
    "user_id, month, workouts, set_count, rep_count, volume_kg, duration_seconds, met_minutes_kg, bodyweight_volume_kg,"
    " trained_days"
)
_WEEK = "user_id, first_day, workouts, rep_count, duration_seconds"
_EXERCISE = f"user_id, span, start_on, exercise_id, set_count, volume_kg, {', '.join(_QUALITY)}"

# What an update must change to change a total.
_WORKOUT = (
    "user_id, id, local_date, set_count, rep_count, volume_kg, bodyweight_reps, assisted_volume_kg, duration_seconds,"
    " met_minutes"
)
_WORKOUT_EXERCISE = f"user_id, id, exercise_id, local_date, set_count, volume_kg, {', '.join(_QUALITY)}"


def _sums(of: str) -> str:
    counts = [f"sum({of}.{name})::bigint" for name in _COUNTS]
    fractions = [f"sum({of}.{name}::numeric)" for name in _FRACTIONS]
    return ", ".join([*counts, *fractions, f"max({of}.best_unbroken_reps)"])


def _is_elsewhere(row: str) -> str:
    # Outside of the running month, which is the usual one. Looked up by key: PostgreSQL knows nothing of the rows that a
    # statement has changed, and would join them with the rows of all users.
    return f"""(
        SELECT
            {row}.local_date >= s.settled_before AND {row}.local_date < s.settled_before + '1 month'::interval
        FROM settled_totals AS s
        WHERE s.user_id = {row}.user_id
    ) IS NOT TRUE"""


_FUNCTIONS = {
    "settle_months(owner uuid, months date[])": f"""
        RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        BEGIN
            -- Without an account, this is one of the cascades of its deletion.
            IF NOT EXISTS (SELECT FROM user_account WHERE id = owner) THEN RETURN; END IF;
            DELETE FROM settled_month WHERE user_id = owner AND month = any(months);
            INSERT INTO settled_month ({_MONTH})
            SELECT
                owner,
                m.month,
                sum(d.workouts),
                sum(d.set_count),
                sum(d.rep_count),
                sum(d.volume_kg),
                sum(d.duration_seconds),
                sum(d.met_minutes_kg),
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
    """,
    "settle_weeks(owner uuid, months date[])": f"""
        RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        DECLARE
            week_start integer;
            settled_before date;
            weeks date[];
        BEGIN
            SELECT c.week_start, bucket_start('week', s.settled_before, c.week_start) INTO week_start, settled_before
            FROM user_calendar AS c INNER JOIN settled_totals AS s ON s.user_id = owner
            WHERE c.user_id = owner;
            IF NOT FOUND THEN RETURN; END IF;
            SELECT array_agg(DISTINCT w.first_day::date) INTO weeks
            FROM unnest(months) AS m (month)
            CROSS JOIN LATERAL generate_series(
                bucket_start('week', m.month, week_start), (m.month + '1 month'::interval)::date - 1, '7 days'
            ) AS w (first_day)
            WHERE w.first_day < settled_before;
            DELETE FROM settled_week WHERE user_id = owner AND first_day = any(weeks);
            INSERT INTO settled_week ({_WEEK})
            SELECT owner, d.first_day, count(*), sum(w.rep_count), sum(w.duration_seconds::numeric)
            FROM unnest(weeks) AS d (first_day)
            CROSS JOIN LATERAL (
                SELECT *
                FROM workout
                WHERE user_id = owner AND local_date >= d.first_day AND local_date < d.first_day + 7
                OFFSET 0
            ) AS w
            GROUP BY d.first_day;
        END $$
    """,
    # Each exercise by its own index: a change of one exercise does not read the others of ten years. A local day is
    # less than a day away from that of UTC.
    "settle_exercises(owner uuid, exercises uuid[], months date[])": f"""
        RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        DECLARE
            years date[] := ARRAY(SELECT DISTINCT bucket_start('year', m, 1) FROM unnest(months) AS m);
        BEGIN
            IF NOT EXISTS (SELECT FROM user_account WHERE id = owner) THEN RETURN; END IF;
            DELETE FROM settled_exercise
            WHERE user_id = owner AND span = 'month' AND start_on = any(months) AND exercise_id = any(exercises);
            DELETE FROM settled_exercise
            WHERE user_id = owner AND span = 'year' AND start_on = any(years) AND exercise_id = any(exercises);
            DELETE FROM settled_exercise WHERE user_id = owner AND span = 'all' AND start_on = any(months);
            INSERT INTO settled_exercise ({_EXERCISE})
            SELECT
                owner, 'month', bucket_start('month', e.local_date, 1), x.exercise_id, sum(e.set_count),
                sum(e.volume_kg::numeric), {_sums("e")}
            FROM unnest(exercises) AS x (exercise_id)
            CROSS JOIN LATERAL (
                SELECT *
                FROM workout_exercise
                WHERE
                    user_id = owner
                    AND exercise_id = x.exercise_id
                    AND started_at >= (SELECT min(m) - 1 FROM unnest(months) AS m)
                    AND started_at < (SELECT max(m) + '1 month 1 day'::interval FROM unnest(months) AS m)
                OFFSET 0
            ) AS e
            WHERE bucket_start('month', e.local_date, 1) = any(months)
            GROUP BY bucket_start('month', e.local_date, 1), x.exercise_id;
            INSERT INTO settled_exercise ({_EXERCISE})
            SELECT
                owner, 'year', y.year, e.exercise_id, sum(e.set_count), sum(e.volume_kg), {_sums("e")}
            FROM unnest(years) AS y (year)
            CROSS JOIN LATERAL (
                SELECT *
                FROM settled_exercise
                WHERE
                    user_id = owner
                    AND span = 'month'
                    AND start_on >= y.year
                    AND start_on < (y.year + '1 year'::interval)::date
                    AND exercise_id = any(exercises)
                OFFSET 0
            ) AS e
            GROUP BY y.year, e.exercise_id;
            INSERT INTO settled_exercise ({_EXERCISE})
            SELECT
                owner, 'all', m.month, '00000000-0000-0000-0000-000000000000', sum(e.set_count), sum(e.volume_kg),
                {_sums("e")}
            FROM unnest(months) AS m (month)
            CROSS JOIN LATERAL (
                SELECT *
                FROM settled_exercise
                WHERE user_id = owner AND span = 'month' AND start_on = m.month
                OFFSET 0
            ) AS e
            GROUP BY m.month;
        END $$
    """,
    "settle_range(owner uuid, since date, before date)": """
        RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        DECLARE
            months date[];
        BEGIN
            SELECT array_agg(DISTINCT bucket_start('month', local_date, 1)) INTO months
            FROM workout
            WHERE user_id = owner AND local_date >= since AND local_date < before;
            -- The week in which the last settled month ended is over now.
            PERFORM settle_weeks(owner, months || since);
            PERFORM settle_months(owner, months);
            PERFORM settle_exercises(
                owner,
                ARRAY(
                    SELECT DISTINCT e.exercise_id
                    FROM workout AS w
                    INNER JOIN workout_exercise AS e ON e.user_id = owner AND e.workout_id = w.id
                    WHERE w.user_id = owner AND w.local_date >= since AND w.local_date < before
                ),
                months
            );
        END $$
    """,
    # A workout ahead of the present settles nothing: the workouts until then would all be late ones.
    "settle_until(owner uuid, newest date)": """
        RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        DECLARE
            before date := bucket_start('month', least(newest, current_date), 1);
            since date;
        BEGIN
            IF NOT EXISTS (SELECT FROM user_account WHERE id = owner) THEN RETURN; END IF;
            SELECT settled_before INTO since FROM settled_totals WHERE user_id = owner;
            IF since >= before THEN RETURN; END IF;
            INSERT INTO settled_totals (user_id, settled_before) VALUES (owner, before)
            ON CONFLICT (user_id) DO UPDATE SET settled_before = excluded.settled_before;
            IF since IS NULL THEN
                SELECT min(local_date) INTO since FROM workout WHERE user_id = owner;
            END IF;
            PERFORM settle_range(owner, since, before);
        END $$
    """,
    "resettle(owner uuid)": """
        RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        DECLARE
            oldest date;
            latest date;
            before date;
        BEGIN
            SELECT min(local_date), max(local_date) INTO oldest, latest FROM workout WHERE user_id = owner;
            SELECT settled_before INTO before FROM settled_totals WHERE user_id = owner;
            DELETE FROM settled_month WHERE user_id = owner;
            DELETE FROM settled_week WHERE user_id = owner;
            DELETE FROM settled_exercise WHERE user_id = owner;
            IF oldest IS NULL THEN RETURN; END IF;
            IF before IS NULL THEN
                PERFORM settle_until(owner, latest);
            ELSE
                PERFORM settle_range(owner, oldest, before);
            END IF;
        END $$
    """,
    "settle_touched_workouts(owner uuid, newest date, months date[])": """
        RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            before date := (SELECT settled_before FROM settled_totals WHERE user_id = owner);
        BEGIN
            months := ARRAY(SELECT m FROM unnest(months) AS m WHERE m < before);
            IF cardinality(months) > 0 THEN
                PERFORM settle_months(owner, months);
                PERFORM settle_weeks(owner, months);
            END IF;
            IF newest >= before + 28 IS NOT FALSE THEN
                PERFORM settle_until(owner, newest);
            END IF;
        END $$
    """,
    "settle_touched_exercises(owner uuid, exercises uuid[], months date[])": """
        RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            before date := (SELECT settled_before FROM settled_totals WHERE user_id = owner);
        BEGIN
            months := ARRAY(SELECT m FROM unnest(months) AS m WHERE m < before);
            IF cardinality(months) > 0 THEN
                PERFORM settle_exercises(owner, exercises, months);
            END IF;
        END $$
    """,
    "settle_workouts()": f"""
        RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM changed AS c WHERE {_is_elsewhere("c")}) THEN RETURN NULL; END IF;
            PERFORM settle_touched_workouts(
                user_id, max(local_date), array_agg(DISTINCT bucket_start('month', local_date, 1))
            )
            FROM changed
            GROUP BY user_id;
            RETURN NULL;
        END $$
    """,
    # A row that did not change is there twice. A join of both could be planned for few rows, and find many.
    "settle_changed_workouts()": f"""
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
                FROM (SELECT {_WORKOUT} FROM old_rows UNION ALL SELECT {_WORKOUT} FROM new_rows) AS both_rows
                GROUP BY {_WORKOUT}
                HAVING count(*) = 1
            ) AS changed
            GROUP BY user_id;
            RETURN NULL;
        END $$
    """,
    "settle_workout_exercises()": f"""
        RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM changed AS c WHERE {_is_elsewhere("c")}) THEN RETURN NULL; END IF;
            PERFORM settle_touched_exercises(
                user_id, array_agg(DISTINCT exercise_id), array_agg(DISTINCT bucket_start('month', local_date, 1))
            )
            FROM changed
            GROUP BY user_id;
            RETURN NULL;
        END $$
    """,
    "settle_changed_workout_exercises()": f"""
        RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM new_rows AS c WHERE {_is_elsewhere("c")})
                AND NOT EXISTS (SELECT FROM old_rows AS c WHERE {_is_elsewhere("c")})
            THEN RETURN NULL; END IF;
            PERFORM settle_touched_exercises(
                user_id, array_agg(DISTINCT exercise_id), array_agg(DISTINCT bucket_start('month', local_date, 1))
            )
            FROM (
                SELECT user_id, exercise_id, local_date
                FROM (
                    SELECT {_WORKOUT_EXERCISE} FROM old_rows UNION ALL SELECT {_WORKOUT_EXERCISE} FROM new_rows
                ) AS both_rows
                GROUP BY {_WORKOUT_EXERCISE}
                HAVING count(*) = 1
            ) AS changed
            GROUP BY user_id;
            RETURN NULL;
        END $$
    """,
    # A measurement holds until the next one.
    "settle_body_masses(owner uuid, first_day date, last_day date)": """
        RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        BEGIN
            PERFORM settle_months(owner, ARRAY(
                SELECT month
                FROM settled_month
                WHERE
                    user_id = owner
                    AND month >= bucket_start('month', first_day, 1)
                    AND month < coalesce(
                        (SELECT min(measured_on) FROM body_measurement WHERE user_id = owner AND measured_on > last_day),
                        'infinity'
                    )
            ));
        END $$
    """,
    "settle_body_measurements()": """
        RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM settle_body_masses(user_id, min(measured_on), max(measured_on)) FROM changed GROUP BY user_id;
            RETURN NULL;
        END $$
    """,
    "settle_changed_body_measurements()": """
        RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM settle_body_masses(user_id, min(measured_on), max(measured_on))
            FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS c
            GROUP BY user_id;
            RETURN NULL;
        END $$
    """,
    "settle_changed_calendar()": """
        RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM settled_week WHERE user_id = NEW.id;
            PERFORM settle_weeks(NEW.id, ARRAY(
                SELECT month FROM settled_month WHERE user_id = NEW.id
                UNION
                SELECT settled_before FROM settled_totals WHERE user_id = NEW.id
            ));
            RETURN NULL;
        END $$
    """,
}

# What is not settled is summed up from the workouts.
_VIEWS = {
    "day_total": (
        # Summed up inside, so that the body mass of a day is looked up once, and only if a statement reads it.
        """
        SELECT
            user_id, day, workouts, set_count, rep_count, volume_kg, duration_seconds,
            met_minutes * mass_kg AS met_minutes_kg,
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
                sum(w.met_minutes::numeric) AS met_minutes,
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
        """,
        "Totals of each day that has a workout, one row each.",
        {
            "user_id": "The user.",
            "day": "Local day.",
            "workouts": "Workouts.",
            "set_count": "Sets, of every kind.",
            "rep_count": "Reps of all sets.",
            "volume_kg": "Volume load.",
            "duration_seconds": "Sum of the durations of workouts; null where none has one.",
            "met_minutes_kg": "Sum of MET x minutes x body mass; x 3.5 / 200 it is the energy in kcal. Null where unknown.",
            "bodyweight_volume_kg": "Bodyweight reps x body mass - assistance; null without a body mass.",
        },
    ),
    "totals_boundary": (
        "SELECT user_id, settled_before FROM settled_totals",
        "Until when the totals of each user are settled. A user who never logged a workout has no row.",
        {"user_id": "The user.", "settled_before": "First local day that is not settled, the first of a month."},
    ),
    "month_total": (
        f"""
        SELECT {_MONTH}
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
            sum(d.met_minutes_kg),
            sum(d.bodyweight_volume_kg),
            bit_or(1 << (31 - extract(day FROM d.day)::integer))::bit(31)
        FROM settled_totals AS s
        CROSS JOIN LATERAL (
            SELECT * FROM day_total WHERE user_id = s.user_id AND day >= s.settled_before OFFSET 0
        ) AS d
        GROUP BY s.user_id, bucket_start('month', d.day, 1)
        """,
        "Totals of each month that has a workout, one row each.",
        {
            "user_id": "The user.",
            "month": "First day of the month.",
            "workouts": "Workouts.",
            "set_count": "Sets, of every kind.",
            "rep_count": "Reps of all sets.",
            "volume_kg": "Volume load.",
            "duration_seconds": "Sum of the durations of workouts; null where none has one.",
            "met_minutes_kg": "Sum of MET x minutes x body mass; x 3.5 / 200 it is the energy in kcal. Null where unknown.",
            "bodyweight_volume_kg": "Bodyweight reps x body mass of the day - assistance; null without a body mass.",
            "trained_days": "A bit for each of 31 days, set where the day has a workout.",
        },
    ),
    "week_total": (
        f"""
        SELECT {_WEEK}
        FROM settled_week
        UNION ALL
        SELECT
            w.user_id,
            bucket_start('week', w.local_date, c.week_start),
            count(*)::integer,
            sum(w.rep_count)::bigint,
            sum(w.duration_seconds::numeric)
        FROM user_calendar AS c
        INNER JOIN settled_totals AS s ON s.user_id = c.user_id
        INNER JOIN workout AS w
            ON w.user_id = s.user_id AND w.local_date >= bucket_start('week', s.settled_before, c.week_start)
        GROUP BY w.user_id, bucket_start('week', w.local_date, c.week_start)
        """,
        "Totals of each week that has a workout, one row each. Weeks begin on the user's first day of the week.",
        {
            "user_id": "The user.",
            "first_day": "First day of the week.",
            "workouts": "Workouts.",
            "rep_count": "Reps of all sets.",
            "duration_seconds": "Sum of the durations of workouts; null where none has one.",
        },
    ),
    "exercise_total": (
        f"""
        SELECT
            user_id, span, start_on, exercise_id, set_count, volume_kg::float8 AS volume_kg, {", ".join(_QUALITY)}
        FROM settled_exercise
        UNION ALL
        SELECT
            w.user_id, 'day', w.local_date, e.exercise_id, e.set_count, e.volume_kg,
            {", ".join(f"e.{name}" for name in _QUALITY)}
        FROM workout AS w
        INNER JOIN workout_exercise AS e ON e.user_id = w.user_id AND e.workout_id = w.id
        """,
        "Totals of an exercise in a span of time: in a workout (span day), in a month, in the settled months of a year, "
        "and of all exercises in a month (span all). See period_parts. Months and years are settled ones only. The "
        "columns from tracked_sets on are sums of those of performed_exercise.",
        {
            "user_id": "The user.",
            "span": "day, month, year or all.",
            "start_on": "First day of the span.",
            "exercise_id": "The exercise; of all, the nil UUID.",
            "set_count": "Sets, of every kind.",
            "volume_kg": "Volume load.",
            **{name: f"See performed_exercise.{name}." for name in _QUALITY},
        },
    ),
}

# OFFSET: otherwise each column would compute those that it depends on again.
_PERIOD_PARTS = """
CREATE FUNCTION period_parts(first_day date, before_day date, settled_before date)
RETURNS TABLE (span text, first_on date, before date) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT part.span, part.first_on, part.before
    FROM (
        SELECT
            months.since AS months_since,
            months.until AS months_until,
            CASE WHEN years.since < years.until THEN years.since ELSE months.until END AS years_since,
            CASE WHEN years.since < years.until THEN years.until ELSE months.until END AS years_until
        FROM (
            SELECT
                CASE WHEN whole.since < whole.until THEN whole.since ELSE before_day END AS since,
                CASE WHEN whole.since < whole.until THEN whole.until ELSE before_day END AS until
            FROM (
                SELECT
                    (bucket_start('month', first_day - 1, 1) + '1 month'::interval)::date AS since,
                    least(bucket_start('month', before_day, 1), settled_before) AS until
                OFFSET 0
            ) AS whole
            OFFSET 0
        ) AS months
        CROSS JOIN LATERAL (
            SELECT
                (bucket_start('year', months.since - 1, 1) + '1 year'::interval)::date AS since,
                CASE
                    WHEN months.until = settled_before THEN settled_before
                    ELSE bucket_start('year', months.until, 1)
                END AS until
            OFFSET 0
        ) AS years
        OFFSET 0
    ) AS cut
    CROSS JOIN LATERAL (
        VALUES
            ('day', first_day, cut.months_since),
            ('month', cut.months_since, cut.years_since),
            ('year', cut.years_since, cut.years_until),
            ('month', cut.years_until, cut.months_until),
            ('day', cut.months_until, before_day)
    ) AS part (span, first_on, before)
    WHERE part.first_on < part.before
$$
"""
_PERIOD_PARTS_COMMENT = (
    "The parts of a period: years and months of exercise_total, and days outside of them. A year that is not over is a "
    "part where all its settled months are. before_day and before are the days after the last."
)

_EVENTS = {
    "insert": ("NEW TABLE AS changed", ""),
    "update": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", "changed_"),
    "delete": ("OLD TABLE AS changed", ""),
}


def _create_tables() -> None:
    owner = ("user_id", sa.Uuid())
    tables: dict[str, tuple[list[str], list[sa.Column[Any]]]] = {
        "settled_totals": (["user_id"], [sa.Column("settled_before", sa.Date(), nullable=False)]),
        "settled_month": (
            ["user_id", "month"],
            [
                sa.Column("month", sa.Date(), nullable=False),
                sa.Column("workouts", sa.Integer(), nullable=False),
                sa.Column("set_count", sa.BigInteger(), nullable=False),
                sa.Column("rep_count", sa.BigInteger(), nullable=False),
                sa.Column("volume_kg", sa.Numeric(), nullable=False),
                sa.Column("duration_seconds", sa.Numeric()),
                sa.Column("met_minutes_kg", sa.Numeric()),
                sa.Column("bodyweight_volume_kg", sa.Numeric()),
                sa.Column("trained_days", BIT(31), nullable=False),
            ],
        ),
        "settled_week": (
            ["user_id", "first_day"],
            [
                sa.Column("first_day", sa.Date(), nullable=False),
                sa.Column("workouts", sa.Integer(), nullable=False),
                sa.Column("rep_count", sa.BigInteger(), nullable=False),
                sa.Column("duration_seconds", sa.Numeric()),
            ],
        ),
        "settled_exercise": (
            ["user_id", "span", "start_on", "exercise_id"],
            [
                sa.Column("span", sa.String(5), nullable=False),
                sa.Column("start_on", sa.Date(), nullable=False),
                sa.Column("exercise_id", sa.Uuid(), nullable=False),
                sa.Column("set_count", sa.BigInteger(), nullable=False),
                sa.Column("volume_kg", sa.Numeric(), nullable=False),
                *(sa.Column(name, sa.BigInteger()) for name in (*_COUNTS, "best_unbroken_reps")),
                *(sa.Column(name, sa.Numeric()) for name in _FRACTIONS),
            ],
        ),
    }
    for name, (key, columns) in tables.items():
        op.create_table(
            name,
            sa.Column(*owner, nullable=False),
            *columns,
            sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
            sa.ForeignKeyConstraint(
                ["user_id"],
                ["user_account.id"],
                name=op.f(f"fk_{name}_user_id_user_account"),
                ondelete="CASCADE",
            ),
        )


def upgrade() -> None:
    _create_tables()
    for name, (query, comment, columns) in _VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")
        op.execute(f"COMMENT ON VIEW {name} IS $${comment}$$")
        for column, text in columns.items():
            op.execute(f"COMMENT ON COLUMN {name}.{column} IS $${text}$$")
    op.execute(_PERIOD_PARTS)
    op.execute(f"COMMENT ON FUNCTION period_parts IS $${_PERIOD_PARTS_COMMENT}$$")
    for signature, body in _FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {signature} {body}")
    for table in ("workout", "workout_exercise", "body_measurement"):
        for event, (rows, changed) in _EVENTS.items():
            op.execute(
                f"CREATE TRIGGER settle_{event} AFTER {event} ON {table} REFERENCING {rows}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION settle_{changed}{table}s()"
            )
    op.execute(
        "CREATE TRIGGER settle_update AFTER UPDATE OF week_starts_on ON user_account FOR EACH ROW"
        " WHEN (OLD.week_starts_on IS DISTINCT FROM NEW.week_starts_on) EXECUTE FUNCTION settle_changed_calendar()"
    )
    # Writes wait, so that nothing changes behind the boundary while it is drawn.
    op.execute("LOCK TABLE workout IN SHARE MODE")
    op.execute("SELECT resettle(user_id) FROM (SELECT DISTINCT user_id FROM workout) AS owner")


def downgrade() -> None:
    op.execute("DROP TRIGGER settle_update ON user_account")
    for table in ("workout", "workout_exercise", "body_measurement"):
        for event in _EVENTS:
            op.execute(f"DROP TRIGGER settle_{event} ON {table}")
    for signature in reversed(_FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature}")
    op.execute("DROP FUNCTION period_parts")
    for name in reversed(_VIEWS):
        op.execute(f"DROP VIEW {name}")
    for table in ("settled_exercise", "settled_week", "settled_month", "settled_totals"):
        op.drop_table(table)
