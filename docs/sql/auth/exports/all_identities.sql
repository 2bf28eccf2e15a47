-- Built by exercise_buddy.auth.exports._all_identities. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  limit
--   $3  1
--   $4  1
WITH found AS (
         SELECT provider_identity.user_id AS user_id,
                provider_identity.provider AS provider,
                provider_identity.subject AS subject,
                provider_identity.email AS email,
                provider_identity.name AS name,
                provider_identity.created_at AS created_at,
                provider_identity.last_used_at AS last_used_at
         FROM provider_identity
         WHERE provider_identity.user_id = CAST($1 AS uuid)
         ORDER BY provider_identity.provider
         LIMIT (CAST($2 AS integer) + CAST($3 AS integer))
       ),
     shown AS (
         SELECT found.user_id AS user_id,
                found.provider AS provider,
                found.subject AS subject,
                found.email AS email,
                found.name AS name,
                found.created_at AS created_at,
                found.last_used_at AS last_used_at
         FROM found
         ORDER BY found.provider
         LIMIT CAST($2 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.provider AS provider,
                shown.subject AS subject,
                shown.email AS email,
                shown.name AS name,
                shown.created_at AS created_at,
                shown.last_used_at AS last_used_at
         FROM shown
         ORDER BY shown.provider DESC
         LIMIT CAST($4 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.provider AS provider,
                                shown.subject AS subject,
                                shown.email AS email,
                                shown.name AS name,
                                shown.created_at AS created_at,
                                shown.last_used_at AS last_used_at
                         FROM shown
                         ORDER BY shown.provider) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.provider
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3
