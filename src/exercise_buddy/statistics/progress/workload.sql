-- The workload: exponentially weighted means of what each day came to.
--
-- Source: Williams et al. 2017, Br J Sports Med 51(3):209-210: today = load x lambda + yesterday x (1 - lambda), with
-- lambda = 2 / (N + 1), and N of 7 days (acute) and 28 days (chronic). It compares what was done lately with what the
-- user is used to, and says nothing about injuries (Impellizzeri et al. 2020, Br J Sports Med 54(20):1185-1186).
--
--   :user_id      uuid
--   :now          timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--   :metric       text         volume_kg, minutes, reps or sets
--   :from_date    date | null  first local day; null: the one 89 days before the last
--   :to_date      date | null  last local day, included; null: today
--
-- Returns the document `Workload`, the revision and the local day of the document.
WITH RECURSIVE calendar AS MATERIALIZED (
    SELECT revision, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

period AS MATERIALIZED (
    SELECT coalesce(:from_date, last_day - 89) AS first_day, last_day
    FROM (SELECT coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS ended
),

-- What lies 730 days further back weighs less than 1e-22 of what it did, which no number can tell apart.
history AS MATERIALIZED (
    SELECT
        f.day AS first_day,
        p.last_day,
        CASE WHEN f.day IS NOT NULL THEN greatest(f.day, p.first_day - 730) END AS since
    FROM period AS p
    CROSS JOIN (SELECT min(local_date) AS day FROM performed_workout WHERE user_id = :user_id) AS f
),

trained_day AS (
    SELECT
        w.local_date AS day,
        sum(
            CASE :metric
                WHEN 'volume_kg'
                    THEN w.volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE w.warm_up_volume_kg END
                WHEN 'minutes' THEN w.duration_seconds / 60
                WHEN 'reps' THEN w.rep_count
                WHEN 'sets' THEN w.set_count
            END
        ) AS load
    FROM history AS h
    INNER JOIN performed_workout AS w ON w.user_id = :user_id AND w.local_date BETWEEN h.since AND h.last_day
    GROUP BY w.local_date
),

daily AS MATERIALIZED (
    SELECT array_agg(coalesce(t.load, 0) ORDER BY d.day) AS loads
    FROM history AS h
    CROSS JOIN LATERAL generate_series(h.since, h.last_day, '1 day'::interval) AS d (day)
    LEFT JOIN trained_day AS t ON t.day = d.day
),

-- Day by day from `since`: each follows from the one before.
mean AS (
    SELECT 1 AS number, loads[1] AS load, loads[1] AS acute, loads[1] AS chronic
    FROM daily
    WHERE cardinality(loads) > 0
    UNION ALL
    SELECT
        m.number + 1,
        d.loads[m.number + 1],
        2.0::float8 / 8 * d.loads[m.number + 1] + (1 - 2.0::float8 / 8) * m.acute,
        2.0::float8 / 29 * d.loads[m.number + 1] + (1 - 2.0::float8 / 29) * m.chronic
    FROM mean AS m
    CROSS JOIN daily AS d
    WHERE m.number < cardinality(d.loads)
),

-- A ratio to less than 28 days, or to next to nothing, tells nothing.
point AS (
    SELECT
        d.day::date AS date,
        round(coalesce(m.load, 0)::numeric, 6)::float8 AS load,
        round(m.acute::numeric, 6)::float8 AS acute,
        round(m.chronic::numeric, 6)::float8 AS chronic,
        CASE
            WHEN d.day::date >= h.first_day + 28 AND m.chronic > 1e-9
                THEN round((m.acute / nullif(m.chronic, 0))::numeric, 6)::float8
        END AS ratio
    FROM period AS p
    CROSS JOIN LATERAL generate_series(p.first_day, p.last_day, '1 day'::interval) AS d (day)
    CROSS JOIN history AS h
    LEFT JOIN mean AS m ON m.number = d.day::date - h.since + 1
    ORDER BY d.day
),

document AS (
    SELECT
        :metric::text AS metric,
        7 AS acute_days,
        28 AS chronic_days,
        p.first_day AS "from",
        p.last_day AS "to",
        coalesce((SELECT json_agg(s) FROM point AS s), '[]') AS points
    FROM period AS p
)

SELECT row_to_json(d) AS document, c.revision, c.today
FROM document AS d
CROSS JOIN calendar AS c
