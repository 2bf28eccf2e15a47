"""Recompute personal records in the call that writes or edits workouts: `recompute_records`.

`write_workouts` has no parameters any more for workouts that others replace, and writes workouts that change records.

Revision: 0040
Follows: 0039
"""

from pathlib import Path
from runpy import run_path
from typing import Any

from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: None = None
depends_on: None = None

DIFFERENCE = """
CREATE TYPE record_difference AS (
    exercise_id uuid, kind text, started_at timestamptz, workout_id uuid, position smallint, value double precision,
    previous double precision, weight_kg double precision, reps integer, local_date date, stored text, computed text
)
"""

EVENTS = """
WITH touched AS (
    SELECT exercise_id, coalesce(since, '-infinity') AS since
    FROM unnest(touched_exercises, touched_since) AS t (exercise_id, since)
)

SELECT
    t.exercise_id, e.kind, e.started_at, e.workout_id, e.position, e.value, e.previous, e.weight_kg, e.reps,
    e.local_date
FROM touched AS t
CROSS JOIN LATERAL (
    WITH performed AS MATERIALIZED (
        SELECT *
        FROM workout_exercise
        WHERE user_id = owner_id AND exercise_id = t.exercise_id AND started_at >= t.since
    ),

    earlier AS MATERIALIZED (
        SELECT kind, value, weight_kg, reps
        FROM exercise_record
        WHERE user_id = owner_id AND exercise_id = t.exercise_id AND started_at < t.since
    ),

    best AS (
        SELECT
            p.*, b.kind, b.value,
            greatest(
                (SELECT max(e.value) FROM earlier AS e WHERE e.kind = b.kind),
                max(b.value) OVER (
                    PARTITION BY b.kind ORDER BY p.started_at, p.workout_id, p.position
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                )
            ) AS previous
        FROM performed AS p
        CROSS JOIN LATERAL (VALUES
            ('load', p.best_set_weight_kg),
            ('e1rm', p.best_e1rm_kg),
            ('reps', p.best_reps),
            ('set_volume', p.best_set_volume_kg),
            ('duration', p.best_duration_seconds),
            ('distance', p.best_distance_meters),
            ('reps_unbroken', p.best_unbroken_reps)
        ) AS b (kind, value)
        WHERE b.value > 0
    ),

    load AS (
        SELECT DISTINCT ON (l.weight_kg, l.reps)
            p.started_at, p.workout_id, p.position, p.local_date, l.weight_kg, l.reps
        FROM performed AS p
        CROSS JOIN LATERAL unnest(p.load_kgs, p.load_reps) AS l (weight_kg, reps)
        ORDER BY l.weight_kg, l.reps, p.started_at, p.workout_id, p.position
    ),

    -- Most loads are outdone by the same weight or the same reps, which a window tells. Only the others are compared
    -- with each other. One-rep maxes are estimated up to 12 reps: among those, a set of more outdoes none.
    compared AS (
        SELECT
            *,
            max(reps) OVER (
                PARTITION BY weight_kg, reps <= 12 ORDER BY started_at, workout_id, position, reps DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS same_weight_reps,
            max(weight_kg) OVER (
                PARTITION BY reps ORDER BY started_at, workout_id, position, weight_kg DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS same_reps_weight_kg
        FROM load
    ),

    candidate AS MATERIALIZED (
        SELECT started_at, workout_id, position, local_date, weight_kg, reps
        FROM compared AS c
        WHERE
            coalesce(same_weight_reps, 0) < reps
            AND coalesce(same_reps_weight_kg, 0) < weight_kg
            AND NOT EXISTS (
                SELECT FROM earlier AS e
                WHERE
                    e.kind IN ('reps_at_load', 'set')
                    AND e.weight_kg >= c.weight_kg AND e.reps >= c.reps AND (e.reps <= 12 OR c.reps > 12)
            )
    ),

    frontier AS MATERIALIZED (
        SELECT *
        FROM candidate AS c
        WHERE NOT EXISTS (
            SELECT FROM candidate AS o
            WHERE
                o.weight_kg >= c.weight_kg AND o.reps >= c.reps AND (o.reps <= 12 OR c.reps > 12)
                AND (o.started_at, o.workout_id, o.position) <= (c.started_at, c.workout_id, c.position)
                AND (o.weight_kg, o.reps) <> (c.weight_kg, c.reps)
        )
    ),

    lifted AS MATERIALIZED (
        SELECT '-infinity'::timestamptz AS started_at, weight_kg, reps
        FROM earlier
        WHERE kind IN ('reps_at_load', 'set')
        UNION ALL
        SELECT started_at, weight_kg, reps FROM frontier
    )

    SELECT
        b.kind, b.started_at, b.workout_id, b.position, b.value, b.previous,
        CASE b.kind WHEN 'load' THEN b.value ELSE s.weight_kg END AS weight_kg,
        CASE b.kind WHEN 'load' THEN b.best_set_reps ELSE s.reps END AS reps,
        b.local_date
    FROM best AS b
    LEFT JOIN LATERAL (
        SELECT l.weight_kg, l.reps
        FROM unnest(b.load_kgs, b.load_reps) AS l (weight_kg, reps)
        WHERE b.kind = 'set_volume' OR (b.kind = 'e1rm' AND l.reps <= 12)
        ORDER BY
            CASE b.kind
                WHEN 'e1rm' THEN estimated_one_rep_max('epley', l.weight_kg, l.reps)
                ELSE l.weight_kg * l.reps
            END DESC,
            l.weight_kg DESC
        LIMIT 1
    ) AS s ON TRUE
    WHERE b.previous IS NULL OR b.value > b.previous
    UNION ALL
    -- Of workouts with the same start, the best counts.
    SELECT
        CASE WHEN o.is_outdone THEN 'set' ELSE 'reps_at_load' END AS kind,
        f.started_at, f.workout_id, f.position, f.reps AS value,
        CASE
            WHEN o.is_outdone THEN NULL
            ELSE (SELECT max(l.reps) FROM lifted AS l WHERE l.weight_kg >= f.weight_kg AND l.started_at < f.started_at)
        END AS previous,
        f.weight_kg, f.reps, f.local_date
    FROM frontier AS f
    LEFT JOIN LATERAL (
        SELECT TRUE AS is_outdone
        FROM lifted AS l
        WHERE
            l.weight_kg >= f.weight_kg AND l.reps >= f.reps AND l.started_at <= f.started_at
            AND (l.weight_kg, l.reps) <> (f.weight_kg, f.reps)
        LIMIT 1
    ) AS o ON TRUE
) AS e
"""

