"""Totals of warm-ups and of assistance, and records of working sets only.

Volume no longer contains assistance, bests and records no longer warm-ups. What is stored follows, user by user.

Revision: 0047
Follows: 0046
"""

# ruff: noqa: S608  (the statements are made of constants)

from pathlib import Path
from runpy import run_path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: None = None
depends_on: None = None


def _load(name: str) -> dict[str, Any]:
    return run_path(str(Path(__file__).with_name(name)))


_ENERGY, _SETTLED, _RECORDS = (
    _load("0041_energy.py"),
    _load("0030_settled_totals.py"),
    _load("0040_recompute_records.py"),
)
_ASSISTANCE, _EVENTS, _EVIDENCE = _load("0043_assistance.py"), _load("0014_records.py"), _load("0017_rep_evidence.py")

_WARM_UPS = {
    "warm_up_set_count": "integer",
    "warm_up_rep_count": "bigint",
    "warm_up_volume_kg": "double precision",
    "warm_up_bodyweight_reps": "double precision",
    "warm_up_assisted_volume_kg": "double precision",
}
_ASSISTED = {"assisted_reps": "bigint", "least_assistance_kg": "double precision"}
_LOSS = {"velocity_loss_sets": "integer", "velocity_loss_percent": "double precision"}
_OF_EXERCISE = {**_ASSISTED, **_WARM_UPS}
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "integer": sa.Integer(),
    "bigint": sa.BigInteger(),
    "double precision": sa.Float(),
}
_SUMMED = ("warm_up_volume_kg", "warm_up_bodyweight_reps", "warm_up_assisted_volume_kg")
_SETTLED_ADDED = ("warm_up_set_count", "warm_up_volume_kg", *_LOSS)


def _list(names: Any, prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in names)


def _assign(names: Any, source: str) -> str:
    return ", ".join(f"{name} = {source}.{name}" for name in names)


# --- writes ------------------------------------------------------------------------------------------------------

_STORE = """store_workouts(
    uuid, text, {workout}[], double precision[], {exercise}[], stored_set[], uuid[], uuid[], new_record_check[], integer,
    bigint, boolean, date
)"""
_EDIT = """store_edit(
    text, uuid, uuid, bigint, {workout}, double precision, {exercise}[], stored_set[], uuid[], smallint, {exercise}[],
    stored_set[], uuid[], timestamptz
)"""
_FORMER_TYPES = {"workout": "new_workout", "exercise": "new_workout_exercise"}
_NEW_TYPES = {
    "new_workout_exercise": "stored_exercise",
    "new_workout": "stored_workout",
}
_OUTDONE = "coalesce(last.value < c.value, TRUE)"
_LESS = "CASE WHEN c.kind = 'assistance' THEN coalesce(last.value > c.value, TRUE) ELSE {} END"
_STORED = {
    _STORE: {
        **_NEW_TYPES,
        "assisted_volume_kg, duration_seconds, met_minutes": f"assisted_volume_kg, {_list(_WARM_UPS)}, duration_seconds, "
        "met_minutes",
        "assisted_volume_kg, duration_seconds, distance_meters": f"assisted_volume_kg, {_list(_OF_EXERCISE)}, "
        "duration_seconds, distance_meters",
        "slowed_sets, ": f"slowed_sets, {_list(_LOSS)}, ",
        _OUTDONE: _LESS.format(_OUTDONE),
    },
    _EDIT: {
        **_NEW_TYPES,
        "assisted_volume_kg = head.assisted_volume_kg, ": "assisted_volume_kg = head.assisted_volume_kg, "
        f"{_assign(_WARM_UPS, 'head')}, ",
        "assisted_volume_kg = n.assisted_volume_kg, ": "assisted_volume_kg = n.assisted_volume_kg, "
        f"{_assign(_OF_EXERCISE, 'n')}, ",
        " assisted_volume_kg, duration_seconds,": f" assisted_volume_kg, {_list(_OF_EXERCISE)}, duration_seconds,",
        "n.assisted_volume_kg, n.duration_seconds,": f"n.assisted_volume_kg, {_list(_OF_EXERCISE, 'n.')}, "
        "n.duration_seconds,",
        " slowed_sets = n.slowed_sets, ": f" slowed_sets = n.slowed_sets, {_assign(_LOSS, 'n')}, ",
        " slowed_sets, range": f" slowed_sets, {_list(_LOSS)}, range",
        "n.slowed_sets, n.range": f"n.slowed_sets, {_list(_LOSS, 'n.')}, n.range",
    },
}


