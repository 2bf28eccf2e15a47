-- Built by exercise_buddy.users.measurements.queries.measurements. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  from_date
--   $3  to_date
--   $4  limit
--   $5  1
--   $6  1
WITH found AS (
         SELECT body_measurement.user_id AS user_id,
                body_measurement.id AS id,
                body_measurement.measured_on AS measured_on,
                body_measurement.mass_kg AS mass_kg,
                body_measurement.body_fat_percent AS body_fat_percent,
                body_measurement.notes AS notes,
                body_measurement.fingerprint AS fingerprint,
                body_measurement.created_at AS created_at,
                body_measurement.updated_at AS updated_at
         FROM body_measurement
         WHERE body_measurement.user_id = CAST($1 AS uuid)
           AND body_measurement.measured_on >= CAST($2 AS date)
           AND body_measurement.measured_on <= CAST($3 AS date)
         ORDER BY body_measurement.measured_on DESC,
                  body_measurement.id DESC
         LIMIT (CAST($4 AS integer) + CAST($5 AS integer))
       ),
     shown AS (
         SELECT found.user_id AS user_id,
                found.id AS id,
                found.measured_on AS measured_on,
                found.mass_kg AS mass_kg,
                found.body_fat_percent AS body_fat_percent,
                found.notes AS notes,
                found.fingerprint AS fingerprint,
                found.created_at AS created_at,
                found.updated_at AS updated_at
         FROM found
         ORDER BY found.measured_on DESC,
                  found.id DESC
         LIMIT CAST($4 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.id AS id,
                shown.measured_on AS measured_on,
                shown.mass_kg AS mass_kg,
                shown.body_fat_percent AS body_fat_percent,
                shown.notes AS notes,
                shown.fingerprint AS fingerprint,
                shown.created_at AS created_at,
                shown.updated_at AS updated_at
         FROM shown
         ORDER BY shown.measured_on,
                  shown.id
         LIMIT CAST($6 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.measured_on AS measured_on,
                                shown.mass_kg AS mass_kg,
                                shown.body_fat_percent AS body_fat_percent,
                                shown.notes AS notes,
                                shown.created_at AS created_at,
                                shown.updated_at AS updated_at
                         FROM shown
                         ORDER BY shown.measured_on DESC,
                                  shown.id DESC) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.measured_on
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > CAST($4 AS integer)) AS anon_3,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > CAST($4 AS integer)) AS anon_4