# What differs is computed first, and stored then: a write within a CTE cannot be sharded.
RECOMPUTE_RECORDS = f"""
CREATE FUNCTION recompute_records(owner_id uuid, touched_exercises uuid[], touched_since timestamptz[])
RETURNS SETOF record_difference LANGUAGE plpgsql AS $$
DECLARE
    differences record_difference[];
    difference record_difference;
BEGIN
    differences := array(
        WITH event AS MATERIALIZED ({EVENTS}),

        stored AS MATERIALIZED (
            SELECT exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
            FROM exercise_record
            WHERE
                user_id = owner_id
                AND exercise_id = any(touched_exercises)
                AND started_at >= coalesce(
                    touched_since[array_position(touched_exercises, exercise_id)], '-infinity'
                )
        ),

        -- Almost always most of them are equal: a hash table finds the others. A nested loop, which a join may become,
        -- would compare each record with each.
        added AS MATERIALIZED (
            SELECT * FROM event
            EXCEPT
            SELECT * FROM stored
        ),

        removed AS MATERIALIZED (
            SELECT * FROM stored
            EXCEPT
            SELECT * FROM event
        )

        SELECT ROW(
            coalesce(a.exercise_id, r.exercise_id),
            coalesce(a.kind, r.kind),
            coalesce(a.started_at, r.started_at),
            coalesce(a.workout_id, r.workout_id),
            coalesce(a.position, r.position),
            coalesce(a.value, r.value),
            a.previous, a.weight_kg, a.reps,
            coalesce(a.local_date, r.local_date),
            CASE WHEN r.value IS NOT NULL THEN json_build_array(r.value, r.previous, r.weight_kg, r.reps)::text END,
            CASE WHEN a.value IS NOT NULL THEN json_build_array(a.value, a.previous, a.weight_kg, a.reps)::text END
        )::record_difference
        FROM added AS a
        FULL JOIN removed AS r
            ON
                r.exercise_id = a.exercise_id AND r.kind = a.kind AND r.started_at = a.started_at
                AND r.workout_id = a.workout_id AND r.position = a.position AND r.value = a.value
        ORDER BY coalesce(a.workout_id, r.workout_id), coalesce(a.position, r.position), coalesce(a.kind, r.kind)
    );
    IF cardinality(differences) = 0 THEN
        RETURN;
    END IF;
    -- One by one, by the key: a join with the array may read all records of the user.
    FOREACH difference IN ARRAY differences LOOP
        IF difference.computed IS NULL THEN
            DELETE FROM exercise_record
            WHERE
                user_id = owner_id AND exercise_id = difference.exercise_id AND kind = difference.kind
                AND started_at = difference.started_at AND workout_id = difference.workout_id
                AND position = difference.position AND value = difference.value;
        END IF;
    END LOOP;
    INSERT INTO exercise_record (
        user_id, exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
    )
    SELECT
        owner_id, d.exercise_id, d.kind, d.started_at, d.workout_id, d.position, d.value, d.previous, d.weight_kg,
        d.reps, d.local_date
    FROM unnest(differences) AS d
    WHERE d.computed IS NOT NULL
    ON CONFLICT (user_id, exercise_id, kind, started_at, workout_id, position, value)
    DO UPDATE SET
        previous = excluded.previous,
        weight_kg = excluded.weight_kg,
        reps = excluded.reps,
        local_date = excluded.local_date;
    RETURN QUERY SELECT * FROM unnest(differences);
END $$
"""  # noqa: S608  (constants)

