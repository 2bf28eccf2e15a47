-- The personal records: the best value of each exercise and kind, and the workout that reached it first.
--
--   :user_id      uuid
--   :now          timestamptz  the present, which decides what today is
--   :exercise_id  uuid | null  only of this exercise, with its reps at each load; null: of all exercises, without them
--   :formula      text         of the estimated one-rep max
--
-- Returns the document `Records` (null if the exercise does not exist), the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

-- Every uuid lies between these two bounds: one range of the index, whether one exercise is asked for or all are.
asked AS MATERIALIZED (
    SELECT
        coalesce(:exercise_id, '00000000-0000-0000-0000-000000000000'::uuid) AS first_id,
        coalesce(:exercise_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) AS last_id,
        ARRAY['load', 'reps', 'set_volume', 'duration', 'distance', 'reps_unbroken', 'assistance']
        || CASE WHEN :formula = 'epley' THEN '{e1rm}' ELSE '{}'::text[] END AS kinds
),

-- Each record beats the ones before it, so the latest of a kind is the best.
latest AS (
    SELECT DISTINCT ON (exercise_id, kind) *
    FROM record_event
    WHERE
        user_id = :user_id
        AND exercise_id BETWEEN (SELECT first_id FROM asked) AND (SELECT last_id FROM asked)
        AND kind = any((SELECT kinds FROM asked)::text[])
    ORDER BY exercise_id DESC, kind DESC, started_at DESC, workout_id DESC, position DESC
),

-- Stored are the records by Epley. Another formula estimates from the sets that no earlier set equals in weight and
-- reps: the best of those is the best of all.
estimate AS (
    SELECT
        r.exercise_id, r.local_date, r.workout_id, r.weight_kg, r.reps, e.value,
        max(e.value) OVER (
            PARTITION BY r.exercise_id
            ORDER BY r.started_at, r.workout_id, r.position, e.value DESC, r.weight_kg DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS previous
    FROM record_event AS r
    CROSS JOIN LATERAL (SELECT estimated_one_rep_max(:formula, r.weight_kg, r.reps) AS value) AS e
    WHERE
        :formula <> 'epley'
        AND r.user_id = :user_id
        AND r.exercise_id BETWEEN (SELECT first_id FROM asked) AND (SELECT last_id FROM asked)
        AND r.kind IN ('reps_at_load', 'set')
        AND r.reps <= 12
),

best_estimate AS (
    SELECT DISTINCT ON (exercise_id) *
    FROM estimate
    WHERE previous IS NULL OR value > previous
    ORDER BY exercise_id, value DESC
),

-- Of the reps at each load, only those count that no heavier load was lifted for.
at_load AS (
    SELECT
        *,
        max(value) OVER (ORDER BY weight_kg DESC, value DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            AS heavier_reps
    FROM record_event
    WHERE user_id = :user_id AND exercise_id = :exercise_id AND kind = 'reps_at_load'
),

record AS (
    SELECT exercise_id, kind, kind_number, value, unit, weight_kg, reps, local_date, workout_id, previous
    FROM latest
    UNION ALL
    SELECT exercise_id, 'e1rm', 1, value, 'kg', weight_kg, reps, local_date, workout_id, previous
    FROM best_estimate
    UNION ALL
    SELECT exercise_id, kind, kind_number, value, unit, weight_kg, reps, local_date, workout_id, previous
    FROM at_load
    WHERE heavier_reps IS NULL OR value > heavier_reps
),

exercise AS (
    SELECT r.exercise_id, json_agg(shown ORDER BY r.kind_number, r.weight_kg DESC) AS records
    FROM record AS r
    CROSS JOIN LATERAL (
        SELECT
            r.kind, r.value, r.unit, r.weight_kg, r.reps, r.local_date AS date, r.workout_id,
            r.previous IS NULL AS baseline
    ) AS shown
    GROUP BY r.exercise_id
),

-- Looked up one by one: a join would read the whole catalogue.
item AS (
    SELECT
        json_build_object('id', e.exercise_id, 'name', n.name, 'custom', n.custom) AS exercise,
        e.records
    FROM exercise AS e
    CROSS JOIN LATERAL (
        SELECT name, custom FROM exercise_name WHERE user_id = :user_id AND exercise_id = e.exercise_id LIMIT 1
    ) AS n
    ORDER BY lower(n.name COLLATE pg_c_utf8), e.exercise_id
),

document AS (
    SELECT :formula::text AS e1rm_formula, coalesce((SELECT json_agg(i) FROM item AS i), '[]') AS items
    WHERE
        :exercise_id::uuid IS NULL
        OR EXISTS (SELECT FROM exercise_name WHERE user_id = :user_id AND exercise_id = :exercise_id)
)

SELECT (SELECT row_to_json(d) FROM document AS d) AS document, revision, today
FROM calendar
