-- What every statistic of a user changes with: the revision of the user's data, and the local day.
--
--   :user_id  uuid
--   :now      timestamptz  the present
SELECT revision, (:now AT TIME ZONE time_zone)::date AS today
FROM user_calendar
WHERE user_id = :user_id
