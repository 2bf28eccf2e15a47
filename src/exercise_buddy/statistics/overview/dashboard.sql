-- Everything that a home screen shows, but the running week, streaks and records: these are the statements weekly.sql,
-- streaks.sql and recent.sql, which are executed in the same snapshot.
--
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--
-- Returns the document `Dashboard` without these members, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT *, bucket_start('week', today, week_start) - 7 * 11 AS first_shown
    FROM (
        SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
        FROM user_calendar
        WHERE user_id = :user_id
    ) AS c
),

all_time AS (
    SELECT
        coalesce(sum(workouts), 0) AS workouts,
        coalesce(sum(set_count), 0) AS sets,
        coalesce(sum(rep_count), 0) AS reps,
        coalesce(
            round(sum(volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE warm_up_volume_kg END), 4)::float8, 0
        ) AS volume_kg,
        coalesce(sum(duration_seconds)::float8, 0) AS duration_seconds,
        round(sum(energy_kcal), 4)::float8 AS energy_kcal
    FROM month_total
    WHERE user_id = :user_id
),

-- The last twelve weeks, the running one included.
trained_day AS MATERIALIZED (
    SELECT
        local_date AS day,
        count(*) AS workouts,
        sum(set_count) AS sets,
        sum(rep_count) AS reps,
        sum(volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE warm_up_volume_kg END) AS volume_kg,
        coalesce(sum(duration_seconds), 0) AS duration_seconds
    FROM performed_workout
    WHERE
        user_id = :user_id
        AND local_date BETWEEN (SELECT first_shown FROM calendar) AND (SELECT first_shown + 7 * 12 - 1 FROM calendar)
    GROUP BY local_date
),

today AS (
    SELECT
        coalesce(sum(workouts), 0) AS workouts,
        coalesce(sum(set_count), 0) AS sets,
        coalesce(sum(rep_count), 0) AS reps,
        coalesce(
            round(sum(volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE warm_up_volume_kg END), 4)::float8, 0
        ) AS volume_kg,
        coalesce(sum(duration_seconds)::float8, 0) AS duration_seconds,
        round(sum(energy_kcal), 4)::float8 AS energy_kcal
    FROM day_total
    WHERE user_id = :user_id AND day = (SELECT today FROM calendar)
),

week AS (
    SELECT
        c.first_shown + 7 * n AS "from",
        c.first_shown + 7 * n + 6 AS "to",
        coalesce(sum(d.workouts), 0) AS workouts,
        coalesce(sum(d.reps), 0) AS reps,
        round(coalesce(sum(d.volume_kg), 0)::numeric, 4)::float8 AS volume_kg,
        coalesce(sum(d.duration_seconds), 0) AS duration_seconds
    FROM calendar AS c
    CROSS JOIN generate_series(0, 11) AS n
    LEFT JOIN trained_day AS d ON d.day BETWEEN c.first_shown + 7 * n AND c.first_shown + 7 * n + 6
    GROUP BY c.first_shown, n
    ORDER BY n
),

-- For `level` see calendar.sql.
calendar_day AS (
    SELECT
        c.first_shown + n AS date,
        coalesce(d.workouts, 0) AS workouts,
        coalesce(d.sets, 0) AS sets,
        coalesce(d.reps, 0) AS reps,
        round(coalesce(d.volume_kg, 0)::numeric, 4)::float8 AS volume_kg,
        coalesce(d.duration_seconds, 0) AS duration_seconds,
        coalesce(d.level, 0) AS level
    FROM calendar AS c
    CROSS JOIN generate_series(0, c.today - c.first_shown) AS n
    LEFT JOIN (
        SELECT *, ceil(4 * cume_dist() OVER (ORDER BY reps))::int AS level
        FROM trained_day
        WHERE day <= (SELECT today FROM calendar)
    ) AS d ON d.day = c.first_shown + n
    ORDER BY n
),

latest_workout AS (
    SELECT
        workout_id AS id, title, started_at, local_date AS date, exercise_count AS exercises, set_count AS sets,
        rep_count AS reps,
        round(
            (volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE warm_up_volume_kg END)::numeric, 4
        )::float8 AS volume_kg,
        duration_seconds
    FROM performed_workout
    WHERE user_id = :user_id
    ORDER BY started_at DESC, workout_id DESC
    LIMIT 5
),

document AS (
    SELECT
        c.today AS date,
        (SELECT row_to_json(t) FROM today AS t) AS today,
        (SELECT row_to_json(a) FROM all_time AS a) AS all_time,
        (SELECT json_agg(e) FROM week AS e) AS weeks,
        (SELECT json_agg(d) FROM calendar_day AS d) AS calendar,
        (SELECT coalesce(json_agg(l), '[]') FROM latest_workout AS l) AS workouts
    FROM calendar AS c
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
