-- Store the documents of workouts. Neither their revisions nor their times change.
--
--   :user_id           uuid
--   :document_version  integer  of this release
--   :workout_ids       uuid[]
--   :documents         bytea[]  of each of them
--   :document_sets     bytea[]
--   :sizes             integer[]
UPDATE workout
SET document = rendered.document,
    document_sets = rendered.document_sets,
    document_size = rendered.size,
    document_version = :document_version::integer,
    document_revision = workout.revision
FROM unnest(
    :workout_ids::uuid[], :documents::bytea[], :document_sets::bytea[], :sizes::integer[]
) AS rendered (id, document, document_sets, size)
WHERE workout.user_id = :user_id AND workout.id = rendered.id
