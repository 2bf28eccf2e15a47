-- Built by workouts/storage/records.sql. Written by: exercise-buddy dev sql
-- Store the records of some exercises of a user from a point in time on: what `record_events.sql` computes and is
-- not stored yet.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :since         timestamptz[]  for each exercise the time, null for the beginning
--
-- Returns a row for each record that was stored otherwise: workout_id, position, kind, and stored and computed, each a
-- JSON array of its value, previous, weight_kg and reps, or null.
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

removed AS (
    DELETE FROM exercise_record AS r
    WHERE
        r.user_id = :user_id
        AND r.exercise_id = any(:exercise_ids::uuid[])
        AND r.started_at >= coalesce(
            (:since::timestamptz[])[array_position(:exercise_ids::uuid[], r.exercise_id)], '-infinity'
        )
        -- A hash table. A nested loop, which NOT EXISTS may become, compares each record with each.
        AND (r.exercise_id, r.kind, r.started_at, r.workout_id, r.position, r.value) NOT IN (
            SELECT e.exercise_id, e.kind, e.started_at, e.workout_id, e.position, e.value FROM event AS e
        )
    RETURNING r.*
),

-- What is stored already is neither locked nor written.
changed AS (
    SELECT * FROM event
    EXCEPT
    SELECT exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
    FROM exercise_record
    WHERE
        user_id = :user_id
        AND exercise_id = any(:exercise_ids::uuid[])
        AND started_at >= coalesce((:since::timestamptz[])[array_position(:exercise_ids::uuid[], exercise_id)], '-infinity')
),

written AS (
    INSERT INTO exercise_record (
        user_id, exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
    )
    SELECT :user_id, c.* FROM changed AS c
    ON CONFLICT (user_id, exercise_id, kind, started_at, workout_id, position, value)
    DO UPDATE SET
        previous = excluded.previous,
        weight_kg = excluded.weight_kg,
        reps = excluded.reps,
        local_date = excluded.local_date
    RETURNING
        new.workout_id, new.position, new.kind,
        CASE WHEN old.value IS NOT NULL THEN json_build_array(old.value, old.previous, old.weight_kg, old.reps) END
            AS stored,
        json_build_array(new.value, new.previous, new.weight_kg, new.reps) AS computed
)

SELECT workout_id, position, kind, json_build_array(value, previous, weight_kg, reps)::text AS stored, NULL AS computed
FROM removed
UNION ALL
SELECT workout_id, position, kind, stored::text, computed::text
FROM written
ORDER BY workout_id, position, kind
