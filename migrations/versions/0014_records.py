"""A table of personal records, instead of an index for each kind.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: None = None
depends_on: None = None

_BESTS = (
    "best_set_weight_kg",
    "best_e1rm_kg",
    "best_reps",
    "best_set_volume_kg",
    "best_duration_seconds",
    "best_distance_meters",
    "best_unbroken_reps",
)

_VIEW = """
CREATE VIEW record_event AS
SELECT
    user_id,
    exercise_id,
    kind,
    CASE kind
        WHEN 'load' THEN 0
        WHEN 'e1rm' THEN 1
        WHEN 'reps' THEN 2
        WHEN 'reps_at_load' THEN 3
        WHEN 'set_volume' THEN 4
        WHEN 'duration' THEN 5
        WHEN 'distance' THEN 6
        WHEN 'reps_unbroken' THEN 7
    END AS kind_number,
    value,
    previous,
    CASE kind
        WHEN 'load' THEN 'kg'
        WHEN 'e1rm' THEN 'kg'
        WHEN 'set_volume' THEN 'kg'
        WHEN 'duration' THEN 's'
        WHEN 'distance' THEN 'm'
        ELSE 'reps'
    END AS unit,
    weight_kg,
    reps,
    CASE kind WHEN 'reps_at_load' THEN weight_kg ELSE 0 END AS load_kg,
    started_at,
    workout_id,
    position,
    local_date
FROM exercise_record
"""

_VIEW_COMMENT = (
    "Personal records as they were set, one row each: the values that beat all earlier ones of the same user, exercise "
    "and kind. The latest row of a kind is the record that stands."
)

_COLUMN_COMMENTS = {
    "user_id": "The user.",
    "exercise_id": "The exercise, of the catalogue or custom: see exercise_name.",
    "kind": (
        "load, e1rm (by Epley), reps, reps_at_load, set_volume, duration, distance or reps_unbroken. And set, which is "
        "no record: a set that no earlier set equals in weight and reps. Together with reps_at_load those are the sets "
        "that can be a record of any formula of the one-rep max."
    ),
    "kind_number": "Place of the kind in that order, from 0.",
    "value": "The value: of reps_at_load and set, the reps.",
    "previous": "The best value before; null for the first one, which is a baseline and no record.",
    "unit": "Unit of both values: kg, reps, s or m.",
    "weight_kg": "Weight of the set that reached the value; null for the kinds that need none.",
    "reps": "Reps of that set; null likewise, or where unknown.",
    "load_kg": "The weight of a reps_at_load; 0 for the other kinds.",
    "started_at": "Start of the workout, a point in time.",
    "workout_id": "The workout.",
    "position": "Place of the exercise within the workout, from 0.",
    "local_date": "Local day of the workout.",
}

# The statement of the release that came with this revision, for all workouts of a user.
_STORE_RECORDS = """
INSERT INTO exercise_record (
    user_id, exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
)
SELECT t.user_id, t.exercise_id, e.*
FROM (SELECT DISTINCT user_id, exercise_id FROM workout_exercise WHERE user_id = :user_id) AS t
CROSS JOIN LATERAL (
    WITH performed AS MATERIALIZED (
        SELECT *
        FROM workout_exercise
        WHERE user_id = t.user_id AND exercise_id = t.exercise_id
    ),

    best AS (
        SELECT
            p.*, b.kind, b.value,
            max(b.value) OVER (
                PARTITION BY b.kind ORDER BY p.started_at, p.workout_id, p.position
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
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
    ) AS s ON true
    WHERE b.previous IS NULL OR b.value > b.previous
    UNION ALL
    -- Of what began at the same moment, the best counts.
    SELECT
        CASE WHEN o.is_outdone THEN 'set' ELSE 'reps_at_load' END,
        f.started_at, f.workout_id, f.position, f.reps,
        CASE WHEN NOT o.is_outdone THEN (
            SELECT max(l.reps) FROM frontier AS l WHERE l.weight_kg >= f.weight_kg AND l.started_at < f.started_at
        ) END,
        f.weight_kg, f.reps, f.local_date
    FROM frontier AS f
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM frontier AS l
            WHERE
                l.weight_kg >= f.weight_kg AND l.reps >= f.reps AND l.started_at <= f.started_at
                AND (l.weight_kg, l.reps) <> (f.weight_kg, f.reps)
        ) AS is_outdone
    ) AS o
) AS e
"""


def upgrade() -> None:
    op.create_table(
        "exercise_record",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("previous", sa.Double(), nullable=True),
        sa.Column("weight_kg", sa.Double(), nullable=True),
        sa.Column("reps", sa.Integer(), nullable=True),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "workout_id"],
            ["workout.user_id", "workout.id"],
            name=op.f("fk_exercise_record_user_id_workout"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "user_id",
            "exercise_id",
            "kind",
            "started_at",
            "workout_id",
            "position",
            "value",
            name=op.f("pk_exercise_record"),
        ),
    )
    op.create_index(op.f("ix_exercise_record_user_id_workout_id"), "exercise_record", ["user_id", "workout_id"])
    op.create_index("ix_exercise_record_newest", "exercise_record", ["user_id", "started_at", "workout_id", "position"])
    op.execute(_VIEW)
    op.execute(f"COMMENT ON VIEW record_event IS $${_VIEW_COMMENT}$$")
    for column, comment in _COLUMN_COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN record_event.{column} IS $${comment}$$")
    connection = op.get_bind()
    # Workouts that an older release writes meanwhile would miss their records: writes wait, reads do not.
    connection.execute(sa.text("LOCK TABLE workout IN SHARE MODE"))
    users = connection.execute(sa.text("SELECT DISTINCT user_id FROM workout_exercise")).scalars().all()
    for user_id in users:
        connection.execute(sa.text(_STORE_RECORDS), {"user_id": user_id})
    for name in _BESTS:
        op.drop_index(f"ix_workout_exercise_{name}", table_name="workout_exercise")


def downgrade() -> None:
    for name in _BESTS:
        op.create_index(
            f"ix_workout_exercise_{name}",
            "workout_exercise",
            ["user_id", "exercise_id", sa.literal_column(f"{name} DESC"), "started_at", "workout_id", "position"],
            postgresql_where=sa.text(f"{name} > 0"),
        )
    op.execute("DROP VIEW record_event")
    op.drop_table("exercise_record")
