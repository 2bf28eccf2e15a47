-- Stores the samples that a live set has received since the last time.
--
--   :user_id    uuid
--   :set_id     uuid
--   :saved_seq  integer  the number of samples that are stored already
--   :chunk      bytea    the new samples
INSERT INTO counting_live_chunk (user_id, set_id, seq, data)
VALUES (:user_id::uuid, :set_id::uuid, :saved_seq::integer, :chunk::bytea)
