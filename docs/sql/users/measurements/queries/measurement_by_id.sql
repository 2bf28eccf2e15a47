-- Built by exercise_buddy.users.measurements.queries.measurement_by_id. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  measurement_id
SELECT (SELECT row_to_json(anon_2) AS row_to_json_1
        FROM (SELECT body_measurement.id AS id,
                     body_measurement.measured_on AS measured_on,
                     body_measurement.mass_kg AS mass_kg,
                     body_measurement.body_fat_percent AS body_fat_percent,
                     body_measurement.notes AS notes,
                     body_measurement.import_id AS import_id,
                     body_measurement.created_at AS created_at,
                     body_measurement.updated_at AS updated_at
              FROM body_measurement
              WHERE body_measurement.user_id = CAST($1 AS uuid)
                AND body_measurement.id = CAST($2 AS uuid)) AS anon_2) AS anon_1
