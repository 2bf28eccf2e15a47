-- Count again what is stored for a user, and store the counters that differ.
--
--   :user_id  uuid
--
-- Returns a row if a stored counter differed.
UPDATE user_revision
SET (stored_bytes, workouts, body_measurements) = (counted.stored_bytes, counted.workouts, counted.body_measurements)
FROM stored_usage(:user_id) AS counted
WHERE user_revision.user_id = :user_id
  AND (user_revision.stored_bytes, user_revision.workouts, user_revision.body_measurements)
      IS DISTINCT FROM (counted.stored_bytes, counted.workouts, counted.body_measurements)
RETURNING user_revision.user_id
