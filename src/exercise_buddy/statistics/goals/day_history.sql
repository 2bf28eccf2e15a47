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
