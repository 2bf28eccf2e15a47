"""The heart rate that a client measured of a workout.

`store_workouts` and `store_edit` get two more parameters. No release has called them without.

Revision: 0051
Follows: 0050
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: None = None
depends_on: None = None

_STORE = """store_workouts(
    uuid, text, stored_workout[], double precision[], {rates}stored_exercise[], stored_set[], uuid[], uuid[],
    new_record_check[], integer, bigint, boolean, date
)"""
_EDIT = """store_edit(
    text, uuid, uuid, bigint, stored_workout, double precision, {rates}stored_exercise[], stored_set[], uuid[],
    smallint, stored_exercise[], stored_set[], uuid[], timestamptz
)"""
_COLUMNS = ("average_heart_rate_bpm", "max_heart_rate_bpm")

# What replaces which part of the text of a function. Each part occurs once.
_REPLACEMENTS = {
    _STORE: {
        "energies double precision[]": "energies double precision[], average_heart_rates double precision[], "
        "max_heart_rates double precision[]",
        "document_version, energy_kcal": "document_version, energy_kcal, average_heart_rate_bpm, max_heart_rate_bpm",
        "unnest(stored_workouts, energies)": "unnest(stored_workouts, energies, average_heart_rates, max_heart_rates)",
    },
    _EDIT: {
        "new_energy double precision": "new_energy double precision, average_heart_rate double precision, "
        "max_heart_rate double precision",
        "energy_kcal = new_energy": "energy_kcal = new_energy, average_heart_rate_bpm = average_heart_rate, "
        "max_heart_rate_bpm = max_heart_rate",
    },
}
_RATES = {_STORE: "double precision[], double precision[], ", _EDIT: "double precision, double precision, "}
_COMMENTS = {
    "store_workouts": "Write workouts of a user with the records that they change, all or none, and tell what is stored: "
    "none if an id is taken, if a quota would be exceeded, or if the caller knows another catalogue.",
    "store_edit": "Write what an edit changes of a workout, recompute the records of the exercises in record_exercises "
    "from records_since on, and return true. If the revision of the user or the version of the catalogue is not the "
    "expected one, write nothing.",
}


def _replace_function(former: str, replacements: dict[str, str]) -> None:
    """Replace a function by one of its text, in which each replaced part occurs once.

    Raises:
        RuntimeError: the former function is another one.

    """
    definition = sa.text("SELECT pg_get_functiondef(cast(:signature AS regprocedure))")
    text: str = op.get_bind().scalar(definition, {"signature": former})
    for part, following in replacements.items():
        if text.count(part) != 1:
            raise RuntimeError(f"{former} has {part!r} {text.count(part)} times")
        text = text.replace(part, following)
    op.execute(f"DROP FUNCTION {former}")
    op.execute(text)


def _comment() -> None:
    for name, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON FUNCTION {name} IS $${comment}$$")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("workout", sa.Column(name, sa.Float(), nullable=True))
    for template, replacements in _REPLACEMENTS.items():
        _replace_function(template.format(rates=""), replacements)
    _comment()


def downgrade() -> None:
    for template, replacements in _REPLACEMENTS.items():
        former = {following: part for part, following in replacements.items()}
        _replace_function(template.format(rates=_RATES[template]), former)
    _comment()
    for name in _COLUMNS:
        op.drop_column("workout", name)
