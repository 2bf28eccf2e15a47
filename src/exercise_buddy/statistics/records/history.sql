-- The records that were broken, the newest first, a page at a time.
--
--   :user_id           uuid
--   :now               timestamptz         the present, which decides what today is
--   :exercise_id       uuid | null         only of this one, with its reps at each load; null: of all, without them
--   :kind              text | null         only of this kind
--   :formula           text                of the one-rep max
--   :from_date         date | null         first local day
--   :to_date           date | null         last local day, included
--   :limit             integer             of items on the page
--   :after_started_at  timestamptz | null  with the next ones what orders the last item of the page before
--   :after_workout_id  uuid | null
--   :after_position    smallint | null
--   :after_number      integer | null
--   :after_weight_kg   double | null
--
-- Returns the document `RecordHistory` (null if the user can use no such exercise), the revision and the day that it
-- is of.
WITH calendar AS MATERIALIZED (
    SELECT revision, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

-- Every uuid lies between the two ids. A local day is at most 14 hours away from that of UTC.
asked AS MATERIALIZED (
    SELECT
        coalesce(:exercise_id, '00000000-0000-0000-0000-000000000000'::uuid) AS first_id,
        coalesce(:exercise_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) AS last_id,
        coalesce(:from_date, '-infinity'::date) AS first_day,
        coalesce(:to_date, 'infinity'::date) AS last_day,
        coalesce(:from_date::timestamp AT TIME ZONE 'UTC' - '1 day'::interval, '-infinity') AS earliest,
        coalesce(:after_started_at, 'infinity'::timestamptz) AS latest,
        CASE
            WHEN :kind::text IS NOT NULL THEN ARRAY[:kind::text]
            WHEN :exercise_id::uuid IS NULL
                THEN '{load,e1rm,reps,set_volume,duration,distance,reps_unbroken,assistance}'
            ELSE '{load,e1rm,reps,set_volume,duration,distance,reps_unbroken,reps_at_load,assistance}'
        END AS kinds
),

-- Stored are the records by Epley. Another formula estimates from the sets that no earlier set equals in weight and
-- reps: the best of those is the best of all.
estimate AS (
    SELECT
        r.exercise_id, r.local_date, r.workout_id, r.started_at, r.position, e.value,
        max(e.value) OVER (
            PARTITION BY r.exercise_id
            ORDER BY r.started_at, r.workout_id, r.position, e.value DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS previous
    FROM record_event AS r
    CROSS JOIN LATERAL (SELECT estimated_one_rep_max(:formula, r.weight_kg, r.reps) AS value) AS e
    WHERE
        :formula <> 'epley'
        AND 'e1rm' = any((SELECT kinds FROM asked)::text[])
        AND r.user_id = :user_id
        AND r.exercise_id BETWEEN (SELECT first_id FROM asked) AND (SELECT last_id FROM asked)
        AND r.kind IN ('reps_at_load', 'set')
        AND r.reps <= 12
),

-- Without baselines: they have no previous one. With ties: the index does not order a workout's kinds. It has no `set`.
stored AS (
    SELECT
        exercise_id, kind, kind_number, load_kg, value, previous, unit, started_at, workout_id, position, local_date
    FROM record_event
    WHERE
        user_id = :user_id
        AND started_at BETWEEN (SELECT earliest FROM asked) AND (SELECT latest FROM asked)
        AND local_date BETWEEN (SELECT first_day FROM asked) AND (SELECT last_day FROM asked)
        AND (:exercise_id::uuid IS NULL OR exercise_id = :exercise_id)
        AND kind <> 'set' AND kind = any((SELECT kinds FROM asked)::text[])
        AND (kind <> 'e1rm' OR :formula = 'epley')
        AND previous IS NOT NULL
        AND (
            :after_workout_id::uuid IS NULL
            OR (started_at, workout_id, position, kind_number, load_kg)
            < (:after_started_at, :after_workout_id, :after_position, :after_number, :after_weight_kg)
        )
    ORDER BY started_at DESC, workout_id DESC, position DESC
    FETCH FIRST (:limit + 1) ROWS WITH TIES
),

found AS MATERIALIZED (
    SELECT *
    FROM (
        SELECT * FROM stored
        UNION ALL
        SELECT exercise_id, 'e1rm', 1, 0, value, previous, 'kg', started_at, workout_id, position, local_date
        FROM estimate
        WHERE
            value > previous
            AND started_at BETWEEN (SELECT earliest FROM asked) AND (SELECT latest FROM asked)
            AND local_date BETWEEN (SELECT first_day FROM asked) AND (SELECT last_day FROM asked)
            AND (
                :after_workout_id::uuid IS NULL
                OR (started_at, workout_id, position, 1, 0)
                < (:after_started_at, :after_workout_id, :after_position, :after_number, :after_weight_kg)
            )
    ) AS event
    ORDER BY started_at DESC, workout_id DESC, position DESC, kind_number DESC, load_kg DESC
    LIMIT :limit + 1
),

numbered AS MATERIALIZED (
    SELECT
        f.*,
        row_number() OVER (
            ORDER BY f.started_at DESC, f.workout_id DESC, f.position DESC, f.kind_number DESC, f.load_kg DESC
        ) AS number
    FROM found AS f
),

-- Exercises are looked up one by one: a join would read the whole catalogue.
item AS (
    SELECT
        json_build_object('id', r.exercise_id, 'name', n.name, 'custom', n.custom) AS exercise,
        r.kind, r.value, r.previous, abs(r.value - r.previous) AS improvement, r.unit,
        nullif(r.load_kg, 0) AS weight_kg, r.local_date AS date, r.workout_id, w.title AS workout_title
    FROM numbered AS r
    INNER JOIN performed_workout AS w ON w.user_id = :user_id AND w.workout_id = r.workout_id
    CROSS JOIN LATERAL (
        SELECT name, custom FROM exercise_name WHERE user_id = :user_id AND exercise_id = r.exercise_id LIMIT 1
    ) AS n
    WHERE r.number <= :limit
    ORDER BY r.number
),

-- What orders the last item, if another one follows, as `encode_cursor` writes it.
cursor AS (
    SELECT json_build_array('records', started_at, workout_id, position, kind_number, load_kg)::text AS key
    FROM numbered
    WHERE number = :limit AND (SELECT count(*) FROM found) > :limit
),

document AS (
    SELECT
        :formula::text AS e1rm_formula,
        coalesce((SELECT json_agg(i) FROM item AS i), '[]') AS items,
        (
            SELECT translate(encode(convert_to(key, 'UTF8'), 'base64'), E'+/=\n', '-_') FROM cursor
        ) AS next_cursor
    WHERE
        :exercise_id::uuid IS NULL
        OR EXISTS (SELECT FROM exercise_name WHERE user_id = :user_id AND exercise_id = :exercise_id)
)

SELECT (SELECT row_to_json(d) FROM document AS d) AS document, revision, today
FROM calendar
