-- The settled totals of a user: everything that triggers derive from workouts.
--
--   :user_id  uuid
--
-- Returns rows: name, which total it is; totals, the row as JSON.
SELECT 'month ' || month AS name, (to_jsonb(m) - 'user_id' - 'month')::text AS totals
FROM settled_month AS m
WHERE user_id = :user_id
UNION ALL
SELECT 'week ' || first_day, (to_jsonb(w) - 'user_id' - 'first_day')::text
FROM settled_week AS w
WHERE user_id = :user_id
UNION ALL
SELECT
    span || ' ' || start_on || ' of ' || exercise_id,
    (to_jsonb(e) - ARRAY['user_id', 'span', 'start_on', 'exercise_id'])::text
FROM settled_exercise AS e
WHERE user_id = :user_id
