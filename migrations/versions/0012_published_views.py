"""Views that publish a slice's rows to the other slices, and two functions that several statements share.

A migration that changes a column of a view drops the view, changes the table and creates the view again.

Revision: 0012
Follows: 0011
"""

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: None = None
depends_on: None = None

_VIEWS = {
    "user_calendar": """
        SELECT
            a.id AS user_id,
            r.revision,
            a.canonical_time_zone AS time_zone,
            a.week_starts_on,
            array_position(
                '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[], a.week_starts_on::text
            ) AS week_start
        FROM user_account AS a
        INNER JOIN user_revision AS r ON r.user_id = a.id
    """,
    "body_mass_step": """
        SELECT user_id, mass_kg, valid_from, valid_until
        FROM (
            SELECT
                user_id,
                mass_kg,
                measured_on AS valid_from,
                lead(measured_on, 1, 'infinity') OVER (PARTITION BY user_id ORDER BY measured_on, id) AS valid_until
            FROM body_measurement
        ) AS step
        WHERE valid_from < valid_until
    """,
    "exercise_name": """
        SELECT
            u.user_id, e.id AS exercise_id, e.name, false AS custom, e.category, e.equipment, e.mechanic, e.force,
            e.level, e.primary_muscles, e.secondary_muscles, e.measures, e.met, e.bodyweight_share, e.assisted
        FROM user_calendar AS u
        CROSS JOIN catalogue_exercise AS e
        UNION ALL
        SELECT
            user_id, id, name, true, category, equipment, mechanic, force, level, primary_muscles, secondary_muscles,
            measures, met, bodyweight_share, assisted
        FROM custom_exercise
    """,
    "performed_workout": """
        SELECT
            user_id, id AS workout_id, title, started_at, ended_at, time_zone, local_date, exercise_count, set_count,
            rep_count::integer AS rep_count, volume_kg, bodyweight_reps, assisted_volume_kg, duration_seconds,
            met_minutes, revision
        FROM workout
    """,
    "performed_exercise": """
        SELECT
            user_id, workout_id, position, exercise_id, started_at, local_date, set_count,
            rep_count::integer AS rep_count, volume_kg, bodyweight_reps, assisted_volume_kg, duration_seconds,
            distance_meters, best_set_weight_kg, best_set_reps, best_e1rm_kg, best_reps, best_set_volume_kg,
            best_duration_seconds, best_distance_meters, best_unbroken_reps, load_kgs, load_reps,
            seen_sets AS tracked_sets, seen_reps AS tracked_reps, detected_reps, corrected_reps, corrected_sets,
            timed_reps, time_ms, eccentric_reps, eccentric_ms, concentric_reps, concentric_ms,
            ranged_reps AS range_reps, range_degrees,
            slowed_sets AS slowdown_sets, slowdown_percent,
            varied_sets AS tempo_variation_sets, variation_percent AS tempo_variation_percent,
            paced_reps AS cadence_reps, paced_ms AS cadence_ms
        FROM workout_exercise
    """,
    "goal_step": """
        SELECT
            user_id,
            metric,
            target,
            valid_since AS valid_from,
            least(lead(valid_since) OVER (PARTITION BY user_id ORDER BY valid_since), ended_on, 'infinity')
                AS valid_until,
            ARRAY(
                SELECT array_position(
                    '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[], weekday::text
                )
                FROM unnest(rest_days) AS weekday
            ) AS rest_weekdays
        FROM goal
    """,
}

_TOTALS = {
    "set_count": "Sets, of every kind.",
    "rep_count": "Reps of all sets.",
    "volume_kg": "Volume load: the sum of reps x weight over all sets, rounded to 4 decimals.",
    "bodyweight_reps": "The sum of reps x the share of the body mass that a rep moves.",
    "assisted_volume_kg": "The part of volume_kg that was assistance and takes from the load.",
}

