"""What an import does with the body measurements of a file, after its workouts: in batches, each in a transaction."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.quotas import Quota, Quotas
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.transfers.imports.derived_ids import derive_ordered_id
from exercise_buddy.transfers.imports.import_run import ImportRun, discard_empty_record, record_import, store_progress
from exercise_buddy.transfers.imports.measurement_layers import find_layers, replace_values
from exercise_buddy.transfers.imports.measurement_matching import MatchedMeasurement, match_measurements, merge_values
from exercise_buddy.transfers.imports.measurements import ParsedMeasurement
from exercise_buddy.transfers.imports.model import OnConflict
from exercise_buddy.transfers.imports.remarks import SHOWN_REMARKS
from exercise_buddy.transfers.imports.schemas import ImportedMeasurements, LeftOutValues, MeasurementDifferences
from exercise_buddy.transfers.tables import ImportState, WorkoutImport
from exercise_buddy.users import public as users
from exercise_buddy.users.public import StoredMeasurement

_BATCH = 500
_PAGE = 5000
_QUOTA_EXCEEDED = "quota_exceeded"
_HOW_TO_REPLACE = "Send on_conflict=replace to store the values of the file, or on_conflict=keep to keep both."


@dataclass(slots=True)
class MeasurementPlan:
    """What the import writes.

    Attributes:
        writes: the measurements that are new or replace stored ones, by day.
        already_replaced: the stored ones that this import replaced, in a process that has ended.

    """

    writes: list[MatchedMeasurement] = field(default_factory=list)
    already_replaced: set[UUID] = field(default_factory=set)

    @property
    def batches(self) -> list[Sequence[MatchedMeasurement]]:
        """The writes of each transaction."""
        return [self.writes[first : first + _BATCH] for first in range(0, len(self.writes), _BATCH)]


async def plan_measurements(run: ImportRun) -> MeasurementPlan:
    """Compare the measurements of a file with the stored ones, and count and report what is found.

    What this import wrote before its process ended counts as not yet written.
    """
    plan = MeasurementPlan()
    measurements = await run_in_thread(run.reader.measurements.build)
    if not measurements:
        return plan
    async with run.job.transaction() as session:
        layers = await find_layers(session, run.user_id, import_id=run.import_id)
        stored = [one async for one in _list_stored(session, run, measurements)]
        same_app = select(WorkoutImport.id).where(
            col(WorkoutImport.user_id) == run.user_id, col(WorkoutImport.source) == run.reader.source
        )
        movable: set[object] = set((await session.exec(same_app)).all())
    previous = {layer.measurement_id: layer.values for layer in layers}
    plan.already_replaced = set(previous)
    stored = [one._replace(values=previous.get(one.id, one.values)) for one in stored]
    for match in await run_in_thread(match_measurements, measurements, stored, movable):
        if _resolve(run, match):
            plan.writes.append(match)
    return plan


async def _list_stored(
    session: AsyncSession, run: ImportRun, measurements: Sequence[ParsedMeasurement]
) -> AsyncIterator[StoredMeasurement]:
    first, last = measurements[0].values.measured_on, measurements[-1].values.measured_on
    after = None
    while True:
        page = await users.list_stored_measurements(session, run.user_id, first, last, after, _PAGE)
        for stored in page:
            if stored.import_id != run.import_id:
                yield stored
        if len(page) < _PAGE:
            return
        after = (page[-1].values.measured_on, page[-1].id)


def _resolve(run: ImportRun, match: MatchedMeasurement) -> bool:
    """Count a match; return whether it is written."""
    counts = run.measurements
    differences = match.list_differences()
    stored = match.stored
    if stored is None:
        return True
    if not differences:
        counts.equal += 1
        return False
    counts.changed += 1
    line, values = match.measurement.line, stored.values
    if len(counts.changes) < SHOWN_REMARKS:
        counts.changes.append(
            MeasurementDifferences(
                measurement_id=stored.id, line=line, measured_on=values.measured_on, differences=differences
            )
        )
    text = "; ".join(differences)
    if run.on_conflict is OnConflict.SKIP:
        message = f"The stored measurement differs and stays as it is: {text}. {_HOW_TO_REPLACE}"
    elif run.on_conflict is OnConflict.KEEP:
        message = f"Imported beside the stored measurement, which differs: {text}. Delete one of them."
        match.stored = None
    else:
        return True
    run.reader.warnings.add(line, "measurement_changed", message)
    return match.stored is None


async def write_measurements(run: ImportRun, plan: MeasurementPlan, batch: Sequence[MatchedMeasurement]) -> None:
    """Write a batch, and commit. A dry run writes nothing and locks nothing."""
    new = {derive_ordered_id(run.import_id, match.position): match for match in batch if match.stored is None}
    replaced = {match.stored.id: match for match in batch if match.stored is not None}
    async with run.job.transaction() as session:
        if not run.dry_run:
            await users.lock_user(session, run.user_id)
            if not run.is_recorded:
                await record_import(session, run)
        new = await _skip_beyond_quota(session, run, new)
        run.measurements.new += len(new)
        if run.dry_run:
            run.measurements.replaced += len(replaced)
            return
        values = {measurement_id: match.measurement.values for measurement_id, match in new.items()}
        await users.write_imported_measurements(session, run.user_id, run.import_id, values)
        await _replace(session, run, plan, replaced)
        await discard_empty_record(session, run)
        if run.is_recorded:
            await store_progress(session, run, ImportState.RUNNING)


async def _skip_beyond_quota(
    session: AsyncSession, run: ImportRun, new: dict[UUID, MatchedMeasurement]
) -> dict[UUID, MatchedMeasurement]:
    """Return the new measurements that the account has room for, or that are written already."""
    written = await users.find_stored_measurements(session, run.user_id, list(new))
    free = await users.get_free_space(session, run.user_id)
    # What a dry run would have written before is not stored.
    planned = run.measurements.new if run.dry_run else 0
    places = free[Quota.BODY_MEASUREMENTS] - planned
    planned_bytes = run.planned_bytes + planned * users.MEASUREMENT_BYTES
    room = min(places, (free[Quota.STORED_BYTES] - planned_bytes) // users.MEASUREMENT_BYTES)
    kept = {}
    for measurement_id, match in new.items():
        if measurement_id in written:
            kept[measurement_id] = match
        elif room > 0:
            room -= 1
            kept[measurement_id] = match
        else:
            exceeded = Quota.BODY_MEASUREMENTS if places <= len(new) else Quota.STORED_BYTES
            message = str(Quotas.of(session).build_problem(exceeded))
            run.reader.measurements.skip(match.measurement.line, _QUOTA_EXCEEDED, message)
    return kept


async def _replace(
    session: AsyncSession, run: ImportRun, plan: MeasurementPlan, replaced: dict[UUID, MatchedMeasurement]
) -> None:
    found = await users.find_stored_measurements(session, run.user_id, list(replaced))
    changed = {}
    for measurement_id, match in replaced.items():
        stored, expected = found.get(measurement_id), match.stored
        if measurement_id in plan.already_replaced:
            run.measurements.replaced += 1
        elif stored is None or expected is None or stored.values != expected.values:
            message = "The stored measurement was changed or deleted meanwhile, and stays so. Import the file again."
            run.reader.measurements.skip(match.measurement.line, "not_replaced", message)
        else:
            changed[measurement_id] = (stored, merge_values(stored.values, match.measurement.values))
    if changed:
        await replace_values(session, run.user_id, run.import_id, list(changed.values()))
        run.measurements.replaced += len(changed)


def build_measurement_report(run: ImportRun) -> ImportedMeasurements:
    """Return what the import did with the measurements of the file."""
    counts, found = run.measurements, run.reader.measurements
    return ImportedMeasurements(
        new=counts.new,
        equal=counts.equal,
        changed=counts.changed,
        replaced=counts.replaced,
        repeated=found.repeated,
        skipped=found.skipped,
        changes=sorted(counts.changes, key=lambda change: change.line),
        left_out=[LeftOutValues(name=name, count=count) for name, count in found.left_out.most_common()],
    )