def _declare(names: dict[str, str]) -> str:
    return "".join(f", {name} {kind}" for name, kind in names.items())


def _replace(text: str, replacements: dict[str, str]) -> str:
    """Return a text with replaced parts.

    Raises:
        RuntimeError: the text does not have one of them.

    """
    for former, following in replacements.items():
        if former not in text:
            raise RuntimeError(f"The text has no {former!r}")
        text = text.replace(former, following)
    return text


def _store_with_totals() -> None:
    derive = _ASSISTANCE["_derive_type"]
    derive("new_workout", "stored_workout", {"assisted_volume_kg": _declare(_WARM_UPS)})
    added = {"assisted_volume_kg": _declare(_OF_EXERCISE), "slowed_sets": _declare(_LOSS)}
    derive("new_workout_exercise", "stored_exercise", added)
    for template, replacements in _STORED.items():
        signature = template.format(**_FORMER_TYPES)
        _ASSISTANCE["_derive_function"](signature, replacements)
        op.execute(f"DROP FUNCTION {signature}")
    for name, comment in _ASSISTANCE["_COMMENTS"].items():
        op.execute(f"COMMENT ON FUNCTION {name} IS $${comment}$$")


# --- records -----------------------------------------------------------------------------------------------------

# Of assistance, less is better: it is compared by its opposite.
_RECOMPUTE = _replace(
    _RECORDS["RECOMPUTE_RECORDS"],
    {
        "CREATE FUNCTION": "CREATE OR REPLACE FUNCTION",
        "SELECT kind, value, weight_kg, reps\n": "SELECT\n"
        "            kind, CASE WHEN kind = 'assistance' THEN -value ELSE value END AS value, weight_kg, reps\n",
        "('reps_unbroken', p.best_unbroken_reps)": "('reps_unbroken', p.best_unbroken_reps),\n"
        "            ('assistance', -p.least_assistance_kg)",
        "WHERE b.value > 0\n": "WHERE b.value > 0 OR b.kind = 'assistance' AND b.value < 0\n",
        "b.position, b.value, b.previous,\n": "b.position, abs(b.value) AS value, abs(b.previous) AS previous,\n",
    },
)
_RECORD_EVENT = {
    "WHEN 'reps_unbroken' THEN 7": "WHEN 'reps_unbroken' THEN 7\n        WHEN 'assistance' THEN 8",
    "WHEN 'set_volume' THEN 'kg'": "WHEN 'set_volume' THEN 'kg'\n        WHEN 'assistance' THEN 'kg'",
    "CREATE VIEW": "CREATE OR REPLACE VIEW",
}
_KINDS = (
    "load, e1rm (by Epley), reps, reps_at_load, set_volume, duration, distance, reps_unbroken or assistance, of which less "
    "is better. And set, which is no record: a set that no earlier set equals in weight and reps. Together with "
    "reps_at_load those are the sets that another formula of the one-rep max needs."
)

# --- settled totals ----------------------------------------------------------------------------------------------

_MONTHS = _replace(
    _ENERGY["_settle_months"]("energy_kcal"),
    {
        "bodyweight_volume_kg, trained_days": "bodyweight_volume_kg, trained_days, warm_up_volume_kg,\n"
        "                warm_up_bodyweight_volume_kg",
        "::bit(31)": "::bit(31),\n                sum(d.warm_up_volume_kg),\n"
        "                sum(d.warm_up_bodyweight_volume_kg)",
    },
)
_EXERCISES = _replace(
    _SETTLED["_FUNCTIONS"]["settle_exercises(owner uuid, exercises uuid[], months date[])"],
    {
        ", best_unbroken_reps)": f", best_unbroken_reps, {_list(_SETTLED_ADDED)})",
        "max(e.best_unbroken_reps)": "max(e.best_unbroken_reps), sum(e.warm_up_set_count), "
        "sum(e.warm_up_volume_kg::numeric), sum(e.velocity_loss_sets)::bigint, sum(e.velocity_loss_percent::numeric)",
    },
)
_CHANGED_EXERCISES = _replace(
    _SETTLED["_FUNCTIONS"]["settle_changed_workout_exercises()"],
    {
        "tempo_variation_percent, best_unbroken_reps": f"tempo_variation_percent, best_unbroken_reps, {_list(_SETTLED_ADDED)}"
    },
)

