-- Write workouts of a user and the records that they change, all or none. The function is created by a migration.
--
--   :user_id              uuid
--   :catalogue            text                the version of the catalogue that the totals follow
--   :workouts             stored_workout[]
--   :energies             double precision[]  those that clients recorded of the workouts, or null
--   :average_heart_rates  double precision[]  the same of heart rates
--   :max_heart_rates      double precision[]
--   :exercises            stored_exercise[]
--   :sets                 stored_set[]
--   :exercise_ids         uuid[]              of exercises within workouts, those that a client chose
--   :set_ids              uuid[]              those that a client chose
--   :checks               new_record_check[]  what would be a record
--   :max_workouts         integer             the quotas
--   :max_bytes            bigint
--   :imported             boolean             whether deleted workouts come back
--   :mass_date            date                null if the body mass is not wanted
--
-- Returns is_written, and what decides about it: what is stored for the user (null for a deleted account); the
-- version of the catalogue; those of the workouts that exist, with their fingerprints, and those that were
-- deleted; the parts that exist, with their workouts; the body mass on a local day.
SELECT
    is_written, workout_count, byte_count, catalogue, stored_ids, stored_fingerprints, deleted_ids, part_kinds,
    part_ids, part_workouts, mass_kg
FROM store_workouts(
    :user_id, :catalogue, :workouts, :energies, :average_heart_rates, :max_heart_rates, :exercises, :sets,
    :exercise_ids, :set_ids, :checks, :max_workouts, :max_bytes, :imported, :mass_date
)
