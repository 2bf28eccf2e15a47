-- Delete records of a user. Each array has a value of each record.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :kinds         text[]
--   :starts        timestamptz[]
--   :workout_ids   uuid[]
--   :positions     smallint[]
--   :values        double precision[]
DELETE FROM exercise_record AS r
USING
    unnest(
        :exercise_ids::uuid[], :kinds::text[], :starts::timestamptz[], :workout_ids::uuid[], :positions::smallint[],
        :values::double precision[]
    ) AS gone (exercise_id, kind, started_at, workout_id, position, value)
WHERE
    r.user_id = :user_id AND r.exercise_id = gone.exercise_id AND r.kind = gone.kind
    AND r.started_at = gone.started_at AND r.workout_id = gone.workout_id AND r.position = gone.position
    AND r.value = gone.value
