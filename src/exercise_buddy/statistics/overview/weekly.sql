-- The running week day by day, the week before it, and the progress of the weekly goal.
--
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--
-- Returns the document `Week`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, week_starts_on, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

week AS MATERIALIZED (
    SELECT today, week_starts_on, first_day, first_day + 6 AS last_day
    FROM (SELECT *, bucket_start('week', today, week_start) AS first_day FROM calendar) AS started
),

period AS (
    SELECT 'week' AS name, first_day, last_day FROM week
    UNION ALL
    SELECT 'last week', first_day - 7, last_day - 7 FROM week
    UNION ALL
    SELECT 'last week until the same weekday', first_day - 7, today - 7 FROM week
),

mass AS MATERIALIZED (
    SELECT array_agg(valid_from ORDER BY valid_from) AS days, array_agg(mass_kg ORDER BY valid_from) AS kilograms
    FROM body_mass_step
    WHERE user_id = :user_id
),

trained_day AS MATERIALIZED (
    SELECT
        local_date AS day,
        count(*) AS workouts,
        sum(set_count) AS sets,
        sum(rep_count) AS reps,
        sum(volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE warm_up_volume_kg END) AS volume_kg,
        coalesce(sum(duration_seconds), 0) AS duration_seconds,
        sum(
            coalesce(
                recorded_energy_kcal,
                met_minutes * 3.5 / 200
                * (SELECT kilograms FROM mass)[width_bucket(local_date, (SELECT days FROM mass))]
            )
        ) AS energy_kcal
    FROM performed_workout
    WHERE user_id = :user_id AND local_date BETWEEN (SELECT first_day - 7 FROM week) AND (SELECT last_day FROM week)
    GROUP BY local_date
),

total AS MATERIALIZED (
    SELECT
        period.name,
        period.first_day,
        period.last_day,
        coalesce(sum(d.workouts), 0) AS workouts,
        coalesce(sum(d.sets), 0) AS sets,
        coalesce(sum(d.reps), 0) AS reps,
        coalesce(round(sum(d.volume_kg)::numeric, 4)::float8, 0) AS volume_kg,
        coalesce(sum(d.duration_seconds), 0) AS duration_seconds,
        round(sum(d.energy_kcal)::numeric, 4)::float8 AS energy_kcal
    FROM period
    LEFT JOIN trained_day AS d ON d.day BETWEEN period.first_day AND period.last_day
    GROUP BY period.name, period.first_day, period.last_day
),

-- The goal that holds on the last day of the week judges the week.
goal_progress AS (
    SELECT
        g.metric,
        g.target,
        CASE g.metric
            WHEN 'minutes' THEN t.duration_seconds / 60
            WHEN 'reps' THEN t.reps
            ELSE t.workouts
        END::float8 AS value
    FROM total AS t
    INNER JOIN goal_step AS g ON t.last_day >= g.valid_from AND t.last_day < g.valid_until
    WHERE t.name = 'week' AND g.user_id = :user_id
),

week_day AS (
    SELECT
        w.first_day + n AS date,
        coalesce(d.workouts, 0) AS workouts,
        coalesce(d.sets, 0) AS sets,
        coalesce(d.reps, 0) AS reps,
        round(coalesce(d.volume_kg, 0)::numeric, 4)::float8 AS volume_kg,
        coalesce(d.duration_seconds, 0) AS duration_seconds,
        round(d.energy_kcal::numeric, 4)::float8 AS energy_kcal,
        json_build_object(
            'workouts', coalesce(b.workouts, 0),
            'sets', coalesce(b.sets, 0),
            'reps', coalesce(b.reps, 0),
            'volume_kg', round(coalesce(b.volume_kg, 0)::numeric, 4)::float8,
            'duration_seconds', coalesce(b.duration_seconds, 0),
            'energy_kcal', round(b.energy_kcal::numeric, 4)::float8
        ) AS last_week
    FROM week AS w
    CROSS JOIN generate_series(0, 6) AS n
    LEFT JOIN trained_day AS d ON d.day = w.first_day + n
    LEFT JOIN trained_day AS b ON b.day = w.first_day + n - 7
    ORDER BY date
),

last_week AS (
    SELECT
        t.first_day AS "from", t.last_day AS "to",
        t.workouts, t.sets, t.reps, t.volume_kg, t.duration_seconds, t.energy_kcal,
        (
            SELECT row_to_json(same)
            FROM (
                SELECT workouts, sets, reps, volume_kg, duration_seconds, energy_kcal
                FROM total
                WHERE name = 'last week until the same weekday'
            ) AS same
        ) AS until_same_weekday
    FROM total AS t
    WHERE t.name = 'last week'
),

document AS (
    SELECT
        t.first_day AS "from", t.last_day AS "to", week.today, week.week_starts_on,
        t.workouts, t.sets, t.reps, t.volume_kg, t.duration_seconds, t.energy_kcal,
        (SELECT json_agg(d ORDER BY d.date) FROM week_day AS d) AS days,
        (SELECT row_to_json(l) FROM last_week AS l) AS last_week,
        (SELECT row_to_json(g) FROM (SELECT *, value >= target AS reached FROM goal_progress) AS g) AS goal
    FROM total AS t
    CROSS JOIN week
    WHERE t.name = 'week'
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
