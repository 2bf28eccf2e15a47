"""More evidence of each rep, the judgements of the counter, and sums of both.

The slowdown becomes the velocity loss: (last - shortest) / last of the durations, not (last - shortest) / shortest. The
stored sums are computed again from the sets.

Revision: 0017
Follows: 0016
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: None = None
depends_on: None = None

_REP_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "rep_turn_ms": sa.Integer(),
    "rep_turn_pause_ms": sa.Integer(),
    "rep_end_pause_ms": sa.Integer(),
    "rep_range_share": sa.REAL(),
    "rep_full_range_share": sa.REAL(),
    "rep_side": sa.Text(),
}

_SUMS: dict[str, tuple[sa.types.TypeEngine[Any], str]] = {
    "slowed_sets": (sa.Integer(), "Sets of 3 reps or more with a slowdown of more than 20 %."),
    "range_loss_sets": (sa.Integer(), "Sets with a range loss."),
    "range_loss_percent": (sa.Double(), "Sum of their range losses, each (best rep - last rep) / best rep x 100."),
    "faded_sets": (sa.Integer(), "Sets of 3 reps or more whose last rep had less than 80 % of the best range."),
    "full_range_reps": (sa.Integer(), "Reps with a range in relation to the calibrated full range."),
    "full_range_share": (sa.Double(), "Sum of these ranges, each as a share of the full range."),
    "left_reps": (sa.Integer(), "Reps of the left side, in sets in which each side does its own."),
    "right_reps": (sa.Integer(), "Reps of the right side, likewise."),
}

_VIEW = """
CREATE OR REPLACE VIEW performed_exercise AS
SELECT
    user_id, workout_id, position, exercise_id, started_at, local_date, set_count,
    rep_count::integer AS rep_count, volume_kg, bodyweight_reps, assisted_volume_kg, duration_seconds,
    distance_meters, best_set_weight_kg, best_set_reps, best_e1rm_kg, best_reps, best_set_volume_kg,
    best_duration_seconds, best_distance_meters, best_unbroken_reps, load_kgs, load_reps,
    tracked_sets, tracked_reps, detected_reps, corrected_reps, corrected_sets,
    timed_reps, time_ms, eccentric_reps, eccentric_ms, concentric_reps, concentric_ms,
    range_reps, range_degrees, slowdown_sets, slowdown_percent, tempo_variation_sets, tempo_variation_percent,
    cadence_reps, cadence_ms{sums}
FROM workout_exercise
"""

_SLOWDOWN_COMMENT = (
    "COMMENT ON COLUMN performed_exercise.slowdown_percent IS $$Sum of their slowdowns, each {formula}.$$"
)

# The definitions of the release that came with this revision, for the sets of a user. No set has a share of the range
# or a side yet. `tracked_sets`, `cadence_ms` and the others stay as they are.
_COMPUTE_SUMS = """
UPDATE workout_exercise AS e
SET
    slowdown_sets = s.slowdown_sets,
    slowdown_percent = s.slowdown_percent,
    slowed_sets = s.slowed_sets,
    range_loss_sets = s.range_loss_sets,
    range_loss_percent = s.range_loss_percent,
    faded_sets = s.faded_sets,
    full_range_reps = s.no_reps,
    left_reps = s.no_reps,
    right_reps = s.no_reps
FROM (
    SELECT
        w.workout_id,
        w.exercise_position,
        count(r.slowdown_percent) AS slowdown_sets,
        round(sum(r.slowdown_percent)::numeric, 6)::float8 AS slowdown_percent,
        count(*) FILTER (WHERE r.tracked_reps > 2 AND r.slowdown_percent > 20.0::float8) AS slowed_sets,
        count(r.range_loss_percent) AS range_loss_sets,
        round(sum(r.range_loss_percent)::numeric, 6)::float8 AS range_loss_percent,
        count(*) FILTER (
            WHERE r.tracked_reps > 2 AND 1.0::float8 - r.range_loss_percent / 100.0::float8 < 0.8::float8
        ) AS faded_sets,
        CASE WHEN count(w.rep_offset_ms) > 0 THEN 0 END AS no_reps
    FROM workout_set AS w
    LEFT JOIN LATERAL (
        SELECT
            CASE
                WHEN v.count > 1 THEN (v.best - v.last) / v.best * 100
                WHEN c.count > 1 THEN (c.last - c.shortest) / c.last * 100
            END AS slowdown_percent,
            CASE
                WHEN d.count > 1 THEN (d.best - d.last) / d.best * 100
                WHEN m.count > 1 THEN (m.best - m.last) / m.best * 100
            END AS range_loss_percent,
            o.count AS tracked_reps
        FROM
            {velocity} AS v,
            {concentric} AS c,
            {degrees} AS d,
            {millimetres} AS m,
            {offsets} AS o
    ) AS r ON w.rep_offset_ms IS NOT NULL
    WHERE w.user_id = :user_id AND w.detected_reps IS NOT NULL
    GROUP BY w.workout_id, w.exercise_position
) AS s
WHERE
    e.user_id = :user_id AND e.tracked_sets IS NOT NULL
    AND e.workout_id = s.workout_id AND e.position = s.exercise_position
