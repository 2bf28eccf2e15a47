-- Built by exercise_buddy.users.measurements.queries.measurements. Written by: exercise-buddy dev sql
--   $1  1
--   $2  user_id
--   $3  from_date
--   $4  to_date
--   $5  limit
--   $6  1
--   $7  1
WITH found AS (
         SELECT body_measurement.user_id AS user_id,
                body_measurement.id AS id,
                body_measurement.measured_on AS measured_on,
                body_measurement.mass_kg AS mass_kg,
                body_measurement.body_fat_percent AS body_fat_percent,
                body_measurement.notes AS notes,
                body_measurement.import_id AS import_id,
                body_measurement.imported_at AS imported_at,
                body_measurement.fingerprint AS fingerprint,
                body_measurement.created_at AS created_at,
                body_measurement.updated_at AS updated_at
         FROM body_measurement
         WHERE body_measurement.user_id = CAST($2 AS uuid)
           AND body_measurement.measured_on >= CAST($3 AS date)
           AND body_measurement.measured_on <= CAST($4 AS date)
         ORDER BY body_measurement.measured_on DESC,
                  body_measurement.id DESC
         LIMIT (CAST($5 AS integer) + CAST($6 AS integer))
       ),
     shown AS (
         SELECT measured.user_id AS user_id,
                measured.id AS id,
                measured.measured_on AS measured_on,
                measured.mass_kg AS mass_kg,
                measured.body_fat_percent AS body_fat_percent,
                measured.notes AS notes,
                measured.import_id AS import_id,
                measured.imported_at AS imported_at,
                measured.fingerprint AS fingerprint,
                measured.created_at AS created_at,
                measured.updated_at AS updated_at,
                measured.size_before AS size_before
         FROM (SELECT found.user_id AS user_id,
                      found.id AS id,
                      found.measured_on AS measured_on,
                      found.mass_kg AS mass_kg,
                      found.body_fat_percent AS body_fat_percent,
                      found.notes AS notes,
                      found.import_id AS import_id,
                      found.imported_at AS imported_at,
                      found.fingerprint AS fingerprint,
                      found.created_at AS created_at,
                      found.updated_at AS updated_at,
                      COALESCE(sum(300 + COALESCE(octet_length(found.notes),
                                                  0)) OVER (ORDER BY found.measured_on DESC,
                                                                     found.id DESC
                                                            ROWS BETWEEN UNBOUNDED PRECEDING AND CAST($1 AS integer) PRECEDING),
                               0) AS size_before
               FROM found) AS measured
         WHERE measured.size_before < 1048576
         ORDER BY measured.measured_on DESC,
                  measured.id DESC
         LIMIT CAST($5 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.id AS id,
                shown.measured_on AS measured_on,
                shown.mass_kg AS mass_kg,
                shown.body_fat_percent AS body_fat_percent,
                shown.notes AS notes,
                shown.import_id AS import_id,
                shown.imported_at AS imported_at,
                shown.fingerprint AS fingerprint,
                shown.created_at AS created_at,
                shown.updated_at AS updated_at,
                shown.size_before AS size_before
         FROM shown
         ORDER BY shown.measured_on,
                  shown.id
         LIMIT CAST($7 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.measured_on AS measured_on,
                                shown.mass_kg AS mass_kg,
                                shown.body_fat_percent AS body_fat_percent,
                                shown.notes AS notes,
                                shown.import_id AS import_id,
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
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_4
