-- An exercise of the catalogue or of the user, and the user's calibration of it.
--
--   :user_id  uuid
--   :exercise_id  uuid
--
-- Returns a JSON object of `exercise` (id, name, custom) and `calibration` (null without one), or no row.
WITH calibration AS (
    SELECT measure, joints, low, high, reps, profile_version, calibrated_at
    FROM counting_calibration
    WHERE user_id = :user_id AND exercise_id = :exercise_id
)

SELECT
    json_build_object(
        'exercise', json_build_object('id', e.exercise_id, 'name', e.name, 'custom', e.custom),
        'calibration', (SELECT row_to_json(c.*) FROM calibration AS c)
    ) AS document
FROM exercise_name AS e
WHERE e.user_id = :user_id AND e.exercise_id = :exercise_id
