-- How well reps were done, as a camera saw them: in the whole period, by exercise, and over time.
--
--   :user_id      uuid
--   :now          timestamptz  the present, which decides what today is
--   :exercise_id  uuid | null  only of this exercise; null: of all
--   :bucket       text         day, week, month or year
--   :from_date    date | null  first local day; null: the one 89 days before the last
--   :to_date      date | null  last local day, included; null: today
--
-- Returns the document `RepQuality` (null if the user can use no such exercise), the revision and the day that it is
-- of.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

period AS MATERIALIZED (
    SELECT coalesce(:from_date, last_day - 89) AS first_day, last_day, week_start
    FROM (SELECT *, coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS ended
),

-- Summed up once, and from there in three ways.
tracked AS MATERIALIZED (
    SELECT
        bucket_start(:bucket, e.local_date, p.week_start) AS start,
        e.exercise_id,
        sum(e.tracked_sets) AS tracked_sets, sum(e.tracked_reps) AS tracked_reps, sum(e.detected_reps) AS detected_reps,
        sum(e.corrected_reps) AS corrected_reps, sum(e.corrected_sets) AS corrected_sets,
        sum(e.timed_reps) AS timed_reps, sum(e.time_ms) AS time_ms, sum(e.eccentric_reps) AS eccentric_reps,
        sum(e.eccentric_ms) AS eccentric_ms, sum(e.concentric_reps) AS concentric_reps,
        sum(e.concentric_ms) AS concentric_ms, sum(e.range_reps) AS range_reps, sum(e.range_degrees) AS range_degrees,
        sum(e.slowdown_sets) AS slowdown_sets, sum(e.slowdown_percent) AS slowdown_percent,
        sum(e.slowed_sets) AS slowed_sets, sum(e.range_loss_sets) AS range_loss_sets,
        sum(e.range_loss_percent) AS range_loss_percent, sum(e.faded_sets) AS faded_sets,
        sum(e.full_range_reps) AS full_range_reps, sum(e.full_range_share) AS full_range_share,
        sum(e.left_reps) AS left_reps, sum(e.right_reps) AS right_reps,
        sum(e.tempo_variation_sets) AS tempo_variation_sets, sum(e.tempo_variation_percent) AS tempo_variation_percent,
        sum(e.cadence_reps) AS cadence_reps, sum(e.cadence_ms) AS cadence_ms,
        max(e.best_unbroken_reps) AS best_unbroken_reps
    FROM period AS p
    INNER JOIN performed_workout AS w
        ON w.user_id = :user_id AND w.local_date BETWEEN p.first_day AND p.last_day
    INNER JOIN performed_exercise AS e ON e.user_id = :user_id AND e.workout_id = w.workout_id
    WHERE e.tracked_sets IS NOT NULL AND (:exercise_id::uuid IS NULL OR e.exercise_id = :exercise_id)
    GROUP BY start, e.exercise_id
),

quality AS MATERIALIZED (
    SELECT
        start,
        exercise_id,
        grouping(start, exercise_id) AS summed,
        coalesce(sum(tracked_sets), 0) AS sets,
        coalesce(sum(tracked_reps), 0) AS reps,
        coalesce(sum(detected_reps), 0) AS detected_reps,
        coalesce(sum(corrected_reps), 0) AS corrected_reps,
        coalesce(sum(corrected_sets), 0) AS corrected_sets,
        sum(time_ms)::float8 / nullif(sum(timed_reps)::float8, 0) / 1000 AS rep_seconds,
        sum(eccentric_ms)::float8 / nullif(sum(eccentric_reps)::float8, 0) / 1000 AS eccentric_seconds,
        sum(concentric_ms)::float8 / nullif(sum(concentric_reps)::float8, 0) / 1000 AS concentric_seconds,
        sum(range_degrees) / nullif(sum(range_reps)::float8, 0) AS range_degrees,
        sum(time_ms)::float8 / 1000 AS time_under_tension_seconds,
        sum(slowdown_percent) / nullif(sum(slowdown_sets)::float8, 0) AS slowdown_percent,
        coalesce(sum(slowed_sets), 0) AS slowed_sets,
        sum(slowed_sets)::float8 / nullif(sum(slowdown_sets)::float8, 0) AS slowed_share,
        sum(range_loss_percent) / nullif(sum(range_loss_sets)::float8, 0) AS range_loss_percent,
        coalesce(sum(faded_sets), 0) AS faded_sets,
        sum(faded_sets)::float8 / nullif(sum(range_loss_sets)::float8, 0) AS faded_share,
        sum(full_range_share) / nullif(sum(full_range_reps)::float8, 0) AS full_range_share,
        CASE WHEN sum(left_reps + right_reps) > 0 THEN sum(left_reps) END AS left_reps,
        CASE WHEN sum(left_reps + right_reps) > 0 THEN sum(right_reps) END AS right_reps,
        sum(tempo_variation_percent) / nullif(sum(tempo_variation_sets)::float8, 0) AS variation_percent,
        sum(cadence_reps)::float8 / nullif(sum(cadence_ms)::float8, 0) * 60000 AS cadence_per_minute,
        max(best_unbroken_reps) AS longest_unbroken_reps
    FROM tracked
    GROUP BY GROUPING SETS ((start), (exercise_id), ())
),

total AS (
    SELECT
        sets, reps, detected_reps, corrected_reps, corrected_sets, rep_seconds, eccentric_seconds, concentric_seconds,
        range_degrees, full_range_share, range_loss_percent, faded_sets, faded_share, left_reps, right_reps,
        time_under_tension_seconds, slowdown_percent, slowed_sets, slowed_share, variation_percent, cadence_per_minute,
        longest_unbroken_reps
    FROM quality
    WHERE summed = 3
),

-- Looked up one by one: a join would read the whole catalogue.
exercise AS (
    SELECT
        json_build_object('id', q.exercise_id, 'name', n.name, 'custom', n.custom) AS exercise,
        q.sets, q.reps, q.detected_reps, q.corrected_reps, q.corrected_sets, q.rep_seconds, q.eccentric_seconds,
        q.concentric_seconds, q.range_degrees, q.full_range_share, q.range_loss_percent, q.faded_sets, q.faded_share,
        q.left_reps, q.right_reps, q.time_under_tension_seconds, q.slowdown_percent, q.slowed_sets, q.slowed_share,
        q.variation_percent, q.cadence_per_minute, q.longest_unbroken_reps
    FROM quality AS q
    CROSS JOIN LATERAL (
        SELECT name, custom FROM exercise_name WHERE user_id = :user_id AND exercise_id = q.exercise_id LIMIT 1
    ) AS n
    WHERE q.summed = 2
    ORDER BY q.reps DESC, q.exercise_id
),

point AS (
    SELECT
        s.start::date AS start,
        (s.start + ('1 ' || :bucket)::interval)::date - 1 AS "end",
        coalesce(q.sets, 0) AS sets, coalesce(q.reps, 0) AS reps, coalesce(q.detected_reps, 0) AS detected_reps,
        coalesce(q.corrected_reps, 0) AS corrected_reps, coalesce(q.corrected_sets, 0) AS corrected_sets, q.rep_seconds,
        q.eccentric_seconds, q.concentric_seconds, q.range_degrees, q.full_range_share, q.range_loss_percent,
        coalesce(q.faded_sets, 0) AS faded_sets, q.faded_share, q.left_reps, q.right_reps, q.time_under_tension_seconds,
        q.slowdown_percent, coalesce(q.slowed_sets, 0) AS slowed_sets, q.slowed_share, q.variation_percent,
        q.cadence_per_minute, q.longest_unbroken_reps
    FROM period AS p
    CROSS JOIN LATERAL generate_series(
        bucket_start(:bucket, p.first_day, p.week_start), p.last_day, ('1 ' || :bucket)::interval
    ) AS s (start)
    LEFT JOIN quality AS q ON q.summed = 1 AND q.start = s.start::date
    ORDER BY s.start
),

named AS (
    SELECT exercise_id AS id, name, custom
    FROM exercise_name
    WHERE user_id = :user_id AND exercise_id = :exercise_id
),

document AS (
    SELECT
        (SELECT row_to_json(n) FROM named AS n) AS exercise,
        :bucket::text AS bucket,
        p.first_day AS "from",
        p.last_day AS "to",
        (SELECT row_to_json(t) FROM total AS t) AS total,
        coalesce((SELECT json_agg(e) FROM exercise AS e), '[]') AS exercises,
        coalesce((SELECT json_agg(s) FROM point AS s), '[]') AS points
    FROM period AS p
    WHERE :exercise_id::uuid IS NULL OR EXISTS (SELECT FROM named)
)

SELECT (SELECT row_to_json(d) FROM document AS d) AS document, revision, today
FROM calendar
