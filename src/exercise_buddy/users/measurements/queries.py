"""The queries of body measurements, and the rows that other slices read."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    literal_column,
    select,
)

from exercise_buddy.core.db.json_queries import IDS, JsonQuery, JsonRows, json_object
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
        rows.c.import_id,
        rows.c.created_at,
        rows.c.updated_at,
    )


measurement_by_id = JsonQuery(
    select(json_object(_item(measurement).where(_owned, measurement.c.id == bindparam("measurement_id", type_=Uuid)))),
    missing=BodyMeasurementNotFound,
)
"""The `BodyMeasurement` `measurement_id` of the user `user_id`."""

measurements_by_id = JsonRows(_item(measurement).where(_owned, measurement.c.id == any_(IDS)))
"""The body measurements `ids` of the user `user_id` that exist."""

measurements = PagedList(
    {"measured_on": date, "id": UUID},
    select(measurement).where(_owned),
    _item,
    filters={
        "from_date": measurement.c.measured_on >= bindparam("from_date", type_=Date),
        "to_date": measurement.c.measured_on <= bindparam("to_date", type_=Date),
    },
    descending=True,
    size=lambda rows: literal_column("300") + func.coalesce(func.octet_length(rows.c.notes), literal_column("0")),
)
"""The items of `BodyMeasurementPage`, the newest first. Filters: `from_date` and `to_date`, inclusive."""


def select_body_mass(user_id: ColumnElement[UUID], day: ColumnElement[date]) -> ColumnElement[float]:
    """Publish what a user weighed on a local day, in kg: the last that was measured until then, null if nothing was.

    A day before the first measurement has no mass: what somebody weighed then, nobody has said.
    """
    until_then = (measurement.c.user_id == user_id) & (measurement.c.measured_on <= day)
    last_first = (measurement.c.measured_on.desc(), measurement.c.id.desc())
    last = select(measurement.c.mass_kg).where(until_then).order_by(*last_first).limit(literal_column("1"))
    return last.correlate_except(measurement).scalar_subquery()
