"""Builders of files with body measurements, for tests."""

import io
import zipfile
from collections.abc import Iterable, Mapping

HEVY = "date,weight_kg,fat_percent,neck_cm,waist_cm"
STRONG = "Date,Measurement Type,Value,Unit,Source"
HEALTH = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
]>
<HealthData locale="de_DE">
"""


def hevy(*rows: str, header: str = HEVY) -> str:
    """Return a file of Hevy."""
    return "\n".join((header, *rows, ""))


def strong(*rows: str) -> str:
    """Return a file of Strong."""
    return "\n".join((STRONG, *rows, ""))


def record(kind: str, value: object, unit: str, time: str, *, zone: str = "") -> str:
    """Return a record of Apple Health."""
    end = f'>\n  <MetadataEntry key="HKTimeZone" value="{zone}"/>\n </Record>\n' if zone else "/>\n"
    return (
        f' <Record type="HKQuantityTypeIdentifier{kind}" sourceName="Scale" unit="{unit}" creationDate="{time}"'
        f' startDate="{time}" endDate="{time}" value="{value}"{end}'
    )


def health(elements: Iterable[str]) -> str:
    """Return an export.xml."""
    return f"{HEALTH}{''.join(elements)}</HealthData>"


def archive(members: Mapping[str, str]) -> bytes:
    """Return a ZIP archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return content.getvalue()
