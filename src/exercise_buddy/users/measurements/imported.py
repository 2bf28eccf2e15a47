"""Body measurements that an import writes: what is stored already, and deletion when the import is undone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ARRAY, Boolean, ColumnElement, Date, Float, Uuid, any_, bindparam, delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.users.handlers import lock_user
from exercise_buddy.users.tables import BodyMeasurement, ResourceRevision

MEASUREMENT_BYTES = 200
"""What a measurement without notes takes of the quota of stored bytes, by the trigger of its table."""

_IS_EDITED = col(BodyMeasurement.updated_at) != func.coalesce(
    col(BodyMeasurement.imported_at), col(BodyMeasurement.created_at)
)


class MeasuredValues(NamedTuple):
    """What an import writes of a measurement: a local day, a mass in kilograms, and body fat in percent of it."""

    measured_on: date
    mass_kg: float
    body_fat_percent: float | None


class StoredMeasurement(NamedTuple):
    """A stored measurement, the import that created it, and whether the user edited it since an import wrote it."""

    id: UUID
    values: MeasuredValues
    import_id: UUID | None
    is_edited: bool


async def list_stored_measurements(
    session: AsyncSession, user_id: UUID, first: date, last: date, after: tuple[date, UUID] | None, limit: int
) -> list[StoredMeasurement]:
    """Return a page of the measurements of a period, by day and id.

    Args:
        session: the transaction.
        user_id: the owner.
        first: the first local day.
        last: the last local day, inclusive.
        after: the day and the id of the last measurement of the page before; None for the first page.
        limit: the size of the page.

    """
    key = (col(BodyMeasurement.measured_on), col(BodyMeasurement.id))
    page = _select().where(col(BodyMeasurement.user_id) == user_id, key[0] >= first, key[0] <= last)
    if after is not None:
        page = page.where(sa.tuple_(*key) > sa.tuple_(*after))
    return _build(await session.exec(page.order_by(*key).limit(limit)))


async def find_stored_measurements(
    session: AsyncSession, user_id: UUID, ids: Collection[UUID]
) -> dict[UUID, StoredMeasurement]:
    """Return those of the measurements that exist."""
    found = _select().where(col(BodyMeasurement.user_id) == user_id, _is_one_of(col(BodyMeasurement.id), ids))
    return {stored.id: stored for stored in _build(await session.exec(found))}


async def write_imported_measurements(
    session: AsyncSession, user_id: UUID, import_id: UUID, new: Mapping[UUID, MeasuredValues]
) -> None:
    """Write measurements with the ids that an import has given them.

    One that the import wrote before its process ended stays as it is, and so does one that the user deleted since.
    """
    gone = select(ResourceRevision.id).where(
        col(ResourceRevision.user_id) == user_id,
        col(ResourceRevision.type) == "body_measurement",
        col(ResourceRevision.deleted_at).is_not(None),
        _is_one_of(col(ResourceRevision.id), new),
    )
    deleted = set((await session.exec(gone)).all())
    rows = [
        {
            "user_id": user_id,
            "id": measurement_id,
            "import_id": import_id,
            "fingerprint": fingerprint(values._asdict() | {"notes": None}),
            **values._asdict(),
        }
        for measurement_id, values in new.items()
        if measurement_id not in deleted
    ]
    if rows:
        await session.exec(insert(core_table(BodyMeasurement)).values(rows).on_conflict_do_nothing())


class Replacement(NamedTuple):
    """The values that a measurement has from now on, and whether it counts as edited: an undo restores edits, too."""

    id: UUID
    values: MeasuredValues
    is_edited: bool = False


async def replace_measurements(session: AsyncSession, user_id: UUID, replacements: Sequence[Replacement]) -> None:
    """Replace the values of measurements on behalf of an import, in one statement: its triggers take their time."""
    columns = (
        ("id", Uuid, [one.id for one in replacements]),
        ("measured_on", Date, [one.values.measured_on for one in replacements]),
        ("mass_kg", Float, [one.values.mass_kg for one in replacements]),
        ("body_fat_percent", Float, [one.values.body_fat_percent for one in replacements]),
        ("is_edited", Boolean, [one.is_edited for one in replacements]),
    )
    arrays = [bindparam(f"new_{name}", values, type_=ARRAY(kind)) for name, kind, values in columns]
    new = func.unnest(*arrays).table_valued(*(sa.column(name, kind) for name, kind, _ in columns), name="new")
    new = new.render_derived()
    await session.exec(
        update(BodyMeasurement)
        .where(col(BodyMeasurement.user_id) == user_id, col(BodyMeasurement.id) == new.c.id)
        .values(
            measured_on=new.c.measured_on,
            mass_kg=new.c.mass_kg,
            body_fat_percent=new.c.body_fat_percent,
            updated_at=func.now(),
            imported_at=sa.case((new.c.is_edited, sa.null()), else_=func.now()),
        )
        .execution_options(synchronize_session=False)
    )


async def move_measurements(session: AsyncSession, user_id: UUID, ids: Collection[UUID], import_id: UUID) -> None:
    """Move measurements to another import, which has replaced their values: its undo deletes them."""
    moved = update(BodyMeasurement).where(
        col(BodyMeasurement.user_id) == user_id, _is_one_of(col(BodyMeasurement.id), ids)
    )
    await session.exec(moved.values(import_id=import_id, updated_at=col(BodyMeasurement.updated_at)))


async def count_edited_measurements(
    session: AsyncSession, user_id: UUID, import_id: UUID, without: Collection[UUID] = ()
) -> int:
    """Return how many measurements of an import were edited since, without some."""
    edited = select(func.count()).where(
        col(BodyMeasurement.user_id) == user_id,
        col(BodyMeasurement.import_id) == import_id,
        _IS_EDITED,
        ~_is_one_of(col(BodyMeasurement.id), without),
    )
    return (await session.exec(edited)).one()


async def delete_imported_measurements(
    session: AsyncSession, user_id: UUID, import_id: UUID, limit: int, *, include_edited: bool
) -> int:
    """Delete the latest measurements of an import, under the lock of the user; return how many were deleted."""
    imported = select(BodyMeasurement.id).where(
        col(BodyMeasurement.user_id) == user_id, col(BodyMeasurement.import_id) == import_id
    )
    if not include_edited:
        imported = imported.where(~_IS_EDITED)
    latest = imported.order_by(col(BodyMeasurement.measured_on).desc(), col(BodyMeasurement.id).desc()).limit(limit)
    await lock_user(session, user_id)
    ids = (await session.exec(latest)).all()
    if ids:
        await session.exec(
            delete(BodyMeasurement).where(
                col(BodyMeasurement.user_id) == user_id, _is_one_of(col(BodyMeasurement.id), ids)
            )
        )
    return len(ids)


def _select() -> Any:  # noqa: ANN401  (a select of SQLModel)
    names = ("id", *MeasuredValues._fields, "import_id")
    return sa.select(*(getattr(BodyMeasurement, name) for name in names), _IS_EDITED)


def _build(rows: Any) -> list[StoredMeasurement]:  # noqa: ANN401  (rows of any of the selects)
    return [
        StoredMeasurement(measurement_id, MeasuredValues(*values), import_id, is_edited)
        for measurement_id, *values, import_id, is_edited in rows
    ]


def _is_one_of(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:  # noqa: ANN401  (an attribute of a table)
    # One array for any number of ids: a statement has at most 32,767 parameters.
    result: ColumnElement[bool] = column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid)))
    return result
