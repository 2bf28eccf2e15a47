-- Stores the samples that live sets have received since the last time, and renews their leases. Returns the sets that
-- were stored. Those that are missing belong to another connection now, or were deleted.
--
--   :user_ids       the user of each set
--   :set_ids        the id of each set
--   :epochs         the connection that owns each set
--   :saved_seqs     the number of samples that are stored already
--   :next_seqs      the number of samples with the new ones
--   :chunks         the new samples, or null
--   :lease_seconds  how long the leases are valid
WITH received AS (
    SELECT *
    FROM
        unnest(
            :user_ids::uuid[], :set_ids::uuid[], :epochs::integer[],
            :saved_seqs::integer[], :next_seqs::integer[], :chunks::bytea[]
        ) AS received (user_id, set_id, epoch, saved_seq, next_seq, chunk)
),

updated AS (
    UPDATE counting_live_set AS live_set
    SET
        next_seq = received.next_seq,
        leased_until = now() + make_interval(secs => :lease_seconds::double precision)
    FROM received
    WHERE
        live_set.user_id = received.user_id
        AND live_set.set_id = received.set_id
        AND live_set.epoch = received.epoch
        AND live_set.next_seq = received.saved_seq
        AND live_set.counted IS NULL
    RETURNING live_set.user_id, live_set.set_id
),

inserted AS (
    INSERT INTO counting_live_chunk (user_id, set_id, seq, data)
    SELECT
        received.user_id,
        received.set_id,
        received.saved_seq,
        received.chunk
    FROM received
    INNER JOIN updated ON received.user_id = updated.user_id AND received.set_id = updated.set_id
    WHERE received.chunk IS NOT NULL
)

SELECT
    user_id,
    set_id
FROM updated
