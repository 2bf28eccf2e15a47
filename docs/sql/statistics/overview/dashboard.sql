-- Built by statistics/overview/dashboard.sql. Written by: exercise-buddy dev sql
-- Everything that a home screen shows. A template, so that its parts are read in one snapshot and one round trip.
--
--   __week__, __streaks__, __records__  the statements of these parts
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--
-- Returns the document `Dashboard`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT *, bucket_start('week', today, week_start) - 7 * 11 AS first_shown
    FROM (
        SELECT revision, week_start, (:now AT TIME ZONE time_zone)::date AS today
        FROM user_calendar
        WHERE user_id = :user_id
    ) AS c
),

all_time AS (
    SELECT
        coalesce(sum(workouts), 0) AS workouts,
        coalesce(sum(set_count), 0) AS sets,
        coalesce(sum(rep_count), 0) AS reps,
        coalesce(round(sum(volume_kg), 4)::float8, 0) AS volume_kg,
        coalesce(sum(duration_seconds)::float8, 0) AS duration_seconds,
        round(sum(met_minutes_kg) * 3.5 / 200, 4)::float8 AS energy_kcal
    FROM month_total
    WHERE user_id = :user_id
),

-- The last twelve weeks, the running one included.
trained_day AS MATERIALIZED (
    SELECT
        local_date AS day,
        count(*) AS workouts,
        sum(set_count) AS sets,
        sum(rep_count) AS reps,
        sum(volume_kg) AS volume_kg,
        coalesce(sum(duration_seconds), 0) AS duration_seconds
    FROM performed_workout
    WHERE
        user_id = :user_id
        AND local_date BETWEEN (SELECT first_shown FROM calendar) AND (SELECT first_shown + 7 * 12 - 1 FROM calendar)
    GROUP BY local_date
),

today AS (
    SELECT
        coalesce(sum(workouts), 0) AS workouts,
        coalesce(sum(set_count), 0) AS sets,
        coalesce(sum(rep_count), 0) AS reps,
        coalesce(round(sum(volume_kg), 4)::float8, 0) AS volume_kg,
        coalesce(sum(duration_seconds)::float8, 0) AS duration_seconds,
        round(sum(met_minutes_kg) * 3.5 / 200, 4)::float8 AS energy_kcal
    FROM day_total
    WHERE user_id = :user_id AND day = (SELECT today FROM calendar)
),

week AS (
    SELECT
        c.first_shown + 7 * n AS "from",
        c.first_shown + 7 * n + 6 AS "to",
        coalesce(sum(d.workouts), 0) AS workouts,
        coalesce(sum(d.reps), 0) AS reps,
        round(coalesce(sum(d.volume_kg), 0)::numeric, 4)::float8 AS volume_kg,
        coalesce(sum(d.duration_seconds), 0) AS duration_seconds
    FROM calendar AS c
    CROSS JOIN generate_series(0, 11) AS n
    LEFT JOIN trained_day AS d ON d.day BETWEEN c.first_shown + 7 * n AND c.first_shown + 7 * n + 6
    GROUP BY c.first_shown, n
    ORDER BY n
),

-- For `level` see calendar.sql.
calendar_day AS (
    SELECT
        c.first_shown + n AS date,
        coalesce(d.workouts, 0) AS workouts,
        coalesce(d.sets, 0) AS sets,
        coalesce(d.reps, 0) AS reps,
        round(coalesce(d.volume_kg, 0)::numeric, 4)::float8 AS volume_kg,
        coalesce(d.duration_seconds, 0) AS duration_seconds,
        coalesce(d.level, 0) AS level
    FROM calendar AS c
    CROSS JOIN generate_series(0, c.today - c.first_shown) AS n
    LEFT JOIN (
        SELECT *, ceil(4 * cume_dist() OVER (ORDER BY reps))::int AS level
        FROM trained_day
        WHERE day <= (SELECT today FROM calendar)
    ) AS d ON d.day = c.first_shown + n
    ORDER BY n
),

latest_workout AS (
    SELECT
        workout_id AS id, title, started_at, local_date AS date, exercise_count AS exercises, set_count AS sets,
        rep_count AS reps, volume_kg, duration_seconds
    FROM performed_workout
    WHERE user_id = :user_id
    ORDER BY started_at DESC, workout_id DESC
    LIMIT 5
),

