"""What counting restores from an export of all data: the calibrations."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.restores import ExportedItem, Pages, Restoration, RestoredFile
from exercise_buddy.core.types import Count, SingleLine, Timestamp
from exercise_buddy.counting.engine.profiles import Measured
from exercise_buddy.counting.tables import CountingCalibration
from exercise_buddy.exercises.public import find_catalogue_exercises

_Joint = Annotated[str, Field(pattern="^[a-z_]{1,16}$")]
_Position = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1_000_000, le=1_000_000)]


class _Calibration(ExportedItem):
    exercise_id: UUID
    measure: Measured
    joints: Annotated[list[_Joint], Field(min_length=1, max_length=3)]
    low: _Position
    high: _Position
    reps: Annotated[Count, Field(ge=1, le=100_000)]
    profile_version: Annotated[str, Field(max_length=16), SingleLine]
    calibrated_at: Timestamp

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if self.low >= self.high:
            raise ValueError("The range is empty")
        return self


async def _restore_calibrations(restoration: Restoration, pages: Pages) -> None:
    async for items in pages:
        calibrations = [restoration.parse(_Calibration, item) for item in items]
        ids = {calibration.exercise_id for calibration in calibrations}
        known = await find_catalogue_exercises(restoration.session, ids)
        for item, calibration in zip(items, calibrations, strict=True):
            if calibration.exercise_id in known:
                restoration.session.add(CountingCalibration(user_id=restoration.user_id, **dict(calibration)))
                restoration.counts["calibrations"] += 1
            else:
                message = "A calibration was left out: this server does not know its exercise."
                restoration.warn(item.line, "unknown_exercise", message)
        await restoration.session.flush()
        restoration.session.expunge_all()


RESTORED_FILES = (RestoredFile("counting_calibrations.json", [core_table(CountingCalibration)], _restore_calibrations),)
