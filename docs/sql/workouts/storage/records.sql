-- Built by workouts/storage/records.sql. Written by: exercise-buddy dev sql
-- Find the records of some exercises of a user that are stored otherwise than `record_events.sql` computes them, from a
-- point in time on.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :since         timestamptz[]  for each exercise the time, null for the beginning
--
-- Returns the columns of exercise_record without user_id, as computed, or as stored if there is no such record; and
-- stored and computed, each a JSON array of its value, previous, weight_kg and reps, or null.
WITH event AS MATERIALIZED (
    SELECT * FROM (
-- Compute the records of some exercises of a user from a point in time on, compared with the records before it.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :since         timestamptz[]  for each exercise the time, null for the beginning
--
-- Returns the columns of exercise_record after user_id.
WITH touched AS (
    SELECT exercise_id, coalesce(since, '-infinity') AS since
    FROM unnest(:exercise_ids::uuid[], :since::timestamptz[]) AS t (exercise_id, since)
)

SELECT
    t.exercise_id, e.kind, e.started_at, e.workout_id, e.position, e.value, e.previous, e.weight_kg, e.reps,
    e.local_date
FROM touched AS t
CROSS JOIN LATERAL (
    WITH performed AS MATERIALIZED (
        SELECT *
        FROM workout_exercise
        WHERE user_id = :user_id AND exercise_id = t.exercise_id AND started_at >= t.since
    ),

    earlier AS MATERIALIZED (
        SELECT kind, value, weight_kg, reps
        FROM exercise_record
        WHERE user_id = :user_id AND exercise_id = t.exercise_id AND started_at < t.since
    ),

    best AS (
        SELECT
            p.*, b.kind, b.value,
            greatest(
                (SELECT max(e.value) FROM earlier AS e WHERE e.kind = b.kind),
                max(b.value) OVER (
                    PARTITION BY b.kind ORDER BY p.started_at, p.workout_id, p.position
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                )
            ) AS previous
        FROM performed AS p
        CROSS JOIN LATERAL (VALUES
            ('load', p.best_set_weight_kg),
            ('e1rm', p.best_e1rm_kg),
            ('reps', p.best_reps),
            ('set_volume', p.best_set_volume_kg),
            ('duration', p.best_duration_seconds),
            ('distance', p.best_distance_meters),
            ('reps_unbroken', p.best_unbroken_reps)
        ) AS b (kind, value)
        WHERE b.value > 0
    ),

    load AS (
        SELECT DISTINCT ON (l.weight_kg, l.reps)
            p.started_at, p.workout_id, p.position, p.local_date, l.weight_kg, l.reps
        FROM performed AS p
        CROSS JOIN LATERAL unnest(p.load_kgs, p.load_reps) AS l (weight_kg, reps)
        ORDER BY l.weight_kg, l.reps, p.started_at, p.workout_id, p.position
    ),

    -- Most loads are outdone by the same weight or the same reps, which a window tells. Only the others are compared
    -- with each other. One-rep maxes are estimated up to 12 reps: among those, a set of more outdoes none.
    compared AS (
        SELECT
            *,
            max(reps) OVER (
                PARTITION BY weight_kg, reps <= 12 ORDER BY started_at, workout_id, position, reps DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS same_weight_reps,
            max(weight_kg) OVER (
                PARTITION BY reps ORDER BY started_at, workout_id, position, weight_kg DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS same_reps_weight_kg
        FROM load
    ),

    candidate AS MATERIALIZED (
        SELECT started_at, workout_id, position, local_date, weight_kg, reps
        FROM compared AS c
        WHERE
            coalesce(same_weight_reps, 0) < reps
            AND coalesce(same_reps_weight_kg, 0) < weight_kg
            AND NOT EXISTS (
                SELECT FROM earlier AS e
                WHERE
                    e.kind IN ('reps_at_load', 'set')
                    AND e.weight_kg >= c.weight_kg AND e.reps >= c.reps AND (e.reps <= 12 OR c.reps > 12)
            )
    ),

    frontier AS MATERIALIZED (
        SELECT *
        FROM candidate AS c
        WHERE NOT EXISTS (
            SELECT FROM candidate AS o
            WHERE
                o.weight_kg >= c.weight_kg AND o.reps >= c.reps AND (o.reps <= 12 OR c.reps > 12)
                AND (o.started_at, o.workout_id, o.position) <= (c.started_at, c.workout_id, c.position)
                AND (o.weight_kg, o.reps) <> (c.weight_kg, c.reps)
        )
    ),

    lifted AS MATERIALIZED (
        SELECT '-infinity'::timestamptz AS started_at, weight_kg, reps
        FROM earlier
        WHERE kind IN ('reps_at_load', 'set')
        UNION ALL
        SELECT started_at, weight_kg, reps FROM frontier
    )

    SELECT
        b.kind, b.started_at, b.workout_id, b.position, b.value, b.previous,
        CASE b.kind WHEN 'load' THEN b.value ELSE s.weight_kg END AS weight_kg,
        CASE b.kind WHEN 'load' THEN b.best_set_reps ELSE s.reps END AS reps,
        b.local_date
    FROM best AS b
    LEFT JOIN LATERAL (
        SELECT l.weight_kg, l.reps
        FROM unnest(b.load_kgs, b.load_reps) AS l (weight_kg, reps)
        WHERE b.kind = 'set_volume' OR (b.kind = 'e1rm' AND l.reps <= 12)
        ORDER BY
            CASE b.kind
                WHEN 'e1rm' THEN estimated_one_rep_max('epley', l.weight_kg, l.reps)
                ELSE l.weight_kg * l.reps
            END DESC,
            l.weight_kg DESC
        LIMIT 1
    ) AS s ON TRUE
    WHERE b.previous IS NULL OR b.value > b.previous
    UNION ALL
    -- Of workouts with the same start, the best counts.
    SELECT
        CASE WHEN o.is_outdone THEN 'set' ELSE 'reps_at_load' END AS kind,
        f.started_at, f.workout_id, f.position, f.reps AS value,
        CASE
            WHEN o.is_outdone THEN NULL
            ELSE (SELECT max(l.reps) FROM lifted AS l WHERE l.weight_kg >= f.weight_kg AND l.started_at < f.started_at)
        END AS previous,
        f.weight_kg, f.reps, f.local_date
    FROM frontier AS f
    LEFT JOIN LATERAL (
        SELECT TRUE AS is_outdone
        FROM lifted AS l
        WHERE
            l.weight_kg >= f.weight_kg AND l.reps >= f.reps AND l.started_at <= f.started_at
            AND (l.weight_kg, l.reps) <> (f.weight_kg, f.reps)
        LIMIT 1
    ) AS o ON TRUE
) AS e
)
),

stored AS MATERIALIZED (
    SELECT exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
    FROM exercise_record
    WHERE
        user_id = :user_id
        AND exercise_id = any(:exercise_ids::uuid[])
        AND started_at >= coalesce(
            (:since::timestamptz[])[array_position(:exercise_ids::uuid[], exercise_id)], '-infinity'
        )
),

-- Almost always most of them are equal: a hash table finds the others. A nested loop, which a join may become, would
-- compare each record with each.
added AS MATERIALIZED (
    SELECT * FROM event
    EXCEPT
    SELECT * FROM stored
),

removed AS MATERIALIZED (
    SELECT * FROM stored
    EXCEPT
    SELECT * FROM event
)

SELECT
    coalesce(a.exercise_id, r.exercise_id) AS exercise_id,
    coalesce(a.kind, r.kind) AS kind,
    coalesce(a.started_at, r.started_at) AS started_at,
    coalesce(a.workout_id, r.workout_id) AS workout_id,
    coalesce(a.position, r.position) AS position,
    coalesce(a.value, r.value) AS value,
    a.previous, a.weight_kg, a.reps,
    coalesce(a.local_date, r.local_date) AS local_date,
    CASE WHEN r.value IS NOT NULL THEN json_build_array(r.value, r.previous, r.weight_kg, r.reps)::text END AS stored,
    CASE WHEN a.value IS NOT NULL THEN json_build_array(a.value, a.previous, a.weight_kg, a.reps)::text END AS computed
FROM added AS a
FULL JOIN removed AS r
    ON
        r.exercise_id = a.exercise_id AND r.kind = a.kind AND r.started_at = a.started_at
        AND r.workout_id = a.workout_id AND r.position = a.position AND r.value = a.value
ORDER BY workout_id, position, kind
