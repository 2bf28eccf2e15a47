-- How well reps were done, as a camera saw them: in the whole period, by exercise, and over time.
--
--   :user_id      uuid
--   :now          timestamptz  the present, which decides what today is
--   :exercise_id  uuid | null  only of this exercise; null: of all
--   :bucket       text         day, week, month or year
--   :from_date    date | null  first local day; null: the one 89 days before the last
--   :to_date      date | null  last local day, included; null: today
--
-- Returns the document `RepQuality` (null if the exercise does not exist), the revision and the day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

period AS MATERIALIZED (
    SELECT coalesce(:from_date, last_day - 89) AS first_day, last_day, week_start
    FROM (SELECT *, coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS ended
),

-- What is settled, and the days outside of it. The points of months and years need no exercises, and those of weeks
-- and days nothing settled.
part AS MATERIALIZED (
    SELECT
        p.week_start, n.name, x.first_on, x.before,
        CASE
            WHEN n.name = 'exercise' OR x.span = 'day' THEN x.span
            WHEN :exercise_id::uuid IS NULL THEN 'all' ELSE 'month'
        END AS span
    FROM period AS p
    LEFT JOIN totals_boundary AS b ON b.user_id = :user_id
    CROSS JOIN unnest('{exercise,point}'::text[]) AS n (name)
    CROSS JOIN LATERAL period_parts(
        p.first_day,
        p.last_day + 1,
        CASE WHEN n.name = 'point' AND :bucket IN ('day', 'week') THEN '-infinity' ELSE b.settled_before END
    ) AS x
),

tracked AS MATERIALIZED (
    SELECT
        CASE x.name WHEN 'point' THEN bucket_start(:bucket, e.start_on, x.week_start) END AS start,
        CASE x.name WHEN 'exercise' THEN e.exercise_id END AS done_exercise_id, e.*
    FROM part AS x
    LEFT JOIN LATERAL (
        SELECT *
        FROM exercise_total
        WHERE
            user_id = :user_id AND span = x.span AND start_on >= x.first_on AND start_on < x.before
            AND (:exercise_id::uuid IS NULL OR exercise_id = :exercise_id)
            AND tracked_sets IS NOT NULL
        OFFSET 0
    ) AS e ON TRUE
    UNION ALL
    -- A row for each point. A join with the points may compare each of them with each.
    SELECT s.start::date, NULL, (NULL::exercise_total).*
    FROM period AS p
    CROSS JOIN LATERAL generate_series(
        bucket_start(:bucket, p.first_day, p.week_start), p.last_day, ('1 ' || :bucket)::interval
    ) AS s (start)
),

-- The rows of exercises have no start: together they are the total.
quality AS MATERIALIZED (
    SELECT
        grouping(start) = 1 AS is_exercise, start, done_exercise_id AS exercise_id,
        coalesce(sum(tracked_sets), 0) AS sets, coalesce(sum(tracked_reps), 0) AS reps,
        coalesce(sum(detected_reps), 0) AS detected_reps, coalesce(sum(corrected_reps), 0) AS corrected_reps,
        coalesce(sum(corrected_sets), 0) AS corrected_sets,
        sum(time_ms)::float8 / nullif(sum(timed_reps)::float8, 0) / 1000 AS rep_seconds,
        sum(eccentric_ms)::float8 / nullif(sum(eccentric_reps)::float8, 0) / 1000 AS eccentric_seconds,
        sum(concentric_ms)::float8 / nullif(sum(concentric_reps)::float8, 0) / 1000 AS concentric_seconds,
        sum(range_degrees) / nullif(sum(range_reps)::float8, 0) AS range_degrees,
        sum(slowdown_percent) / nullif(sum(slowdown_sets)::float8, 0) AS slowdown_percent,
        sum(velocity_loss_percent) / nullif(sum(velocity_loss_sets)::float8, 0) AS velocity_loss_percent,
        coalesce(sum(slowdown_sets), 0) AS slowdown_sets, coalesce(sum(velocity_loss_sets), 0) AS velocity_loss_sets,
        coalesce(sum(slowed_sets), 0) AS slowed_sets, coalesce(sum(faded_sets), 0) AS faded_sets,
        sum(slowed_sets)::float8 / nullif(sum(slowdown_sets)::float8, 0) AS slowed_share,
        sum(range_loss_percent) / nullif(sum(range_loss_sets)::float8, 0) AS range_loss_percent,
        sum(faded_sets)::float8 / nullif(sum(range_loss_sets)::float8, 0) AS faded_share,
        sum(full_range_share) / nullif(sum(full_range_reps)::float8, 0) AS full_range_share,
        CASE WHEN sum(left_reps + right_reps) > 0 THEN sum(left_reps) END AS left_reps,
        CASE WHEN sum(left_reps + right_reps) > 0 THEN sum(right_reps) END AS right_reps,
        sum(tempo_variation_percent) / nullif(sum(tempo_variation_sets)::float8, 0) AS variation_percent,
        sum(cadence_reps)::float8 / nullif(sum(cadence_ms)::float8, 0) * 60000 AS cadence_per_minute,
        sum(time_ms)::float8 / 1000 AS time_under_tension_seconds, max(best_unbroken_reps) AS longest_unbroken_reps
    FROM tracked
    GROUP BY GROUPING SETS ((start), (done_exercise_id))
),

total AS (
    SELECT
        sets, reps, detected_reps, corrected_reps, corrected_sets, rep_seconds, eccentric_seconds, concentric_seconds,
        range_degrees, full_range_share, range_loss_percent, faded_sets, faded_share, left_reps, right_reps,
        time_under_tension_seconds, slowdown_percent, slowdown_sets, velocity_loss_percent, velocity_loss_sets,
        slowed_sets, slowed_share, variation_percent, cadence_per_minute, longest_unbroken_reps
    FROM quality
    WHERE NOT is_exercise AND start IS NULL
),

-- Looked up one by one: a join would read the whole catalogue.
exercise AS (
    SELECT
        json_build_object('id', q.exercise_id, 'name', n.name, 'custom', n.custom) AS exercise,
        q.sets, q.reps, q.detected_reps, q.corrected_reps, q.corrected_sets, q.rep_seconds, q.eccentric_seconds,
        q.concentric_seconds, q.range_degrees, q.full_range_share, q.range_loss_percent, q.faded_sets, q.faded_share,
        q.left_reps, q.right_reps, q.time_under_tension_seconds, q.slowdown_percent, q.slowdown_sets,
        q.velocity_loss_percent, q.velocity_loss_sets, q.slowed_sets, q.slowed_share, q.variation_percent,
        q.cadence_per_minute, q.longest_unbroken_reps
    FROM quality AS q
    CROSS JOIN LATERAL (
        SELECT name, custom FROM exercise_name WHERE user_id = :user_id AND exercise_id = q.exercise_id LIMIT 1
    ) AS n
    WHERE q.is_exercise AND q.exercise_id IS NOT NULL
    ORDER BY q.reps DESC, q.exercise_id
),

point AS (
    SELECT
        start, (start + ('1 ' || :bucket)::interval)::date - 1 AS "end",
        sets, reps, detected_reps, corrected_reps, corrected_sets, rep_seconds, eccentric_seconds, concentric_seconds,
        range_degrees, full_range_share, range_loss_percent, faded_sets, faded_share, left_reps, right_reps,
        time_under_tension_seconds, slowdown_percent, slowdown_sets, velocity_loss_percent, velocity_loss_sets,
        slowed_sets, slowed_share, variation_percent, cadence_per_minute, longest_unbroken_reps
    FROM quality
    WHERE NOT is_exercise AND start IS NOT NULL
    ORDER BY start
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
        p.first_day AS "from", p.last_day AS "to",
        (SELECT row_to_json(t) FROM total AS t) AS total,
        coalesce((SELECT json_agg(e) FROM exercise AS e), '[]') AS exercises,
        coalesce((SELECT json_agg(s) FROM point AS s), '[]') AS points
    FROM period AS p
    WHERE :exercise_id::uuid IS NULL OR EXISTS (SELECT FROM named)
)

SELECT (SELECT row_to_json(d) FROM document AS d) AS document, revision, today
FROM calendar
