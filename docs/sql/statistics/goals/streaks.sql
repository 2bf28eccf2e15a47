-- Built by statistics/goals/streaks.sql. Written by: exercise-buddy dev sql
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
    FROM (
-- The days of a user as digits, from the first trained month until today: 1 and 3 are trained, 2 and 3 are planned rest
-- days, 0 is missed. Texts of thousands of days are cut and searched in microseconds.
--
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--
-- Returns one row: first_day, the day of the first digit; days, the number of digits; digits. All are null without a
-- workout.
WITH calendar AS MATERIALIZED (
    SELECT (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

trained AS MATERIALIZED (
    SELECT first_day, today - first_day + 1 AS days, rpad(digits, today - first_day + 1, '0') AS digits
    FROM calendar
    CROSS JOIN (
        SELECT
            min(month) AS first_day,
            string_agg(repeat('0', month - after) || left(trained_days::text, before - month), '' ORDER BY month)
                AS digits
        FROM (
            SELECT month, trained_days, before, lag(before, 1, month) OVER (ORDER BY month) AS after
            FROM month_total
            CROSS JOIN LATERAL (SELECT (month + '1 month'::interval)::date AS before) AS m
            WHERE user_id = :user_id AND month <= (SELECT today FROM calendar)
        ) AS spaced
    ) AS joined
),

-- Each goal repeats its week.
rest AS (
    SELECT rpad(coalesce(string_agg(repeat('0', p.missed) || p.digits, '' ORDER BY p.since), '0'), t.days, '0')
        AS digits
    FROM trained AS t
    LEFT JOIN (
        SELECT
            since,
            since - lag(before, 1, first_day) OVER (ORDER BY since) AS missed,
            substr(repeat(week, (before - since) / 7 + 2), extract(ISODOW FROM since)::int, before - since) AS digits
        FROM (
            SELECT
                t.first_day,
                greatest(g.valid_from, t.first_day) AS since,
                least(g.valid_until, t.first_day + t.days) AS before,
                (
                    SELECT string_agg((n = any(g.rest_weekdays))::int::text, '' ORDER BY n)
                    FROM generate_series(1, 7) AS n
                ) AS week
            FROM trained AS t
            INNER JOIN goal_step AS g ON g.user_id = :user_id
            -- Without a workout, the dates of a goal that holds until infinity would be subtracted.
            WHERE g.rest_weekdays <> '{}' AND t.days IS NOT NULL
        ) AS step
        WHERE since < before
    ) AS p ON TRUE
    GROUP BY t.days
)

-- The digits of long numbers add up at once, and none of them carries.
SELECT t.first_day, t.days, lpad((t.digits::numeric + 2 * r.digits::numeric)::text, t.days, '0') AS digits
FROM trained AS t
CROSS JOIN rest AS r
) AS h
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
