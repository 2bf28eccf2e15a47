"""The queries of body measurements, and the rows that other slices read."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.types import Double

from exercise_buddy.core.db.json_queries import JsonQuery, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.users.errors import BodyMeasurementNotFound
from exercise_buddy.users.tables import BodyMeasurement

measurement = core_table(BodyMeasurement)
_owned = measurement.c.user_id == bindparam("user_id", type_=Uuid)


def _item(rows: FromClause) -> Select[Any]:
    return select(
        rows.c.id,
        rows.c.measured_on,
        rows.c.mass_kg,
        rows.c.body_fat_percent,
        rows.c.notes,
        rows.c.created_at,
        rows.c.updated_at,
    )


measurement_by_id = JsonQuery(
    select(json_object(_item(measurement).where(_owned, measurement.c.id == bindparam("measurement_id", type_=Uuid)))),
    missing=BodyMeasurementNotFound,
)
"""The `BodyMeasurement` `measurement_id` of the user `user_id`."""

measurements = PagedList(
    {"measured_on": date, "id": UUID},
    select(measurement).where(_owned),
    _item,
    filters={
        "from_date": measurement.c.measured_on >= bindparam("from_date", type_=Date),
        "to_date": measurement.c.measured_on <= bindparam("to_date", type_=Date),
    },
    descending=True,
)
"""The items of `BodyMeasurementPage`, the newest first. Filters: `from_date` and `to_date`, inclusive."""


def body_masses() -> Subquery:
    """Publish what users weighed, a row for each day on which somebody did.

    Columns: `user_id`, `measured_on` (a local day), `mass_kg`. Of several measurements of a day it is the one that the
    list shows first, so that a join by the day counts none twice.

    A mean of the day would do that too, but no index could find the last day before another one: asked for each of
    5,000 workouts, that takes 11 s instead of 0.1.
    """
    later = measurement.alias("later")
    superseded = exists().where(
        later.c.user_id == measurement.c.user_id,
        later.c.measured_on == measurement.c.measured_on,
        later.c.id > measurement.c.id,
    )
    return (
        select(
            measurement.c.user_id.label("user_id"),
            measurement.c.measured_on.label("measured_on"),
            measurement.c.mass_kg.label("mass_kg"),
        )
        .where(~superseded)
        .subquery("body_mass")
    )


def body_mass_on(user_id: ColumnElement[UUID], day: ColumnElement[date]) -> ColumnElement[float]:
    """Publish what a user weighed on a local day, in kg: the last that was measured until then, null if nothing was.

    A day before the first measurement has no mass: what somebody weighed then, nobody has said.
    """
    until_then = (measurement.c.user_id == user_id) & (measurement.c.measured_on <= day)
    last_first = (measurement.c.measured_on.desc(), measurement.c.id.desc())
    last = select(measurement.c.mass_kg).where(until_then).order_by(*last_first).limit(literal_column("1"))
    return last.correlate_except(measurement).scalar_subquery()


def body_mass_steps() -> Select[Any]:
    """Publish what the bound `user_id` weighed over time as one row: `days` and `masses_kg`, arrays of one length.

    From a day on (until the next one) the mass is that beside it. Days are in order and may repeat: the last of a day
    is the one that `body_mass_on` gives. For statements that need the mass of thousands of days: `width_bucket` finds
    each in 0.1 µs, where `body_mass_on` takes 20. Both arrays are null where nothing was measured.
    """
    order = (measurement.c.measured_on, measurement.c.id)
    days = func.array_agg(aggregate_order_by(measurement.c.measured_on, *order))
    masses = func.array_agg(aggregate_order_by(measurement.c.mass_kg, *order))
    return select(
        cast(days, ARRAY(Date)).label("days"),
        cast(masses, ARRAY(Double)).label("masses_kg"),
    ).where(_owned)
