"""Schemas of body measurements. `docs/formulas.md` lists the bounds of the mass."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from exercise_buddy.core.types import Input, LocalDate, Measure, Notes, Output, example, unset

MIN_MASS_KG = 20
MAX_MASS_KG = 500
# Enough for pounds to survive the round trip: 180 lb are 81.6466 kg are 180.0 lb.
MASS_DECIMALS = 4


def _round_mass(value: float) -> float:
    return round(value, MASS_DECIMALS)


def _check_day(value: date) -> date:
    # East of Greenwich the local day may be ahead of UTC.
    if value > datetime.now(UTC).date() + timedelta(days=1):
        raise ValueError("A measurement lies between 1970 and tomorrow")
    return value


MeasuredOn = Annotated[LocalDate, AfterValidator(_check_day)]
MassKg = Annotated[Measure, Field(ge=MIN_MASS_KG, le=MAX_MASS_KG), AfterValidator(_round_mass)]
BodyFatPercent = Annotated[Measure, Field(gt=0, lt=100)]


class BodyMeasurementInput(Input):
    """A measurement to create. A day may have several."""

    model_config = example({"measured_on": "2026-03-02", "mass_kg": 72.4, "body_fat_percent": 18.5})

    id: UUID | None = Field(default=None, description="A UUIDv7 that you choose, so that a retry is safe.")
    measured_on: MeasuredOn = Field(description="The local day.")
    mass_kg: MassKg
    body_fat_percent: BodyFatPercent | None = None
    notes: Notes | None = None


class BodyMeasurementChange(Input):
    """The fields of a measurement to update. Fields that are left out keep their value; null clears optional ones."""

    model_config = example({"mass_kg": 72.1, "notes": "Before breakfast"})

    measured_on: MeasuredOn = unset()
    mass_kg: MassKg = unset()
    body_fat_percent: BodyFatPercent | None = None
    notes: Notes | None = None


class BodyMeasurement(Output):
    """Your body mass on a local day."""

    id: UUID
    measured_on: date
    mass_kg: float
    body_fat_percent: float | None
    notes: str | None
    created_at: datetime
    updated_at: datetime


class BodyMeasurementPage(Output):
    """A page of measurements, the newest first."""

    items: list[BodyMeasurement]
    next_cursor: str | None
