"""What imports restore from an export of all data: the list of imports.

Each can still be undone, except those that replaced workouts or body measurements.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import delete, func
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.restores import ExportedItem, Pages, Restoration, RestoredFile
from exercise_buddy.core.types import Count, Measure, SingleLine, StrictBool, Timestamp
from exercise_buddy.transfers.tables import ImportState, WorkoutImport
from exercise_buddy.workouts.public import Source

MAX_IMPORTS = 10_000
_Number = Annotated[Count, Field(le=2_000_000_000)]
_ENDED = {ImportState.COMPLETED, ImportState.FAILED, ImportState.CANCELLED}


class _Import(ExportedItem):
    id: UUID
    source: Source
    file_name: Annotated[str, Field(max_length=255), SingleLine] | None
    workouts: _Number
    sets: _Number
    duplicates: _Number = 0
    replaced: _Number = 0
    remapped: _Number = 0
    body_measurements: _Number = 0
    replaced_body_measurements: _Number = 0
    created_at: Timestamp
    state: ImportState | Literal["cancelling"] = ImportState.COMPLETED
    dry_run: StrictBool = False
    progress: Annotated[Measure, Field(le=1)] = 0.0


async def _restore_imports(restoration: Restoration, pages: Pages) -> None:
    async for items in pages:
        restoration.counts["imports"] += len(items)
        for item in items:
            if restoration.counts["imports"] > MAX_IMPORTS:
                restoration.refuse(item.line, f"An account has at most {MAX_IMPORTS} imports")
            restored = restoration.parse(_Import, item)
            values = dict(restored)
            if restored.state not in _ENDED:
                values["state"] = ImportState.COMPLETED
                message = "An import that had not ended counts as completed. Import its file again."
                restoration.warn(item.line, "unfinished_import", message)
            if restored.replaced or restored.replaced_body_measurements:
                # What they were before is not in the export: its undo would delete them.
                values["options"] = {"is_restored": True}
            restoration.session.add(WorkoutImport(user_id=restoration.user_id, **values))
        await restoration.session.flush()
        restoration.session.expunge_all()


async def _delete_imports(session: AsyncSession, user_id: UUID) -> None:
    is_account = func.coalesce(func.jsonb_extract_path_text(col(WorkoutImport.options), "is_account"), "false")
    await session.exec(delete(WorkoutImport).where(col(WorkoutImport.user_id) == user_id, is_account != "true"))


RESTORED_FILES = (RestoredFile("imports.json", (), _restore_imports, _delete_imports),)
