-- Built by exercise_buddy.workouts.storage.insert.INSERT_WORKOUTS. Written by: exercise-buddy dev sql
--   $1  4
--   $2  document
--   $3  'exercises'
--   $4  owner_id
--   $5  0
--   $6  0
--   $7  4
--   $8  0
--   $9  1
--   $10  0
--   $11  1
--   $12  0
--   $13  2
--   $14  12
--   $15  1
--   $16  0
--   $17  4
--   $18  0
--   $19  0
--   $20  6
--   $21  6
--   $22  6
--   $23  6
--   $24  6
--   $25  'sets'
--   $26  1
--   $27  1
--   $28  1
--   $29  1
--   $30  1
--   $31  'workouts'
--   $32  4
--   $33  'hex'
--   $34  1
--   $35  0
--   $36  max_workouts
--   $37  replaced_workouts
--   $38  max_bytes
--   $39  replaced_bytes
--   $40  1
WITH document AS (
         SELECT CAST(CAST($2 AS varchar) AS jsonb) AS document
       ),
     new_set AS (
         SELECT anon_2.id AS id,
                anon_2.workout AS workout,
                anon_2.exercise AS exercise,
                anon_2.position AS position,
                anon_2.kind AS kind,
                anon_2.reps AS reps,
                anon_2.weight_kg AS weight_kg,
                anon_2.duration_seconds AS duration_seconds,
                anon_2.distance_meters AS distance_meters,
                anon_2.rpe AS rpe,
                anon_2.rest_seconds AS rest_seconds,
                anon_2.counter_name AS counter_name,
                anon_2.counter_version AS counter_version,
                anon_2.profile_version AS profile_version,
                anon_2.detected_reps AS detected_reps,
                anon_2.judgements AS judgements,
                anon_2.rep_offset_ms AS rep_offset_ms,
                anon_2.rep_turn_ms AS rep_turn_ms,
                anon_2.rep_duration_ms AS rep_duration_ms,
                anon_2.rep_eccentric_ms AS rep_eccentric_ms,
                anon_2.rep_concentric_ms AS rep_concentric_ms,
                anon_2.rep_turn_pause_ms AS rep_turn_pause_ms,
                anon_2.rep_end_pause_ms AS rep_end_pause_ms,
                anon_2.rep_range_degrees AS rep_range_degrees,
                anon_2.rep_range_mm AS rep_range_mm,
                anon_2.rep_range_share AS rep_range_share,
                anon_2.rep_full_range_share AS rep_full_range_share,
                anon_2.rep_mean_velocity_mps AS rep_mean_velocity_mps,
                anon_2.rep_side AS rep_side,
                anon_2.rep_confidence AS rep_confidence,
                anon_2.rep_flags AS rep_flags,
                anon_2.rep_rejected AS rep_rejected
         FROM document
              INNER JOIN jsonb_to_recordset((document.document)[CAST($25 AS text)]) AS anon_2(id uuid,
                                                                                              workout integer,
                                                                                              exercise smallint,
                                                                                              position smallint,
                                                                                              kind varchar(16),
                                                                                              reps integer,
                                                                                              weight_kg double precision,
                                                                                              duration_seconds double precision,
                                                                                              distance_meters double precision,
                                                                                              rpe real,
                                                                                              rest_seconds integer,
                                                                                              counter_name varchar(64),
                                                                                              counter_version varchar(32),
                                                                                              profile_version varchar(32),
                                                                                              detected_reps integer,
                                                                                              judgements jsonb,
                                                                                              rep_offset_ms integer[],
                                                                                              rep_turn_ms integer[],
                                                                                              rep_duration_ms integer[],
                                                                                              rep_eccentric_ms integer[],
                                                                                              rep_concentric_ms integer[],
                                                                                              rep_turn_pause_ms integer[],
                                                                                              rep_end_pause_ms integer[],
                                                                                              rep_range_degrees real[],
                                                                                              rep_range_mm real[],
                                                                                              rep_range_share real[],
                                                                                              rep_full_range_share real[],
                                                                                              rep_mean_velocity_mps real[],
                                                                                              rep_side text[],
                                                                                              rep_confidence real[],
                                                                                              rep_flags text[],
                                                                                              rep_rejected boolean[]) ON TRUE
       ),
     sums AS (
         SELECT new_set.workout AS workout,
                new_set.exercise AS exercise,
                count(*) AS set_count,
                COALESCE(sum(new_set.reps),
                         CAST($5 AS integer)) AS rep_count,
                CAST(round(CAST(COALESCE(sum(new_set.reps * CAST(new_set.weight_kg AS numeric)),
                                         CAST($6 AS integer)) AS numeric),
                           CAST($7 AS integer)) AS double precision) AS volume_kg,
                CAST(sum(CAST(new_set.duration_seconds AS numeric)) AS double precision) AS duration_seconds,
                CAST(sum(CAST(new_set.distance_meters AS numeric)) AS double precision) AS distance_meters,
                max(new_set.weight_kg) FILTER (WHERE new_set.reps IS NULL
                                                  OR new_set.reps > CAST($8 AS integer)) AS best_set_weight_kg,
                (CAST(array_agg(new_set.reps ORDER BY new_set.weight_kg DESC NULLS LAST,
                                                      new_set.reps DESC NULLS LAST) FILTER (WHERE new_set.reps IS NULL
                                                                                               OR new_set.reps > CAST($8 AS integer)) AS integer[]))[CAST($9 AS integer)] AS best_set_reps,
                max(CASE
                      WHEN new_set.weight_kg > CAST($10 AS integer)
                       AND new_set.reps = CAST($11 AS integer)
                        THEN new_set.weight_kg
                      WHEN new_set.weight_kg > CAST($12 AS integer)
                       AND new_set.reps BETWEEN CAST($13 AS integer) AND CAST($14 AS integer)
                        THEN new_set.weight_kg * (CAST($15 AS integer) + CAST(new_set.reps AS double precision) / CAST(CAST(30.0 AS float8) AS double precision))
                    END) AS best_e1rm_kg,
                max(new_set.reps) FILTER (WHERE new_set.reps > CAST($16 AS integer)) AS best_reps,
                CAST(round(CAST(max(new_set.reps * new_set.weight_kg) AS numeric),
                           CAST($17 AS integer)) AS double precision) AS best_set_volume_kg,
                max(new_set.duration_seconds) AS best_duration_seconds,
                max(new_set.distance_meters) AS best_distance_meters,
                array_agg(new_set.weight_kg ORDER BY new_set.weight_kg,
                                                     new_set.reps) FILTER (WHERE new_set.weight_kg > CAST($18 AS integer)
                                                                             AND new_set.reps > CAST($19 AS integer)) AS load_kgs,
                array_agg(new_set.reps ORDER BY new_set.weight_kg,
                                                new_set.reps) FILTER (WHERE new_set.weight_kg > CAST($18 AS integer)
                                                                        AND new_set.reps > CAST($19 AS integer)) AS load_reps,
                NULLIF(count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL),
                       0) AS tracked_sets,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.tracked_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS tracked_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(new_set.detected_reps) AS integer)
                END AS detected_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(new_set.reps) FILTER (WHERE new_set.detected_reps IS NOT NULL) AS integer)
                END AS corrected_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL
                                                 AND new_set.reps <> new_set.detected_reps) AS integer)
                END AS corrected_sets,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.timed_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS timed_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.time_ms) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS bigint)
                END AS time_ms,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.eccentric_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS eccentric_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.eccentric_ms) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS bigint)
                END AS eccentric_ms,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.concentric_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS concentric_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.concentric_ms) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS bigint)
                END AS concentric_ms,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.range_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS range_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(round(CAST(sum(CAST(rep_sums.range_degrees AS numeric)) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS numeric),
                                    CAST($20 AS integer)) AS double precision)
                END AS range_degrees,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(count(rep_sums.slowdown_percent) AS integer)
                END AS slowdown_sets,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(round(CAST(sum(CAST(rep_sums.slowdown_percent AS numeric)) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS numeric),
                                    CAST($21 AS integer)) AS double precision)
                END AS slowdown_percent,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(count(*) FILTER (WHERE rep_sums.slowed) AS integer)
                END AS slowed_sets,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(count(rep_sums.range_loss_percent) AS integer)
                END AS range_loss_sets,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(round(CAST(sum(CAST(rep_sums.range_loss_percent AS numeric)) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS numeric),
                                    CAST($22 AS integer)) AS double precision)
                END AS range_loss_percent,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(count(*) FILTER (WHERE rep_sums.faded) AS integer)
                END AS faded_sets,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.full_range_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS full_range_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(round(CAST(sum(CAST(rep_sums.full_range_share AS numeric)) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS numeric),
                                    CAST($23 AS integer)) AS double precision)
                END AS full_range_share,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.left_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS left_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.right_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS right_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(count(rep_sums.tempo_variation_percent) AS integer)
                END AS tempo_variation_sets,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(round(CAST(sum(CAST(rep_sums.tempo_variation_percent AS numeric)) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS numeric),
                                    CAST($24 AS integer)) AS double precision)
                END AS tempo_variation_percent,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.cadence_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS cadence_reps,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(sum(rep_sums.cadence_ms) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS bigint)
                END AS cadence_ms,
                CASE
                  WHEN count(*) FILTER (WHERE new_set.detected_reps IS NOT NULL) > 0
                    THEN CAST(max(rep_sums.best_unbroken_reps) FILTER (WHERE new_set.rep_offset_ms IS NOT NULL) AS integer)
                END AS best_unbroken_reps,
                sum(250 + octet_length(COALESCE(CAST(new_set.judgements AS text),
                                                '')) + COALESCE(octet_length(array_to_string(new_set.rep_flags, '')),
                                                                0) + 4 * COALESCE(cardinality(new_set.rep_offset_ms),
                                                                                  0) * num_nonnulls(new_set.rep_offset_ms, new_set.rep_turn_ms, new_set.rep_duration_ms, new_set.rep_eccentric_ms, new_set.rep_concentric_ms, new_set.rep_turn_pause_ms, new_set.rep_end_pause_ms, new_set.rep_range_degrees, new_set.rep_range_mm, new_set.rep_range_share, new_set.rep_full_range_share, new_set.rep_mean_velocity_mps, new_set.rep_side, new_set.rep_confidence, new_set.rep_flags, new_set.rep_rejected)) AS stored_bytes
         FROM new_set
              LEFT JOIN LATERAL (SELECT sums.tracked_reps AS tracked_reps,
                                        sums.timed_reps AS timed_reps,
                                        sums.time_ms AS time_ms,
                                        sums.eccentric_reps AS eccentric_reps,
                                        sums.eccentric_ms AS eccentric_ms,
                                        sums.concentric_reps AS concentric_reps,
                                        sums.concentric_ms AS concentric_ms,
                                        sums.range_reps AS range_reps,
                                        sums.range_degrees AS range_degrees,
                                        sums.full_range_reps AS full_range_reps,
                                        sums.full_range_share AS full_range_share,
                                        sums.left_reps AS left_reps,
                                        sums.right_reps AS right_reps,
                                        sums.slowdown_percent AS slowdown_percent,
                                        sums.range_loss_percent AS range_loss_percent,
                                        sums.tempo_variation_percent AS tempo_variation_percent,
                                        sums.cadence_reps AS cadence_reps,
                                        sums.cadence_ms AS cadence_ms,
                                        sums.best_unbroken_reps AS best_unbroken_reps,
                                            sums.tracked_reps >= 3
                                        AND sums.slowdown_percent > CAST(20.0 AS float8) AS slowed,
                                            sums.tracked_reps >= 3
                                        AND CAST(1 AS float8) - sums.range_loss_percent / CAST(CAST(100.0 AS float8) AS double precision) < CAST(0.8 AS float8) AS faded
                                 FROM (SELECT count(*) FILTER (WHERE rep.counted) AS tracked_reps,
                                              count(rep.duration_ms) FILTER (WHERE rep.counted) AS timed_reps,
                                              sum(rep.duration_ms) FILTER (WHERE rep.counted) AS time_ms,
                                              count(rep.eccentric_ms) FILTER (WHERE rep.counted) AS eccentric_reps,
                                              sum(rep.eccentric_ms) FILTER (WHERE rep.counted) AS eccentric_ms,
                                              count(rep.concentric_ms) FILTER (WHERE rep.counted) AS concentric_reps,
                                              sum(rep.concentric_ms) FILTER (WHERE rep.counted) AS concentric_ms,
                                              count(rep.range_degrees) FILTER (WHERE rep.counted) AS range_reps,
                                              sum(CAST(rep.range_degrees AS double precision)) FILTER (WHERE rep.counted) AS range_degrees,
                                              count(rep.full_range_share) FILTER (WHERE rep.counted) AS full_range_reps,
                                              sum(CAST(rep.full_range_share AS double precision)) FILTER (WHERE rep.counted) AS full_range_share,
                                              count(*) FILTER (WHERE rep.counted
                                                                 AND rep.side = 'left') AS left_reps,
                                              count(*) FILTER (WHERE rep.counted
                                                                 AND rep.side = 'right') AS right_reps,
                                              CASE
                                                WHEN count(*) FILTER (WHERE rep.counted
                                                                        AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                        AND CAST(rep.mean_velocity_mps AS double precision) > 0) >= 2
                                                  THEN (max(CAST(rep.mean_velocity_mps AS double precision)) FILTER (WHERE rep.counted
                                                                                                                       AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                       AND CAST(rep.mean_velocity_mps AS double precision) > 0) - (CAST(array_agg(CAST(rep.mean_velocity_mps AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                                                                                                                                                           rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                      AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                      AND CAST(rep.mean_velocity_mps AS double precision) > 0) AS double precision[]))[CAST($26 AS integer)]) / CAST(max(CAST(rep.mean_velocity_mps AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                                                                                                                                    AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                                                                                                                                    AND CAST(rep.mean_velocity_mps AS double precision) > 0) AS double precision) * CAST(100.0 AS float8)
                                                WHEN count(*) FILTER (WHERE rep.counted
                                                                        AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                        AND CAST(rep.concentric_ms AS double precision) > 0) >= 2
                                                  THEN ((CAST(array_agg(CAST(rep.concentric_ms AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                             rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                        AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                        AND CAST(rep.concentric_ms AS double precision) > 0) AS double precision[]))[CAST($27 AS integer)] - min(CAST(rep.concentric_ms AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                        AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                        AND CAST(rep.concentric_ms AS double precision) > 0)) / CAST((CAST(array_agg(CAST(rep.concentric_ms AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                                                                                                                                                                                                                                                                                                                                                          rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                     AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                     AND CAST(rep.concentric_ms AS double precision) > 0) AS double precision[]))[CAST($27 AS integer)] AS double precision) * CAST(100.0 AS float8)
                                              END AS slowdown_percent,
                                              CASE
                                                WHEN count(*) FILTER (WHERE rep.counted
                                                                        AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                        AND CAST(rep.range_share AS double precision) > 0) >= 2
                                                  THEN (max(CAST(rep.range_share AS double precision)) FILTER (WHERE rep.counted
                                                                                                                 AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                 AND CAST(rep.range_share AS double precision) > 0) - (CAST(array_agg(CAST(rep.range_share AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                                                                                                                                         rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                    AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                    AND CAST(rep.range_share AS double precision) > 0) AS double precision[]))[CAST($28 AS integer)]) / CAST(max(CAST(rep.range_share AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                                                                                                      AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                                                                                                      AND CAST(rep.range_share AS double precision) > 0) AS double precision) * CAST(100.0 AS float8)
                                                WHEN count(*) FILTER (WHERE rep.counted
                                                                        AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                        AND CAST(rep.range_degrees AS double precision) > 0) >= 2
                                                  THEN (max(CAST(rep.range_degrees AS double precision)) FILTER (WHERE rep.counted
                                                                                                                   AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                   AND CAST(rep.range_degrees AS double precision) > 0) - (CAST(array_agg(CAST(rep.range_degrees AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                                                                                                                                               rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                          AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                          AND CAST(rep.range_degrees AS double precision) > 0) AS double precision[]))[CAST($29 AS integer)]) / CAST(max(CAST(rep.range_degrees AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                                                                                                                AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                                                                                                                AND CAST(rep.range_degrees AS double precision) > 0) AS double precision) * CAST(100.0 AS float8)
                                                WHEN count(*) FILTER (WHERE rep.counted
                                                                        AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                        AND CAST(rep.range_mm AS double precision) > 0) >= 2
                                                  THEN (max(CAST(rep.range_mm AS double precision)) FILTER (WHERE rep.counted
                                                                                                              AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                              AND CAST(rep.range_mm AS double precision) > 0) - (CAST(array_agg(CAST(rep.range_mm AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                                                                                                                                rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                           AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                           AND CAST(rep.range_mm AS double precision) > 0) AS double precision[]))[CAST($30 AS integer)]) / CAST(max(CAST(rep.range_mm AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                                                                                       AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                                                                                       AND CAST(rep.range_mm AS double precision) > 0) AS double precision) * CAST(100.0 AS float8)
                                              END AS range_loss_percent,
                                              stddev_samp(CAST(rep.duration_ms AS double precision)) FILTER (WHERE rep.counted) / CAST(NULLIF(avg(CAST(rep.duration_ms AS double precision)) FILTER (WHERE rep.counted),
                                                                                                                                              0) AS numeric) * CAST(100.0 AS float8) AS tempo_variation_percent,
                                              CASE
                                                WHEN max(rep.offset_ms) FILTER (WHERE rep.counted) - min(rep.offset_ms) FILTER (WHERE rep.counted) > 0
                                                  THEN count(*) FILTER (WHERE rep.counted) - 1
                                              END AS cadence_reps,
                                              CASE
                                                WHEN max(rep.offset_ms) FILTER (WHERE rep.counted) - min(rep.offset_ms) FILTER (WHERE rep.counted) > 0
                                                  THEN max(rep.offset_ms) FILTER (WHERE rep.counted) - min(rep.offset_ms) FILTER (WHERE rep.counted)
                                              END AS cadence_ms,
                                              max(rep.run_length) AS best_unbroken_reps
                                       FROM (SELECT in_runs.offset_ms AS offset_ms,
                                                    in_runs.duration_ms AS duration_ms,
                                                    in_runs.eccentric_ms AS eccentric_ms,
                                                    in_runs.concentric_ms AS concentric_ms,
                                                    in_runs.range_degrees AS range_degrees,
                                                    in_runs.range_mm AS range_mm,
                                                    in_runs.range_share AS range_share,
                                                    in_runs.full_range_share AS full_range_share,
                                                    in_runs.mean_velocity_mps AS mean_velocity_mps,
                                                    in_runs.side AS side,
                                                    in_runs.number AS number,
                                                    in_runs.counted AS counted,
                                                    in_runs.breaks AS breaks,
                                                    in_runs.run AS run,
                                                    count(*) FILTER (WHERE in_runs.counted) OVER (PARTITION BY in_runs.run) AS run_length,
                                                    first_value(in_runs.side) OVER (ORDER BY in_runs.counted DESC,
                                                                                             in_runs.offset_ms DESC,
                                                                                             in_runs.number DESC) AS last_side
                                             FROM (SELECT marked.offset_ms AS offset_ms,
                                                          marked.duration_ms AS duration_ms,
                                                          marked.eccentric_ms AS eccentric_ms,
                                                          marked.concentric_ms AS concentric_ms,
                                                          marked.range_degrees AS range_degrees,
                                                          marked.range_mm AS range_mm,
                                                          marked.range_share AS range_share,
                                                          marked.full_range_share AS full_range_share,
                                                          marked.mean_velocity_mps AS mean_velocity_mps,
                                                          marked.side AS side,
                                                          marked.number AS number,
                                                          marked.counted AS counted,
                                                          marked.breaks AS breaks,
                                                          sum(marked.breaks) OVER (ORDER BY marked.offset_ms,
                                                                                            marked.number) AS run
                                                   FROM (SELECT anon_3.offset_ms AS offset_ms,
                                                                anon_3.duration_ms AS duration_ms,
                                                                anon_3.eccentric_ms AS eccentric_ms,
                                                                anon_3.concentric_ms AS concentric_ms,
                                                                anon_3.range_degrees AS range_degrees,
                                                                anon_3.range_mm AS range_mm,
                                                                anon_3.range_share AS range_share,
                                                                anon_3.full_range_share AS full_range_share,
                                                                anon_3.mean_velocity_mps AS mean_velocity_mps,
                                                                anon_3.side AS side,
                                                                anon_3.number AS number,
                                                                NOT COALESCE(CAST(anon_3.rejected AS boolean),
                                                                             FALSE) AS counted,
                                                                CAST(COALESCE(CAST(anon_3.rejected AS boolean),
                                                                              FALSE)
                                                                  OR COALESCE(anon_3.offset_ms - lag(anon_3.offset_ms + COALESCE(anon_3.duration_ms, 0)) OVER (ORDER BY anon_3.offset_ms,
                                                                                                                                                                        anon_3.number) > 5000,
                                                                              FALSE) AS integer) AS breaks
                                                         FROM unnest(new_set.rep_offset_ms, new_set.rep_duration_ms, new_set.rep_eccentric_ms, new_set.rep_concentric_ms, new_set.rep_range_degrees, new_set.rep_range_mm, new_set.rep_range_share, new_set.rep_full_range_share, new_set.rep_mean_velocity_mps, new_set.rep_side, new_set.rep_rejected) WITH ORDINALITY AS anon_3 (offset_ms, duration_ms, eccentric_ms, concentric_ms, range_degrees, range_mm, range_share, full_range_share, mean_velocity_mps, side, rejected, number)) AS marked) AS in_runs) AS rep) AS sums) AS rep_sums ON new_set.rep_offset_ms IS NOT NULL
         GROUP BY new_set.workout, new_set.exercise
       ),
     exercise AS (
         SELECT anon_1.id AS id,
                anon_1.workout AS workout,
                anon_1.position AS position,
                anon_1.exercise_id AS exercise_id,
                anon_1.superset AS superset,
                anon_1.notes AS notes,
                anon_1.targets AS targets,
                shared.id AS catalogue_exercise_id,
                own.id AS custom_exercise_id,
                COALESCE(shared.met, own.met) AS met,
                COALESCE(shared.primary_muscles, own.primary_muscles) AS primary_muscles,
                COALESCE(sums.set_count, 0) AS set_count,
                COALESCE(sums.rep_count, 0) AS rep_count,
                COALESCE(sums.volume_kg, 0) AS volume_kg,
                CAST(round(CAST(COALESCE(sums.rep_count, 0) * COALESCE(COALESCE(shared.bodyweight_share, own.bodyweight_share),
                                                                       0) AS numeric),
                           CAST($1 AS integer)) AS double precision) AS bodyweight_reps,
                CASE
                  WHEN COALESCE(shared.assisted, own.assisted, FALSE)
                    THEN COALESCE(sums.volume_kg, 0)
                  ELSE 0
                END AS assisted_volume_kg,
                sums.duration_seconds AS duration_seconds,
                sums.distance_meters AS distance_meters,
                CASE
                  WHEN NOT COALESCE(shared.assisted, own.assisted, FALSE)
                    THEN sums.best_set_weight_kg
                END AS best_set_weight_kg,
                CASE
                  WHEN NOT COALESCE(shared.assisted, own.assisted, FALSE)
                    THEN sums.best_set_reps
                END AS best_set_reps,
                CASE
                  WHEN NOT COALESCE(shared.assisted, own.assisted, FALSE)
                    THEN sums.best_e1rm_kg
                END AS best_e1rm_kg,
                sums.best_reps AS best_reps,
                CASE
                  WHEN NOT COALESCE(shared.assisted, own.assisted, FALSE)
                    THEN sums.best_set_volume_kg
                END AS best_set_volume_kg,
                sums.best_duration_seconds AS best_duration_seconds,
                sums.best_distance_meters AS best_distance_meters,
                CASE
                  WHEN NOT COALESCE(shared.assisted, own.assisted, FALSE)
                    THEN sums.load_kgs
                END AS load_kgs,
                CASE
                  WHEN NOT COALESCE(shared.assisted, own.assisted, FALSE)
                    THEN sums.load_reps
                END AS load_reps,
                sums.tracked_sets AS tracked_sets,
                sums.tracked_reps AS tracked_reps,
                sums.detected_reps AS detected_reps,
                sums.corrected_reps AS corrected_reps,
                sums.corrected_sets AS corrected_sets,
                sums.timed_reps AS timed_reps,
                sums.time_ms AS time_ms,
                sums.eccentric_reps AS eccentric_reps,
                sums.eccentric_ms AS eccentric_ms,
                sums.concentric_reps AS concentric_reps,
                sums.concentric_ms AS concentric_ms,
                sums.range_reps AS range_reps,
                sums.range_degrees AS range_degrees,
                sums.slowdown_sets AS slowdown_sets,
                sums.slowdown_percent AS slowdown_percent,
                sums.slowed_sets AS slowed_sets,
                sums.range_loss_sets AS range_loss_sets,
                sums.range_loss_percent AS range_loss_percent,
                sums.faded_sets AS faded_sets,
                sums.full_range_reps AS full_range_reps,
                sums.full_range_share AS full_range_share,
                sums.left_reps AS left_reps,
                sums.right_reps AS right_reps,
                sums.tempo_variation_sets AS tempo_variation_sets,
                sums.tempo_variation_percent AS tempo_variation_percent,
                sums.cadence_reps AS cadence_reps,
                sums.cadence_ms AS cadence_ms,
                sums.best_unbroken_reps AS best_unbroken_reps,
                500 + octet_length(COALESCE(anon_1.notes, '')) + octet_length(COALESCE(CAST(anon_1.targets AS text),
                                                                                       '')) + COALESCE(sums.stored_bytes, 0) AS stored_bytes
         FROM document
              INNER JOIN jsonb_to_recordset((document.document)[CAST($3 AS text)]) AS anon_1(id uuid,
                                                                                             workout integer,
                                                                                             position smallint,
                                                                                             exercise_id uuid,
                                                                                             superset smallint,
                                                                                             notes text,
                                                                                             targets jsonb) ON TRUE
              LEFT JOIN LATERAL (SELECT catalogue_exercise.id AS id,
                                        catalogue_exercise.met AS met,
                                        catalogue_exercise.primary_muscles AS primary_muscles,
                                        catalogue_exercise.bodyweight_share AS bodyweight_share,
                                        catalogue_exercise.assisted AS assisted
                                 FROM catalogue_exercise
                                 WHERE catalogue_exercise.id = anon_1.exercise_id
                                 LIMIT ALL
                                 OFFSET 0) AS shared ON TRUE
              LEFT JOIN LATERAL (SELECT custom_exercise.id AS id,
                                        custom_exercise.met AS met,
                                        custom_exercise.primary_muscles AS primary_muscles,
                                        custom_exercise.bodyweight_share AS bodyweight_share,
                                        custom_exercise.assisted AS assisted
                                 FROM custom_exercise
                                 WHERE custom_exercise.user_id = CAST($4 AS uuid)
                                   AND custom_exercise.id = anon_1.exercise_id
                                 LIMIT ALL
                                 OFFSET 0) AS own ON TRUE
              LEFT JOIN sums ON sums.workout = anon_1.workout
                            AND sums.exercise = anon_1.position
       ),
     head AS (
         SELECT anon_4.workout AS workout,
                anon_4.id AS id,
                anon_4.title AS title,
                anon_4.notes AS notes,
                anon_4.source AS source,
                anon_4.proposal AS proposal,
                anon_4.import_id AS import_id,
                anon_4.routine_id AS routine_id,
                anon_4.created_at AS created_at,
                anon_4.started_at AS started_at,
                anon_4.ended_at AS ended_at,
                anon_4.time_zone AS time_zone,
                anon_4.local_date AS local_date,
                anon_4.fingerprint AS fingerprint
         FROM document
              INNER JOIN jsonb_to_recordset((document.document)[CAST($31 AS text)]) AS anon_4(workout integer,
                                                                                              id uuid,
                                                                                              title text,
                                                                                              notes text,
                                                                                              source text,
                                                                                              proposal text,
                                                                                              import_id uuid,
                                                                                              routine_id uuid,
                                                                                              created_at timestamp with time zone,
                                                                                              started_at timestamp with time zone,
                                                                                              ended_at timestamp with time zone,
                                                                                              time_zone text,
                                                                                              local_date date,
                                                                                              fingerprint text) ON TRUE
       ),
     bumped_revision AS (
         UPDATE user_revision
         SET revision = user_revision.revision + CAST($34 AS bigint)
         WHERE user_revision.user_id = CAST($4 AS uuid)
         RETURNING user_revision.user_id,
                   user_revision.revision AS revision,
                   user_revision.stored_bytes,
                   user_revision.workouts,
                   user_revision.body_measurements
       ),
     total AS (
         SELECT exercise.workout AS workout,
                count(*) AS exercise_count,
                sum(exercise.set_count) AS set_count,
                sum(exercise.rep_count) AS rep_count,
                CAST(sum(CAST(exercise.volume_kg AS numeric)) AS double precision) AS volume_kg,
                CAST(sum(CAST(exercise.bodyweight_reps AS numeric)) AS double precision) AS bodyweight_reps,
                CAST(sum(CAST(exercise.assisted_volume_kg AS numeric)) AS double precision) AS assisted_volume_kg,
                CAST(sum(exercise.set_count * CAST(exercise.met AS numeric)) AS double precision) / CAST(NULLIF(sum(exercise.set_count) FILTER (WHERE exercise.met IS NOT NULL),
                                                                                                                CAST($35 AS integer)) AS numeric) AS met,
                sum(exercise.stored_bytes) AS stored_bytes,
                bool_or(exercise.catalogue_exercise_id IS NULL
                    AND exercise.custom_exercise_id IS NULL) AS has_unknown_exercise
         FROM exercise
         GROUP BY exercise.workout
       ),
     writable AS (
         SELECT head.workout AS workout,
                600 + octet_length(COALESCE(head.notes, '')) + COALESCE(total.stored_bytes, 0) AS stored_bytes,
                row_number() OVER (ORDER BY head.workout) AS workouts_so_far,
                sum(600 + octet_length(COALESCE(head.notes, '')) + COALESCE(total.stored_bytes, 0)) OVER (ORDER BY head.workout) AS bytes_so_far
         FROM head
              INNER JOIN bumped_revision ON TRUE
              LEFT JOIN total ON total.workout = head.workout
         WHERE NOT EXISTS (SELECT *
                           FROM deleted_workout
                           WHERE deleted_workout.user_id = bumped_revision.user_id
                             AND deleted_workout.workout_id = head.id)
           AND total.has_unknown_exercise IS NOT TRUE
       ),
     fitting AS (
         SELECT writable.workout AS workout,
                writable.stored_bytes AS stored_bytes
         FROM writable
              INNER JOIN bumped_revision ON TRUE
         WHERE bumped_revision.workouts + writable.workouts_so_far <= GREATEST(CAST($36 AS integer),
                                                                               bumped_revision.workouts + CAST($37 AS integer))
           AND bumped_revision.stored_bytes + writable.bytes_so_far <= GREATEST(CAST($38 AS bigint),
                                                                                bumped_revision.stored_bytes + CAST($39 AS bigint))
       ),
     inserted AS (
         INSERT INTO workout (user_id,
                              id,
                              title,
                              title_proposed,
                              notes,
                              source,
                              import_id,
                              routine_id,
                              started_at,
                              ended_at,
                              time_zone,
                              local_date,
                              exercise_count,
                              set_count,
                              rep_count,
                              volume_kg,
                              bodyweight_reps,
                              assisted_volume_kg,
                              duration_seconds,
                              met_minutes,
                              stored_bytes,
                              fingerprint,
                              revision,
                              created_at)
         SELECT bumped_revision.user_id AS user_id,
                head.id AS id,
                COALESCE(head.title,
                         concat_ws(': ',
                                   head.proposal,
                                   (SELECT string_agg(replace(ranked.muscle, '_', ' '),
                                                      ', ' ORDER BY ranked.number) AS string_agg_1
                                    FROM (SELECT anon_5.muscle AS muscle,
                                                 row_number() OVER (ORDER BY sum(exercise.set_count) DESC,
                                                                             min(exercise.position),
                                                                             anon_5.muscle) AS number
                                          FROM exercise
                                               INNER JOIN unnest(exercise.primary_muscles) AS anon_5 (muscle) ON TRUE
                                          WHERE exercise.workout = head.workout
                                          GROUP BY anon_5.muscle) AS ranked
                                    WHERE ranked.number <= 2))) AS coalesce_4,
                head.title IS NULL AS anon_6,
                head.notes AS notes,
                head.source AS source,
                head.import_id AS import_id,
                head.routine_id AS routine_id,
                head.started_at AS started_at,
                head.ended_at AS ended_at,
                head.time_zone AS time_zone,
                head.local_date AS local_date,
                COALESCE(total.exercise_count, 0) AS coalesce_5,
                COALESCE(total.set_count, 0) AS coalesce_6,
                COALESCE(total.rep_count, 0) AS coalesce_7,
                COALESCE(total.volume_kg, 0) AS coalesce_8,
                COALESCE(total.bodyweight_reps, 0) AS coalesce_9,
                COALESCE(total.assisted_volume_kg, 0) AS coalesce_10,
                CAST(EXTRACT(EPOCH FROM head.ended_at - head.started_at) AS double precision) AS anon_7,
                CAST(round(CAST(total.met * CAST(EXTRACT(EPOCH FROM head.ended_at - head.started_at) AS double precision) / CAST(CAST(60.0 AS float8) AS double precision) AS numeric),
                           CAST($32 AS integer)) AS double precision) AS round_9,
                fitting.stored_bytes AS stored_bytes,
                decode(head.fingerprint,
                       CAST($33 AS varchar)) AS decode_1,
                bumped_revision.revision AS revision,
                COALESCE(head.created_at,
                         now()) AS coalesce_11
         FROM head
              INNER JOIN fitting ON fitting.workout = head.workout
              INNER JOIN bumped_revision ON TRUE
              LEFT JOIN total ON total.workout = head.workout
         ON CONFLICT (user_id,
                      id) DO NOTHING
         RETURNING workout.user_id,
                   workout.id
       ),
     inserted_exercise AS (
         INSERT INTO workout_exercise (user_id,
                                       id,
                                       workout_id,
                                       position,
                                       catalogue_exercise_id,
                                       custom_exercise_id,
                                       superset,
                                       notes,
                                       targets,
                                       started_at,
                                       local_date,
                                       set_count,
                                       rep_count,
                                       volume_kg,
                                       bodyweight_reps,
                                       assisted_volume_kg,
                                       duration_seconds,
                                       distance_meters,
                                       best_set_weight_kg,
                                       best_set_reps,
                                       best_e1rm_kg,
                                       best_reps,
                                       best_set_volume_kg,
                                       best_duration_seconds,
                                       best_distance_meters,
                                       load_kgs,
                                       load_reps,
                                       tracked_sets,
                                       tracked_reps,
                                       detected_reps,
                                       corrected_reps,
                                       corrected_sets,
                                       timed_reps,
                                       time_ms,
                                       eccentric_reps,
                                       eccentric_ms,
                                       concentric_reps,
                                       concentric_ms,
                                       range_reps,
                                       range_degrees,
                                       slowdown_sets,
                                       slowdown_percent,
                                       slowed_sets,
                                       range_loss_sets,
                                       range_loss_percent,
                                       faded_sets,
                                       full_range_reps,
                                       full_range_share,
                                       left_reps,
                                       right_reps,
                                       tempo_variation_sets,
                                       tempo_variation_percent,
                                       cadence_reps,
                                       cadence_ms,
                                       best_unbroken_reps)
         SELECT inserted.user_id AS user_id,
                COALESCE(exercise.id,
                         uuidv7()) AS coalesce_1,
                inserted.id AS id,
                exercise.position AS position,
                exercise.catalogue_exercise_id AS catalogue_exercise_id,
                exercise.custom_exercise_id AS custom_exercise_id,
                exercise.superset AS superset,
                exercise.notes AS notes,
                exercise.targets AS targets,
                head.started_at AS started_at,
                head.local_date AS local_date,
                exercise.set_count AS set_count,
                exercise.rep_count AS rep_count,
                exercise.volume_kg AS volume_kg,
                exercise.bodyweight_reps AS bodyweight_reps,
                exercise.assisted_volume_kg AS assisted_volume_kg,
                exercise.duration_seconds AS duration_seconds,
                exercise.distance_meters AS distance_meters,
                exercise.best_set_weight_kg AS best_set_weight_kg,
                exercise.best_set_reps AS best_set_reps,
                exercise.best_e1rm_kg AS best_e1rm_kg,
                exercise.best_reps AS best_reps,
                exercise.best_set_volume_kg AS best_set_volume_kg,
                exercise.best_duration_seconds AS best_duration_seconds,
                exercise.best_distance_meters AS best_distance_meters,
                exercise.load_kgs AS load_kgs,
                exercise.load_reps AS load_reps,
                exercise.tracked_sets AS tracked_sets,
                exercise.tracked_reps AS tracked_reps,
                exercise.detected_reps AS detected_reps,
                exercise.corrected_reps AS corrected_reps,
                exercise.corrected_sets AS corrected_sets,
                exercise.timed_reps AS timed_reps,
                exercise.time_ms AS time_ms,
                exercise.eccentric_reps AS eccentric_reps,
                exercise.eccentric_ms AS eccentric_ms,
                exercise.concentric_reps AS concentric_reps,
                exercise.concentric_ms AS concentric_ms,
                exercise.range_reps AS range_reps,
                exercise.range_degrees AS range_degrees,
                exercise.slowdown_sets AS slowdown_sets,
                exercise.slowdown_percent AS slowdown_percent,
                exercise.slowed_sets AS slowed_sets,
                exercise.range_loss_sets AS range_loss_sets,
                exercise.range_loss_percent AS range_loss_percent,
                exercise.faded_sets AS faded_sets,
                exercise.full_range_reps AS full_range_reps,
                exercise.full_range_share AS full_range_share,
                exercise.left_reps AS left_reps,
                exercise.right_reps AS right_reps,
                exercise.tempo_variation_sets AS tempo_variation_sets,
                exercise.tempo_variation_percent AS tempo_variation_percent,
                exercise.cadence_reps AS cadence_reps,
                exercise.cadence_ms AS cadence_ms,
                exercise.best_unbroken_reps AS best_unbroken_reps
         FROM exercise
              INNER JOIN head ON head.workout = exercise.workout
              INNER JOIN inserted ON inserted.id = head.id
         RETURNING workout_exercise.position
       ),
     inserted_set AS (
         INSERT INTO workout_set (user_id,
                                  id,
                                  workout_id,
                                  exercise_position,
                                  position,
                                  kind,
                                  reps,
                                  weight_kg,
                                  duration_seconds,
                                  distance_meters,
                                  rpe,
                                  rest_seconds,
                                  counter_name,
                                  counter_version,
                                  profile_version,
                                  detected_reps,
                                  judgements,
                                  rep_offset_ms,
                                  rep_turn_ms,
                                  rep_duration_ms,
                                  rep_eccentric_ms,
                                  rep_concentric_ms,
                                  rep_turn_pause_ms,
                                  rep_end_pause_ms,
                                  rep_range_degrees,
                                  rep_range_mm,
                                  rep_range_share,
                                  rep_full_range_share,
                                  rep_mean_velocity_mps,
                                  rep_side,
                                  rep_confidence,
                                  rep_flags,
                                  rep_rejected)
         SELECT inserted.user_id AS user_id,
                COALESCE(new_set.id,
                         uuidv7()) AS coalesce_12,
                inserted.id AS id,
                new_set.exercise AS exercise,
                new_set.position AS position,
                new_set.kind AS kind,
                new_set.reps AS reps,
                new_set.weight_kg AS weight_kg,
                new_set.duration_seconds AS duration_seconds,
                new_set.distance_meters AS distance_meters,
                new_set.rpe AS rpe,
                new_set.rest_seconds AS rest_seconds,
                new_set.counter_name AS counter_name,
                new_set.counter_version AS counter_version,
                new_set.profile_version AS profile_version,
                new_set.detected_reps AS detected_reps,
                new_set.judgements AS judgements,
                new_set.rep_offset_ms AS rep_offset_ms,
                new_set.rep_turn_ms AS rep_turn_ms,
                new_set.rep_duration_ms AS rep_duration_ms,
                new_set.rep_eccentric_ms AS rep_eccentric_ms,
                new_set.rep_concentric_ms AS rep_concentric_ms,
                new_set.rep_turn_pause_ms AS rep_turn_pause_ms,
                new_set.rep_end_pause_ms AS rep_end_pause_ms,
                new_set.rep_range_degrees AS rep_range_degrees,
                new_set.rep_range_mm AS rep_range_mm,
                new_set.rep_range_share AS rep_range_share,
                new_set.rep_full_range_share AS rep_full_range_share,
                new_set.rep_mean_velocity_mps AS rep_mean_velocity_mps,
                new_set.rep_side AS rep_side,
                new_set.rep_confidence AS rep_confidence,
                new_set.rep_flags AS rep_flags,
                new_set.rep_rejected AS rep_rejected
         FROM new_set
              INNER JOIN head ON head.workout = new_set.workout
              INNER JOIN inserted ON inserted.id = head.id
         RETURNING workout_set.position
       )
  SELECT inserted.id,
         array_agg(exercise.exercise_id) FILTER (WHERE bumped_revision.revision <> (SELECT user_revision.revision
                                                                                    FROM user_revision
                                                                                    WHERE user_revision.user_id = CAST($4 AS uuid)) + CAST($40 AS bigint)
                                                    OR (exercise.best_set_weight_kg > 0
                                                    AND NOT EXISTS (SELECT *
                                                                    FROM exercise_record AS record
                                                                    WHERE record.user_id = CAST($4 AS uuid)
                                                                      AND record.exercise_id = exercise.exercise_id
                                                                      AND record.started_at <= head.started_at
                                                                      AND (record.started_at, record.workout_id, record.position) < (head.started_at, head.id, exercise.position)
                                                                      AND record.kind = 'load'
                                                                      AND record.value >= exercise.best_set_weight_kg))
                                                    OR (exercise.best_reps > 0
                                                    AND NOT EXISTS (SELECT *
                                                                    FROM exercise_record AS record
                                                                    WHERE record.user_id = CAST($4 AS uuid)
                                                                      AND record.exercise_id = exercise.exercise_id
                                                                      AND record.started_at <= head.started_at
                                                                      AND (record.started_at, record.workout_id, record.position) < (head.started_at, head.id, exercise.position)
                                                                      AND record.kind = 'reps'
                                                                      AND record.value >= exercise.best_reps))
                                                    OR (exercise.best_duration_seconds > 0
                                                    AND NOT EXISTS (SELECT *
                                                                    FROM exercise_record AS record
                                                                    WHERE record.user_id = CAST($4 AS uuid)
                                                                      AND record.exercise_id = exercise.exercise_id
                                                                      AND record.started_at <= head.started_at
                                                                      AND (record.started_at, record.workout_id, record.position) < (head.started_at, head.id, exercise.position)
                                                                      AND record.kind = 'duration'
                                                                      AND record.value >= exercise.best_duration_seconds))
                                                    OR (exercise.best_distance_meters > 0
                                                    AND NOT EXISTS (SELECT *
                                                                    FROM exercise_record AS record
                                                                    WHERE record.user_id = CAST($4 AS uuid)
                                                                      AND record.exercise_id = exercise.exercise_id
                                                                      AND record.started_at <= head.started_at
                                                                      AND (record.started_at, record.workout_id, record.position) < (head.started_at, head.id, exercise.position)
                                                                      AND record.kind = 'distance'
                                                                      AND record.value >= exercise.best_distance_meters))
                                                    OR (exercise.best_unbroken_reps > 0
                                                    AND NOT EXISTS (SELECT *
                                                                    FROM exercise_record AS record
                                                                    WHERE record.user_id = CAST($4 AS uuid)
                                                                      AND record.exercise_id = exercise.exercise_id
                                                                      AND record.started_at <= head.started_at
                                                                      AND (record.started_at, record.workout_id, record.position) < (head.started_at, head.id, exercise.position)
                                                                      AND record.kind = 'reps_unbroken'
                                                                      AND record.value >= exercise.best_unbroken_reps))
                                                    OR EXISTS (SELECT *
                                                               FROM unnest(exercise.load_kgs, exercise.load_reps) AS anon_9 (weight_kg, reps)
                                                               WHERE NOT EXISTS (SELECT *
                                                                                 FROM exercise_record AS record
                                                                                 WHERE record.user_id = CAST($4 AS uuid)
                                                                                   AND record.exercise_id = exercise.exercise_id
                                                                                   AND record.started_at <= head.started_at
                                                                                   AND (record.started_at, record.workout_id, record.position) < (head.started_at, head.id, exercise.position)
                                                                                   AND record.kind IN ('reps_at_load', 'set')
                                                                                   AND record.weight_kg >= CAST(anon_9.weight_kg AS double precision)
                                                                                   AND record.reps >= CAST(anon_9.reps AS integer)
                                                                                   AND (record.reps <= 12
                                                                                     OR CAST(anon_9.reps AS integer) > 12)))) AS anon_8
  FROM inserted
       INNER JOIN bumped_revision ON TRUE
       INNER JOIN head ON inserted.id = head.id
       LEFT JOIN exercise ON exercise.workout = head.workout
  GROUP BY inserted.id
