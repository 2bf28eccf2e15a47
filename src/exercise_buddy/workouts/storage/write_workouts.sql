-- Write workouts of a user, all or none. The function is created by a migration.
--
--   :user_id             uuid
--   :catalogue           text                    the version of the catalogue that the totals follow
--   :workouts            new_workout[]
--   :exercises           new_workout_exercise[]
--   :sets                new_workout_set[]
--   :exercise_ids        uuid[]                  of exercises within workouts, those that a client chose
--   :set_ids             uuid[]                  those that a client chose
--   :checks              new_record_check[]      what would be a record
--   :max_workouts        integer                 the quotas
--   :max_bytes           bigint
--   :replaced_workouts   integer                 what the transaction has deleted to write these in its place
--   :replaced_bytes      bigint
--   :imported            boolean                 whether deleted workouts come back
--   :with_records        boolean                 whether to write workouts that change records
--   :mass_date           date                    null if the body mass is not wanted
--
-- Returns is_written, and what decides about it: what is stored for the user (null for a deleted account); the
-- version of the catalogue; those of the workouts that exist, with their fingerprints, and those that were
-- deleted; the parts that exist, with their workouts; the numbers of the exercises that beat all earlier ones;
-- the body mass on a local day.
SELECT
    is_written, workout_count, byte_count, catalogue, stored_ids, stored_fingerprints, deleted_ids, part_kinds,
    part_ids, part_workouts, record_breakers, mass_kg
FROM write_workouts(
    :user_id, :catalogue, :workouts, :exercises, :sets, :exercise_ids, :set_ids, :checks, :max_workouts, :max_bytes,
    :replaced_workouts, :replaced_bytes, :imported, :with_records, :mass_date
)
