-- A metric of whole workouts over time: one point for each bucket that the period touches.
--
--   :user_id    uuid
--   :now        timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--   :metric     text         the name of the metric
--   :bucket     text         day, week, month or year
--   :from_date  date         the first local day; null: that of the first workout
--   :to_date    date         the last local day, included; null: today
--
-- Returns the document `Timeseries`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

logged AS MATERIALIZED (
    SELECT min(local_date) AS first_on, max(local_date) AS last_on
    FROM performed_workout
    WHERE user_id = :user_id
),

-- least() passes over null: without any workout the period is its last day.
period AS MATERIALIZED (
    SELECT
        coalesce(:from_date, least(first_on, last_day)) AS first_day,
        last_day,
        ('1 ' || :bucket)::interval AS step
    FROM (SELECT coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS c
    CROSS JOIN logged
),

-- Months are read as a whole if the points are months or years, and at the ends of what was logged.
part AS MATERIALIZED (
    SELECT x.span = 'day' AS is_day, min(x.first_on) AS first_on, max(x.before) AS before
    FROM period AS p
    CROSS JOIN logged AS l
    CROSS JOIN LATERAL period_parts(
        CASE WHEN p.first_day <= l.first_on THEN bucket_start('month', p.first_day, 1) ELSE p.first_day END,
        CASE WHEN p.last_day >= l.last_on THEN bucket_start('month', p.last_day + 31, 1) ELSE p.last_day + 1 END,
        CASE WHEN :bucket IN ('month', 'year') THEN 'infinity'::date ELSE '-infinity'::date END
    ) AS x
    GROUP BY x.span = 'day', CASE WHEN x.span = 'day' THEN x.first_on END
),

mass AS MATERIALIZED (
    SELECT array_agg(valid_from ORDER BY valid_from) AS days, array_agg(mass_kg ORDER BY valid_from) AS kilograms
    FROM body_mass_step
    WHERE user_id = :user_id
),

-- One statement for all metrics, because a connection keeps a plan of 0.3 MB for each statement.
trained AS (
    SELECT
        local_date AS day,
        CASE :metric
            WHEN 'workouts' THEN 1
            WHEN 'sets' THEN set_count
            WHEN 'reps' THEN rep_count
            WHEN 'volume_kg' THEN volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE warm_up_volume_kg END
            WHEN 'duration_seconds' THEN duration_seconds
            WHEN 'bodyweight_volume_kg' THEN bodyweight_reps * mass_kg - assisted_volume_kg
                - CASE
                    WHEN :include_warm_ups THEN 0 ELSE warm_up_bodyweight_reps * mass_kg - warm_up_assisted_volume_kg
                END
            WHEN 'energy_kcal' THEN coalesce(recorded_energy_kcal, met_minutes * mass_kg * 3.5 / 200)
        END AS value
    FROM part AS x
    INNER JOIN performed_workout AS w ON w.user_id = :user_id AND w.local_date >= x.first_on AND w.local_date < x.before
    CROSS JOIN LATERAL (
        SELECT (SELECT kilograms FROM mass)[width_bucket(local_date, (SELECT days FROM mass))] AS mass_kg
    ) AS weighed
    WHERE :metric <> 'active_days' AND x.is_day
    UNION ALL
    SELECT DISTINCT local_date, 1
    FROM part AS x
    INNER JOIN performed_workout AS w ON w.user_id = :user_id AND w.local_date >= x.first_on AND w.local_date < x.before
    WHERE :metric = 'active_days' AND x.is_day
    UNION ALL
    SELECT
        m.month,
        CASE :metric
            WHEN 'workouts' THEN m.workouts
            WHEN 'active_days' THEN bit_count(m.trained_days)
            WHEN 'sets' THEN m.set_count
            WHEN 'reps' THEN m.rep_count
            WHEN 'volume_kg' THEN m.volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE m.warm_up_volume_kg END
            WHEN 'duration_seconds' THEN m.duration_seconds
            WHEN 'bodyweight_volume_kg'
                THEN m.bodyweight_volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE m.warm_up_bodyweight_volume_kg END
            WHEN 'energy_kcal' THEN m.energy_kcal
        END
    FROM part AS x
    CROSS JOIN LATERAL (
        SELECT * FROM month_total WHERE user_id = :user_id AND month >= x.first_on AND month < x.before OFFSET 0
    ) AS m
    WHERE NOT x.is_day
),

summed AS (
    SELECT bucket_start(:bucket, day, (SELECT week_start FROM calendar)) AS start, sum(value) AS value
    FROM trained
    GROUP BY start
),

bucket AS (
    SELECT generate_series(bucket_start(:bucket, p.first_day, c.week_start), p.last_day, p.step)::date AS start, p.step
    FROM period AS p
    CROSS JOIN calendar AS c
),

point AS (
    SELECT
        b.start,
        (b.start + b.step)::date - 1 AS "end",
        CASE
            WHEN :metric IN ('bodyweight_volume_kg', 'energy_kcal') THEN round(s.value::numeric, 4)::float8
            WHEN :metric = 'volume_kg' THEN round(coalesce(s.value, 0)::numeric, 4)::float8
            ELSE coalesce(s.value, 0)
        END AS value
    FROM bucket AS b
    LEFT JOIN summed AS s ON s.start = b.start
    ORDER BY b.start
),

document AS (
    SELECT
        :metric AS metric,
        :bucket AS bucket,
        NULL AS exercise,
        NULL AS muscle,
        NULL AS e1rm_formula,
        first_day AS "from",
        last_day AS "to",
        (SELECT coalesce(json_agg(p), '[]') FROM point AS p) AS points
    FROM period
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
