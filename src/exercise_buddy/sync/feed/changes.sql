-- A page of all changes of a user's data, ordered by revision, id and type.
--
--   :user_id         uuid
--   :after_revision  bigint   the key of the last change that was received
--   :after_id        uuid
--   :after_type      text
--   :max_items       integer
--   :max_bytes       bigint   the octets of the JSON after which a page ends, as estimated
--
-- Returns the user's revision, how many changes were found (at most one more than a page has), and a row for each
-- change of the page: revision, type, resource_id, deleted_at, replaced_by. They are null without a change; without
-- such a user there is no row. A revision is assigned under a lock that is held until the commit, so no change becomes
-- visible after a later one.
WITH workouts AS (
    SELECT revision, workout_id AS resource_id, deleted_at, size
    FROM workout_change
    WHERE
        user_id = :user_id
        AND (revision, workout_id) >= (:after_revision, :after_id)
        AND (revision, workout_id, 'workout') > (:after_revision, :after_id, :after_type)
    ORDER BY revision, workout_id
    LIMIT :max_items + 1
),

others AS (
    SELECT revision, resource_id, type, deleted_at, replaced_by
    FROM resource_change
    WHERE user_id = :user_id AND (revision, resource_id, type) > (:after_revision, :after_id, :after_type)
    ORDER BY revision, resource_id, type
    LIMIT :max_items + 1
),

found AS (
    SELECT revision, resource_id, 'workout' AS type, deleted_at, NULL::uuid AS replaced_by, size
    FROM workouts
    UNION ALL
    SELECT
        revision,
        resource_id,
        type,
        deleted_at,
        replaced_by,
        CASE
            WHEN deleted_at IS NOT NULL THEN 0
            WHEN type = 'routine' THEN (
                SELECT size FROM routine_size WHERE user_id = :user_id AND routine_id = resource_id
            )
            WHEN type = 'body_measurement' THEN (
                SELECT size FROM body_measurement_size WHERE user_id = :user_id AND measurement_id = resource_id
            )
            ELSE 2000
        END AS size
    FROM others
    ORDER BY revision, resource_id, type
    LIMIT :max_items + 1
),

measured AS (
    SELECT
        *,
        sum(coalesce(size, 0) + 200) OVER (
            ORDER BY revision, resource_id, type ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS size_before
    FROM found
),

page AS (
    SELECT revision, type, resource_id, deleted_at, replaced_by
    FROM measured
    WHERE coalesce(size_before, 0) < :max_bytes
    ORDER BY revision, resource_id, type
    LIMIT :max_items
)

SELECT
    calendar.revision AS current,
    (SELECT count(*) FROM found) AS found,
    page.revision,
    page.type,
    page.resource_id,
    page.deleted_at,
    page.replaced_by
FROM user_calendar AS calendar
LEFT JOIN page ON TRUE
WHERE calendar.user_id = :user_id
ORDER BY page.revision, page.resource_id, page.type