_COMMENTS = {
    "user_calendar": (
        "The calendar of each user, and the revision of the user's data. The local day of a point in time is "
        "(moment AT TIME ZONE time_zone)::date.",
        {
            "user_id": "The user.",
            "revision": "Number of the last write of the user's data.",
            "time_zone": "IANA time zone, by the name that every PostgreSQL knows.",
            "week_starts_on": "First day of the user's weeks: monday to sunday.",
            "week_start": "The same as an ISO number: Monday is 1, Sunday is 7.",
        },
    ),
    "body_mass_step": (
        "What each user weighed over time, one row for each day with a measurement. A day before the first "
        "measurement has no mass.",
        {
            "user_id": "The user.",
            "mass_kg": "Body mass; of several measurements on one day the last.",
            "valid_from": "Local day of the measurement.",
            "valid_until": "First local day on which another mass holds; infinity for the last.",
        },
    ),
    "exercise_name": (
        # With a user in each row, a look by user and exercise goes by the whole primary key of either table. Asked for
        # "no user or this one", PostgreSQL looks through the custom exercises of all users.
        "The exercises that each user can use: the catalogue and the custom exercises of the user.",
        {
            "user_id": "The user.",
            "exercise_id": "The exercise, as performed_exercise names it.",
            "name": "Name.",
            "custom": "Whether it is the user's own.",
            "category": "Category, such as strength; null where unknown.",
            "equipment": "Equipment; null where unknown.",
            "mechanic": "compound or isolation; null where unknown.",
            "force": "push, pull or static; null where unknown.",
            "level": "Difficulty; null where unknown.",
            "primary_muscles": "Muscles that it trains in full.",
            "secondary_muscles": "Muscles that it trains half.",
            "measures": "What its sets record, such as weight_reps; null where unknown.",
            "met": "Metabolic equivalent (2024 Adult Compendium); null where unknown.",
            "bodyweight_share": "Share of the body mass that a rep moves, 0 to 1; null where none or unknown.",
            "assisted": "Whether the weight of a set takes from the load.",
        },
    ),
    "performed_workout": (
        "Workouts with their totals, one row each.",
        {
            "user_id": "The user.",
            "workout_id": "The workout.",
            "title": "Title.",
            "started_at": "Start, a point in time.",
            "ended_at": "End, a point in time; null while it runs or where unknown.",
            "time_zone": "IANA time zone in which it was recorded.",
            "local_date": "Local day of its start in that time zone: the day on which it counts.",
            "exercise_count": "Exercises.",
            **_TOTALS,
            "duration_seconds": "From start to end; null without an end.",
            "met_minutes": "MET x minutes; multiplied by the body mass it is the energy. Null where unknown.",
            "revision": "The user's revision of its last write.",
        },
    ),
    "performed_exercise": (
        "Exercises within workouts with their totals and bests, one row each. A best is null where no set has one. "
        "From tracked_sets on, the columns are sums over what a camera measured, null where no set was tracked.",
        {
            "user_id": "The user.",
            "workout_id": "The workout.",
            "position": "Place within the workout, from 0.",
            "exercise_id": "The exercise, of the catalogue or custom: see exercise_name.",
            "started_at": "Start of the workout, a point in time.",
            "local_date": "Local day of the workout.",
            **_TOTALS,
            "duration_seconds": "Sum of the recorded durations of its sets; null where none has one.",
            "distance_meters": "Sum of the recorded distances of its sets; null where none has one.",
            "best_set_weight_kg": "Weight of the heaviest set with a rep.",
            "best_set_reps": "Reps of that set.",
            "best_e1rm_kg": "Best estimated one-rep max of a set (Epley, 1 to 12 reps).",
            "best_reps": "Most reps of a set.",
            "best_set_volume_kg": "Largest reps x weight of a set.",
            "best_duration_seconds": "Longest duration of a set.",
            "best_distance_meters": "Longest distance of a set.",
            "best_unbroken_reps": "Longest run of tracked reps without a rejected rep or a pause of over 5 s.",
            "load_kgs": "Weights of the sets that have a weight and reps, in ascending order.",
            "load_reps": "Reps of the same sets, in the same order.",
            "tracked_sets": "Sets that a camera tracked.",
            "tracked_reps": "Reps with measurements.",
            "detected_reps": "Reps that the camera counted.",
            "corrected_reps": "Reps of the tracked sets as the user keeps them.",
            "corrected_sets": "Tracked sets whose count the user corrected.",
            "timed_reps": "Reps with a duration.",
            "time_ms": "Sum of their durations, in milliseconds.",
            "eccentric_reps": "Reps with an eccentric duration.",
            "eccentric_ms": "Sum of their eccentric durations, in milliseconds.",
            "concentric_reps": "Reps with a concentric duration.",
            "concentric_ms": "Sum of their concentric durations, in milliseconds.",
            "range_reps": "Reps with a range of motion.",
            "range_degrees": "Sum of their ranges of motion, in degrees.",
            "slowdown_sets": "Sets with a slowdown.",
            "slowdown_percent": "Sum of their slowdowns, each (last rep - fastest rep) / fastest rep x 100.",
            "tempo_variation_sets": "Sets with a variation of tempo.",
            "tempo_variation_percent": "Sum of their variations: standard deviation of the durations / mean x 100.",
            "cadence_reps": "Reps after the first one of a set, over all sets.",
            "cadence_ms": "Time from the first rep of a set to its last, summed up, in milliseconds.",
        },
    ),
    "goal_step": (
        "The weekly goals of each user over time, one row each. A day in no row had no goal.",
        {
            "user_id": "The user.",
            "metric": "What the goal counts: workouts, minutes or reps.",
            "target": "How much of it a week must have.",
            "valid_from": "First local day on which it holds.",
            "valid_until": "First local day on which it no longer holds; infinity for the current goal.",
            "rest_weekdays": "Planned rest days as ISO numbers: Monday is 1, Sunday is 7.",
        },
    ),
}

