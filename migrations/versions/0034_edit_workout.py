"""Write what an edit changes of a workout by one call, if nothing else was written since the edit has read it.

Revision: 0034
Follows: 0033
"""

from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: None = None
depends_on: None = None

HEAD = (
    *("title", "title_proposed", "notes", "source", "started_at", "ended_at", "time_zone", "local_date"),
    *("exercise_count", "set_count", "rep_count", "volume_kg", "bodyweight_reps", "assisted_volume_kg"),
    *("duration_seconds", "met_minutes", "stored_bytes", "updated_at"),
    *("document", "document_sets", "document_size", "document_version"),
)

# After their ids and places.
EXERCISE = (
    *("catalogue_exercise_id", "custom_exercise_id", "superset", "notes", "targets", "started_at", "local_date"),
    *("set_count", "rep_count", "volume_kg", "bodyweight_reps", "assisted_volume_kg", "duration_seconds"),
    *("distance_meters", "best_set_weight_kg", "best_set_reps", "best_e1rm_kg", "best_reps", "best_set_volume_kg"),
    *("best_duration_seconds", "best_distance_meters", "load_kgs", "load_reps"),
    *("tracked_sets", "tracked_reps", "detected_reps", "corrected_reps", "corrected_sets", "timed_reps", "time_ms"),
    *("eccentric_reps", "eccentric_ms", "concentric_reps", "concentric_ms", "range_reps", "range_degrees"),
    *("slowdown_sets", "slowdown_percent", "slowed_sets", "range_loss_sets", "range_loss_percent", "faded_sets"),
    *("full_range_reps", "full_range_share", "left_reps", "right_reps", "tempo_variation_sets"),
    *("tempo_variation_percent", "cadence_reps", "cadence_ms", "best_unbroken_reps"),
)

SET = (
    *("kind", "reps", "weight_kg", "duration_seconds", "distance_meters", "rpe", "rest_seconds"),
    *("counter_name", "counter_version", "profile_version", "detected_reps", "judgements"),
    *("rep_offset_ms", "rep_turn_ms", "rep_duration_ms", "rep_eccentric_ms", "rep_concentric_ms", "rep_turn_pause_ms"),
    *("rep_end_pause_ms", "rep_range_degrees", "rep_range_mm", "rep_range_share", "rep_full_range_share"),
    *("rep_mean_velocity_mps", "rep_side", "rep_confidence", "rep_flags", "rep_rejected"),
)


def _assign(names: tuple[str, ...], source: str) -> str:
    return ", ".join(f"{name} = {source}.{name}" for name in names)


def _insert(table: str, names: tuple[str, ...], rows: str) -> str:
    values = ", ".join(f"n.{name}" for name in names)
    return f"INSERT INTO {table} (user_id, {', '.join(names)}) SELECT owner_id, {values} FROM unnest({rows}) AS n"  # noqa: S608


# The ids beside the rows: so no plan reads more rows than those.
EDIT_WORKOUT = f"""
CREATE FUNCTION edit_workout(
    owner_id uuid, edited_id uuid, expected_revision bigint, head new_workout,
    changed_exercises new_workout_exercise[], changed_sets new_workout_set[], deleted_sets uuid[],
    first_replaced smallint, new_exercises new_workout_exercise[], new_sets new_workout_set[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    catalogue text := catalogue_version();
    exercise_ids uuid[] := array(SELECT n.id FROM unnest(changed_exercises) AS n);
    set_ids uuid[] := array(SELECT n.id FROM unnest(changed_sets) AS n);
BEGIN
    UPDATE user_revision AS r SET revision = r.revision + 1
    WHERE r.user_id = owner_id AND r.revision = expected_revision;
    IF NOT FOUND THEN
        RETURN FALSE;
    END IF;
    UPDATE workout AS t
    SET {_assign(HEAD, "head")}, revision = expected_revision + 1, document_revision = expected_revision + 1
    WHERE t.user_id = owner_id AND t.id = edited_id;
    IF first_replaced IS NOT NULL THEN
        DELETE FROM workout_exercise AS t
        WHERE t.user_id = owner_id AND t.workout_id = edited_id AND t.position >= first_replaced;
    END IF;
    IF cardinality(deleted_sets) > 0 THEN
        DELETE FROM workout_set AS t
        WHERE t.user_id = owner_id AND t.workout_id = edited_id AND t.id = any(deleted_sets);
    END IF;
    IF cardinality(exercise_ids) > 0 THEN
        UPDATE workout_exercise AS t SET {_assign(EXERCISE, "n")} FROM unnest(changed_exercises) AS n
        WHERE t.user_id = owner_id AND t.workout_id = edited_id AND t.id = any(exercise_ids) AND t.id = n.id;
    END IF;
    IF cardinality(set_ids) > 0 THEN
        UPDATE workout_set AS t SET position = n.position, {_assign(SET, "n")} FROM unnest(changed_sets) AS n
        WHERE t.user_id = owner_id AND t.workout_id = edited_id AND t.id = any(set_ids) AND t.id = n.id;
    END IF;
    IF cardinality(new_exercises) > 0 THEN
        {_insert("workout_exercise", ("id", "workout_id", "position", *EXERCISE), "new_exercises")};
    END IF;
    IF cardinality(new_sets) > 0 THEN
        {_insert("workout_set", ("id", "workout_id", "exercise_position", "position", *SET), "new_sets")};
    END IF;
    -- The foreign keys of added exercises have waited for an update of the catalogue, which has not seen these rows.
    IF catalogue_version() <> catalogue THEN
        RAISE EXCEPTION 'the catalogue has changed' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN TRUE;
END $$
"""  # noqa: S608  (constants)

COMMENT = """
COMMENT ON FUNCTION edit_workout IS 'Write what an edit changes of a workout, and return true. If the revision of the user
is not the expected one, write nothing. Exercises from the position first_replaced on are deleted before.'
"""


def upgrade() -> None:
    op.execute(EDIT_WORKOUT)
    op.execute(COMMENT.replace("\n", " ").strip())


def downgrade() -> None:
    op.execute("DROP FUNCTION edit_workout")