# --- views -------------------------------------------------------------------------------------------------------

_KCAL = _ENERGY["_ENERGY"]
_VIEWS = {
    "performed_workout": _ENERGY["_performed_workout"](
        f", energy_kcal AS recorded_energy_kcal, {_list(_WARM_UPS)}".replace(
            "warm_up_rep_count", "warm_up_rep_count::integer AS warm_up_rep_count"
        )
    ),
    "day_total": _ENERGY["_day_total"](
        "sum(w.met_minutes::numeric) FILTER (WHERE w.energy_kcal IS NULL) AS met_minutes, "
        "sum(w.energy_kcal::numeric) AS recorded_kcal, "
        + ", ".join(f"sum(w.{name}::numeric) AS {name}" for name in _SUMMED),
        f"{_KCAL} AS energy_kcal, {_KCAL} / 0.0175 AS met_minutes_kg, warm_up_volume_kg, "
        "warm_up_bodyweight_reps * mass_kg - warm_up_assisted_volume_kg AS warm_up_bodyweight_volume_kg",
    ),
    "month_total": _ENERGY["_month_total"](
        "energy_kcal, energy_kcal / 0.0175 AS met_minutes_kg, warm_up_volume_kg, warm_up_bodyweight_volume_kg",
        "sum(d.energy_kcal), sum(d.energy_kcal) / 0.0175, sum(d.warm_up_volume_kg), sum(d.warm_up_bodyweight_volume_kg)",
    ),
    "exercise_total": _replace(
        _SETTLED["_VIEWS"]["exercise_total"][0],
        {
            "best_unbroken_reps\n        FROM settled_exercise": "best_unbroken_reps, warm_up_set_count, "
            f"warm_up_volume_kg::float8 AS warm_up_volume_kg, {_list(_LOSS)}\n        FROM settled_exercise",
            "e.best_unbroken_reps\n": f"e.best_unbroken_reps, {_list(_SETTLED_ADDED, 'e.')}\n",
        },
    ),
}
_FORMER_VIEWS = {**_ENERGY["_VIEWS"], "exercise_total": _SETTLED["_VIEWS"]["exercise_total"][0]}
_FORMER_PERFORMED = _EVIDENCE["_VIEW"].format(sums=", " + _list(_EVIDENCE["_SUMS"])).partition(" AS\n")[2]
_WARM_UP_VOLUME = "The part of volume_kg in warm-ups."
_WARM_UP_BODY = "The part of bodyweight_volume_kg in warm-ups."
_VIEW_COMMENTS = {
    "performed_workout.warm_up_set_count": "The part of set_count in warm-ups.",
    "performed_workout.warm_up_rep_count": "The part of rep_count in warm-ups.",
    "performed_workout.warm_up_volume_kg": _WARM_UP_VOLUME,
    "performed_workout.warm_up_bodyweight_reps": "The part of bodyweight_reps in warm-ups.",
    "performed_workout.warm_up_assisted_volume_kg": "The part of assisted_volume_kg in warm-ups.",
    "performed_workout.assisted_volume_kg": "Reps x assistance, which volume_kg does not contain.",
    "performed_exercise.warm_up_set_count": "The part of set_count in warm-ups.",
    "performed_exercise.warm_up_rep_count": "The part of rep_count in warm-ups.",
    "performed_exercise.warm_up_volume_kg": _WARM_UP_VOLUME,
    "performed_exercise.warm_up_bodyweight_reps": "The part of bodyweight_reps in warm-ups.",
    "performed_exercise.warm_up_assisted_volume_kg": "The part of assisted_volume_kg in warm-ups.",
    "performed_exercise.assisted_volume_kg": "Reps x assistance, which volume_kg does not contain.",
    "performed_exercise.assisted_reps": "Reps with assistance, without those of warm-ups.",
    "performed_exercise.least_assistance_kg": "The least assistance of a set that is no warm-up; null without assistance.",
    "performed_exercise.velocity_loss_sets": "Sets with a velocity loss.",
    "performed_exercise.velocity_loss_percent": "Sum of their velocity losses, each (best - last) / best x 100.",
    "day_total.warm_up_volume_kg": _WARM_UP_VOLUME,
    "day_total.warm_up_bodyweight_volume_kg": _WARM_UP_BODY,
    "month_total.warm_up_volume_kg": _WARM_UP_VOLUME,
    "month_total.warm_up_bodyweight_volume_kg": _WARM_UP_BODY,
    "exercise_total.warm_up_set_count": "The part of set_count in warm-ups.",
    "exercise_total.warm_up_volume_kg": _WARM_UP_VOLUME,
    "exercise_total.velocity_loss_sets": "See performed_exercise.velocity_loss_sets.",
    "exercise_total.velocity_loss_percent": "See performed_exercise.velocity_loss_percent.",
    "record_event.kind": _KINDS,
}