document AS (
    SELECT
        c.today AS date,
        (SELECT row_to_json(t) FROM today AS t) AS today,
        w.document AS week,
        s.document AS streaks,
        (SELECT row_to_json(a) FROM all_time AS a) AS all_time,
        (SELECT json_agg(e) FROM week AS e) AS weeks,
        (SELECT json_agg(d) FROM calendar_day AS d) AS calendar,
        (SELECT coalesce(json_agg(l), '[]') FROM latest_workout AS l) AS workouts,
        r.document AS records
    FROM calendar AS c
    CROSS JOIN (
-- The running week day by day, the week before it, and the progress of the weekly goal.
--
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--
-- Returns the document `Week`, the revision and the local day of the document.
WITH calendar AS MATERIALIZED (
    SELECT revision, week_start, week_starts_on, (:now AT TIME ZONE time_zone)::date AS today
    FROM user_calendar
    WHERE user_id = :user_id
),

week AS MATERIALIZED (
    SELECT today, week_starts_on, first_day, first_day + 6 AS last_day
    FROM (SELECT *, bucket_start('week', today, week_start) AS first_day FROM calendar) AS started
),

period AS (
    SELECT 'week' AS name, first_day, last_day FROM week
    UNION ALL
    SELECT 'last week', first_day - 7, last_day - 7 FROM week
    UNION ALL
    SELECT 'last week until the same weekday', first_day - 7, today - 7 FROM week
),

mass AS MATERIALIZED (
    SELECT array_agg(valid_from ORDER BY valid_from) AS days, array_agg(mass_kg ORDER BY valid_from) AS kilograms
    FROM body_mass_step
    WHERE user_id = :user_id
),

trained_day AS MATERIALIZED (
    SELECT
        day, workouts, sets, reps, volume_kg, duration_seconds,
        met_minutes * (SELECT kilograms FROM mass)[width_bucket(day, (SELECT days FROM mass))] * 3.5 / 200
            AS energy_kcal
    FROM (
        SELECT
            local_date AS day,
            count(*) AS workouts,
            sum(set_count) AS sets,
            sum(rep_count) AS reps,
            sum(volume_kg) AS volume_kg,
            coalesce(sum(duration_seconds), 0) AS duration_seconds,
            sum(met_minutes) AS met_minutes
        FROM performed_workout
        WHERE
            user_id = :user_id
            AND local_date BETWEEN (SELECT first_day - 7 FROM week) AND (SELECT last_day FROM week)
        GROUP BY local_date
    ) AS sums
),

total AS MATERIALIZED (
    SELECT
        period.name,
        period.first_day,
        period.last_day,
        coalesce(sum(d.workouts), 0) AS workouts,
        coalesce(sum(d.sets), 0) AS sets,
        coalesce(sum(d.reps), 0) AS reps,
        coalesce(round(sum(d.volume_kg)::numeric, 4)::float8, 0) AS volume_kg,
        coalesce(sum(d.duration_seconds), 0) AS duration_seconds,
        round(sum(d.energy_kcal)::numeric, 4)::float8 AS energy_kcal
    FROM period
    LEFT JOIN trained_day AS d ON d.day BETWEEN period.first_day AND period.last_day
    GROUP BY period.name, period.first_day, period.last_day
),

-- The goal that holds on the last day of the week judges the week.
goal_progress AS (
    SELECT
        g.metric,
        g.target,
        CASE g.metric
            WHEN 'minutes' THEN t.duration_seconds / 60
            WHEN 'reps' THEN t.reps
            ELSE t.workouts
        END::float8 AS value
    FROM total AS t
    INNER JOIN goal_step AS g ON t.last_day >= g.valid_from AND t.last_day < g.valid_until
    WHERE t.name = 'week' AND g.user_id = :user_id
),

week_day AS (
    SELECT
        w.first_day + n AS date,
        coalesce(d.workouts, 0) AS workouts,
        coalesce(d.sets, 0) AS sets,
        coalesce(d.reps, 0) AS reps,
        round(coalesce(d.volume_kg, 0)::numeric, 4)::float8 AS volume_kg,
        coalesce(d.duration_seconds, 0) AS duration_seconds,
        round(d.energy_kcal::numeric, 4)::float8 AS energy_kcal,
        json_build_object(
            'workouts', coalesce(b.workouts, 0),
            'sets', coalesce(b.sets, 0),
            'reps', coalesce(b.reps, 0),
            'volume_kg', round(coalesce(b.volume_kg, 0)::numeric, 4)::float8,
            'duration_seconds', coalesce(b.duration_seconds, 0),
            'energy_kcal', round(b.energy_kcal::numeric, 4)::float8
        ) AS last_week
    FROM week AS w
    CROSS JOIN generate_series(0, 6) AS n
    LEFT JOIN trained_day AS d ON d.day = w.first_day + n
    LEFT JOIN trained_day AS b ON b.day = w.first_day + n - 7
    ORDER BY date
),

last_week AS (
    SELECT
        t.first_day AS "from", t.last_day AS "to",
        t.workouts, t.sets, t.reps, t.volume_kg, t.duration_seconds, t.energy_kcal,
        (
            SELECT row_to_json(same)
            FROM (
                SELECT workouts, sets, reps, volume_kg, duration_seconds, energy_kcal
                FROM total
                WHERE name = 'last week until the same weekday'
            ) AS same
        ) AS until_same_weekday
    FROM total AS t
    WHERE t.name = 'last week'
),

document AS (
    SELECT
        t.first_day AS "from", t.last_day AS "to", week.today, week.week_starts_on,
        t.workouts, t.sets, t.reps, t.volume_kg, t.duration_seconds, t.energy_kcal,
        (SELECT json_agg(d ORDER BY d.date) FROM week_day AS d) AS days,
        (SELECT row_to_json(l) FROM last_week AS l) AS last_week,
        (SELECT row_to_json(g) FROM (SELECT *, value >= target AS reached FROM goal_progress) AS g) AS goal
    FROM total AS t
    CROSS JOIN week
    WHERE t.name = 'week'
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
) AS w
    CROSS JOIN (
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
            WHERE g.rest_weekdays <> '{}'
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
) AS s
    CROSS JOIN (
-- The records of the last 30 days that still stand, the newest first, at most 10.
--
--   :user_id  uuid
--   :now      timestamptz  the present, which decides what today is
--
-- Returns the documents `RecentRecord` as one array.
WITH calendar AS MATERIALIZED (
    SELECT (:now AT TIME ZONE time_zone)::date AS today, (:now AT TIME ZONE time_zone)::date - 29 AS first_day
    FROM user_calendar
    WHERE user_id = :user_id
),

-- The first value of a kind is a baseline and no record. A local day is at most 14 hours away from that of UTC.
-- Subqueries for the day, because a join would check all records of the user: 27 ms instead of 1 for ten years.
new_record AS MATERIALIZED (
    SELECT *
    FROM record_event
    WHERE
        user_id = :user_id
        AND started_at >= (SELECT first_day - 1 FROM calendar)
        AND local_date >= (SELECT first_day FROM calendar)
        AND kind <> 'reps_at_load'
        AND value > previous
),

-- A workout may be ahead of the present: it counts with an exercise and a kind of these days only.
record AS MATERIALIZED (
    SELECT r.exercise_id, r.kind, r.kind_number, r.value, r.unit, r.local_date AS date, r.workout_id, r.started_at
    FROM new_record AS r
    CROSS JOIN calendar AS c
    WHERE
        (
            r.local_date <= c.today
            OR EXISTS (
                SELECT FROM performed_exercise AS e
                WHERE
                    e.user_id = :user_id
                    AND e.exercise_id = r.exercise_id
                    AND e.local_date BETWEEN c.first_day AND c.today
                    AND CASE r.kind
                        WHEN 'load' THEN e.best_set_weight_kg
                        WHEN 'e1rm' THEN e.best_e1rm_kg
                        WHEN 'reps' THEN e.best_reps
                        WHEN 'set_volume' THEN e.best_set_volume_kg
                        WHEN 'duration' THEN e.best_duration_seconds
                        WHEN 'distance' THEN e.best_distance_meters
                        WHEN 'reps_unbroken' THEN e.best_unbroken_reps
                    END > 0
            )
        )
        AND (
            SELECT l.value
            FROM record_event AS l
            WHERE
                l.user_id = :user_id
                AND l.exercise_id = r.exercise_id
                AND l.kind = r.kind
                AND l.started_at >= r.started_at
                AND l.value > r.value
            LIMIT 1
        ) IS NULL
    ORDER BY r.started_at DESC, r.exercise_id, r.kind_number
    LIMIT 10
),

-- Looked up one by one: a join would read the whole catalogue.
item AS (
    SELECT
        json_build_object('id', r.exercise_id, 'name', n.name, 'custom', n.custom) AS exercise,
        r.kind, r.value, r.unit, r.date, r.workout_id
    FROM record AS r
    CROSS JOIN LATERAL (
        SELECT name, custom FROM exercise_name WHERE user_id = :user_id AND exercise_id = r.exercise_id LIMIT 1
    ) AS n
    ORDER BY r.started_at DESC, r.exercise_id, r.kind_number
)

SELECT coalesce((SELECT json_agg(i) FROM item AS i), '[]') AS document
FROM calendar
) AS r
)

SELECT row_to_json(document) AS document, calendar.revision, calendar.today
FROM document
CROSS JOIN calendar
