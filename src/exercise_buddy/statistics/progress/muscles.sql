-- What each muscle group did. A muscle that an exercise works second counts half.
--
--   :user_id      uuid
--   :now          timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--   :bucket       text | null  day, week, month or year: also what each of these came to; null: no points
--   :from_date    date | null  first local day; null: the one 89 days before the last
--   :to_date      date | null  last local day, included; null: today
--
-- Returns the document `MuscleStatistics`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

period AS MATERIALIZED (
    SELECT coalesce(:from_date, last_day - 89) AS first_day, last_day, week_start
    FROM (SELECT *, coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS ended
),

-- Days before the first workout fill the whole year. Of weeks and days nothing is settled.
part AS MATERIALIZED (
    SELECT CASE WHEN x.span = 'year' AND :bucket = 'month' THEN 'month' ELSE x.span END AS span, x.first_on, x.before
    FROM period AS p
    CROSS JOIN (SELECT min(local_date) AS first_on FROM performed_workout WHERE user_id = :user_id) AS logged
    LEFT JOIN totals_boundary AS b ON b.user_id = :user_id
    CROSS JOIN LATERAL period_parts(
        CASE WHEN p.first_day <= first_on THEN bucket_start('year', first_on, 1) ELSE p.first_day END,
        p.last_day + 1,
        CASE WHEN :bucket IN ('day', 'week') THEN '-infinity' ELSE b.settled_before END
    ) AS x
),

performed AS MATERIALIZED (
    SELECT
        coalesce(bucket_start(:bucket, d.start_on, p.week_start), p.first_day) AS start,
        d.exercise_id,
        sum(d.set_count - CASE WHEN :include_warm_ups THEN 0 ELSE d.warm_up_set_count END)::float8 AS sets,
        sum(d.volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE d.warm_up_volume_kg END) AS volume_kg
    FROM period AS p
    CROSS JOIN part AS x
    CROSS JOIN LATERAL (
        SELECT start_on, exercise_id, set_count, volume_kg, warm_up_set_count, warm_up_volume_kg
        FROM exercise_total
        WHERE user_id = :user_id AND span = x.span AND start_on >= x.first_on AND start_on < x.before
        OFFSET 0
    ) AS d
    GROUP BY start, d.exercise_id
),

-- Each exercise is looked up once, however many buckets there are: a join would read the whole catalogue.
exercise AS MATERIALIZED (
    SELECT e.exercise_id, n.primary_muscles, n.secondary_muscles
    FROM (SELECT DISTINCT exercise_id FROM performed) AS e
    CROSS JOIN LATERAL (
        SELECT primary_muscles, secondary_muscles
        FROM exercise_name
        WHERE user_id = :user_id AND exercise_id = e.exercise_id
        LIMIT 1
    ) AS n
),

trained_muscle AS (
    SELECT exercise_id, unnest(primary_muscles) AS muscle, 1::float8 AS share FROM exercise
    UNION ALL
    SELECT exercise_id, unnest(secondary_muscles), 0.5::float8 FROM exercise
),

-- Exercises of no known muscle have none here.
total AS MATERIALIZED (
    SELECT
        p.start,
        m.muscle,
        sum(p.sets * coalesce(m.share, 1)) AS sets,
        sum(p.volume_kg * coalesce(m.share, 1)) AS volume_kg
    FROM performed AS p
    LEFT JOIN trained_muscle AS m ON m.exercise_id = p.exercise_id
    GROUP BY p.start, m.muscle
),

all_muscles AS (SELECT sum(sets) AS sets FROM total WHERE muscle IS NOT NULL),

muscle AS (
    SELECT
        m.muscle,
        coalesce(sum(t.sets), 0) AS sets,
        round(coalesce(sum(t.volume_kg), 0)::numeric, 4)::float8 AS volume_kg,
        round((coalesce(sum(t.sets), 0) / nullif((SELECT sets FROM all_muscles), 0))::numeric, 6)::float8 AS share
    FROM unnest(ARRAY[
        'abdominals', 'abductors', 'adductors', 'biceps', 'calves', 'chest', 'forearms', 'glutes', 'hamstrings', 'lats',
        'lower_back', 'middle_back', 'neck', 'quadriceps', 'shoulders', 'traps', 'triceps'
    ]) AS m (muscle)
    LEFT JOIN total AS t ON t.muscle = m.muscle
    GROUP BY m.muscle
    ORDER BY sets DESC, m.muscle
),

bucket AS (
    SELECT s.start::date AS start
    FROM period AS p
    CROSS JOIN LATERAL generate_series(
        bucket_start(:bucket, p.first_day, p.week_start), p.last_day, ('1 ' || :bucket)::interval
    ) AS s (start)
),

-- Not a join with the buckets, which may compare each total with each of them.
point AS (
    SELECT
        t.start,
        (t.start + ('1 ' || :bucket)::interval)::date - 1 AS "end",
        coalesce(
            json_agg(
                json_build_object(
                    'muscle', t.muscle, 'sets', t.sets, 'volume_kg', round(t.volume_kg::numeric, 4)::float8
                )
                ORDER BY t.sets DESC, t.muscle
            ) FILTER (WHERE t.muscle IS NOT NULL),
            '[]'
        ) AS muscles
    FROM (
        SELECT start, muscle, sets, volume_kg FROM total
        UNION ALL
        SELECT start, NULL, NULL, NULL FROM bucket
    ) AS t
    GROUP BY t.start
    ORDER BY t.start
),

document AS (
    SELECT
        p.first_day AS "from",
        p.last_day AS "to",
        :bucket::text AS bucket,
        (SELECT json_agg(m) FROM muscle AS m) AS muscles,
        (SELECT coalesce(sum(sets), 0)::bigint FROM total WHERE muscle IS NULL) AS sets_of_no_known_muscle,
        CASE WHEN :bucket IS NOT NULL THEN (SELECT json_agg(b) FROM point AS b) END AS points
    FROM period AS p
)

SELECT row_to_json(d) AS document, c.revision, c.today
FROM document AS d
CROSS JOIN calendar AS c