def _extend_performed_exercise() -> None:
    # A view can get columns at its end.
    text: str = op.get_bind().scalar(sa.text("SELECT pg_get_viewdef('performed_exercise'::regclass)"))
    columns = f"{_list(_ASSISTED)}, {_list(_WARM_UPS)}, {_list(_LOSS)}".replace(
        "warm_up_rep_count", "warm_up_rep_count::integer AS warm_up_rep_count"
    ).replace("assisted_reps", "assisted_reps::integer AS assisted_reps")
    extended = _replace(text, {"\n   FROM workout_exercise": f",\n    {columns}\n   FROM workout_exercise"})
    op.execute(f"CREATE OR REPLACE VIEW performed_exercise AS {extended}")


# --- what is stored ----------------------------------------------------------------------------------------------

# A batch is one user: the triggers settle its months again, and the records follow.
_BACKFILL = """
DO $$
DECLARE
    owner uuid;
    changed uuid[];
BEGIN
    FOR owner IN SELECT DISTINCT user_id FROM workout_exercise LOOP
        WITH known AS MATERIALIZED (
            SELECT
                e.workout_id, e.position, coalesce(c.assisted, u.assisted, FALSE) AS assisted,
                coalesce(c.bodyweight_share, u.bodyweight_share, 0) AS share, e.tracked_sets IS NOT NULL AS tracked
            FROM workout_exercise AS e
            LEFT JOIN catalogue_exercise AS c ON c.id = e.catalogue_exercise_id
            LEFT JOIN custom_exercise AS u ON u.user_id = e.user_id AND u.id = e.custom_exercise_id
            WHERE e.user_id = owner
        ),

        done AS (
            SELECT
                k.*, s.kind = 'warm_up' AS warm_up, s.reps, s.weight_kg, s.duration_seconds, s.distance_meters,
                s.rep_offset_ms, q.loss, q.unbroken
            FROM known AS k
            INNER JOIN workout_set AS s
                ON s.user_id = owner AND s.workout_id = k.workout_id AND s.exercise_position = k.position
            LEFT JOIN LATERAL (
                SELECT
                    CASE
                        WHEN count(*) FILTER (WHERE v.is_measured) >= 2
                            THEN
                                (max(v.velocity) FILTER (WHERE v.is_measured) - (
                                    array_agg(v.velocity ORDER BY v.offset_ms DESC, v.number DESC)
                                    FILTER (WHERE v.is_measured)
                                )[1]) / max(v.velocity) FILTER (WHERE v.is_measured) * 100
                    END AS loss,
                    max(v.run_length) AS unbroken
                FROM (
                    SELECT
                        r.*,
                        NOT r.is_rejected AND r.velocity > 0 AND r.side IS NOT DISTINCT FROM first_value(r.side) OVER (
                            ORDER BY r.is_rejected, r.offset_ms DESC, r.number DESC
                        ) AS is_measured,
                        count(*) FILTER (WHERE NOT r.is_rejected) OVER (PARTITION BY r.run) AS run_length
                    FROM (
                        SELECT b.*, sum(b.breaks) OVER (ORDER BY b.offset_ms, b.number) AS run
                        FROM (
                            SELECT
                                p.offset_ms, p.velocity::float8 AS velocity, p.side, p.number,
                                coalesce(p.rejected, FALSE) AS is_rejected,
                                (coalesce(p.rejected, FALSE) OR coalesce(
                                    p.offset_ms - lag(p.offset_ms + coalesce(p.duration_ms, 0)) OVER (
                                        ORDER BY p.offset_ms, p.number
                                    ) > 5000,
                                    FALSE
                                ))::integer AS breaks
                            FROM unnest(
                                s.rep_offset_ms, s.rep_duration_ms, s.rep_mean_velocity_mps, s.rep_side, s.rep_rejected
                            ) WITH ORDINALITY AS p (offset_ms, duration_ms, velocity, side, rejected, number)
                        ) AS b
                    ) AS r
                ) AS v
            ) AS q ON s.rep_offset_ms IS NOT NULL
        ),

        total AS MATERIALIZED (
            SELECT
                workout_id, position, assisted, share,
                count(*) FILTER (WHERE warm_up) AS warm_up_set_count,
                coalesce(sum(reps) FILTER (WHERE warm_up), 0) AS warm_up_rep_count,
                coalesce(sum(reps * weight_kg::numeric) FILTER (WHERE warm_up), 0) AS warm_up_kg,
                sum(reps) FILTER (WHERE NOT warm_up AND weight_kg > 0 AND reps > 0) AS loaded_reps,
                min(weight_kg) FILTER (WHERE NOT warm_up AND weight_kg > 0 AND reps > 0) AS least_kg,
                max(weight_kg) FILTER (WHERE NOT warm_up AND (reps IS NULL OR reps > 0)) AS best_set_weight_kg,
                (
                    array_agg(reps ORDER BY weight_kg DESC NULLS LAST, reps DESC NULLS LAST)
                    FILTER (WHERE NOT warm_up AND (reps IS NULL OR reps > 0))
                )[1] AS best_set_reps,
                max(CASE WHEN reps = 1 THEN weight_kg ELSE weight_kg * (1 + reps::float8 / 30.0::float8) END) FILTER (
                    WHERE NOT warm_up AND weight_kg > 0 AND reps BETWEEN 1 AND 12
                ) AS best_e1rm_kg,
                max(reps) FILTER (
                    WHERE NOT warm_up AND reps > 0 AND (assisted OR share = 0 OR coalesce(weight_kg, 0) = 0)
                ) AS best_reps,
                round((max(reps * weight_kg) FILTER (WHERE NOT warm_up))::numeric, 4)::float8 AS best_set_volume_kg,
                max(duration_seconds) FILTER (WHERE NOT warm_up) AS best_duration_seconds,
                max(distance_meters) FILTER (WHERE NOT warm_up) AS best_distance_meters,
                array_agg(weight_kg ORDER BY weight_kg, reps) FILTER (
                    WHERE NOT warm_up AND weight_kg > 0 AND reps > 0
                ) AS load_kgs,
                array_agg(reps ORDER BY weight_kg, reps) FILTER (
                    WHERE NOT warm_up AND weight_kg > 0 AND reps > 0
                ) AS load_reps,
                max(unbroken) FILTER (WHERE NOT warm_up) AS best_unbroken_reps,
                count(loss) AS loss_sets,
                round(sum(loss::numeric), 6)::float8 AS loss_percent
            FROM done
            GROUP BY workout_id, position, assisted, share
            HAVING bool_or(warm_up OR tracked)
                OR (assisted OR share > 0) AND bool_or(weight_kg > 0)
        ),

        written AS (
            UPDATE workout_exercise AS e SET
                volume_kg = CASE WHEN t.assisted THEN 0 ELSE e.volume_kg END,
                warm_up_set_count = t.warm_up_set_count,
                warm_up_rep_count = t.warm_up_rep_count,
                warm_up_volume_kg = CASE WHEN t.assisted THEN 0 ELSE round(t.warm_up_kg, 4)::float8 END,
                warm_up_bodyweight_reps = round((t.warm_up_rep_count * t.share)::numeric, 4)::float8,
                warm_up_assisted_volume_kg = CASE WHEN t.assisted THEN round(t.warm_up_kg, 4)::float8 ELSE 0 END,
                assisted_reps = CASE WHEN t.assisted THEN coalesce(t.loaded_reps, 0) ELSE 0 END,
                least_assistance_kg = CASE WHEN t.assisted THEN t.least_kg END,
                best_set_weight_kg = CASE WHEN NOT t.assisted THEN t.best_set_weight_kg END,
                best_set_reps = CASE WHEN NOT t.assisted THEN t.best_set_reps END,
                best_e1rm_kg = CASE WHEN NOT t.assisted THEN t.best_e1rm_kg END,
                best_reps = t.best_reps,
                best_set_volume_kg = CASE WHEN NOT t.assisted THEN t.best_set_volume_kg END,
                best_duration_seconds = t.best_duration_seconds,
                best_distance_meters = t.best_distance_meters,
                load_kgs = CASE WHEN NOT t.assisted THEN t.load_kgs END,
                load_reps = CASE WHEN NOT t.assisted THEN t.load_reps END,
                best_unbroken_reps = CASE WHEN e.tracked_sets IS NOT NULL THEN t.best_unbroken_reps END,
                velocity_loss_sets = CASE WHEN e.tracked_sets IS NOT NULL THEN t.loss_sets END,
                velocity_loss_percent = CASE WHEN e.tracked_sets IS NOT NULL THEN t.loss_percent END
            FROM total AS t
            WHERE e.user_id = owner AND e.workout_id = t.workout_id AND e.position = t.position
            RETURNING e.exercise_id
        )

        SELECT array_agg(DISTINCT exercise_id) INTO changed FROM written;
        CONTINUE WHEN changed IS NULL;
        UPDATE workout AS w SET
            volume_kg = t.volume_kg,
            warm_up_set_count = t.warm_up_set_count,
            warm_up_rep_count = t.warm_up_rep_count,
            warm_up_volume_kg = t.warm_up_volume_kg,
            warm_up_bodyweight_reps = t.warm_up_bodyweight_reps,
            warm_up_assisted_volume_kg = t.warm_up_assisted_volume_kg
        FROM (
            SELECT
                workout_id,
                sum(volume_kg::numeric)::float8 AS volume_kg,
                sum(warm_up_set_count) AS warm_up_set_count,
                sum(warm_up_rep_count) AS warm_up_rep_count,
                sum(warm_up_volume_kg::numeric)::float8 AS warm_up_volume_kg,
                sum(warm_up_bodyweight_reps::numeric)::float8 AS warm_up_bodyweight_reps,
                sum(warm_up_assisted_volume_kg::numeric)::float8 AS warm_up_assisted_volume_kg
            FROM workout_exercise
            WHERE user_id = owner
            GROUP BY workout_id
        ) AS t
        WHERE
            w.user_id = owner AND w.id = t.workout_id
            AND (t.warm_up_set_count > 0 OR w.volume_kg IS DISTINCT FROM t.volume_kg);
        PERFORM recompute_records(owner, changed, array_fill(NULL::timestamptz, ARRAY[cardinality(changed)]));
    END LOOP;
END $$
"""


