-- Insert records of a user, or update those that exist. Each array has a value of each record.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :kinds         text[]
--   :starts        timestamptz[]
--   :workout_ids   uuid[]
--   :positions     smallint[]
--   :values        double precision[]
--   :previous      double precision[]
--   :weights       double precision[]
--   :reps          integer[]
--   :dates         date[]
INSERT INTO exercise_record (
    user_id, exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
)
SELECT
    :user_id::uuid AS user_id, n.exercise_id, n.kind, n.started_at, n.workout_id, n.position, n.value, n.previous,
    n.weight_kg, n.reps, n.local_date
FROM
    unnest(
        :exercise_ids::uuid[], :kinds::text[], :starts::timestamptz[], :workout_ids::uuid[], :positions::smallint[],
        :values::double precision[], :previous::double precision[], :weights::double precision[], :reps::integer[],
        :dates::date[]
    ) AS n (
        exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
    )
ON CONFLICT (user_id, exercise_id, kind, started_at, workout_id, position, value)
DO UPDATE SET
    previous = excluded.previous,
    weight_kg = excluded.weight_kg,
    reps = excluded.reps,
    local_date = excluded.local_date
