-- The totals of a period, and of the period of equal length before it if the period has a first day of its own.
--
--   :user_id    uuid
--   :now        timestamptz  the present, which decides what today is
--   :from_date  date         the first local day; null: that of the first workout
--   :to_date    date         the last local day, included; null: today
--
-- Returns the document `Summary`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

-- least() passes over null: without any workout the period is its last day.
asked AS MATERIALIZED (
    SELECT
        coalesce(
            :from_date, least((SELECT min(local_date) FROM performed_workout WHERE user_id = :user_id), last_day)
        ) AS first_day,
        last_day,
        today
    FROM (SELECT today, coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS c
),

-- What counts for streaks ends today; a day that is not over does not break them.
period AS MATERIALIZED (
    SELECT
        name,
        first_day,
        last_day,
        least(last_day, today) AS last_past_day,
        least(last_day, today - 1) AS last_full_day
    FROM (
        SELECT 'asked' AS name, first_day, last_day, today FROM asked
        UNION ALL
        SELECT 'previous', first_day - (last_day - first_day + 1), first_day - 1, today FROM asked
        WHERE :from_date IS NOT NULL
    ) AS p
),

-- An array, for a binary search: how many planned rest days there were until a day.
rest AS MATERIALIZED (
    SELECT coalesce(array_agg(g.valid_from + n ORDER BY g.valid_from + n), '{}') AS days
    FROM goal_step AS g
    CROSS JOIN calendar
    CROSS JOIN unnest(g.rest_weekdays) AS weekday
    CROSS JOIN generate_series(
        (weekday + 7 - extract(ISODOW FROM g.valid_from)::int) % 7,
        least(g.valid_until, calendar.today + 1) - g.valid_from - 1,
        7
    ) AS n
    WHERE g.user_id = :user_id
),

-- For `run` see goals/streaks.sql.
trained_day AS MATERIALIZED (
    SELECT
        d.*,
        d.day - d.rest_days - (
            count(*) FILTER (WHERE (SELECT days FROM rest)[d.rest_days] IS DISTINCT FROM d.day)
                OVER (ORDER BY d.day ROWS UNBOUNDED PRECEDING)
        )::int AS run
    FROM (
        SELECT local_date AS day, width_bucket(local_date, (SELECT days FROM rest)) AS rest_days
        FROM performed_workout
        WHERE user_id = :user_id AND local_date <= (SELECT last_day FROM asked)
        GROUP BY local_date
    ) AS d
),

streak AS MATERIALIZED (
    SELECT p.name, p.last_full_day, count(*) AS length, max(d.day) AS last_day, max(d.rest_days) AS rest_days
    FROM period AS p
    INNER JOIN trained_day AS d ON d.day <= p.last_past_day
    GROUP BY p.name, p.last_full_day, d.run
),

latest_streak AS (SELECT DISTINCT ON (name) * FROM streak ORDER BY name ASC, last_day DESC),

mass AS MATERIALIZED (
    SELECT array_agg(valid_from ORDER BY valid_from) AS days, array_agg(mass_kg ORDER BY valid_from) AS kilograms
    FROM body_mass_step
    WHERE user_id = :user_id
),

total AS MATERIALIZED (
    SELECT
        p.name,
        p.first_day AS "from",
        p.last_day AS "to",
        t.*,
        (SELECT count(*) FROM trained_day AS d WHERE d.day BETWEEN p.first_day AND p.last_day) AS active_days,
        coalesce((
            SELECT length FROM latest_streak AS s
            WHERE
                s.name = p.name
                AND s.last_full_day - s.last_day
                <= width_bucket(s.last_full_day, (SELECT days FROM rest)) - s.rest_days
        ), 0) AS current_streak_days,
        coalesce((SELECT max(length) FROM streak AS s WHERE s.name = p.name), 0) AS longest_streak_days
    FROM period AS p
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS workouts,
            coalesce(sum(set_count), 0) AS sets,
            coalesce(sum(rep_count), 0) AS reps,
            round(coalesce(sum(volume_kg), 0)::numeric, 4)::float8 AS volume_kg,
            round(sum(bodyweight_reps * mass_kg - assisted_volume_kg)::numeric, 4)::float8 AS bodyweight_volume_kg,
            coalesce(sum(duration_seconds), 0) AS duration_seconds,
            round((sum(met_minutes * mass_kg) * 3.5 / 200)::numeric, 4)::float8 AS energy_kcal
        FROM performed_workout
        CROSS JOIN LATERAL (
            SELECT (SELECT kilograms FROM mass)[width_bucket(local_date, (SELECT days FROM mass))] AS mass_kg
        ) AS weighed
        WHERE user_id = :user_id AND local_date BETWEEN p.first_day AND p.last_day
    ) AS t
),

document AS (
    SELECT
        "from", "to", workouts, active_days, sets, reps, volume_kg, bodyweight_volume_kg, duration_seconds,
        energy_kcal, current_streak_days, longest_streak_days,
        (
            SELECT row_to_json(p)
            FROM (
                SELECT
                    "from", "to", workouts, active_days, sets, reps, volume_kg, bodyweight_volume_kg,
                    duration_seconds, energy_kcal, current_streak_days, longest_streak_days
                FROM total
                WHERE name = 'previous'
            ) AS p
        ) AS previous
    FROM total
    WHERE name = 'asked'
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
