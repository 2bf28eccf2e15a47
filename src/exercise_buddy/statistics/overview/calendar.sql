-- A calendar: each day of a period, and how intense it was, for a heat map.
--
--   :user_id    uuid
--   :now        timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--   :metric     text         what makes a day intense: workouts, sets, reps, volume_kg or duration_seconds
--   :from_date  date         the first local day; null: a year before the last one
--   :to_date    date         the last local day, included; null: a year after the first one, else today
--
-- Returns the document `Calendar`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_starts_on, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

period AS MATERIALIZED (
    SELECT coalesce(:from_date, (last_day - '1 year'::interval)::date + 1) AS first_day, last_day
    FROM (
        SELECT coalesce(:to_date, (cast(:from_date AS date) + '1 year'::interval)::date - 1, today) AS last_day
        FROM calendar
    ) AS c
),

-- A level is a quarter of the trained days of the period, by the share of them with at most this day's value. The
-- busiest day is always 4.
trained_day AS (
    SELECT
        d.*,
        ceil(4 * cume_dist() OVER (
            ORDER BY
                CASE :metric
                    WHEN 'workouts' THEN workouts
                    WHEN 'sets' THEN sets
                    WHEN 'reps' THEN reps
                    WHEN 'volume_kg' THEN volume_kg
                    WHEN 'duration_seconds' THEN duration_seconds
                END
        ))::int AS level
    FROM (
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
            AND local_date BETWEEN (SELECT first_day FROM period) AND (SELECT last_day FROM period)
        GROUP BY local_date
    ) AS d
),

calendar_day AS (
    SELECT
        p.first_day + n AS date,
        coalesce(d.workouts, 0) AS workouts,
        coalesce(d.sets, 0) AS sets,
        coalesce(d.reps, 0) AS reps,
        round(coalesce(d.volume_kg, 0)::numeric, 4)::float8 AS volume_kg,
        coalesce(d.duration_seconds, 0) AS duration_seconds,
        coalesce(d.level, 0) AS level
    FROM period AS p
    CROSS JOIN generate_series(0, p.last_day - p.first_day) AS n
    LEFT JOIN trained_day AS d ON d.day = p.first_day + n
    ORDER BY n
),

document AS (
    SELECT
        p.first_day AS "from",
        p.last_day AS "to",
        :metric AS metric,
        c.week_starts_on,
        (SELECT coalesce(json_agg(d), '[]') FROM calendar_day AS d) AS days
    FROM period AS p
    CROSS JOIN calendar AS c
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
