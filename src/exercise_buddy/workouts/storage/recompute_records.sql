-- Recompute records of a user, and store those that differ. The function is created by a migration.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :since         timestamptz[]  for each exercise the time from which on, null for the beginning
--
-- Returns the records that were stored otherwise: as computed, or as they were stored if there is no such record;
-- stored and computed are JSON arrays of the value, the previous one, the weight and the reps, or null.
SELECT workout_id, position, kind, stored, computed
FROM recompute_records(:user_id, :exercise_ids, :since)
