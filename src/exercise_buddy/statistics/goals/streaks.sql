-- The current and the longest streak, of days and of weeks. A template.
--
--   __history__  the statement goals/day_history.sql
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--
-- Returns the document `AllStreaks`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

-- Today is not missed yet.
history AS MATERIALIZED (
    SELECT h.first_day, h.days, left(h.digits, -1) || translate(right(h.digits, 1), '0', '2') AS digits
    FROM __history__ AS h
),

-- A streak ends with a missed day, and its days are the trained ones.
day_streak AS MATERIALIZED (
    SELECT
        name,
        length(replace(digits, '2', '')) AS length,
        first_day + length(digits) - length(ltrim(digits, '2')) AS "from",
        first_day + length(rtrim(digits, '2')) - 1 AS "to"
    FROM (
        SELECT 'current' AS name, h.first_day + h.days - length(s.digits) AS first_day, s.digits
        FROM history AS h
        CROSS JOIN LATERAL split_part(h.digits, '0', -1) AS s (digits)
        UNION ALL
        SELECT 'longest', h.first_day + position('0' || s.digits || '0' IN '0' || h.digits || '0') - 1, s.digits
        FROM history AS h
        CROSS JOIN LATERAL (
            SELECT r.digits
            FROM string_to_table(h.digits, '0') WITH ORDINALITY AS r (digits, number)
            ORDER BY length(replace(r.digits, '2', '')) DESC, r.number
            LIMIT 1
        ) AS s
    ) AS run
    WHERE replace(digits, '2', '') <> ''
),

-- Arrays, for a binary search: a join would compare each week with each goal.
goal AS MATERIALIZED (
    SELECT
        array_agg(valid_from ORDER BY valid_from) AS since,
        array_agg(valid_until ORDER BY valid_from) AS until,
        array_agg(metric ORDER BY valid_from) AS metrics,
        array_agg(target ORDER BY valid_from) AS targets
    FROM goal_step
    WHERE user_id = :user_id
),

-- The goal that holds on the last day of a week judges the week; without a goal it takes a workout.
met_week AS (
    SELECT first_day, first_day - 7 * (row_number() OVER (ORDER BY first_day))::int AS run
    FROM (
        SELECT *, width_bucket(first_day + 6, (SELECT since FROM goal)) AS number
        FROM week_total
        WHERE user_id = :user_id
    ) AS w
    CROSS JOIN LATERAL (
        SELECT CASE WHEN first_day + 6 < (SELECT until FROM goal)[number] THEN number END AS goal
    ) AS judged
    WHERE
        CASE (SELECT metrics FROM goal)[goal]
            WHEN 'minutes' THEN duration_seconds >= 60 * (SELECT targets FROM goal)[goal]
            WHEN 'reps' THEN rep_count >= (SELECT targets FROM goal)[goal]
            WHEN 'workouts' THEN workouts >= (SELECT targets FROM goal)[goal]
            ELSE TRUE
        END
),

week_streak AS MATERIALIZED (
    SELECT count(*) AS length, min(first_day) AS first_day, max(first_day) + 6 AS last_day
    FROM met_week
    GROUP BY run
),

-- Each of these is one row, with no length where there is no streak. The running week breaks none.
current_days AS (
    SELECT coalesce(max(length), 0) AS length, max("from") AS "from", max("to") AS "to"
    FROM day_streak
    WHERE name = 'current'
),

longest_days AS (
    SELECT coalesce(max(length), 0) AS length, max("from") AS "from", max("to") AS "to"
    FROM day_streak
    WHERE name = 'longest'
),

current_weeks AS (
    SELECT coalesce(max(length), 0) AS length, max(first_day) AS "from", max(last_day) AS "to"
    FROM (SELECT * FROM week_streak ORDER BY last_day DESC LIMIT 1) AS s
    WHERE last_day >= (SELECT bucket_start('week', today, week_start) - 1 FROM calendar)
),

longest_weeks AS (
    SELECT coalesce(max(length), 0) AS length, max(first_day) AS "from", max(last_day) AS "to"
    FROM (SELECT * FROM week_streak ORDER BY length DESC, first_day LIMIT 1) AS s
),

days AS (SELECT row_to_json(c) AS current, row_to_json(l) AS longest FROM current_days AS c, longest_days AS l),

weeks AS (SELECT row_to_json(c) AS current, row_to_json(l) AS longest FROM current_weeks AS c, longest_weeks AS l),

document AS (SELECT row_to_json(days) AS days, row_to_json(weeks) AS weeks FROM days, weeks)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
