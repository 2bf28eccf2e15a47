-- The current and the longest streak, of days and of weeks.
--
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--
-- Returns the document `AllStreaks`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

-- An array, for a binary search: how many planned rest days there were until a day.
rest AS MATERIALIZED (
    SELECT coalesce(array_agg(g.valid_from + n ORDER BY g.valid_from + n), '{}') AS days
    FROM goal_step AS g
    CROSS JOIN calendar
    CROSS JOIN unnest(g.rest_weekdays) AS weekday
    CROSS JOIN generate_series(
        (weekday + 7 - extract(ISODOW FROM g.valid_from)::int) % 7,
        least(g.valid_until, calendar.today + 1) - g.valid_from - 1,
        7
    ) AS n
    WHERE g.user_id = :user_id
),

-- A streak ends with a missed day: neither trained nor a planned rest day. All days of a streak have as many missed
-- days before them, which is a day less the rest days and the trained days until then. A trained rest day counts once.
trained_day AS MATERIALIZED (
    SELECT
        d.*,
        d.day - d.rest_days - (
            count(*) FILTER (WHERE (SELECT days FROM rest)[d.rest_days] IS DISTINCT FROM d.day)
                OVER (ORDER BY d.day ROWS UNBOUNDED PRECEDING)
        )::int AS run
    FROM (
        SELECT local_date AS day, width_bucket(local_date, (SELECT days FROM rest)) AS rest_days
        FROM performed_workout
        WHERE user_id = :user_id
        GROUP BY local_date
    ) AS d
),

day_streak AS MATERIALIZED (
    SELECT count(*) AS length, min(day) AS first_day, max(day) AS last_day, max(rest_days) AS rest_days
    FROM trained_day
    WHERE day <= (SELECT today FROM calendar)
    GROUP BY run
),

trained_week AS (
    SELECT
        bucket_start('week', local_date, (SELECT week_start FROM calendar)) AS first_day,
        count(*) AS workouts,
        sum(rep_count) AS reps,
        coalesce(sum(duration_seconds), 0) AS duration_seconds
    FROM performed_workout
    WHERE user_id = :user_id
    GROUP BY first_day
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
judged_week AS (
    SELECT
        w.*,
        CASE WHEN w.first_day + 6 < (SELECT until FROM goal)[w.number] THEN w.number END AS goal
    FROM (SELECT *, width_bucket(first_day + 6, (SELECT since FROM goal)) AS number FROM trained_week) AS w
),

met_week AS (
    SELECT first_day, first_day - 7 * (row_number() OVER (ORDER BY first_day))::int AS run
    FROM judged_week
    WHERE
        CASE (SELECT metrics FROM goal)[goal]
            WHEN 'minutes' THEN duration_seconds / 60
            WHEN 'reps' THEN reps
            ELSE workouts
        END >= coalesce((SELECT targets FROM goal)[goal], 1)
),

week_streak AS MATERIALIZED (
    SELECT count(*) AS length, min(first_day) AS first_day, max(first_day) + 6 AS last_day
    FROM met_week
    GROUP BY run
),

-- Each of these is one row, with no length where there is no streak. Today, not yet trained, breaks no streak of days,
-- and the running week none of weeks.
current_days AS (
    SELECT coalesce(max(length), 0) AS length, max(first_day) AS "from", max(last_day) AS "to"
    FROM (SELECT * FROM day_streak ORDER BY last_day DESC LIMIT 1) AS s
    CROSS JOIN calendar
    WHERE today - 1 - last_day <= width_bucket(today - 1, (SELECT days FROM rest)) - rest_days
),

longest_days AS (
    SELECT coalesce(max(length), 0) AS length, max(first_day) AS "from", max(last_day) AS "to"
    FROM (SELECT * FROM day_streak ORDER BY length DESC, first_day LIMIT 1) AS s
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
