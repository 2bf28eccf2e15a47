"""The assistance of a set: the load that a band or a machine takes off.

The type of the sets that a call writes cannot get an attribute: the former release still writes those without it. So
`store_workouts` and `store_edit` are `write_workouts` and `edit_workout` with a type of their own. The next release
drops the former functions and types.

Revision: 0043
Follows: 0042
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: None = None
depends_on: None = None

_WRITE_SIGNATURE = """write_workouts(
    uuid, text, new_workout[], double precision[], new_workout_exercise[], new_workout_set[], uuid[], uuid[],
    new_record_check[], integer, bigint, boolean, date
)"""
_EDIT_SIGNATURE = """edit_workout(
    text, uuid, uuid, bigint, new_workout, double precision, new_workout_exercise[], new_workout_set[], uuid[],
    smallint, new_workout_exercise[], new_workout_set[], uuid[], timestamptz
)"""
_SET_TYPE = {"new_workout_set": "stored_set"}

# A function of the text of a former one: what replaces each part of it.
_DERIVED = {
    _WRITE_SIGNATURE: {
        "public.write_workouts": "public.store_workouts",
        **_SET_TYPE,
        "reps, weight_kg, duration_seconds": "reps, weight_kg, assistance_kg, duration_seconds",
    },
    _EDIT_SIGNATURE: {
        "public.edit_workout": "public.store_edit",
        **_SET_TYPE,
        "reps, weight_kg, duration_seconds": "reps, weight_kg, assistance_kg, duration_seconds",
        " weight_kg = n.weight_kg,": " weight_kg = n.weight_kg, assistance_kg = n.assistance_kg,",
        "n.reps, n.weight_kg, ": "n.reps, n.weight_kg, n.assistance_kg, ",
    },
}
_COMMENTS = {
    "store_workouts": "Write workouts of a user with the records that they change, all or none, and tell what is stored: "
    "none if an id is taken, if a quota would be exceeded, or if the caller knows another catalogue.",
    "store_edit": "Write what an edit changes of a workout, recompute the records of the exercises in record_exercises "
    "from records_since on, and return true. If the revision of the user or the version of the catalogue is not the "
    "expected one, write nothing.",
}


def _derive_type(former: str, name: str, added: dict[str, str]) -> None:
    """Create a type with the attributes of a former one, and after some of them further ones."""
    attributes = op.get_bind().execute(
        sa.text(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = cast(:type AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ),
        {"type": former},
    )
    listed = ", ".join(f"{attribute} {kind}{added.get(attribute, '')}" for attribute, kind in attributes)
    op.execute(f"CREATE TYPE {name} AS ({listed})")


def _derive_function(signature: str, replacements: dict[str, str]) -> None:
    """Create a function of the text of a former one.

    Raises:
        RuntimeError: the former function is another one.

    """
    definition = sa.text("SELECT pg_get_functiondef(cast(:signature AS regprocedure))")
    text: str = op.get_bind().scalar(definition, {"signature": signature})
    for former, following in replacements.items():
        if former not in text:
            raise RuntimeError(f"{signature} has no {former!r}")
        text = text.replace(former, following)
    op.execute(text)


def upgrade() -> None:
    op.add_column("workout_set", sa.Column("assistance_kg", sa.Float(), nullable=True))
    _derive_type("new_workout_set", "stored_set", {"weight_kg": ", assistance_kg double precision"})
    for signature, replacements in _DERIVED.items():
        _derive_function(signature, replacements)
    for name, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON FUNCTION {name} IS $${comment}$$")


def downgrade() -> None:
    for name in _COMMENTS:
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TYPE stored_set")
    op.drop_column("workout_set", "assistance_kg")
