"""The exercise catalogue: facts in files beside this one, copied into the tables whenever a database is migrated.

`catalogue.tsv` has the exercises, `aliases.tsv` other names of them (those of Strong and Hevy, and the common ones in
German, Spanish and French), `counting.json` how a camera counts some of them.

The facts (names, category, equipment, mechanic, force, level, muscles) come from the public-domain free-exercise-db,
and for what it lacks from the apps' own lists; MET values from the 2024 Adult Compendium of Physical Activities
(Herrmann et al., J Sport Health Sci 2024;13:6-12).

`bodyweight_share` is the part of the body's mass that a rep moves. Measured: push-ups .64, on the knees .49, with the
hands on a box of 30 or 60 cm .55 or .41 (.48 on a bench between them), with the feet on one .70 or .74 (Ebben et al.,
J Strength Cond Res 2011;25:2891-2894); pulling oneself up from a lean of 30, 45 or 60 degrees .37, .53 or .68 (Melrose
and Dawes, J Athl Enhanc 2015;4:1). Otherwise it is what the segments that move weigh (Winter, Biomechanics and Motor
Control of Human Movement, 2009, table 4.1): all for hanging and jumping, all but forearms and hands for dips (.95), all
but shanks and feet for squats (.88; .94 on one leg, .86 in a lunge), head, arms and trunk for sit-ups (.68), without
abdomen and pelvis for crunches (.40), the legs for leg raises (.32; with the pelvis .46). It is null where a rep lifts
nothing much: twists, drills, and what one does in place as one walks.
"""

import csv
import json
import unicodedata
from collections.abc import Iterator
from importlib import resources
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.enums import Category, Equipment, Force, Level, Measures, Mechanic, Muscle
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise, ExerciseAlias
from exercise_buddy.exercises.usage import ExerciseUsage

_NAMESPACE = uuid5(NAMESPACE_URL, "exercise-buddy:catalogue")
_VERSION = 5
_MAX_SEARCH_KEY = 160
# What composition does not take apart, and what is written with and without.
_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "þ": "th", "æ": "ae", "œ": "oe"}
    | dict.fromkeys(["'", "\u2019", "`"], "")
)
# What an operator has loaded is no business of a release.
_LOADED = {"instructions", "images"}


def name_key(name: str) -> str:
    """Give the form of an exercise's name that is compared: white space, letter case and composition do not count."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def search_key(name: str) -> str:
    """Give the form of a name that is searched: accents and punctuation do not count either.

    A name of nothing but signs stays as it is. At most 160 characters.
    """
    plain = unicodedata.normalize("NFKD", name_key(name).translate(_FOLDED)).casefold()
    letters = (" " if not character.isalnum() else character for character in plain if not _is_mark(character))
    return (" ".join("".join(letters).split()) or name_key(name))[:_MAX_SEARCH_KEY].strip()


def keys_of(name: str) -> dict[str, Any]:
    """Give the columns that follow from a name, for a row that has one."""
    return {"name_key": name_key(name), "search_key": search_key(name)}


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


def catalogue_id(slug: str) -> UUID:
    """Give the id of a catalogue exercise, which follows from its slug; neither ever changes."""
    return uuid5(_NAMESPACE, slug)


def may_be_custom(exercise_id: UUID) -> bool:
    """Say whether an id can be that of a user's own exercise: those of the catalogue are of version 5."""
    return exercise_id.version != _VERSION


def _read(name: str) -> str:
    return resources.files(__package__ or "").joinpath(name).read_text("utf-8")


def _table(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(_read(name).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)


def entries() -> Iterator[dict[str, Any]]:
    """Read the catalogue, a row of the table at a time.

    Raises:
        ValueError: a word in it is none of our words.

    """
    profiles = counting()
    for row in _table("catalogue.tsv"):
        yield {
            "id": catalogue_id(row["slug"]),
            "slug": row["slug"],
            "name": row["name"],
            **keys_of(row["name"]),
            "category": Category(row["category"]),
            "equipment": Equipment(row["equipment"]),
            "mechanic": Mechanic(row["mechanic"]) if row["mechanic"] else None,
            "force": Force(row["force"]) if row["force"] else None,
            "level": Level(row["level"]) if row["level"] else None,
            "primary_muscles": _muscles(row["primary_muscles"]),
            "secondary_muscles": _muscles(row["secondary_muscles"]),
            "measures": Measures(row["measures"]),
            "met": float(row["met"]),
            "bodyweight_share": float(row["bodyweight_share"]) if row["bodyweight_share"] else None,
            "assisted": row["assisted"] == "yes",
            "counting": profiles.get(row["slug"]),
        }


def _muscles(text: str) -> list[str]:
    return [Muscle(name).value for name in text.split(",") if name]


def counting() -> dict[str, Any]:
    """Read how a camera counts exercises, by their slugs: what `CountingProfile` shows."""
    profiles: dict[str, Any] = json.loads(_read("counting.json"))
    return profiles


def aliases() -> Iterator[dict[str, Any]]:
    """Read the other names of the catalogue's exercises, a row of their table at a time."""
    for row in _table("aliases.tsv"):
        yield {
            "name": row["name"],
            **keys_of(row["name"]),
            "exercise_id": catalogue_id(row["slug"]),
        }


async def upsert_catalogue(session: AsyncSession, usage: ExerciseUsage) -> int:
    """Bring the catalogue of the database to that of this release, and give the number of its exercises.

    Nothing is deleted: workouts refer to it. What an operator has loaded stays. Workouts are reckoned anew where a fact
    has changed that their totals depend on.
    """
    rows = list(entries())
    before = await _facts(session)
    await _upsert(session, CatalogueExercise, rows, "id")
    await _upsert(session, ExerciseAlias, list(aliases()), "name_key")
    await _make_searchable(session)
    after = await _facts(session)
    changed = [exercise_id for exercise_id, facts in before.items() if after[exercise_id] != facts]
    await usage.recompute_catalogue_exercises(session, changed)
    return len(rows)


async def _facts(session: AsyncSession) -> dict[UUID, tuple[float, float | None, bool]]:
    """Give what totals are reckoned with, by exercise."""
    table = CatalogueExercise
    rows = await session.exec(select(table.id, table.met, table.bodyweight_share, table.assisted))
    return {exercise_id: (met, share, assisted) for exercise_id, met, share, assisted in rows}


async def _make_searchable(session: AsyncSession) -> None:
    """Fill in what custom exercises lack that are older than searching."""
    unsearchable = select(CustomExercise).where(col(CustomExercise.search_key) == "")
    for exercise in await session.exec(unsearchable):
        exercise.search_key = search_key(exercise.name)
    await session.flush()


async def _upsert(
    session: AsyncSession, model: type[CatalogueExercise | ExerciseAlias], rows: list[dict[str, Any]], key: str
) -> None:
    table = core_table(model)
    statement = insert(table)
    changes = {column.name: statement.excluded[column.name] for column in table.c if column.name not in {key, *_LOADED}}
    await session.exec(statement.on_conflict_do_update(index_elements=[table.c[key]], set_=changes), params=rows)