_FUNCTIONS = {
    "bucket_start(bucket text, day date, week_start integer)": (
        # In integers: to extract the weekday gives a numeric, which takes longer than all the rest.
        """
        RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE bucket
            WHEN 'day' THEN day
            WHEN 'week' THEN day - ((day - '1900-01-01'::date) % 7 + 8 - week_start) % 7
            ELSE date_trunc(bucket, day::timestamp)::date
        END
        """,
        "First local day of the day, week, month or year that a local day lies in. week_start is the ISO number of the "
        "day on which weeks begin.",
    ),
    "estimated_one_rep_max(formula text, weight_kg double precision, reps integer)": (
        """
        RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE
            WHEN reps = 1 THEN weight_kg
            WHEN formula = 'epley' THEN weight_kg * (1 + reps::float8 / 30)
            WHEN formula = 'brzycki' THEN weight_kg * 36 / (37 - reps::float8)
            WHEN formula = 'lombardi' THEN weight_kg * power(reps::float8, 0.1::float8)
            WHEN formula = 'oconner' THEN weight_kg * (1 + 0.025::float8 * reps::float8)
            WHEN formula = 'wathan' THEN
                weight_kg * 100 / (48.8::float8 + 53.8::float8 * exp(-0.075::float8 * reps::float8))
            WHEN formula = 'mayhew' THEN
                weight_kg * 100 / (52.2::float8 + 41.9::float8 * exp(-0.055::float8 * reps::float8))
        END
        """,
        "Estimated one-rep max of a set of 1 to 12 reps, in kilograms, by the formula of that name. "
        "Source: LeSuer et al. 1997, J Strength Cond Res 11(4), 211-213.",
    ),
}


def upgrade() -> None:
    for name, query in _VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")
        comment, columns = _COMMENTS[name]
        op.execute(f"COMMENT ON VIEW {name} IS $${comment}$$")
        for column, text in columns.items():
            op.execute(f"COMMENT ON COLUMN {name}.{column} IS $${text}$$")
    for signature, (body, comment) in _FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {signature} {body}")
        op.execute(f"COMMENT ON FUNCTION {signature} IS $${comment}$$")


def downgrade() -> None:
    for signature in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")
    for name in reversed(_VIEWS):
        op.execute(f"DROP VIEW {name}")
