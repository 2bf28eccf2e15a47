"""The exercise catalogue: facts in `catalogue.tsv`, copied into the table whenever a database is migrated.

The facts (names, category, equipment, mechanic, force, level, muscles) come from the public-domain free-exercise-db;
MET values from the 2024 Adult Compendium of Physical Activities (Herrmann et al., J Sport Health Sci 2024;13:6-12).
"""

import csv
import unicodedata
from collections.abc import Iterator
from importlib import resources
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.tables import core_table
from exercise_buddy.workouts.tables import (
    CatalogueExercise,
    Category,
    Equipment,
    Force,
    Level,
    Measures,
    Mechanic,
    Muscle,
)

_NAMESPACE = uuid5(NAMESPACE_URL, "exercise-buddy:catalogue")


def name_key(name: str) -> str:
    """Give the form of an exercise's name that is compared: white space, letter case and composition do not count."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def catalogue_id(slug: str) -> UUID:
    """Give the id of a catalogue exercise, which follows from its slug; neither ever changes."""
    return uuid5(_NAMESPACE, slug)


def entries() -> Iterator[dict[str, Any]]:
    """Read the catalogue, a row of the table at a time.

    Raises:
        ValueError: a word in it is none of our words.

    """
    text = resources.files(__package__ or "").joinpath("catalogue.tsv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        yield {
            "id": catalogue_id(row["slug"]),
            "slug": row["slug"],
            "name": row["name"],
            "name_key": name_key(row["name"]),
            "category": Category(row["category"]),
            "equipment": Equipment(row["equipment"]),
            "mechanic": Mechanic(row["mechanic"]) if row["mechanic"] else None,
            "force": Force(row["force"]) if row["force"] else None,
            "level": Level(row["level"]) if row["level"] else None,
            "primary_muscles": _muscles(row["primary_muscles"]),
            "secondary_muscles": _muscles(row["secondary_muscles"]),
            "measures": Measures(row["measures"]),
            "met": float(row["met"]),
        }


def _muscles(text: str) -> list[str]:
    return [Muscle(name).value for name in text.split(",") if name]


async def upsert_catalogue(session: AsyncSession) -> int:
    """Bring the catalogue of the database to that of this release, and give the number of its exercises.

    Nothing is deleted: workouts refer to it.
    """
    rows = list(entries())
    table = core_table(CatalogueExercise)
    statement = insert(table)
    changes = {column.name: statement.excluded[column.name] for column in table.c if column.name != "id"}
    await session.exec(statement.on_conflict_do_update(index_elements=[table.c.id], set_=changes), params=rows)
    return len(rows)