RECOMPUTE = """        GROUP BY c.exercise_id) AS b;
        IF breakers IS NOT NULL THEN
            PERFORM recompute_records(owner_id, breakers, breakers_since);
        END IF;
"""

RECOMPUTE_EDITED = """    IF cardinality(record_exercises) > 0 THEN
        PERFORM recompute_records(
            owner_id, record_exercises, array_fill(records_since, ARRAY[cardinality(record_exercises)])
        );
    END IF;
    RETURN TRUE;
"""

WRITE_ARGUMENTS = """
uuid, text, new_workout[], new_workout_exercise[], new_workout_set[], uuid[], uuid[], new_record_check[], integer,
bigint, boolean, date
"""

EDIT_ARGUMENTS = """
text, uuid, uuid, bigint, new_workout, new_workout_exercise[], new_workout_set[], uuid[], smallint,
new_workout_exercise[], new_workout_set[], uuid[], timestamptz
"""

COMMENTS = {
    "recompute_records": "Recompute the records of exercises of a user, each from a point in time on (null: from the "
    "beginning), store those that differ, and return them. The caller holds the lock of the user.",
    f"write_workouts({WRITE_ARGUMENTS})": "Write workouts of a user with the records that they change, all or none, and "
    "tell what is stored: none if an id is taken, if a quota would be exceeded, or if the caller knows another catalogue.",
    f"edit_workout({EDIT_ARGUMENTS})": "Write what an edit changes of a workout, recompute the records of the exercises in "
    "record_exercises from records_since on, and return true. If the revision of the user or the version of the catalogue "
    "is not the expected one, write nothing.",
}


def _load(name: str) -> dict[str, Any]:
    return run_path(str(Path(__file__).with_name(name)))


def _replace(text: str, *changes: tuple[str, str]) -> str:
    for former, following in changes:
        if former not in text:
            raise RuntimeError(f"The function has no {former}")
        text = text.replace(former, following)
    return text


def _build_write_workouts() -> str:
    checks, lock = _load("0036_record_checks.py"), _load("0037_catalogue_lock.py")
    before, _, rest = _load("0029_write_workouts.py")["WRITE_WORKOUTS"].partition(
        "    IF cardinality(record_checks) > 0"
    )
    finding, _, after = rest.partition("    is_written :=")
    return _replace(
        f"{before}    is_written :={after}",
        (lock["BEFORE"], lock["AFTER"]),
        ("max_bytes bigint, replaced_workouts integer, replaced_bytes bigint,", "max_bytes bigint,"),
        ("imported boolean, with_records boolean, mass_date date,", "imported boolean, mass_date date,"),
        ("part_workouts uuid[], OUT record_breakers integer[],", "part_workouts uuid[],"),
        ("    taken bigint;\n", "    taken bigint;\n    breakers uuid[];\n    breakers_since timestamptz[];\n"),
        ("        AND (with_records OR record_breakers IS NULL) AND catalogue", "        AND catalogue"),
        ("greatest(max_workouts - workout_count, replaced_workouts)", "max_workouts - workout_count"),
        ("greatest(max_bytes - byte_count, replaced_bytes)", "max_bytes - byte_count"),
        (
            "    IF mass_date IS NOT NULL",
            _replace(
                f"    IF cardinality(record_checks) > 0{finding}    IF mass_date IS NOT NULL",
                (checks["BEFORE"], checks["AFTER"]),
                (
                    "        SELECT array_agg(DISTINCT c.exercise) INTO record_breakers\n        FROM",
                    "        SELECT array_agg(b.exercise_id), array_agg(b.since) INTO breakers, breakers_since FROM (\n"
                    "        SELECT c.exercise_id, min(c.started_at) AS since\n        FROM",
                ),
                ("coalesce(last.value < c.value, TRUE) END;", "coalesce(last.value < c.value, TRUE) END\n" + RECOMPUTE),
            ),
        ),
    )


def _build_edit_workout() -> str:
    text: str = _load("0037_catalogue_lock.py")["EDIT_WORKOUT"]
    before, _, call = text.partition("    RETURN edit_workout(")
    return _replace(
        f"{before}    PERFORM edit_workout({call}",
        (
            "new_sets new_workout_set[]\n)",
            "new_sets new_workout_set[],\n    record_exercises uuid[], records_since timestamptz\n)",
        ),
        ("END $$", f"{RECOMPUTE_EDITED}END $$"),
    )


def upgrade() -> None:
    op.execute(DIFFERENCE)
    op.execute(RECOMPUTE_RECORDS)
    # The functions with other arguments stay for the former release.
    op.execute(_build_write_workouts())
    op.execute(_build_edit_workout())
    for name, comment in COMMENTS.items():
        op.execute(f"COMMENT ON FUNCTION {name} IS $${comment}$$")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION edit_workout({EDIT_ARGUMENTS})")
    op.execute(f"DROP FUNCTION write_workouts({WRITE_ARGUMENTS})")
    op.execute("DROP FUNCTION recompute_records")
    op.execute("DROP TYPE record_difference")
