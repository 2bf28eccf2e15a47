"""What body measurements were before imports replaced them, and the undo of an import.

As with workouts (see `replacements`), several imports may replace a measurement, one after the other, and can be undone
in any order.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, func, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.transfers.tables import ReplacedMeasurement
from exercise_buddy.users import public as users
from exercise_buddy.users.public import MeasuredValues, Replacement, StoredMeasurement

MAX_REPLACEMENTS = 5
"""So many values of a measurement are kept. Of more, the oldest import can no longer restore it."""


class MeasurementLayer(NamedTuple):
    """An import that replaced a measurement, and what it was before."""

    measurement_id: UUID
    import_id: UUID
    was_edited: bool
    values: MeasuredValues


class MeasurementUndo(NamedTuple):
    """What the undo of an import does with measurements that imports have replaced.

    Attributes:
        restored: those whose last import it is.
        dropped: those that later imports replaced too, each with the next layer.
        moved: those that the import created and others replaced, each with the first layer.
        edited: those of all that were edited since.

    """

    restored: list[MeasurementLayer]
    dropped: list[tuple[MeasurementLayer, MeasurementLayer]]
    moved: list[MeasurementLayer]
    edited: set[UUID]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.restored or self.dropped or self.moved)


async def find_layers(session: AsyncSession, user_id: UUID, *, import_id: UUID | None = None) -> list[MeasurementLayer]:
    """Return the layers of all measurements of a user, or of one import, the oldest first."""
    names = ("measurement_id", "import_id", "was_edited", *MeasuredValues._fields)
    layers: Any = select(*(getattr(ReplacedMeasurement, name) for name in names)).where(
        col(ReplacedMeasurement.user_id) == user_id
    )
    if import_id is not None:
        layers = layers.where(col(ReplacedMeasurement.import_id) == import_id)
    return [
        MeasurementLayer(measurement_id, layer_import, was_edited, MeasuredValues(*values))
        for measurement_id, layer_import, was_edited, *values in await session.exec(
            layers.order_by(col(ReplacedMeasurement.revision))
        )
    ]


async def replace_values(
    session: AsyncSession, user_id: UUID, import_id: UUID, changed: Sequence[tuple[StoredMeasurement, MeasuredValues]]
) -> None:
    """Replace the values of measurements, and store what they were. The transaction holds the lock of the user."""
    revision = await users.bump_revision(session, user_id)
    session.add_all(
        ReplacedMeasurement(
            user_id=user_id,
            measurement_id=stored.id,
            import_id=import_id,
            revision=revision,
            was_edited=stored.is_edited,
            **stored.values._asdict(),
        )
        for stored, _ in changed
    )
    await session.flush()
    session.expunge_all()
    await users.replace_measurements(session, user_id, [Replacement(stored.id, values) for stored, values in changed])
    later = aliased(ReplacedMeasurement)
    count = select(func.count()).where(
        col(later.user_id) == user_id,
        col(later.measurement_id) == col(ReplacedMeasurement.measurement_id),
        col(later.revision) > col(ReplacedMeasurement.revision),
    )
    ids = any_(bindparam(None, [stored.id for stored, _ in changed], type_=ARRAY(Uuid)))
    await session.exec(
        delete(ReplacedMeasurement)
        .where(
            col(ReplacedMeasurement.user_id) == user_id,
            col(ReplacedMeasurement.measurement_id) == ids,
            count.correlate(ReplacedMeasurement).scalar_subquery() >= MAX_REPLACEMENTS,
        )
        .execution_options(synchronize_session=False)
    )


async def plan_measurement_undo(session: AsyncSession, user_id: UUID, import_id: UUID) -> MeasurementUndo:
    """Return what the undo of an import does with replaced measurements."""
    layers: dict[UUID, list[MeasurementLayer]] = defaultdict(list)
    for layer in await find_layers(session, user_id):
        layers[layer.measurement_id].append(layer)
    stored = await users.find_stored_measurements(session, user_id, list(layers))
    plan = MeasurementUndo([], [], [], set())
    for measurement_id, of_measurement in layers.items():
        if stored[measurement_id].import_id == import_id:
            plan.moved.append(of_measurement[0])
            if of_measurement[0].was_edited:
                plan.edited.add(measurement_id)
        for layer, upper in zip(of_measurement, [*of_measurement[1:], None], strict=True):
            if layer.import_id != import_id:
                continue
            if upper is None:
                plan.restored.append(layer)
            else:
                plan.dropped.append((layer, upper))
            if stored[measurement_id].is_edited if upper is None else upper.was_edited:
                plan.edited.add(measurement_id)
    return plan


async def count_edited(session: AsyncSession, user_id: UUID, import_id: UUID, plan: MeasurementUndo) -> int:
    """Return how many measurements of an import were edited since, replaced ones and others."""
    moved = [layer.measurement_id for layer in plan.moved]
    return len(plan.edited) + await users.count_edited_measurements(session, user_id, import_id, moved)


async def undo_replacements(session: AsyncSession, user_id: UUID, plan: MeasurementUndo, limit: int) -> None:
    """Restore what the import replaced, and leave to later imports what they replaced; of each so many at most."""
    restored = plan.restored[:limit]
    replacements = [Replacement(layer.measurement_id, layer.values, layer.was_edited) for layer in restored]
    await users.replace_measurements(session, user_id, replacements)
    for layer in restored:
        await session.exec(delete(ReplacedMeasurement).where(*_is_layer(user_id, layer)))
    for layer, upper in plan.dropped[:limit]:
        await session.exec(delete(ReplacedMeasurement).where(*_is_layer(user_id, layer)))
        await session.exec(
            update(ReplacedMeasurement)
            .where(*_is_layer(user_id, upper))
            .values(was_edited=layer.was_edited, **layer.values._asdict())
        )
    by_import: dict[UUID, list[UUID]] = defaultdict(list)
    for layer in plan.moved[:limit]:
        by_import[layer.import_id].append(layer.measurement_id)
        await session.exec(delete(ReplacedMeasurement).where(*_is_layer(user_id, layer)))
    for other_id, ids in by_import.items():
        await users.move_measurements(session, user_id, ids, other_id)


def _is_layer(user_id: UUID, layer: MeasurementLayer) -> tuple[Any, ...]:
    return (
        col(ReplacedMeasurement.user_id) == user_id,
        col(ReplacedMeasurement.measurement_id) == layer.measurement_id,
        col(ReplacedMeasurement.import_id) == layer.import_id,
    )
