-- Write what an edit changes of a workout. The function is created by a migration.
--
--   :catalogue           text               the version of the catalogue that the edit has read
--   :user_id             uuid
--   :workout_id          uuid
--   :expected_revision   bigint             the revision of the user that the edit has read
--   :head                stored_workout     what an edit never changes is null
--   :energy              double precision   the energy that a client recorded, or null
--   :average_heart_rate  double precision   the same of the heart rate
--   :max_heart_rate      double precision
--   :exercises           stored_exercise[]  the changed ones of those that keep their rows
--   :sets                stored_set[]       the same of sets
--   :deleted_sets        uuid[]
--   :first_replaced      smallint           where the exercises begin that are deleted first, or null
--   :new_exercises       stored_exercise[]
--   :new_sets            stored_set[]
--   :record_exercises    uuid[]             the exercises whose records may change
--   :records_since       timestamptz        from when on
--
-- Returns whether the edit was written: not if the user's revision or the catalogue is another one.
SELECT store_edit(
    :catalogue, :user_id, :workout_id, :expected_revision, :head, :energy, :average_heart_rate, :max_heart_rate,
    :exercises, :sets, :deleted_sets, :first_replaced, :new_exercises, :new_sets, :record_exercises, :records_since
) AS is_written
