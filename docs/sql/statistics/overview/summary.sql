-- Built by statistics/overview/summary.sql. Written by: exercise-buddy dev sql
-- The totals of a period, and of the period of equal length before it if the period has a first day of its own. A
-- template.
--
--   __history__  the statement goals/day_history.sql
--   :user_id    uuid
--   :now        timestamptz  the present, which decides what today is
--   :include_warm_ups  boolean  whether volumes and the sets of muscles contain those of warm-ups
--   :from_date  date         the first local day; null: that of the first workout
--   :to_date    date         the last local day, included; null: today
--
-- Returns the document `Summary`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

logged AS MATERIALIZED (
    SELECT min(local_date) AS first_on, max(local_date) AS last_on
    FROM performed_workout
    WHERE user_id = :user_id
),

-- least() passes over null: without any workout the period is its last day.
asked AS MATERIALIZED (
    SELECT coalesce(:from_date, least(first_on, last_day)) AS first_day, last_day, today, first_on, last_on
    FROM (SELECT today, coalesce(:to_date, greatest(:from_date, today)) AS last_day FROM calendar) AS c
    CROSS JOIN logged
),

-- What counts for streaks ends today. Days before the first workout and after the last one fill whole months.
period AS MATERIALIZED (
    SELECT
        name,
        first_day,
        last_day,
        today,
        CASE WHEN first_day <= first_on THEN bucket_start('month', first_day, 1) ELSE first_day END AS since,
        CASE WHEN last_day >= last_on THEN bucket_start('month', last_day + 31, 1) ELSE last_day + 1 END AS before
    FROM (
        SELECT 'asked' AS name, * FROM asked
        UNION ALL
        SELECT 'previous', first_day - (last_day - first_day + 1), first_day - 1, today, first_on, last_on FROM asked
        WHERE :from_date IS NOT NULL
    ) AS p
),

part AS MATERIALIZED (
    SELECT p.name, x.span = 'day' AS is_day, x.first_on, x.before
    FROM period AS p
    CROSS JOIN LATERAL period_parts(p.since, p.before, 'infinity') AS x
),

summed AS (
    SELECT
        p.name, m.workouts, m.set_count, m.rep_count,
        m.volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE m.warm_up_volume_kg END AS volume_kg,
        m.duration_seconds, m.energy_kcal,
        m.bodyweight_volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE m.warm_up_bodyweight_volume_kg END
            AS bodyweight_volume_kg,
        bit_count(m.trained_days) AS active_days
    FROM (
        SELECT name, min(first_on) AS first_on, max(before) AS before FROM part WHERE NOT is_day GROUP BY name
    ) AS p
    CROSS JOIN LATERAL (
        SELECT * FROM month_total WHERE user_id = :user_id AND month >= p.first_on AND month < p.before OFFSET 0
    ) AS m
    UNION ALL
    SELECT
        p.name, d.workouts, d.set_count, d.rep_count,
        d.volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE d.warm_up_volume_kg END, d.duration_seconds,
        d.energy_kcal,
        d.bodyweight_volume_kg - CASE WHEN :include_warm_ups THEN 0 ELSE d.warm_up_bodyweight_volume_kg END, 1
    FROM part AS p
    CROSS JOIN LATERAL (
        SELECT * FROM day_total WHERE user_id = :user_id AND day >= p.first_on AND day < p.before OFFSET 0
    ) AS d
    WHERE p.is_day
),

-- For the digits see goals/day_history.sql. Today is not missed yet.
history AS (
    SELECT
        p.name,
        CASE WHEN p.last_day >= p.today THEN left(h.digits, -1) || translate(right(h.digits, 1), '0', '2')
            ELSE left(h.digits, greatest(p.last_day - h.first_day + 1, 0))
        END AS digits
    FROM period AS p
    CROSS JOIN (
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

streak AS MATERIALIZED (
    SELECT
        h.name,
        length(replace(split_part(h.digits, '0', -1), '2', '')) AS current,
        (
            SELECT max(length(replace(r.digits, '2', ''))) FROM string_to_table(h.digits, '0') AS r (digits)
        ) AS longest
    FROM history AS h
),

total AS MATERIALIZED (
    SELECT
        p.name,
        p.first_day AS "from",
        p.last_day AS "to",
        coalesce(sum(s.workouts), 0) AS workouts,
        coalesce(sum(s.active_days), 0) AS active_days,
        coalesce(sum(s.set_count), 0) AS sets,
        coalesce(sum(s.rep_count), 0) AS reps,
        round(coalesce(sum(s.volume_kg), 0), 4)::float8 AS volume_kg,
        round(sum(s.bodyweight_volume_kg), 4)::float8 AS bodyweight_volume_kg,
        coalesce(sum(s.duration_seconds), 0)::float8 AS duration_seconds,
        round(sum(s.energy_kcal), 4)::float8 AS energy_kcal,
        coalesce(max(r.current), 0) AS current_streak_days,
        coalesce(max(r.longest), 0) AS longest_streak_days
    FROM period AS p
    LEFT JOIN summed AS s ON s.name = p.name
    LEFT JOIN streak AS r ON r.name = p.name
    GROUP BY p.name, p.first_day, p.last_day
),

document AS (
    SELECT
        "from", "to", workouts, active_days, sets, reps, volume_kg, bodyweight_volume_kg, duration_seconds,
        energy_kcal, current_streak_days, longest_streak_days,
        (
            SELECT row_to_json(p)
            FROM (
                SELECT
                    "from", "to", workouts, active_days, sets, reps, volume_kg, bodyweight_volume_kg,
                    duration_seconds, energy_kcal, current_streak_days, longest_streak_days
                FROM total
                WHERE name = 'previous'
            ) AS p
        ) AS previous
    FROM total
    WHERE name = 'asked'
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
