-- The weekly goal.
--
--   :user_id  uuid
--
-- Returns the document `Goal`, or no row without a goal.
WITH latest AS (
    SELECT metric, target, rest_days, valid_since, ended_on
    FROM goal
    WHERE user_id = :user_id
    ORDER BY valid_since DESC
    LIMIT 1
),

document AS (SELECT metric, target, rest_days, valid_since FROM latest WHERE ended_on IS NULL)

SELECT row_to_json(document) AS document
FROM document
