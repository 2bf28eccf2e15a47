"""What takes the mass of the body: energy, and the volume that the body itself weighs in.

Workouts store what needs no mass. It is multiplied on reading by the mass dated to the workout, so that correcting a
mass corrects the past.
"""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, FromClause, func, literal_column, select

from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

_ML_PER_KG: ColumnElement[float] = literal_column("3.5::float8", Double)
_PER_KCAL: ColumnElement[float] = literal_column("200.0::float8", Double)


def masses() -> CTE:
    """Give what the user weighed over time, for `mass_on`."""
    return users.body_mass_steps().cte("mass")


def mass_on(day: ColumnElement[Any], mass: CTE) -> ColumnElement[float | None]:
    """Give what the user weighed on a local day, in kg; null before the first measurement. See `masses`."""
    # Scalar subqueries: the arrays are made once for the statement, not handed along with each row.
    days, kgs = (select(mass.c[name]).scalar_subquery() for name in ("days", "masses_kg"))
    return kgs[func.width_bucket(day, days)]


def kcal(met_minutes: ColumnElement[Any], mass_kg: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give the energy of MET x minutes: MET x 3.5 x kg / 200 x minutes. Null where one of both is.

    Source: Herrmann et al. 2024, J Sport Health Sci 13:6-12. 70 kg for 10 minutes at MET 11.8: 144.55 kcal.
    """
    return met_minutes * mass_kg * _ML_PER_KG / _PER_KCAL


def energy_kcal(done: FromClause, mass_kg: ColumnElement[float | None]) -> ColumnElement[float]:
    """Sum up the energy of workouts of known mass and MET, see `kcal`. Null where there is none."""
    return workouts.rounded(kcal(func.sum(done.c.met_minutes * mass_kg), literal_column("1")))


def bodyweight_volume_kg(
    done: FromClause, mass_kg: ColumnElement[float | None], share: ColumnElement[float] | None = None
) -> ColumnElement[float]:
    """Sum up what the body weighed in, of workouts of known mass: reps x share x mass, less what assisted.

    Null where there is none of known mass. Each row counts `share` times.
    """
    weighed = done.c.bodyweight_reps * mass_kg - done.c.assisted_volume_kg
    return workouts.rounded(func.sum(weighed if share is None else weighed * share))
