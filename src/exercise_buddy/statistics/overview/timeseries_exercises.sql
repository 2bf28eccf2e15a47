-- A metric of one exercise, or of all exercises that train a muscle, over time: one point for each bucket that the
-- period touches.
--
--   :user_id      uuid
--   :now          timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--   :exercise_id  uuid         the exercise, or null
--   :muscle       text         the muscle, or null
--   :metric       text         the name of the metric
--   :formula      text         of the estimated one-rep max
--   :bucket       text         day, week, month or year
--   :from_date    date         the first local day; null: that of the first workout
--   :to_date      date         the last local day, included; null: today
--
-- Returns the document `Timeseries` (null where the user can use no such exercise), the revision and the day that it
-- is of.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

-- least() passes over null: without any workout the period is its last day.
period AS MATERIALIZED (
    SELECT
        coalesce(
            :from_date, least((SELECT min(local_date) FROM performed_workout WHERE user_id = :user_id), last_day)
        ) AS first_day,
        last_day,
        ('1 ' || :bucket)::interval AS step
    FROM (SELECT coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS c
),

mass AS MATERIALIZED (
    SELECT array_agg(valid_from ORDER BY valid_from) AS days, array_agg(mass_kg ORDER BY valid_from) AS kilograms
    FROM body_mass_step
    WHERE user_id = :user_id
),

named AS MATERIALIZED (
    SELECT exercise_id AS id, name, custom
    FROM exercise_name
    WHERE user_id = :user_id AND exercise_id = :exercise_id
),

-- An exercise counts half where the muscle is a secondary one.
exercise AS MATERIALIZED (
    SELECT id, 1::float8 AS share FROM named
    UNION ALL
    SELECT exercise_id, CASE WHEN :muscle = any(primary_muscles) THEN 1 ELSE 0.5 END
    FROM exercise_name
    WHERE
        :muscle IS NOT NULL
        AND user_id = :user_id
        AND (:muscle = any(primary_muscles) OR :muscle = any(secondary_muscles))
),

-- One statement for all metrics, because a connection keeps a plan of half a megabyte for each statement. Workouts and
-- days are counted by their groups; for the other metrics, a bucket is one group.
-- OFFSET: the few exercises are looked up one by one. Otherwise all rows are read to see which are of them.
trained AS (
    SELECT
        bucket_start(:bucket, local_date, (SELECT week_start FROM calendar)) AS start,
        sum(share * CASE :metric
            WHEN 'sets' THEN set_count
            WHEN 'reps' THEN rep_count
            WHEN 'volume_kg' THEN volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE warm_up_volume_kg END
            WHEN 'duration_seconds' THEN duration_seconds
            WHEN 'bodyweight_volume_kg' THEN bodyweight_reps * mass_kg - assisted_volume_kg
                - CASE
                    WHEN :include_warm_ups THEN 0 ELSE warm_up_bodyweight_reps * mass_kg - warm_up_assisted_volume_kg
                END
        END) AS value,
        max(CASE
            WHEN :metric = 'weight_kg' THEN best_set_weight_kg
            -- The estimates that are stored are by this formula.
            WHEN :metric = 'e1rm_kg' AND :formula = 'epley' THEN best_e1rm_kg
            WHEN :metric = 'e1rm_kg' THEN (
                SELECT max(estimated_one_rep_max(:formula, weight_kg, reps))
                FROM unnest(load_kgs, load_reps) AS s (weight_kg, reps) WHERE reps <= 12
            )
        END) AS best
    FROM exercise
    CROSS JOIN LATERAL (
        SELECT
            workout_id, local_date, set_count, rep_count, volume_kg, duration_seconds, bodyweight_reps,
            assisted_volume_kg, warm_up_volume_kg, warm_up_bodyweight_reps, warm_up_assisted_volume_kg,
            best_set_weight_kg, best_e1rm_kg, load_kgs, load_reps
        FROM performed_exercise
        WHERE user_id = :user_id AND exercise_id = exercise.id
        OFFSET 0
    ) AS performed
    CROSS JOIN LATERAL (
        SELECT (SELECT kilograms FROM mass)[width_bucket(local_date, (SELECT days FROM mass))] AS mass_kg
    ) AS weighed
    WHERE local_date BETWEEN (SELECT first_day FROM period) AND (SELECT last_day FROM period)
    GROUP BY
        start,
        CASE WHEN :metric = 'workouts' THEN workout_id END,
        CASE WHEN :metric = 'active_days' THEN local_date END
),

summed AS (
    SELECT
        start,
        CASE
            WHEN :metric IN ('workouts', 'active_days') THEN count(*)
            WHEN :metric IN ('weight_kg', 'e1rm_kg') THEN max(best)
            WHEN :metric IN ('volume_kg', 'bodyweight_volume_kg') THEN round(sum(value)::numeric, 4)::float8
            ELSE sum(value)
        END AS value
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
        coalesce(
            s.value, CASE WHEN :metric NOT IN ('bodyweight_volume_kg', 'weight_kg', 'e1rm_kg') THEN 0 END
        ) AS value
    FROM bucket AS b
    LEFT JOIN summed AS s ON s.start = b.start
    ORDER BY b.start
),

document AS (
    SELECT
        :metric AS metric,
        :bucket AS bucket,
        (SELECT row_to_json(n) FROM named AS n) AS exercise,
        :muscle AS muscle,
        CASE WHEN :metric = 'e1rm_kg' THEN :formula END AS e1rm_formula,
        first_day AS "from",
        last_day AS "to",
        (SELECT coalesce(json_agg(p), '[]') FROM point AS p) AS points
    FROM period
    WHERE :exercise_id IS NULL OR EXISTS (SELECT FROM named)
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM calendar
LEFT JOIN document ON TRUE
