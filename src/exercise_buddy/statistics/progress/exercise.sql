-- The progress of one exercise: since it was first done, and over time.
--
--   :user_id      uuid
--   :now          timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--   :exercise_id  uuid
--   :formula      text         of the estimated one-rep max
--   :bucket       text | null  day, week, month or year: a point for each; null: for each day it was done on
--   :from_date    date | null  first local day; null: that on which it was first done
--   :to_date      date | null  last local day, included; null: today
--
-- Returns the document `ExerciseProgress` (null if the user can use no such exercise), the revision and the day that it
-- is of.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

performed AS MATERIALIZED (
    SELECT
        e.*,
        CASE :formula
            WHEN 'epley' THEN e.best_e1rm_kg
            ELSE (
                SELECT max(estimated_one_rep_max(:formula, l.weight_kg, l.reps))
                FROM unnest(e.load_kgs, e.load_reps) AS l (weight_kg, reps)
                WHERE l.reps <= 12
            )
        END AS e1rm_kg
    FROM performed_exercise AS e
    WHERE e.user_id = :user_id AND e.exercise_id = :exercise_id
),

period AS MATERIALIZED (
    SELECT
        coalesce(:from_date, least((SELECT min(local_date) FROM performed), last_day)) AS first_day,
        last_day,
        week_start
    FROM (SELECT *, coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS ended
),

-- All of it in one group, and what lies in the period by its buckets in the others.
total AS MATERIALIZED (
    SELECT
        start,
        grouping(start) = 1 AS is_all_time, count(DISTINCT workout_id) AS workouts,
        coalesce(sum(set_count), 0) AS sets, coalesce(sum(rep_count), 0) AS reps,
        round(
            coalesce(sum(volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE warm_up_volume_kg END), 0)::numeric, 4
        )::float8 AS volume_kg,
        min(least_assistance_kg) AS least_assistance_kg,
        round((sum(assisted_volume_kg - warm_up_assisted_volume_kg) / nullif(sum(assisted_reps), 0))::numeric, 4)
            ::float8 AS mean_assistance_kg,
        sum(velocity_loss_percent) / nullif(sum(velocity_loss_sets)::float8, 0) AS velocity_loss_percent,
        sum(slowdown_percent) / nullif(sum(slowdown_sets)::float8, 0) AS slowdown_percent,
        coalesce(sum(velocity_loss_sets), 0) AS velocity_loss_sets, coalesce(sum(slowdown_sets), 0) AS slowdown_sets,
        sum(duration_seconds) AS duration_seconds, sum(distance_meters) AS distance_meters, max(e1rm_kg) AS e1rm_kg,
        json_build_object(
            'weight_kg', max(best_set_weight_kg),
            'reps', (array_agg(best_set_reps ORDER BY best_set_weight_kg DESC, best_set_reps DESC NULLS LAST)
            FILTER (WHERE best_set_weight_kg IS NOT NULL))[1]
        ) AS best_set,
        max(best_reps) AS most_reps, max(best_set_volume_kg) AS best_set_volume_kg,
        max(best_duration_seconds) AS longest_seconds, max(best_distance_meters) AS farthest_meters,
        sum(eccentric_ms)::float8 / nullif(sum(eccentric_reps)::float8, 0) / 1000 AS eccentric_seconds,
        sum(concentric_ms)::float8 / nullif(sum(concentric_reps)::float8, 0) / 1000 AS concentric_seconds,
        sum(range_degrees) / nullif(sum(range_reps)::float8, 0) AS range_degrees,
        min(local_date) AS first_on, max(local_date) AS last_on
    FROM (
        SELECT
            e.*,
            CASE
                WHEN e.local_date BETWEEN p.first_day AND p.last_day
                    THEN coalesce(bucket_start(:bucket, e.local_date, p.week_start), e.local_date)
            END AS start
        FROM performed AS e
        CROSS JOIN period AS p
    ) AS bucketed
    GROUP BY GROUPING SETS ((start), ())
),

all_time AS (
    SELECT
        workouts, sets, reps, volume_kg, duration_seconds, distance_meters, e1rm_kg, best_set, most_reps,
        best_set_volume_kg, longest_seconds, farthest_meters, eccentric_seconds, concentric_seconds, range_degrees,
        least_assistance_kg, mean_assistance_kg, velocity_loss_percent, velocity_loss_sets, slowdown_percent,
        slowdown_sets, first_on, last_on
    FROM total
    WHERE is_all_time
),

performed_day AS (
    SELECT
        start, start AS "end",
        workouts, sets, reps, volume_kg, duration_seconds, distance_meters, e1rm_kg, best_set, most_reps,
        best_set_volume_kg, longest_seconds, farthest_meters, eccentric_seconds, concentric_seconds, range_degrees,
        slowdown_percent, least_assistance_kg, mean_assistance_kg, velocity_loss_percent, velocity_loss_sets,
        slowdown_sets
    FROM total
    WHERE NOT is_all_time AND start IS NOT NULL
    ORDER BY start
),

bucket AS (
    SELECT
        s.start::date AS start,
        (s.start + ('1 ' || :bucket)::interval)::date - 1 AS "end",
        coalesce(t.workouts, 0) AS workouts, coalesce(t.sets, 0) AS sets, coalesce(t.reps, 0) AS reps,
        coalesce(t.volume_kg, 0) AS volume_kg,
        t.duration_seconds, t.distance_meters, t.e1rm_kg, t.most_reps, t.best_set_volume_kg, t.longest_seconds,
        t.farthest_meters, t.eccentric_seconds, t.concentric_seconds, t.range_degrees, t.least_assistance_kg,
        t.mean_assistance_kg, t.velocity_loss_percent, coalesce(t.velocity_loss_sets, 0) AS velocity_loss_sets,
        t.slowdown_percent, coalesce(t.slowdown_sets, 0) AS slowdown_sets,
        coalesce(t.best_set, json_build_object('weight_kg', NULL::float8, 'reps', NULL::int)) AS best_set
    FROM period AS p
    CROSS JOIN LATERAL generate_series(
        bucket_start(:bucket, p.first_day, p.week_start), p.last_day, ('1 ' || :bucket)::interval
    ) AS s (start)
    LEFT JOIN total AS t ON NOT t.is_all_time AND t.start = s.start::date
    ORDER BY s.start
),

named AS (
    SELECT exercise_id AS id, name, custom
    FROM exercise_name
    WHERE user_id = :user_id AND exercise_id = :exercise_id
),

document AS (
    SELECT
        row_to_json(n) AS exercise,
        :formula::text AS e1rm_formula,
        :bucket::text AS bucket,
        p.first_day AS "from",
        p.last_day AS "to",
        (SELECT row_to_json(a) FROM all_time AS a) AS all_time,
        coalesce(
            CASE
                WHEN :bucket IS NULL THEN (SELECT json_agg(d) FROM performed_day AS d)
                ELSE (SELECT json_agg(b) FROM bucket AS b)
            END,
            '[]'
        ) AS points
    FROM period AS p
    CROSS JOIN named AS n
)

SELECT (SELECT row_to_json(d) FROM document AS d) AS document, revision, today
FROM calendar