"""

_QUANTITY = """(
                SELECT
                    count(*) AS count,
                    max(u.value)::float8 AS best,
                    min(u.value)::float8 AS shortest,
                    (array_agg(u.value ORDER BY u.offset_ms DESC, u.number DESC))[1]::float8 AS last
                FROM unnest(w.rep_offset_ms, w.rep_rejected, w.{array})
                    WITH ORDINALITY AS u (offset_ms, rejected, value, number)
                WHERE u.value {measured} AND u.rejected IS NOT TRUE
            )"""

# What the release before stored.
_RESTORE_SLOWDOWN = """
UPDATE workout_exercise AS e
SET slowdown_sets = s.slowdown_sets, slowdown_percent = s.slowdown_percent
FROM (
    SELECT
        w.workout_id,
        w.exercise_position,
        count(*) FILTER (WHERE c.count > 1) AS slowdown_sets,
        round(
            (sum((c.last - c.shortest) / c.shortest * 100) FILTER (WHERE c.count > 1))::numeric, 6
        )::float8 AS slowdown_percent
    FROM workout_set AS w
    CROSS JOIN LATERAL {concentric} AS c
    WHERE w.user_id = :user_id AND w.detected_reps IS NOT NULL
    GROUP BY w.workout_id, w.exercise_position
) AS s
WHERE
    e.user_id = :user_id AND e.tracked_sets IS NOT NULL
    AND e.workout_id = s.workout_id AND e.position = s.exercise_position
"""


def _for_all_users(statement: str) -> None:
    quantities = {
        "velocity": "rep_mean_velocity_mps",
        "concentric": "rep_concentric_ms",
        "degrees": "rep_range_degrees",
        "millimetres": "rep_range_mm",
    }
    selects = {name: _QUANTITY.format(array=array, measured="> 0") for name, array in quantities.items()}
    selects["offsets"] = _QUANTITY.format(array="rep_offset_ms", measured=">= 0")
    filled = sa.text(statement.format(**selects))
    connection = op.get_bind()
    # A workout that an older release writes meanwhile would keep the old sums: writes wait, reads do not.
    connection.execute(sa.text("LOCK TABLE workout IN SHARE MODE"))
    tracked = "SELECT DISTINCT user_id FROM workout_exercise WHERE tracked_sets IS NOT NULL"
    for user_id in connection.execute(sa.text(tracked)).scalars().all():
        connection.execute(filled, {"user_id": user_id})


def upgrade() -> None:
    op.add_column("workout_set", sa.Column("profile_version", sa.String(length=32), nullable=True))
    op.add_column("workout_set", sa.Column("judgements", JSONB(none_as_null=True), nullable=True))
    for name, kind in _REP_COLUMNS.items():
        op.add_column("workout_set", sa.Column(name, sa.ARRAY(kind), nullable=True))
        constraint = op.f(f"ck_workout_set_{name}_length")
        condition = f"{name} IS NULL OR cardinality({name}) IS NOT DISTINCT FROM cardinality(rep_offset_ms)"
        # The column is empty, so a scan of a large table would find nothing.
        op.execute(f"ALTER TABLE workout_set ADD CONSTRAINT {constraint} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE workout_set VALIDATE CONSTRAINT {constraint}")
    for name, (kind, _) in _SUMS.items():
        op.add_column("workout_exercise", sa.Column(name, kind, nullable=True))
    op.execute(_VIEW.format(sums="".join(f", {name}" for name in _SUMS)))
    for name, (_, comment) in _SUMS.items():
        op.execute(f"COMMENT ON COLUMN performed_exercise.{name} IS $${comment}$$")
    op.execute(_SLOWDOWN_COMMENT.format(formula="the velocity loss from the fastest rep to the last, in percent"))
    _for_all_users(_COMPUTE_SUMS)


def downgrade() -> None:
    described = sa.text(
        "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute"
        " WHERE attrelid = 'performed_exercise'::regclass AND attnum > 0"
    )
    comments = op.get_bind().execute(described).all()
    view_comment = op.get_bind().scalar(sa.text("SELECT obj_description('performed_exercise'::regclass)"))
    # A view cannot lose a column: it is created again, with its comments.
    op.execute("DROP VIEW performed_exercise")
    for name in _SUMS:
        op.drop_column("workout_exercise", name)
    op.execute(_VIEW.format(sums=""))
    op.execute(f"COMMENT ON VIEW performed_exercise IS $${view_comment}$$")
    for name, comment in comments:
        if name not in _SUMS:
            op.execute(f"COMMENT ON COLUMN performed_exercise.{name} IS $${comment}$$")
    op.execute(_SLOWDOWN_COMMENT.format(formula="(last rep - fastest rep) / fastest rep x 100"))
    _for_all_users(_RESTORE_SLOWDOWN)
    for name in (*_REP_COLUMNS, "judgements", "profile_version"):
        op.drop_column("workout_set", name)
