-- All weekly goals, the latest first.
--
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--
-- Returns the document `GoalHistory`, the revision and the local day of the document.
WITH item AS (
    SELECT
        metric,
        target,
        rest_days,
        valid_since,
        least(ended_on, lead(valid_since) OVER (ORDER BY valid_since)) - 1 AS valid_until
    FROM goal
    WHERE user_id = :user_id
)

SELECT
    json_build_object(
        'items', (SELECT coalesce(json_agg(i ORDER BY i.valid_since DESC), '[]') FROM item AS i)
    ) AS document,
    revision,
    (:now AT TIME ZONE time_zone)::date AS today
FROM user_calendar
WHERE user_id = :user_id
