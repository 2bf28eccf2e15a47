-- The calibrations of a user.
--
--   :user_id  uuid
--
-- Returns a JSON array of `Calibration`, each with its `exercise_id`.
SELECT coalesce(json_agg(row_to_json(calibration)), '[]'::json) AS document
FROM (
    SELECT exercise_id, measure, joints, low, high, reps, profile_version, calibrated_at
    FROM counting_calibration
    WHERE user_id = :user_id
    ORDER BY exercise_id
) AS calibration
