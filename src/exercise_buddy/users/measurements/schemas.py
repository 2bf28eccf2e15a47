"""Schemas of body measurements. `docs/formulas.md` lists the bounds of the mass."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import AfterValidator, Field, Strict

from exercise_buddy.core.types import (
    CreatedAt,
    Input,
    LocalDate,
    Measure,
    NextCursor,
    Notes,
    Output,
    UpdatedAt,
    example,
    example_of,
    unset,
)

MIN_MASS_KG = 20
MAX_MASS_KG = 500
# Enough for pounds to survive the round trip: 180 lb are 81.6466 kg are 180.0 lb.
MASS_DECIMALS = 4
EXAMPLE_ID = "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a02"


def _round_mass(value: float) -> float:
    return round(value, MASS_DECIMALS)


def _check_day(value: date) -> date:
    # East of Greenwich the local day may be ahead of UTC.
    if value > datetime.now(UTC).date() + timedelta(days=1):
        raise ValueError("A measurement lies between 1970 and tomorrow")
    return value


MeasuredOn = Annotated[LocalDate, AfterValidator(_check_day), Field(description="The local day.")]
MassKg = Annotated[
    Measure,
    Field(ge=MIN_MASS_KG, le=MAX_MASS_KG, description="The body mass in kilograms."),
    AfterValidator(_round_mass),
]
BodyFatPercent = Annotated[
    float,
    Strict(),
    Field(gt=0, lt=100, allow_inf_nan=False, description="Body fat in percent of the mass."),
]
MeasurementId = Annotated[UUID, Path(description="The id of a body measurement.", examples=[EXAMPLE_ID])]


class BodyMeasurementInput(Input):
    """A measurement to create. A day may have several."""

    model_config = example({"id": EXAMPLE_ID, "measured_on": "2026-03-02", "mass_kg": 72.4, "body_fat_percent": 18.5})

    id: UUID | None = Field(default=None, description="A UUIDv7 that you choose, so that a retry is safe.")
    measured_on: MeasuredOn
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

    model_config = example(
        {
            "id": EXAMPLE_ID,
            "measured_on": "2026-03-02",
            "mass_kg": 72.4,
            "body_fat_percent": 18.5,
            "notes": "Before breakfast",
            "import_id": None,
            "created_at": "2026-03-02T06:30:12.400000Z",
            "updated_at": "2026-03-02T06:30:12.400000Z",
        }
    )

    id: UUID = Field(description="The id of the measurement.")
    measured_on: date = Field(description="The local day.")
    mass_kg: MassKg
    body_fat_percent: BodyFatPercent | None
    notes: str | None = Field(description="Notes of several lines.")
    import_id: UUID | None = Field(description="The import that it comes from. Null if a client created it.")
    created_at: CreatedAt
    updated_at: UpdatedAt


class BodyMeasurementPage(Output):
    """A page of measurements, the newest first."""

    model_config = example({"items": [example_of(BodyMeasurement)], "next_cursor": None})

    items: list[BodyMeasurement] = Field(description="The measurements.")
    next_cursor: NextCursor
