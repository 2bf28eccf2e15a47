-- Counts the samples that a live set has received since the last time, and renews its lease. Returns no row if the set
-- belongs to another connection now, or was deleted.
--
--   :user_id        uuid
--   :set_id         uuid
--   :epoch          integer           the connection that owns the set
--   :saved_seq      integer           the number of samples that are stored already
--   :next_seq       integer           the number of samples with the new ones
--   :lease_seconds  double precision  how long the lease is valid
UPDATE counting_live_set
SET
    next_seq = :next_seq::integer,
    leased_until = now() + make_interval(secs => :lease_seconds::double precision)
WHERE
    user_id = :user_id::uuid
    AND set_id = :set_id::uuid
    AND epoch = :epoch::integer
    AND next_seq = :saved_seq::integer
    AND counted IS NULL
RETURNING set_id
