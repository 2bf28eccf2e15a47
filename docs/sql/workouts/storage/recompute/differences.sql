-- Built by exercise_buddy.workouts.storage.recompute._DIFFERENCES. Written by: exercise-buddy dev sql
--   $1  4
--   $2  4
--   $3  4
--   $4  4
--   $5  owner_id
--   $6  4
--   $7  4
--   $8  4
--   $9  4
--   $10  1
--   $11  0
--   $12  1
--   $13  0
--   $14  2
--   $15  12
--   $16  1
--   $17  4
--   $18  6
--   $19  6
--   $20  6
--   $21  6
--   $22  6
--   $23  6
--   $24  1
--   $25  1
--   $26  1
--   $27  1
--   $28  1
--   $29  workouts
--   $30  4
--   $31  0
WITH exercise AS (
         SELECT workout_exercise.workout_id AS workout_id,
                workout_exercise.position AS position,
                COALESCE(catalogue_exercise.met, custom_exercise.met) AS met,
                COALESCE(sums.set_count, 0) AS set_count,
                COALESCE(sums.rep_count, 0) AS rep_count,
                CASE
                  WHEN NOT COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN COALESCE(sums.volume_kg, 0)
                  ELSE 0
                END AS volume_kg,
                CAST(round(CAST(COALESCE(sums.rep_count, 0) * COALESCE(COALESCE(catalogue_exercise.bodyweight_share, custom_exercise.bodyweight_share),
                                                                       0) AS numeric),
                           CAST($1 AS integer)) AS double precision) AS bodyweight_reps,
                CAST(round(CAST(COALESCE(sums.assistance_volume_kg, 0) + CASE
                                                                           WHEN COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                                                                             THEN COALESCE(sums.volume_kg, 0)
                                                                           ELSE 0
                                                                         END AS numeric),
                           CAST($2 AS integer)) AS double precision) AS assisted_volume_kg,
                COALESCE(sums.assisted_reps, 0) + CASE
                                                    WHEN COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                                                      THEN COALESCE(sums.weighted_reps, 0)
                                                    ELSE 0
                                                  END AS assisted_reps,
                CASE
                  WHEN COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN LEAST(sums.least_assistance_kg, sums.least_weight_kg)
                  ELSE sums.least_assistance_kg
                END AS least_assistance_kg,
                COALESCE(sums.warm_up_set_count, 0) AS warm_up_set_count,
                COALESCE(sums.warm_up_rep_count, 0) AS warm_up_rep_count,
                CASE
                  WHEN NOT COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN COALESCE(sums.warm_up_volume_kg, 0)
                  ELSE 0
                END AS warm_up_volume_kg,
                CAST(round(CAST(COALESCE(sums.warm_up_rep_count, 0) * COALESCE(COALESCE(catalogue_exercise.bodyweight_share, custom_exercise.bodyweight_share),
                                                                               0) AS numeric),
                           CAST($3 AS integer)) AS double precision) AS warm_up_bodyweight_reps,
                CAST(round(CAST(COALESCE(sums.warm_up_assistance_volume_kg, 0) + CASE
                                                                                   WHEN COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                                                                                     THEN COALESCE(sums.warm_up_volume_kg, 0)
                                                                                   ELSE 0
                                                                                 END AS numeric),
                           CAST($4 AS integer)) AS double precision) AS warm_up_assisted_volume_kg,
                sums.duration_seconds AS duration_seconds,
                sums.distance_meters AS distance_meters,
                CASE
                  WHEN NOT COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN sums.best_set_weight_kg
                END AS best_set_weight_kg,
                CASE
                  WHEN NOT COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN sums.best_set_reps
                END AS best_set_reps,
                CASE
                  WHEN NOT COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN sums.best_e1rm_kg
                END AS best_e1rm_kg,
                CASE
                  WHEN COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN sums.most_reps
                  WHEN COALESCE(COALESCE(catalogue_exercise.bodyweight_share, custom_exercise.bodyweight_share),
                                0) > 0
                    THEN sums.unloaded_reps
                  ELSE sums.best_reps
                END AS best_reps,
                CASE
                  WHEN NOT COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN sums.best_set_volume_kg
                END AS best_set_volume_kg,
                sums.best_duration_seconds AS best_duration_seconds,
                sums.best_distance_meters AS best_distance_meters,
                CASE
                  WHEN NOT COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
                    THEN sums.load_kgs
                END AS load_kgs,
                CASE
                  WHEN NOT COALESCE(catalogue_exercise.assisted, custom_exercise.assisted, FALSE)
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
                sums.velocity_loss_sets AS velocity_loss_sets,
                sums.velocity_loss_percent AS velocity_loss_percent,
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
                500 + octet_length(COALESCE(workout_exercise.notes, '')) + octet_length(COALESCE(CAST(workout_exercise.targets AS text),
                                                                                                 '')) + COALESCE(sums.stored_bytes, 0) AS stored_bytes
         FROM workout_exercise
              LEFT JOIN catalogue_exercise ON catalogue_exercise.id = workout_exercise.catalogue_exercise_id
              LEFT JOIN custom_exercise ON custom_exercise.user_id = CAST($5 AS uuid)
                                       AND custom_exercise.id = workout_exercise.custom_exercise_id
              INNER JOIN LATERAL (SELECT count(*) AS set_count,
                                         sum(workout_set.reps) AS rep_count,
                                         CAST(round(CAST(sum(workout_set.reps * CAST(workout_set.weight_kg AS numeric)) AS numeric),
                                                    CAST($6 AS integer)) AS double precision) AS volume_kg,
                                         CAST(round(CAST(sum(workout_set.reps * CAST(workout_set.assistance_kg AS numeric)) AS numeric),
                                                    CAST($7 AS integer)) AS double precision) AS assistance_volume_kg,
                                         sum(workout_set.reps) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                         AND workout_set.reps > 0
                                                                         AND workout_set.assistance_kg IS NOT NULL) AS assisted_reps,
                                         sum(workout_set.reps) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                         AND workout_set.reps > 0
                                                                         AND workout_set.weight_kg > 0) AS weighted_reps,
                                         min(workout_set.assistance_kg) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                                  AND workout_set.reps > 0) AS least_assistance_kg,
                                         min(workout_set.weight_kg) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                              AND workout_set.reps > 0
                                                                              AND workout_set.weight_kg > 0) AS least_weight_kg,
                                         count(*) FILTER (WHERE workout_set.kind = 'warm_up') AS warm_up_set_count,
                                         sum(workout_set.reps) FILTER (WHERE workout_set.kind = 'warm_up') AS warm_up_rep_count,
                                         CAST(round(CAST(sum(workout_set.reps * CAST(workout_set.weight_kg AS numeric)) FILTER (WHERE workout_set.kind = 'warm_up') AS numeric),
                                                    CAST($8 AS integer)) AS double precision) AS warm_up_volume_kg,
                                         CAST(round(CAST(sum(workout_set.reps * CAST(workout_set.assistance_kg AS numeric)) FILTER (WHERE workout_set.kind = 'warm_up') AS numeric),
                                                    CAST($9 AS integer)) AS double precision) AS warm_up_assistance_volume_kg,
                                         CAST(sum(CAST(workout_set.duration_seconds AS numeric)) AS double precision) AS duration_seconds,
                                         CAST(sum(CAST(workout_set.distance_meters AS numeric)) AS double precision) AS distance_meters,
                                         max(workout_set.weight_kg) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                              AND (workout_set.reps IS NULL
                                                                                OR workout_set.reps > 0)) AS best_set_weight_kg,
                                         (CAST(array_agg(workout_set.reps ORDER BY workout_set.weight_kg DESC NULLS LAST,
                                                                                   workout_set.reps DESC NULLS LAST) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                                                                               AND (workout_set.reps IS NULL
                                                                                                                                 OR workout_set.reps > 0)) AS integer[]))[CAST($10 AS integer)] AS best_set_reps,
                                         max(CASE
                                               WHEN workout_set.weight_kg > CAST($11 AS integer)
                                                AND workout_set.reps = CAST($12 AS integer)
                                                 THEN workout_set.weight_kg
                                               WHEN workout_set.weight_kg > CAST($13 AS integer)
                                                AND workout_set.reps BETWEEN CAST($14 AS integer) AND CAST($15 AS integer)
                                                 THEN workout_set.weight_kg * (CAST($16 AS integer) + CAST(workout_set.reps AS double precision) / CAST(CAST(30.0 AS float8) AS double precision))
                                             END) FILTER (WHERE workout_set.kind <> 'warm_up') AS best_e1rm_kg,
                                         max(workout_set.reps) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                         AND workout_set.reps > 0) AS most_reps,
                                         max(workout_set.reps) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                         AND workout_set.reps > 0
                                                                         AND workout_set.assistance_kg IS NULL) AS best_reps,
                                         max(workout_set.reps) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                         AND workout_set.reps > 0
                                                                         AND workout_set.assistance_kg IS NULL
                                                                         AND COALESCE(workout_set.weight_kg, 0) = 0) AS unloaded_reps,
                                         CAST(round(CAST(max(workout_set.reps * workout_set.weight_kg) FILTER (WHERE workout_set.kind <> 'warm_up') AS numeric),
                                                    CAST($17 AS integer)) AS double precision) AS best_set_volume_kg,
                                         max(workout_set.duration_seconds) FILTER (WHERE workout_set.kind <> 'warm_up') AS best_duration_seconds,
                                         max(workout_set.distance_meters) FILTER (WHERE workout_set.kind <> 'warm_up') AS best_distance_meters,
                                         array_agg(workout_set.weight_kg ORDER BY workout_set.weight_kg) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                                                                   AND workout_set.reps > 0
                                                                                                                   AND workout_set.weight_kg > 0) AS load_kgs,
                                         array_agg(workout_set.reps ORDER BY workout_set.weight_kg,
                                                                             workout_set.reps) FILTER (WHERE workout_set.kind <> 'warm_up'
                                                                                                         AND workout_set.reps > 0
                                                                                                         AND workout_set.weight_kg > 0) AS load_reps,
                                         NULLIF(count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL),
                                                0) AS tracked_sets,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.tracked_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS tracked_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(workout_set.detected_reps) AS integer)
                                         END AS detected_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(workout_set.reps) FILTER (WHERE workout_set.detected_reps IS NOT NULL) AS integer)
                                         END AS corrected_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL
                                                                          AND workout_set.reps <> workout_set.detected_reps) AS integer)
                                         END AS corrected_sets,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.timed_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS timed_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.time_ms) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS bigint)
                                         END AS time_ms,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.eccentric_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS eccentric_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.eccentric_ms) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS bigint)
                                         END AS eccentric_ms,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.concentric_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS concentric_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.concentric_ms) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS bigint)
                                         END AS concentric_ms,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.range_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS range_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(round(CAST(sum(CAST(rep_sums.range_degrees AS numeric)) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS numeric),
                                                             CAST($18 AS integer)) AS double precision)
                                         END AS range_degrees,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(count(rep_sums.slowdown_percent) AS integer)
                                         END AS slowdown_sets,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(round(CAST(sum(CAST(rep_sums.slowdown_percent AS numeric)) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS numeric),
                                                             CAST($19 AS integer)) AS double precision)
                                         END AS slowdown_percent,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(count(*) FILTER (WHERE rep_sums.slowed) AS integer)
                                         END AS slowed_sets,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(count(rep_sums.velocity_loss_percent) AS integer)
                                         END AS velocity_loss_sets,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(round(CAST(sum(CAST(rep_sums.velocity_loss_percent AS numeric)) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS numeric),
                                                             CAST($20 AS integer)) AS double precision)
                                         END AS velocity_loss_percent,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(count(rep_sums.range_loss_percent) AS integer)
                                         END AS range_loss_sets,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(round(CAST(sum(CAST(rep_sums.range_loss_percent AS numeric)) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS numeric),
                                                             CAST($21 AS integer)) AS double precision)
                                         END AS range_loss_percent,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(count(*) FILTER (WHERE rep_sums.faded) AS integer)
                                         END AS faded_sets,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.full_range_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS full_range_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(round(CAST(sum(CAST(rep_sums.full_range_share AS numeric)) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS numeric),
                                                             CAST($22 AS integer)) AS double precision)
                                         END AS full_range_share,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.left_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS left_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.right_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS right_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(count(rep_sums.tempo_variation_percent) AS integer)
                                         END AS tempo_variation_sets,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(round(CAST(sum(CAST(rep_sums.tempo_variation_percent AS numeric)) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS numeric),
                                                             CAST($23 AS integer)) AS double precision)
                                         END AS tempo_variation_percent,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.cadence_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS integer)
                                         END AS cadence_reps,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(sum(rep_sums.cadence_ms) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL) AS bigint)
                                         END AS cadence_ms,
                                         CASE
                                           WHEN count(*) FILTER (WHERE workout_set.detected_reps IS NOT NULL) > 0
                                             THEN CAST(max(rep_sums.best_unbroken_reps) FILTER (WHERE workout_set.rep_offset_ms IS NOT NULL
                                                                                                  AND workout_set.kind <> 'warm_up') AS integer)
                                         END AS best_unbroken_reps,
                                         sum(250 + octet_length(COALESCE(CAST(workout_set.judgements AS text),
                                                                         '')) + COALESCE(octet_length(array_to_string(workout_set.rep_flags, '')),
                                                                                         0) + 4 * COALESCE(cardinality(workout_set.rep_offset_ms),
                                                                                                           0) * num_nonnulls(workout_set.rep_offset_ms, workout_set.rep_turn_ms, workout_set.rep_duration_ms, workout_set.rep_eccentric_ms, workout_set.rep_concentric_ms, workout_set.rep_turn_pause_ms, workout_set.rep_end_pause_ms, workout_set.rep_range_degrees, workout_set.rep_range_mm, workout_set.rep_range_share, workout_set.rep_full_range_share, workout_set.rep_mean_velocity_mps, workout_set.rep_side, workout_set.rep_confidence, workout_set.rep_flags, workout_set.rep_rejected)) AS stored_bytes
                                  FROM workout_set
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
                                                                 sums.velocity_loss_percent AS velocity_loss_percent,
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
                                                                                                                                                                                                                                                                                                               AND CAST(rep.mean_velocity_mps AS double precision) > 0) AS double precision[]))[CAST($24 AS integer)]) / CAST(max(CAST(rep.mean_velocity_mps AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             AND CAST(rep.mean_velocity_mps AS double precision) > 0) AS double precision) * CAST(100.0 AS float8)
                                                                       END AS velocity_loss_percent,
                                                                       CASE
                                                                         WHEN count(*) FILTER (WHERE rep.counted
                                                                                                 AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                 AND CAST(rep.mean_velocity_mps AS double precision) > 0) >= 2
                                                                           THEN (max(CAST(rep.mean_velocity_mps AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                AND CAST(rep.mean_velocity_mps AS double precision) > 0) - (CAST(array_agg(CAST(rep.mean_velocity_mps AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                                                                                                                                                                                    rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                               AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                               AND CAST(rep.mean_velocity_mps AS double precision) > 0) AS double precision[]))[CAST($24 AS integer)]) / CAST(max(CAST(rep.mean_velocity_mps AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             AND CAST(rep.mean_velocity_mps AS double precision) > 0) AS double precision) * CAST(100.0 AS float8)
                                                                         WHEN count(*) FILTER (WHERE rep.counted
                                                                                                 AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                 AND CAST(rep.concentric_ms AS double precision) > 0) >= 2
                                                                           THEN ((CAST(array_agg(CAST(rep.concentric_ms AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                                                      rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                                                 AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                 AND CAST(rep.concentric_ms AS double precision) > 0) AS double precision[]))[CAST($25 AS integer)] - min(CAST(rep.concentric_ms AS double precision)) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                 AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                 AND CAST(rep.concentric_ms AS double precision) > 0)) / CAST((CAST(array_agg(CAST(rep.concentric_ms AS double precision) ORDER BY rep.offset_ms DESC,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   rep.number DESC) FILTER (WHERE rep.counted
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              AND rep.side IS NOT DISTINCT FROM rep.last_side
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              AND CAST(rep.concentric_ms AS double precision) > 0) AS double precision[]))[CAST($25 AS integer)] AS double precision) * CAST(100.0 AS float8)
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
                                                                                                                                                                                                                                                                                             AND CAST(rep.range_share AS double precision) > 0) AS double precision[]))[CAST($26 AS integer)]) / CAST(max(CAST(rep.range_share AS double precision)) FILTER (WHERE rep.counted
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
                                                                                                                                                                                                                                                                                                   AND CAST(rep.range_degrees AS double precision) > 0) AS double precision[]))[CAST($27 AS integer)]) / CAST(max(CAST(rep.range_degrees AS double precision)) FILTER (WHERE rep.counted
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
                                                                                                                                                                                                                                                                                    AND CAST(rep.range_mm AS double precision) > 0) AS double precision[]))[CAST($28 AS integer)]) / CAST(max(CAST(rep.range_mm AS double precision)) FILTER (WHERE rep.counted
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
                                                                            FROM (SELECT anon_1.offset_ms AS offset_ms,
                                                                                         anon_1.duration_ms AS duration_ms,
                                                                                         anon_1.eccentric_ms AS eccentric_ms,
                                                                                         anon_1.concentric_ms AS concentric_ms,
                                                                                         anon_1.range_degrees AS range_degrees,
                                                                                         anon_1.range_mm AS range_mm,
                                                                                         anon_1.range_share AS range_share,
                                                                                         anon_1.full_range_share AS full_range_share,
                                                                                         anon_1.mean_velocity_mps AS mean_velocity_mps,
                                                                                         anon_1.side AS side,
                                                                                         anon_1.number AS number,
                                                                                         NOT COALESCE(CAST(anon_1.rejected AS boolean),
                                                                                                      FALSE) AS counted,
                                                                                         CAST(COALESCE(CAST(anon_1.rejected AS boolean),
                                                                                                       FALSE)
                                                                                           OR COALESCE(anon_1.offset_ms - lag(anon_1.offset_ms + COALESCE(anon_1.duration_ms, 0)) OVER (ORDER BY anon_1.offset_ms,
                                                                                                                                                                                                 anon_1.number) > 5000,
                                                                                                       FALSE) AS integer) AS breaks
                                                                                  FROM unnest(workout_set.rep_offset_ms, workout_set.rep_duration_ms, workout_set.rep_eccentric_ms, workout_set.rep_concentric_ms, workout_set.rep_range_degrees, workout_set.rep_range_mm, workout_set.rep_range_share, workout_set.rep_full_range_share, workout_set.rep_mean_velocity_mps, workout_set.rep_side, workout_set.rep_rejected) WITH ORDINALITY AS anon_1 (offset_ms, duration_ms, eccentric_ms, concentric_ms, range_degrees, range_mm, range_share, full_range_share, mean_velocity_mps, side, rejected, number)) AS marked) AS in_runs) AS rep) AS sums) AS rep_sums ON workout_set.rep_offset_ms IS NOT NULL
                                  WHERE workout_set.user_id = CAST($5 AS uuid)
                                    AND workout_set.workout_id = workout_exercise.workout_id
                                    AND workout_set.exercise_position = workout_exercise.position) AS sums ON TRUE
         WHERE workout_exercise.user_id = CAST($5 AS uuid)
           AND workout_exercise.workout_id = ANY(CAST(CAST($29 AS uuid[]) AS uuid[]))
       ),
     by_workout AS (
         SELECT exercise.workout_id AS workout_id,
                count(*) AS exercise_count,
                sum(exercise.set_count) AS set_count,
                sum(exercise.rep_count) AS rep_count,
                CAST(sum(CAST(exercise.volume_kg AS numeric)) AS double precision) AS volume_kg,
                CAST(sum(CAST(exercise.bodyweight_reps AS numeric)) AS double precision) AS bodyweight_reps,
                CAST(sum(CAST(exercise.assisted_volume_kg AS numeric)) AS double precision) AS assisted_volume_kg,
                sum(exercise.warm_up_set_count) AS warm_up_set_count,
                sum(exercise.warm_up_rep_count) AS warm_up_rep_count,
                CAST(sum(CAST(exercise.warm_up_volume_kg AS numeric)) AS double precision) AS warm_up_volume_kg,
                CAST(sum(CAST(exercise.warm_up_bodyweight_reps AS numeric)) AS double precision) AS warm_up_bodyweight_reps,
                CAST(sum(CAST(exercise.warm_up_assisted_volume_kg AS numeric)) AS double precision) AS warm_up_assisted_volume_kg,
                CAST(sum(exercise.set_count * CAST(exercise.met AS numeric)) AS double precision) / CAST(NULLIF(sum(exercise.set_count) FILTER (WHERE exercise.met IS NOT NULL),
                                                                                                                CAST($31 AS integer)) AS numeric) AS met,
                sum(exercise.stored_bytes) AS stored_bytes
         FROM exercise
         GROUP BY exercise.workout_id
       ),
     total AS (
         SELECT workout.id AS workout_id,
                COALESCE(by_workout.exercise_count, 0) AS exercise_count,
                COALESCE(by_workout.set_count, 0) AS set_count,
                COALESCE(by_workout.rep_count, 0) AS rep_count,
                COALESCE(by_workout.volume_kg, 0) AS volume_kg,
                COALESCE(by_workout.bodyweight_reps, 0) AS bodyweight_reps,
                COALESCE(by_workout.assisted_volume_kg, 0) AS assisted_volume_kg,
                COALESCE(by_workout.warm_up_set_count, 0) AS warm_up_set_count,
                COALESCE(by_workout.warm_up_rep_count, 0) AS warm_up_rep_count,
                COALESCE(by_workout.warm_up_volume_kg, 0) AS warm_up_volume_kg,
                COALESCE(by_workout.warm_up_bodyweight_reps, 0) AS warm_up_bodyweight_reps,
                COALESCE(by_workout.warm_up_assisted_volume_kg, 0) AS warm_up_assisted_volume_kg,
                CAST(round(CAST(by_workout.met * workout.duration_seconds / CAST(CAST(60.0 AS float8) AS double precision) AS numeric),
                           CAST($30 AS integer)) AS double precision) AS met_minutes,
                600 + octet_length(COALESCE(workout.notes, '')) + COALESCE(by_workout.stored_bytes, 0) AS stored_bytes
         FROM workout
              LEFT JOIN by_workout ON by_workout.workout_id = workout.id
         WHERE workout.user_id = CAST($5 AS uuid)
           AND workout.id = ANY(CAST(CAST($29 AS uuid[]) AS uuid[]))
       )
  SELECT difference.workout_id,
         difference.position,
         difference.name,
         difference.stored,
         difference.counted
  FROM (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((SELECT exercise.workout_id AS workout_id,
                                                                               exercise.position AS position,
                                                                               'set_count' AS name,
                                                                               CAST(to_jsonb(workout_exercise.set_count) AS text) AS stored,
                                                                               CAST(to_jsonb(exercise.set_count) AS text) AS counted
                                                                        FROM exercise, workout_exercise
                                                                        WHERE workout_exercise.set_count IS DISTINCT FROM exercise.set_count
                                                                          AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                          AND workout_exercise.workout_id = exercise.workout_id
                                                                          AND workout_exercise.position = exercise.position

                                                                        UNION ALL

                                                                        SELECT exercise.workout_id AS workout_id,
                                                                               exercise.position AS position,
                                                                               'rep_count' AS name,
                                                                               CAST(to_jsonb(workout_exercise.rep_count) AS text) AS stored,
                                                                               CAST(to_jsonb(exercise.rep_count) AS text) AS counted
                                                                        FROM exercise, workout_exercise
                                                                        WHERE workout_exercise.rep_count IS DISTINCT FROM exercise.rep_count
                                                                          AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                          AND workout_exercise.workout_id = exercise.workout_id
                                                                          AND workout_exercise.position = exercise.position)

                                                                       UNION ALL

                                                                       SELECT exercise.workout_id AS workout_id,
                                                                              exercise.position AS position,
                                                                              'volume_kg' AS name,
                                                                              CAST(to_jsonb(workout_exercise.volume_kg) AS text) AS stored,
                                                                              CAST(to_jsonb(exercise.volume_kg) AS text) AS counted
                                                                       FROM exercise, workout_exercise
                                                                       WHERE workout_exercise.volume_kg IS DISTINCT FROM exercise.volume_kg
                                                                         AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                         AND workout_exercise.workout_id = exercise.workout_id
                                                                         AND workout_exercise.position = exercise.position)

                                                                      UNION ALL

                                                                      SELECT exercise.workout_id AS workout_id,
                                                                             exercise.position AS position,
                                                                             'bodyweight_reps' AS name,
                                                                             CAST(to_jsonb(workout_exercise.bodyweight_reps) AS text) AS stored,
                                                                             CAST(to_jsonb(exercise.bodyweight_reps) AS text) AS counted
                                                                      FROM exercise, workout_exercise
                                                                      WHERE workout_exercise.bodyweight_reps IS DISTINCT FROM exercise.bodyweight_reps
                                                                        AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                        AND workout_exercise.workout_id = exercise.workout_id
                                                                        AND workout_exercise.position = exercise.position)

                                                                     UNION ALL

                                                                     SELECT exercise.workout_id AS workout_id,
                                                                            exercise.position AS position,
                                                                            'assisted_volume_kg' AS name,
                                                                            CAST(to_jsonb(workout_exercise.assisted_volume_kg) AS text) AS stored,
                                                                            CAST(to_jsonb(exercise.assisted_volume_kg) AS text) AS counted
                                                                     FROM exercise, workout_exercise
                                                                     WHERE workout_exercise.assisted_volume_kg IS DISTINCT FROM exercise.assisted_volume_kg
                                                                       AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                       AND workout_exercise.workout_id = exercise.workout_id
                                                                       AND workout_exercise.position = exercise.position)

                                                                    UNION ALL

                                                                    SELECT exercise.workout_id AS workout_id,
                                                                           exercise.position AS position,
                                                                           'assisted_reps' AS name,
                                                                           CAST(to_jsonb(workout_exercise.assisted_reps) AS text) AS stored,
                                                                           CAST(to_jsonb(exercise.assisted_reps) AS text) AS counted
                                                                    FROM exercise, workout_exercise
                                                                    WHERE workout_exercise.assisted_reps IS DISTINCT FROM exercise.assisted_reps
                                                                      AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                      AND workout_exercise.workout_id = exercise.workout_id
                                                                      AND workout_exercise.position = exercise.position)

                                                                   UNION ALL

                                                                   SELECT exercise.workout_id AS workout_id,
                                                                          exercise.position AS position,
                                                                          'least_assistance_kg' AS name,
                                                                          CAST(to_jsonb(workout_exercise.least_assistance_kg) AS text) AS stored,
                                                                          CAST(to_jsonb(exercise.least_assistance_kg) AS text) AS counted
                                                                   FROM exercise, workout_exercise
                                                                   WHERE workout_exercise.least_assistance_kg IS DISTINCT FROM exercise.least_assistance_kg
                                                                     AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                     AND workout_exercise.workout_id = exercise.workout_id
                                                                     AND workout_exercise.position = exercise.position)

                                                                  UNION ALL

                                                                  SELECT exercise.workout_id AS workout_id,
                                                                         exercise.position AS position,
                                                                         'warm_up_set_count' AS name,
                                                                         CAST(to_jsonb(workout_exercise.warm_up_set_count) AS text) AS stored,
                                                                         CAST(to_jsonb(exercise.warm_up_set_count) AS text) AS counted
                                                                  FROM exercise, workout_exercise
                                                                  WHERE workout_exercise.warm_up_set_count IS DISTINCT FROM exercise.warm_up_set_count
                                                                    AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                    AND workout_exercise.workout_id = exercise.workout_id
                                                                    AND workout_exercise.position = exercise.position)

                                                                 UNION ALL

                                                                 SELECT exercise.workout_id AS workout_id,
                                                                        exercise.position AS position,
                                                                        'warm_up_rep_count' AS name,
                                                                        CAST(to_jsonb(workout_exercise.warm_up_rep_count) AS text) AS stored,
                                                                        CAST(to_jsonb(exercise.warm_up_rep_count) AS text) AS counted
                                                                 FROM exercise, workout_exercise
                                                                 WHERE workout_exercise.warm_up_rep_count IS DISTINCT FROM exercise.warm_up_rep_count
                                                                   AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                   AND workout_exercise.workout_id = exercise.workout_id
                                                                   AND workout_exercise.position = exercise.position)

                                                                UNION ALL

                                                                SELECT exercise.workout_id AS workout_id,
                                                                       exercise.position AS position,
                                                                       'warm_up_volume_kg' AS name,
                                                                       CAST(to_jsonb(workout_exercise.warm_up_volume_kg) AS text) AS stored,
                                                                       CAST(to_jsonb(exercise.warm_up_volume_kg) AS text) AS counted
                                                                FROM exercise, workout_exercise
                                                                WHERE workout_exercise.warm_up_volume_kg IS DISTINCT FROM exercise.warm_up_volume_kg
                                                                  AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                  AND workout_exercise.workout_id = exercise.workout_id
                                                                  AND workout_exercise.position = exercise.position)

                                                               UNION ALL

                                                               SELECT exercise.workout_id AS workout_id,
                                                                      exercise.position AS position,
                                                                      'warm_up_bodyweight_reps' AS name,
                                                                      CAST(to_jsonb(workout_exercise.warm_up_bodyweight_reps) AS text) AS stored,
                                                                      CAST(to_jsonb(exercise.warm_up_bodyweight_reps) AS text) AS counted
                                                               FROM exercise, workout_exercise
                                                               WHERE workout_exercise.warm_up_bodyweight_reps IS DISTINCT FROM exercise.warm_up_bodyweight_reps
                                                                 AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                 AND workout_exercise.workout_id = exercise.workout_id
                                                                 AND workout_exercise.position = exercise.position)

                                                              UNION ALL

                                                              SELECT exercise.workout_id AS workout_id,
                                                                     exercise.position AS position,
                                                                     'warm_up_assisted_volume_kg' AS name,
                                                                     CAST(to_jsonb(workout_exercise.warm_up_assisted_volume_kg) AS text) AS stored,
                                                                     CAST(to_jsonb(exercise.warm_up_assisted_volume_kg) AS text) AS counted
                                                              FROM exercise, workout_exercise
                                                              WHERE workout_exercise.warm_up_assisted_volume_kg IS DISTINCT FROM exercise.warm_up_assisted_volume_kg
                                                                AND workout_exercise.user_id = CAST($5 AS uuid)
                                                                AND workout_exercise.workout_id = exercise.workout_id
                                                                AND workout_exercise.position = exercise.position)

                                                             UNION ALL

                                                             SELECT exercise.workout_id AS workout_id,
                                                                    exercise.position AS position,
                                                                    'duration_seconds' AS name,
                                                                    CAST(to_jsonb(workout_exercise.duration_seconds) AS text) AS stored,
                                                                    CAST(to_jsonb(exercise.duration_seconds) AS text) AS counted
                                                             FROM exercise, workout_exercise
                                                             WHERE workout_exercise.duration_seconds IS DISTINCT FROM exercise.duration_seconds
                                                               AND workout_exercise.user_id = CAST($5 AS uuid)
                                                               AND workout_exercise.workout_id = exercise.workout_id
                                                               AND workout_exercise.position = exercise.position)

                                                            UNION ALL

                                                            SELECT exercise.workout_id AS workout_id,
                                                                   exercise.position AS position,
                                                                   'distance_meters' AS name,
                                                                   CAST(to_jsonb(workout_exercise.distance_meters) AS text) AS stored,
                                                                   CAST(to_jsonb(exercise.distance_meters) AS text) AS counted
                                                            FROM exercise, workout_exercise
                                                            WHERE workout_exercise.distance_meters IS DISTINCT FROM exercise.distance_meters
                                                              AND workout_exercise.user_id = CAST($5 AS uuid)
                                                              AND workout_exercise.workout_id = exercise.workout_id
                                                              AND workout_exercise.position = exercise.position)

                                                           UNION ALL

                                                           SELECT exercise.workout_id AS workout_id,
                                                                  exercise.position AS position,
                                                                  'best_set_weight_kg' AS name,
                                                                  CAST(to_jsonb(workout_exercise.best_set_weight_kg) AS text) AS stored,
                                                                  CAST(to_jsonb(exercise.best_set_weight_kg) AS text) AS counted
                                                           FROM exercise, workout_exercise
                                                           WHERE workout_exercise.best_set_weight_kg IS DISTINCT FROM exercise.best_set_weight_kg
                                                             AND workout_exercise.user_id = CAST($5 AS uuid)
                                                             AND workout_exercise.workout_id = exercise.workout_id
                                                             AND workout_exercise.position = exercise.position)

                                                          UNION ALL

                                                          SELECT exercise.workout_id AS workout_id,
                                                                 exercise.position AS position,
                                                                 'best_set_reps' AS name,
                                                                 CAST(to_jsonb(workout_exercise.best_set_reps) AS text) AS stored,
                                                                 CAST(to_jsonb(exercise.best_set_reps) AS text) AS counted
                                                          FROM exercise, workout_exercise
                                                          WHERE workout_exercise.best_set_reps IS DISTINCT FROM exercise.best_set_reps
                                                            AND workout_exercise.user_id = CAST($5 AS uuid)
                                                            AND workout_exercise.workout_id = exercise.workout_id
                                                            AND workout_exercise.position = exercise.position)

                                                         UNION ALL

                                                         SELECT exercise.workout_id AS workout_id,
                                                                exercise.position AS position,
                                                                'best_e1rm_kg' AS name,
                                                                CAST(to_jsonb(workout_exercise.best_e1rm_kg) AS text) AS stored,
                                                                CAST(to_jsonb(exercise.best_e1rm_kg) AS text) AS counted
                                                         FROM exercise, workout_exercise
                                                         WHERE workout_exercise.best_e1rm_kg IS DISTINCT FROM exercise.best_e1rm_kg
                                                           AND workout_exercise.user_id = CAST($5 AS uuid)
                                                           AND workout_exercise.workout_id = exercise.workout_id
                                                           AND workout_exercise.position = exercise.position)

                                                        UNION ALL

                                                        SELECT exercise.workout_id AS workout_id,
                                                               exercise.position AS position,
                                                               'best_reps' AS name,
                                                               CAST(to_jsonb(workout_exercise.best_reps) AS text) AS stored,
                                                               CAST(to_jsonb(exercise.best_reps) AS text) AS counted
                                                        FROM exercise, workout_exercise
                                                        WHERE workout_exercise.best_reps IS DISTINCT FROM exercise.best_reps
                                                          AND workout_exercise.user_id = CAST($5 AS uuid)
                                                          AND workout_exercise.workout_id = exercise.workout_id
                                                          AND workout_exercise.position = exercise.position)

                                                       UNION ALL

                                                       SELECT exercise.workout_id AS workout_id,
                                                              exercise.position AS position,
                                                              'best_set_volume_kg' AS name,
                                                              CAST(to_jsonb(workout_exercise.best_set_volume_kg) AS text) AS stored,
                                                              CAST(to_jsonb(exercise.best_set_volume_kg) AS text) AS counted
                                                       FROM exercise, workout_exercise
                                                       WHERE workout_exercise.best_set_volume_kg IS DISTINCT FROM exercise.best_set_volume_kg
                                                         AND workout_exercise.user_id = CAST($5 AS uuid)
                                                         AND workout_exercise.workout_id = exercise.workout_id
                                                         AND workout_exercise.position = exercise.position)

                                                      UNION ALL

                                                      SELECT exercise.workout_id AS workout_id,
                                                             exercise.position AS position,
                                                             'best_duration_seconds' AS name,
                                                             CAST(to_jsonb(workout_exercise.best_duration_seconds) AS text) AS stored,
                                                             CAST(to_jsonb(exercise.best_duration_seconds) AS text) AS counted
                                                      FROM exercise, workout_exercise
                                                      WHERE workout_exercise.best_duration_seconds IS DISTINCT FROM exercise.best_duration_seconds
                                                        AND workout_exercise.user_id = CAST($5 AS uuid)
                                                        AND workout_exercise.workout_id = exercise.workout_id
                                                        AND workout_exercise.position = exercise.position)

                                                     UNION ALL

                                                     SELECT exercise.workout_id AS workout_id,
                                                            exercise.position AS position,
                                                            'best_distance_meters' AS name,
                                                            CAST(to_jsonb(workout_exercise.best_distance_meters) AS text) AS stored,
                                                            CAST(to_jsonb(exercise.best_distance_meters) AS text) AS counted
                                                     FROM exercise, workout_exercise
                                                     WHERE workout_exercise.best_distance_meters IS DISTINCT FROM exercise.best_distance_meters
                                                       AND workout_exercise.user_id = CAST($5 AS uuid)
                                                       AND workout_exercise.workout_id = exercise.workout_id
                                                       AND workout_exercise.position = exercise.position)

                                                    UNION ALL

                                                    SELECT exercise.workout_id AS workout_id,
                                                           exercise.position AS position,
                                                           'load_kgs' AS name,
                                                           CAST(to_jsonb(workout_exercise.load_kgs) AS text) AS stored,
                                                           CAST(to_jsonb(exercise.load_kgs) AS text) AS counted
                                                    FROM exercise, workout_exercise
                                                    WHERE workout_exercise.load_kgs IS DISTINCT FROM exercise.load_kgs
                                                      AND workout_exercise.user_id = CAST($5 AS uuid)
                                                      AND workout_exercise.workout_id = exercise.workout_id
                                                      AND workout_exercise.position = exercise.position)

                                                   UNION ALL

                                                   SELECT exercise.workout_id AS workout_id,
                                                          exercise.position AS position,
                                                          'load_reps' AS name,
                                                          CAST(to_jsonb(workout_exercise.load_reps) AS text) AS stored,
                                                          CAST(to_jsonb(exercise.load_reps) AS text) AS counted
                                                   FROM exercise, workout_exercise
                                                   WHERE workout_exercise.load_reps IS DISTINCT FROM exercise.load_reps
                                                     AND workout_exercise.user_id = CAST($5 AS uuid)
                                                     AND workout_exercise.workout_id = exercise.workout_id
                                                     AND workout_exercise.position = exercise.position)

                                                  UNION ALL

                                                  SELECT exercise.workout_id AS workout_id,
                                                         exercise.position AS position,
                                                         'tracked_sets' AS name,
                                                         CAST(to_jsonb(workout_exercise.tracked_sets) AS text) AS stored,
                                                         CAST(to_jsonb(exercise.tracked_sets) AS text) AS counted
                                                  FROM exercise, workout_exercise
                                                  WHERE workout_exercise.tracked_sets IS DISTINCT FROM exercise.tracked_sets
                                                    AND workout_exercise.user_id = CAST($5 AS uuid)
                                                    AND workout_exercise.workout_id = exercise.workout_id
                                                    AND workout_exercise.position = exercise.position)

                                                 UNION ALL

                                                 SELECT exercise.workout_id AS workout_id,
                                                        exercise.position AS position,
                                                        'tracked_reps' AS name,
                                                        CAST(to_jsonb(workout_exercise.tracked_reps) AS text) AS stored,
                                                        CAST(to_jsonb(exercise.tracked_reps) AS text) AS counted
                                                 FROM exercise, workout_exercise
                                                 WHERE workout_exercise.tracked_reps IS DISTINCT FROM exercise.tracked_reps
                                                   AND workout_exercise.user_id = CAST($5 AS uuid)
                                                   AND workout_exercise.workout_id = exercise.workout_id
                                                   AND workout_exercise.position = exercise.position)

                                                UNION ALL

                                                SELECT exercise.workout_id AS workout_id,
                                                       exercise.position AS position,
                                                       'detected_reps' AS name,
                                                       CAST(to_jsonb(workout_exercise.detected_reps) AS text) AS stored,
                                                       CAST(to_jsonb(exercise.detected_reps) AS text) AS counted
                                                FROM exercise, workout_exercise
                                                WHERE workout_exercise.detected_reps IS DISTINCT FROM exercise.detected_reps
                                                  AND workout_exercise.user_id = CAST($5 AS uuid)
                                                  AND workout_exercise.workout_id = exercise.workout_id
                                                  AND workout_exercise.position = exercise.position)

                                               UNION ALL

                                               SELECT exercise.workout_id AS workout_id,
                                                      exercise.position AS position,
                                                      'corrected_reps' AS name,
                                                      CAST(to_jsonb(workout_exercise.corrected_reps) AS text) AS stored,
                                                      CAST(to_jsonb(exercise.corrected_reps) AS text) AS counted
                                               FROM exercise, workout_exercise
                                               WHERE workout_exercise.corrected_reps IS DISTINCT FROM exercise.corrected_reps
                                                 AND workout_exercise.user_id = CAST($5 AS uuid)
                                                 AND workout_exercise.workout_id = exercise.workout_id
                                                 AND workout_exercise.position = exercise.position)

                                              UNION ALL

                                              SELECT exercise.workout_id AS workout_id,
                                                     exercise.position AS position,
                                                     'corrected_sets' AS name,
                                                     CAST(to_jsonb(workout_exercise.corrected_sets) AS text) AS stored,
                                                     CAST(to_jsonb(exercise.corrected_sets) AS text) AS counted
                                              FROM exercise, workout_exercise
                                              WHERE workout_exercise.corrected_sets IS DISTINCT FROM exercise.corrected_sets
                                                AND workout_exercise.user_id = CAST($5 AS uuid)
                                                AND workout_exercise.workout_id = exercise.workout_id
                                                AND workout_exercise.position = exercise.position)

                                             UNION ALL

                                             SELECT exercise.workout_id AS workout_id,
                                                    exercise.position AS position,
                                                    'timed_reps' AS name,
                                                    CAST(to_jsonb(workout_exercise.timed_reps) AS text) AS stored,
                                                    CAST(to_jsonb(exercise.timed_reps) AS text) AS counted
                                             FROM exercise, workout_exercise
                                             WHERE workout_exercise.timed_reps IS DISTINCT FROM exercise.timed_reps
                                               AND workout_exercise.user_id = CAST($5 AS uuid)
                                               AND workout_exercise.workout_id = exercise.workout_id
                                               AND workout_exercise.position = exercise.position)

                                            UNION ALL

                                            SELECT exercise.workout_id AS workout_id,
                                                   exercise.position AS position,
                                                   'time_ms' AS name,
                                                   CAST(to_jsonb(workout_exercise.time_ms) AS text) AS stored,
                                                   CAST(to_jsonb(exercise.time_ms) AS text) AS counted
                                            FROM exercise, workout_exercise
                                            WHERE workout_exercise.time_ms IS DISTINCT FROM exercise.time_ms
                                              AND workout_exercise.user_id = CAST($5 AS uuid)
                                              AND workout_exercise.workout_id = exercise.workout_id
                                              AND workout_exercise.position = exercise.position)

                                           UNION ALL

                                           SELECT exercise.workout_id AS workout_id,
                                                  exercise.position AS position,
                                                  'eccentric_reps' AS name,
                                                  CAST(to_jsonb(workout_exercise.eccentric_reps) AS text) AS stored,
                                                  CAST(to_jsonb(exercise.eccentric_reps) AS text) AS counted
                                           FROM exercise, workout_exercise
                                           WHERE workout_exercise.eccentric_reps IS DISTINCT FROM exercise.eccentric_reps
                                             AND workout_exercise.user_id = CAST($5 AS uuid)
                                             AND workout_exercise.workout_id = exercise.workout_id
                                             AND workout_exercise.position = exercise.position)

                                          UNION ALL

                                          SELECT exercise.workout_id AS workout_id,
                                                 exercise.position AS position,
                                                 'eccentric_ms' AS name,
                                                 CAST(to_jsonb(workout_exercise.eccentric_ms) AS text) AS stored,
                                                 CAST(to_jsonb(exercise.eccentric_ms) AS text) AS counted
                                          FROM exercise, workout_exercise
                                          WHERE workout_exercise.eccentric_ms IS DISTINCT FROM exercise.eccentric_ms
                                            AND workout_exercise.user_id = CAST($5 AS uuid)
                                            AND workout_exercise.workout_id = exercise.workout_id
                                            AND workout_exercise.position = exercise.position)

                                         UNION ALL

                                         SELECT exercise.workout_id AS workout_id,
                                                exercise.position AS position,
                                                'concentric_reps' AS name,
                                                CAST(to_jsonb(workout_exercise.concentric_reps) AS text) AS stored,
                                                CAST(to_jsonb(exercise.concentric_reps) AS text) AS counted
                                         FROM exercise, workout_exercise
                                         WHERE workout_exercise.concentric_reps IS DISTINCT FROM exercise.concentric_reps
                                           AND workout_exercise.user_id = CAST($5 AS uuid)
                                           AND workout_exercise.workout_id = exercise.workout_id
                                           AND workout_exercise.position = exercise.position)

                                        UNION ALL

                                        SELECT exercise.workout_id AS workout_id,
                                               exercise.position AS position,
                                               'concentric_ms' AS name,
                                               CAST(to_jsonb(workout_exercise.concentric_ms) AS text) AS stored,
                                               CAST(to_jsonb(exercise.concentric_ms) AS text) AS counted
                                        FROM exercise, workout_exercise
                                        WHERE workout_exercise.concentric_ms IS DISTINCT FROM exercise.concentric_ms
                                          AND workout_exercise.user_id = CAST($5 AS uuid)
                                          AND workout_exercise.workout_id = exercise.workout_id
                                          AND workout_exercise.position = exercise.position)

                                       UNION ALL

                                       SELECT exercise.workout_id AS workout_id,
                                              exercise.position AS position,
                                              'range_reps' AS name,
                                              CAST(to_jsonb(workout_exercise.range_reps) AS text) AS stored,
                                              CAST(to_jsonb(exercise.range_reps) AS text) AS counted
                                       FROM exercise, workout_exercise
                                       WHERE workout_exercise.range_reps IS DISTINCT FROM exercise.range_reps
                                         AND workout_exercise.user_id = CAST($5 AS uuid)
                                         AND workout_exercise.workout_id = exercise.workout_id
                                         AND workout_exercise.position = exercise.position)

                                      UNION ALL

                                      SELECT exercise.workout_id AS workout_id,
                                             exercise.position AS position,
                                             'range_degrees' AS name,
                                             CAST(to_jsonb(workout_exercise.range_degrees) AS text) AS stored,
                                             CAST(to_jsonb(exercise.range_degrees) AS text) AS counted
                                      FROM exercise, workout_exercise
                                      WHERE workout_exercise.range_degrees IS DISTINCT FROM exercise.range_degrees
                                        AND workout_exercise.user_id = CAST($5 AS uuid)
                                        AND workout_exercise.workout_id = exercise.workout_id
                                        AND workout_exercise.position = exercise.position)

                                     UNION ALL

                                     SELECT exercise.workout_id AS workout_id,
                                            exercise.position AS position,
                                            'slowdown_sets' AS name,
                                            CAST(to_jsonb(workout_exercise.slowdown_sets) AS text) AS stored,
                                            CAST(to_jsonb(exercise.slowdown_sets) AS text) AS counted
                                     FROM exercise, workout_exercise
                                     WHERE workout_exercise.slowdown_sets IS DISTINCT FROM exercise.slowdown_sets
                                       AND workout_exercise.user_id = CAST($5 AS uuid)
                                       AND workout_exercise.workout_id = exercise.workout_id
                                       AND workout_exercise.position = exercise.position)

                                    UNION ALL

                                    SELECT exercise.workout_id AS workout_id,
                                           exercise.position AS position,
                                           'slowdown_percent' AS name,
                                           CAST(to_jsonb(workout_exercise.slowdown_percent) AS text) AS stored,
                                           CAST(to_jsonb(exercise.slowdown_percent) AS text) AS counted
                                    FROM exercise, workout_exercise
                                    WHERE workout_exercise.slowdown_percent IS DISTINCT FROM exercise.slowdown_percent
                                      AND workout_exercise.user_id = CAST($5 AS uuid)
                                      AND workout_exercise.workout_id = exercise.workout_id
                                      AND workout_exercise.position = exercise.position)

                                   UNION ALL

                                   SELECT exercise.workout_id AS workout_id,
                                          exercise.position AS position,
                                          'slowed_sets' AS name,
                                          CAST(to_jsonb(workout_exercise.slowed_sets) AS text) AS stored,
                                          CAST(to_jsonb(exercise.slowed_sets) AS text) AS counted
                                   FROM exercise, workout_exercise
                                   WHERE workout_exercise.slowed_sets IS DISTINCT FROM exercise.slowed_sets
                                     AND workout_exercise.user_id = CAST($5 AS uuid)
                                     AND workout_exercise.workout_id = exercise.workout_id
                                     AND workout_exercise.position = exercise.position)

                                  UNION ALL

                                  SELECT exercise.workout_id AS workout_id,
                                         exercise.position AS position,
                                         'velocity_loss_sets' AS name,
                                         CAST(to_jsonb(workout_exercise.velocity_loss_sets) AS text) AS stored,
                                         CAST(to_jsonb(exercise.velocity_loss_sets) AS text) AS counted
                                  FROM exercise, workout_exercise
                                  WHERE workout_exercise.velocity_loss_sets IS DISTINCT FROM exercise.velocity_loss_sets
                                    AND workout_exercise.user_id = CAST($5 AS uuid)
                                    AND workout_exercise.workout_id = exercise.workout_id
                                    AND workout_exercise.position = exercise.position)

                                 UNION ALL

                                 SELECT exercise.workout_id AS workout_id,
                                        exercise.position AS position,
                                        'velocity_loss_percent' AS name,
                                        CAST(to_jsonb(workout_exercise.velocity_loss_percent) AS text) AS stored,
                                        CAST(to_jsonb(exercise.velocity_loss_percent) AS text) AS counted
                                 FROM exercise, workout_exercise
                                 WHERE workout_exercise.velocity_loss_percent IS DISTINCT FROM exercise.velocity_loss_percent
                                   AND workout_exercise.user_id = CAST($5 AS uuid)
                                   AND workout_exercise.workout_id = exercise.workout_id
                                   AND workout_exercise.position = exercise.position)

                                UNION ALL

                                SELECT exercise.workout_id AS workout_id,
                                       exercise.position AS position,
                                       'range_loss_sets' AS name,
                                       CAST(to_jsonb(workout_exercise.range_loss_sets) AS text) AS stored,
                                       CAST(to_jsonb(exercise.range_loss_sets) AS text) AS counted
                                FROM exercise, workout_exercise
                                WHERE workout_exercise.range_loss_sets IS DISTINCT FROM exercise.range_loss_sets
                                  AND workout_exercise.user_id = CAST($5 AS uuid)
                                  AND workout_exercise.workout_id = exercise.workout_id
                                  AND workout_exercise.position = exercise.position)

                               UNION ALL

                               SELECT exercise.workout_id AS workout_id,
                                      exercise.position AS position,
                                      'range_loss_percent' AS name,
                                      CAST(to_jsonb(workout_exercise.range_loss_percent) AS text) AS stored,
                                      CAST(to_jsonb(exercise.range_loss_percent) AS text) AS counted
                               FROM exercise, workout_exercise
                               WHERE workout_exercise.range_loss_percent IS DISTINCT FROM exercise.range_loss_percent
                                 AND workout_exercise.user_id = CAST($5 AS uuid)
                                 AND workout_exercise.workout_id = exercise.workout_id
                                 AND workout_exercise.position = exercise.position)

                              UNION ALL

                              SELECT exercise.workout_id AS workout_id,
                                     exercise.position AS position,
                                     'faded_sets' AS name,
                                     CAST(to_jsonb(workout_exercise.faded_sets) AS text) AS stored,
                                     CAST(to_jsonb(exercise.faded_sets) AS text) AS counted
                              FROM exercise, workout_exercise
                              WHERE workout_exercise.faded_sets IS DISTINCT FROM exercise.faded_sets
                                AND workout_exercise.user_id = CAST($5 AS uuid)
                                AND workout_exercise.workout_id = exercise.workout_id
                                AND workout_exercise.position = exercise.position)

                             UNION ALL

                             SELECT exercise.workout_id AS workout_id,
                                    exercise.position AS position,
                                    'full_range_reps' AS name,
                                    CAST(to_jsonb(workout_exercise.full_range_reps) AS text) AS stored,
                                    CAST(to_jsonb(exercise.full_range_reps) AS text) AS counted
                             FROM exercise, workout_exercise
                             WHERE workout_exercise.full_range_reps IS DISTINCT FROM exercise.full_range_reps
                               AND workout_exercise.user_id = CAST($5 AS uuid)
                               AND workout_exercise.workout_id = exercise.workout_id
                               AND workout_exercise.position = exercise.position)

                            UNION ALL

                            SELECT exercise.workout_id AS workout_id,
                                   exercise.position AS position,
                                   'full_range_share' AS name,
                                   CAST(to_jsonb(workout_exercise.full_range_share) AS text) AS stored,
                                   CAST(to_jsonb(exercise.full_range_share) AS text) AS counted
                            FROM exercise, workout_exercise
                            WHERE workout_exercise.full_range_share IS DISTINCT FROM exercise.full_range_share
                              AND workout_exercise.user_id = CAST($5 AS uuid)
                              AND workout_exercise.workout_id = exercise.workout_id
                              AND workout_exercise.position = exercise.position)

                           UNION ALL

                           SELECT exercise.workout_id AS workout_id,
                                  exercise.position AS position,
                                  'left_reps' AS name,
                                  CAST(to_jsonb(workout_exercise.left_reps) AS text) AS stored,
                                  CAST(to_jsonb(exercise.left_reps) AS text) AS counted
                           FROM exercise, workout_exercise
                           WHERE workout_exercise.left_reps IS DISTINCT FROM exercise.left_reps
                             AND workout_exercise.user_id = CAST($5 AS uuid)
                             AND workout_exercise.workout_id = exercise.workout_id
                             AND workout_exercise.position = exercise.position)

                          UNION ALL

                          SELECT exercise.workout_id AS workout_id,
                                 exercise.position AS position,
                                 'right_reps' AS name,
                                 CAST(to_jsonb(workout_exercise.right_reps) AS text) AS stored,
                                 CAST(to_jsonb(exercise.right_reps) AS text) AS counted
                          FROM exercise, workout_exercise
                          WHERE workout_exercise.right_reps IS DISTINCT FROM exercise.right_reps
                            AND workout_exercise.user_id = CAST($5 AS uuid)
                            AND workout_exercise.workout_id = exercise.workout_id
                            AND workout_exercise.position = exercise.position)

                         UNION ALL

                         SELECT exercise.workout_id AS workout_id,
                                exercise.position AS position,
                                'tempo_variation_sets' AS name,
                                CAST(to_jsonb(workout_exercise.tempo_variation_sets) AS text) AS stored,
                                CAST(to_jsonb(exercise.tempo_variation_sets) AS text) AS counted
                         FROM exercise, workout_exercise
                         WHERE workout_exercise.tempo_variation_sets IS DISTINCT FROM exercise.tempo_variation_sets
                           AND workout_exercise.user_id = CAST($5 AS uuid)
                           AND workout_exercise.workout_id = exercise.workout_id
                           AND workout_exercise.position = exercise.position)

                        UNION ALL

                        SELECT exercise.workout_id AS workout_id,
                               exercise.position AS position,
                               'tempo_variation_percent' AS name,
                               CAST(to_jsonb(workout_exercise.tempo_variation_percent) AS text) AS stored,
                               CAST(to_jsonb(exercise.tempo_variation_percent) AS text) AS counted
                        FROM exercise, workout_exercise
                        WHERE workout_exercise.tempo_variation_percent IS DISTINCT FROM exercise.tempo_variation_percent
                          AND workout_exercise.user_id = CAST($5 AS uuid)
                          AND workout_exercise.workout_id = exercise.workout_id
                          AND workout_exercise.position = exercise.position)

                       UNION ALL

                       SELECT exercise.workout_id AS workout_id,
                              exercise.position AS position,
                              'cadence_reps' AS name,
                              CAST(to_jsonb(workout_exercise.cadence_reps) AS text) AS stored,
                              CAST(to_jsonb(exercise.cadence_reps) AS text) AS counted
                       FROM exercise, workout_exercise
                       WHERE workout_exercise.cadence_reps IS DISTINCT FROM exercise.cadence_reps
                         AND workout_exercise.user_id = CAST($5 AS uuid)
                         AND workout_exercise.workout_id = exercise.workout_id
                         AND workout_exercise.position = exercise.position)

                      UNION ALL

                      SELECT exercise.workout_id AS workout_id,
                             exercise.position AS position,
                             'cadence_ms' AS name,
                             CAST(to_jsonb(workout_exercise.cadence_ms) AS text) AS stored,
                             CAST(to_jsonb(exercise.cadence_ms) AS text) AS counted
                      FROM exercise, workout_exercise
                      WHERE workout_exercise.cadence_ms IS DISTINCT FROM exercise.cadence_ms
                        AND workout_exercise.user_id = CAST($5 AS uuid)
                        AND workout_exercise.workout_id = exercise.workout_id
                        AND workout_exercise.position = exercise.position)

                     UNION ALL

                     SELECT exercise.workout_id AS workout_id,
                            exercise.position AS position,
                            'best_unbroken_reps' AS name,
                            CAST(to_jsonb(workout_exercise.best_unbroken_reps) AS text) AS stored,
                            CAST(to_jsonb(exercise.best_unbroken_reps) AS text) AS counted
                     FROM exercise, workout_exercise
                     WHERE workout_exercise.best_unbroken_reps IS DISTINCT FROM exercise.best_unbroken_reps
                       AND workout_exercise.user_id = CAST($5 AS uuid)
                       AND workout_exercise.workout_id = exercise.workout_id
                       AND workout_exercise.position = exercise.position)

                    UNION ALL

                    SELECT total.workout_id AS workout_id,
                           CAST(NULL AS smallint) AS position,
                           'exercise_count' AS name,
                           CAST(to_jsonb(workout.exercise_count) AS text) AS stored,
                           CAST(to_jsonb(total.exercise_count) AS text) AS counted
                    FROM total, workout
                    WHERE workout.exercise_count IS DISTINCT FROM total.exercise_count
                      AND workout.user_id = CAST($5 AS uuid)
                      AND workout.id = total.workout_id)

                   UNION ALL

                   SELECT total.workout_id AS workout_id,
                          CAST(NULL AS smallint) AS position,
                          'set_count' AS name,
                          CAST(to_jsonb(workout.set_count) AS text) AS stored,
                          CAST(to_jsonb(total.set_count) AS text) AS counted
                   FROM total, workout
                   WHERE workout.set_count IS DISTINCT FROM total.set_count
                     AND workout.user_id = CAST($5 AS uuid)
                     AND workout.id = total.workout_id)

                  UNION ALL

                  SELECT total.workout_id AS workout_id,
                         CAST(NULL AS smallint) AS position,
                         'rep_count' AS name,
                         CAST(to_jsonb(workout.rep_count) AS text) AS stored,
                         CAST(to_jsonb(total.rep_count) AS text) AS counted
                  FROM total, workout
                  WHERE workout.rep_count IS DISTINCT FROM total.rep_count
                    AND workout.user_id = CAST($5 AS uuid)
                    AND workout.id = total.workout_id)

                 UNION ALL

                 SELECT total.workout_id AS workout_id,
                        CAST(NULL AS smallint) AS position,
                        'volume_kg' AS name,
                        CAST(to_jsonb(workout.volume_kg) AS text) AS stored,
                        CAST(to_jsonb(total.volume_kg) AS text) AS counted
                 FROM total, workout
                 WHERE workout.volume_kg IS DISTINCT FROM total.volume_kg
                   AND workout.user_id = CAST($5 AS uuid)
                   AND workout.id = total.workout_id)

                UNION ALL

                SELECT total.workout_id AS workout_id,
                       CAST(NULL AS smallint) AS position,
                       'bodyweight_reps' AS name,
                       CAST(to_jsonb(workout.bodyweight_reps) AS text) AS stored,
                       CAST(to_jsonb(total.bodyweight_reps) AS text) AS counted
                FROM total, workout
                WHERE workout.bodyweight_reps IS DISTINCT FROM total.bodyweight_reps
                  AND workout.user_id = CAST($5 AS uuid)
                  AND workout.id = total.workout_id)

               UNION ALL

               SELECT total.workout_id AS workout_id,
                      CAST(NULL AS smallint) AS position,
                      'assisted_volume_kg' AS name,
                      CAST(to_jsonb(workout.assisted_volume_kg) AS text) AS stored,
                      CAST(to_jsonb(total.assisted_volume_kg) AS text) AS counted
               FROM total, workout
               WHERE workout.assisted_volume_kg IS DISTINCT FROM total.assisted_volume_kg
                 AND workout.user_id = CAST($5 AS uuid)
                 AND workout.id = total.workout_id)

              UNION ALL

              SELECT total.workout_id AS workout_id,
                     CAST(NULL AS smallint) AS position,
                     'warm_up_set_count' AS name,
                     CAST(to_jsonb(workout.warm_up_set_count) AS text) AS stored,
                     CAST(to_jsonb(total.warm_up_set_count) AS text) AS counted
              FROM total, workout
              WHERE workout.warm_up_set_count IS DISTINCT FROM total.warm_up_set_count
                AND workout.user_id = CAST($5 AS uuid)
                AND workout.id = total.workout_id)

             UNION ALL

             SELECT total.workout_id AS workout_id,
                    CAST(NULL AS smallint) AS position,
                    'warm_up_rep_count' AS name,
                    CAST(to_jsonb(workout.warm_up_rep_count) AS text) AS stored,
                    CAST(to_jsonb(total.warm_up_rep_count) AS text) AS counted
             FROM total, workout
             WHERE workout.warm_up_rep_count IS DISTINCT FROM total.warm_up_rep_count
               AND workout.user_id = CAST($5 AS uuid)
               AND workout.id = total.workout_id)

            UNION ALL

            SELECT total.workout_id AS workout_id,
                   CAST(NULL AS smallint) AS position,
                   'warm_up_volume_kg' AS name,
                   CAST(to_jsonb(workout.warm_up_volume_kg) AS text) AS stored,
                   CAST(to_jsonb(total.warm_up_volume_kg) AS text) AS counted
            FROM total, workout
            WHERE workout.warm_up_volume_kg IS DISTINCT FROM total.warm_up_volume_kg
              AND workout.user_id = CAST($5 AS uuid)
              AND workout.id = total.workout_id)

           UNION ALL

           SELECT total.workout_id AS workout_id,
                  CAST(NULL AS smallint) AS position,
                  'warm_up_bodyweight_reps' AS name,
                  CAST(to_jsonb(workout.warm_up_bodyweight_reps) AS text) AS stored,
                  CAST(to_jsonb(total.warm_up_bodyweight_reps) AS text) AS counted
           FROM total, workout
           WHERE workout.warm_up_bodyweight_reps IS DISTINCT FROM total.warm_up_bodyweight_reps
             AND workout.user_id = CAST($5 AS uuid)
             AND workout.id = total.workout_id)

          UNION ALL

          SELECT total.workout_id AS workout_id,
                 CAST(NULL AS smallint) AS position,
                 'warm_up_assisted_volume_kg' AS name,
                 CAST(to_jsonb(workout.warm_up_assisted_volume_kg) AS text) AS stored,
                 CAST(to_jsonb(total.warm_up_assisted_volume_kg) AS text) AS counted
          FROM total, workout
          WHERE workout.warm_up_assisted_volume_kg IS DISTINCT FROM total.warm_up_assisted_volume_kg
            AND workout.user_id = CAST($5 AS uuid)
            AND workout.id = total.workout_id)

         UNION ALL

         SELECT total.workout_id AS workout_id,
                CAST(NULL AS smallint) AS position,
                'met_minutes' AS name,
                CAST(to_jsonb(workout.met_minutes) AS text) AS stored,
                CAST(to_jsonb(total.met_minutes) AS text) AS counted
         FROM total, workout
         WHERE workout.met_minutes IS DISTINCT FROM total.met_minutes
           AND workout.user_id = CAST($5 AS uuid)
           AND workout.id = total.workout_id)

        UNION ALL

        SELECT total.workout_id AS workout_id,
               CAST(NULL AS smallint) AS position,
               'stored_bytes' AS name,
               CAST(to_jsonb(workout.stored_bytes) AS text) AS stored,
               CAST(to_jsonb(total.stored_bytes) AS text) AS counted
        FROM total, workout
        WHERE workout.stored_bytes IS DISTINCT FROM total.stored_bytes
          AND workout.user_id = CAST($5 AS uuid)
          AND workout.id = total.workout_id) AS difference
  ORDER BY difference.workout_id,
           difference.position NULLS FIRST,
           difference.name
