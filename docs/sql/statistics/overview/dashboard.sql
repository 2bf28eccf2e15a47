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

mass AS MATERIALIZED (
    SELECT array_agg(valid_from ORDER BY valid_from) AS days, array_agg(mass_kg ORDER BY valid_from) AS kilograms
    FROM body_mass_step
    WHERE user_id = :user_id
),

all_time AS (
    SELECT
        count(*) AS workouts,
        coalesce(sum(set_count), 0) AS sets,
        coalesce(sum(rep_count), 0) AS reps,
        coalesce(round(sum(volume_kg)::numeric, 4)::float8, 0) AS volume_kg,
        coalesce(sum(duration_seconds), 0) AS duration_seconds,
        round(sum(
            met_minutes * (SELECT kilograms FROM mass)[width_bucket(local_date, (SELECT days FROM mass))] * 3.5 / 200
        )::numeric, 4)::float8 AS energy_kcal
    FROM performed_workout
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
        coalesce(sum(duration_seconds), 0) AS duration_seconds,
        sum(met_minutes) AS met_minutes
    FROM performed_workout
    WHERE
        user_id = :user_id
        AND local_date BETWEEN (SELECT first_shown FROM calendar) AND (SELECT first_shown + 7 * 12 - 1 FROM calendar)
    GROUP BY local_date
),

today AS (
    SELECT
        coalesce(sum(workouts), 0) AS workouts,
        coalesce(sum(sets), 0) AS sets,
        coalesce(sum(reps), 0) AS reps,
        coalesce(round(sum(volume_kg)::numeric, 4)::float8, 0) AS volume_kg,
        coalesce(sum(duration_seconds), 0) AS duration_seconds,
        round(sum(
            met_minutes * (SELECT kilograms FROM mass)[width_bucket(day, (SELECT days FROM mass))] * 3.5 / 200
        )::numeric, 4)::float8 AS energy_kcal
    FROM trained_day
    WHERE day = (SELECT today FROM calendar)
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