def upgrade() -> None:
    for table, names in (("workout", _WARM_UPS), ("workout_exercise", _OF_EXERCISE)):
        for name, kind in names.items():
            default = None if name == "least_assistance_kg" else "0"
            op.add_column(table, sa.Column(name, _TYPES[kind], nullable=default is None, server_default=default))
    for name, kind in _LOSS.items():
        op.add_column("workout_exercise", sa.Column(name, _TYPES[kind], nullable=True))
    op.add_column("settled_month", sa.Column("warm_up_volume_kg", sa.Numeric(), nullable=False, server_default="0"))
    op.add_column("settled_month", sa.Column("warm_up_bodyweight_volume_kg", sa.Numeric(), nullable=True))
    op.add_column(
        "settled_exercise", sa.Column("warm_up_set_count", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("settled_exercise", sa.Column("warm_up_volume_kg", sa.Numeric(), nullable=False, server_default="0"))
    op.add_column("settled_exercise", sa.Column("velocity_loss_sets", sa.BigInteger(), nullable=True))
    op.add_column("settled_exercise", sa.Column("velocity_loss_percent", sa.Numeric(), nullable=True))
    # Nothing of earlier months was in warm-ups until the backfill says so.
    op.execute("UPDATE settled_month SET warm_up_bodyweight_volume_kg = 0 WHERE bodyweight_volume_kg IS NOT NULL")
    _ENERGY["_replace_views"](_VIEWS)
    _extend_performed_exercise()
    op.execute(_replace(_EVENTS["_VIEW"], _RECORD_EVENT))
    for column, comment in _VIEW_COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN {column} IS $${comment}$$")
    op.execute(_MONTHS)
    op.execute(_ENERGY["_settle_changed_workouts"]((*_ENERGY["_SUMMED"], "energy_kcal", *_SUMMED)))
    op.execute(f"CREATE OR REPLACE FUNCTION settle_exercises(owner uuid, exercises uuid[], months date[]) {_EXERCISES}")
    op.execute(f"CREATE OR REPLACE FUNCTION settle_changed_workout_exercises() {_CHANGED_EXERCISES}")
    _ENERGY["_replace_index"](*_ENERGY["_COVERED"], "energy_kcal", *_SUMMED)
    op.execute(_RECOMPUTE)
    _store_with_totals()
    op.execute(_BACKFILL)


def downgrade() -> None:
    for template in _STORED:
        op.execute(f"DROP FUNCTION {template.format(workout='stored_workout', exercise='stored_exercise')}")
    op.execute("DROP TYPE stored_workout")
    op.execute("DROP TYPE stored_exercise")
    for signature, replacements in _ASSISTANCE["_DERIVED"].items():
        _ASSISTANCE["_derive_function"](signature, replacements)
    for name, comment in _ASSISTANCE["_COMMENTS"].items():
        op.execute(f"COMMENT ON FUNCTION {name} IS $${comment}$$")
    _ENERGY["_replace_index"](*_ENERGY["_COVERED"], "energy_kcal")
    op.execute(_ENERGY["_settle_months"]("energy_kcal"))
    op.execute(_ENERGY["_settle_changed_workouts"]((*_ENERGY["_SUMMED"], "energy_kcal")))
    for signature in (
        "settle_exercises(owner uuid, exercises uuid[], months date[])",
        "settle_changed_workout_exercises()",
    ):
        op.execute(f"CREATE OR REPLACE FUNCTION {signature} {_SETTLED['_FUNCTIONS'][signature]}")
    op.execute("DELETE FROM exercise_record WHERE kind = 'assistance'")
    op.execute(_RECORDS["RECOMPUTE_RECORDS"].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute(_EVENTS["_VIEW"].replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))
    _ENERGY["_replace_views"]({**_FORMER_VIEWS, "performed_exercise": _FORMER_PERFORMED})
    for view in ("day_total", "month_total"):
        op.execute(f"COMMENT ON COLUMN {view}.met_minutes_kg IS $${_ENERGY['_FORMER_MET_MINUTES'][1]}$$")
    # The bests of warm-ups are not restored: `statistics verify --repair` of the former release does.
    for table in ("workout_exercise", "workout"):
        op.execute(f"UPDATE {table} SET volume_kg = volume_kg + assisted_volume_kg WHERE assisted_volume_kg > 0")
    dropped: dict[str, Any] = {
        "settled_month": ("warm_up_volume_kg", "warm_up_bodyweight_volume_kg"),
        "settled_exercise": _SETTLED_ADDED,
        "workout_exercise": (*_OF_EXERCISE, *_LOSS),
        "workout": _WARM_UPS,
    }
    for table, names in dropped.items():
        op.execute(f"ALTER TABLE {table} {', '.join(f'DROP COLUMN {name}' for name in names)}")
