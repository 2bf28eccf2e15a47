"""The exercise catalogue: data files beside this module, copied into the tables by every migration run.

`catalogue.tsv` contains the exercises, `aliases/*.tsv` their other names, one file per language: those that Strong and
Hevy use, and everyday ones. A name is in one file only, also if several languages use it.

`loaded_slug` of an alias is the exercise that the name means in sets with an external load, where `slug` cannot have
one: people write "Squat" for squats with and without a barbell.

Names, category, equipment, mechanic, force, level and muscles come from the public-domain free-exercise-db, and from
the lists of the apps for exercises that it lacks. MET values come from the 2024 Adult Compendium of Physical Activities
(Herrmann et al., J Sport Health Sci 2024;13:6-12).

`bodyweight_share` is the share of the body mass that a rep moves. Measured values: push-ups .64, on the knees .49, with
the hands on a box of 30 or 60 cm .55 or .41 (.48 on a bench between them), with the feet on a box .70 or .74 (Ebben et
al., J Strength Cond Res 2011;25:2891-2894); inverted rows at a lean of 30, 45 or 60 degrees .37, .53 or .68 (Melrose
and Dawes, J Athl Enhanc 2015;4:1). Other values are the mass of the moving segments (Winter, Biomechanics and Motor
Control of Human Movement, 2009, table 4.1): the whole body for hanging and jumping, without forearms and hands for dips
(.95), without shanks and feet for squats (.88; .94 on one leg, .86 in a lunge), head, arms and trunk for sit-ups (.68),
without abdomen and pelvis for crunches (.40), the legs for leg raises (.32; with the pelvis .46). It is null for
movements that lift little: twists, drills and exercises on the spot.
"""

import csv
import hashlib
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache, partial
from hashlib import blake2b
from importlib import resources
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, update
from sqlalchemy import select as sa_select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.retries import retry_transaction
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.enums import Category, Equipment, Force, Level, Measures, Mechanic, Muscle
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise, CustomExerciseAlias, ExerciseAlias
from exercise_buddy.exercises.usage import ExerciseUsage

_NAMESPACE = uuid5(NAMESPACE_URL, "exercise-buddy:catalogue")
_VERSION = 5
_MAX_SEARCH_KEY = 160
# Characters without a Unicode decomposition, and apostrophes, which some sources omit.
_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "þ": "th", "æ": "ae", "œ": "oe"}
    | dict.fromkeys(["'", "\u2019", "`"], "")
)
# The columns that operators load; a release does not change them.
_LOADED = {"instructions", "images"}
# The columns that processes remember.
_REMEMBERED = ("id", "name", "met", "primary_muscles", "bodyweight_share", "assisted")


def name_key(name: str) -> str:
    """Return a name in the form for comparison, without differences in white space, case and Unicode composition."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def search_key(name: str) -> str:
    """Return a name in the form for searches, at most 160 characters: without accents and punctuation.

    A name of punctuation only stays unchanged.
    """
    plain = unicodedata.normalize("NFKD", name_key(name).translate(_FOLDED)).casefold()
    letters = "".join(map(_simplify, plain))
    return (" ".join(unicodedata.normalize("NFC", letters).split()) or name_key(name))[:_MAX_SEARCH_KEY].strip()


def derive_keys(name: str) -> dict[str, Any]:
    """Return the columns that are derived from a name."""
    return {"name_key": name_key(name), "search_key": search_key(name)}


# Each start of a server simplifies the 18,000 names of the catalogue, which are made of 240 characters.
@lru_cache(2048)
def _simplify(character: str) -> str:
    """Return a character of a search key, a space instead of punctuation, or nothing instead of an accent."""
    if _is_accent(character):
        return ""
    is_letter = character.isalnum() or unicodedata.category(character).startswith("M")
    return character if is_letter else " "


def _is_accent(character: str) -> bool:
    """Return whether a character is a mark that people omit. In kana and in Indic scripts, marks make other letters."""
    makes_letter = character in "\u3099\u309a" or "\u0900" <= character <= "\u1aaf" or "\ua800" <= character <= "\uabff"
    return not makes_letter and unicodedata.category(character) in {"Mn", "Me"}


@lru_cache(2048)
def catalogue_id(slug: str) -> UUID:
    """Return the id of a catalogue exercise. It is derived from the slug; neither ever changes."""
    return uuid5(_NAMESPACE, slug)


def may_be_custom(exercise_id: UUID) -> bool:
    """Return whether an id can belong to a custom exercise. UUIDs of version 5 belong to the catalogue."""
    return exercise_id.version != _VERSION


def _read(name: str) -> str:
    return resources.files(__package__ or "").joinpath(name).read_text("utf-8")


def _table(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(_read(name).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)


def _alias_rows() -> Iterator[dict[str, str]]:
    folder = resources.files(__package__ or "").joinpath("aliases")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        yield from _table(f"aliases/{file.name}")


def entries() -> Iterator[dict[str, Any]]:
    """Yield the exercises of the catalogue as rows of the table.

    Raises:
        ValueError: a value is not a member of its enum.

    """
    for row in _table("catalogue.tsv"):
        yield {
            "id": catalogue_id(row["slug"]),
            "slug": row["slug"],
            "name": row["name"],
            **derive_keys(row["name"]),
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
        }


def _muscles(text: str) -> list[str]:
    return [Muscle(name).value for name in text.split(",") if name]


def aliases() -> Iterator[dict[str, Any]]:
    """Yield the aliases of the catalogue as rows of the table."""
    for row in _alias_rows():
        yield {
            "name": row["name"],
            **derive_keys(row["name"]),
            "exercise_id": catalogue_id(row["slug"]),
            "loaded_exercise_id": catalogue_id(row["loaded_slug"]) if row["loaded_slug"] else None,
        }


@cache
def hash_catalogue_names() -> bytes:
    """Return a hash of the names of this release's catalogue, for what is stored with such names."""
    names = "\n".join(f"{row['slug']}\t{row['name']}" for row in _table("catalogue.tsv"))
    return blake2b(names.encode(), digest_size=8).digest()


def find_entry(text: str) -> tuple[str, str] | None:
    """Return the slug and the name of the exercise with this slug, name or alias. None if it does not exist."""
    rows = {row["slug"]: row["name"] for row in _table("catalogue.tsv")}
    key = search_key(text)
    named = {search_key(name): slug for slug, name in rows.items()}
    other_names = {search_key(row["name"]): row["slug"] for row in _alias_rows()}
    slug = text if text in rows else named.get(key) or other_names.get(key)
    return None if slug is None else (slug, rows[slug])


async def update_catalogue(database: Database, usage: ExerciseUsage, countable: Collection[str]) -> int:
    """Update the catalogue of a database to this release; return the number of its exercises.

    Workouts whose totals depend on a changed value are recomputed, user by user, while clients write. If this ends
    before, the next call continues: `CatalogueExercise.is_recomputed` tells which exercises are left.

    Args:
        database: the database.
        usage: the rows that refer to exercises.
        countable: the slugs of the exercises that a camera can count.

    """
    count = await retry_transaction(database, partial(upsert_catalogue, countable=countable))
    await retry_transaction(database, _make_searchable)
    exercise_ids = await retry_transaction(database, _list_changed)
    if exercise_ids:
        await usage.recompute_catalogue_exercises(database, exercise_ids)
        await retry_transaction(database, partial(_mark_recomputed, exercise_ids=exercise_ids))
    return count


async def _list_changed(session: AsyncSession) -> list[UUID]:
    """Return the ids of the exercises whose workouts are still to be recomputed."""
    changed = select(CatalogueExercise.id).where(col(CatalogueExercise.is_recomputed).is_(False))
    return list(await session.exec(changed))


async def _mark_recomputed(session: AsyncSession, exercise_ids: Collection[UUID]) -> None:
    recomputed = col(CatalogueExercise.id).in_(exercise_ids)
    await session.exec(update(CatalogueExercise).where(recomputed).values(is_recomputed=True))


async def upsert_catalogue(session: AsyncSession, countable: Collection[str]) -> int:
    """Update the exercises of the catalogue to this release; return their number.

    Exercises are never deleted, because workouts refer to them, and data that operators loaded stays. The caller
    recomputes the workouts: see `update_catalogue`.

    Args:
        session: the transaction, which has locked nothing yet.
        countable: the slugs of the exercises that a camera can count.

    """
    rows = [entry | {"countable": entry["slug"] in countable} for entry in entries()]
    other_names = list(aliases())
    changed_rows = await _find_changed(session, CatalogueExercise, rows, "id")
    changed_rows += await _find_changed(session, ExerciseAlias, other_names, "name_key")
    if not changed_rows and await _read_version(session) == await _compute_version(session):
        return len(rows)
    # Writes of workouts hold a weaker lock of this table to their end. While this waits for them, it has locked nothing
    # that they want; those that come later wait, and then see all of the update. They wait no longer than a second.
    connection = await session.connection()
    await connection.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
    await connection.exec_driver_sql("LOCK TABLE catalogue_exercise IN EXCLUSIVE MODE")
    before = await _facts(session)
    await _upsert(session, CatalogueExercise, rows, "id")
    await _upsert(session, ExerciseAlias, other_names, "name_key")
    after = await _facts(session)
    changed = [exercise_id for exercise_id, facts in before.items() if after[exercise_id] != facts]
    if changed:
        await session.exec(
            update(CatalogueExercise).where(col(CatalogueExercise.id).in_(changed)).values(is_recomputed=False)
        )
    await publish_version(session)
    return len(rows)


async def _find_changed(
    session: AsyncSession, model: type[CatalogueExercise | ExerciseAlias], rows: list[dict[str, Any]], key: str
) -> list[dict[str, Any]]:
    """Return those of the rows that are not stored like this."""
    table = core_table(model)
    names = list(rows[0])
    found = await (await session.connection()).execute(sa_select(*(table.c[name] for name in names)))
    stored = {row[key]: dict(row) for row in found.mappings()}
    return [row for row in rows if stored.get(row[key]) != row]


async def publish_version(session: AsyncSession) -> None:
    """Replace the function `catalogue_version` if there are other exercises, or other facts that processes remember."""
    version = await _compute_version(session)
    if await _read_version(session) != version:
        await (await session.connection()).exec_driver_sql(
            "CREATE OR REPLACE FUNCTION catalogue_version() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
            f"RETURN '{version}'"
        )


async def _read_version(session: AsyncSession) -> str | None:
    version: str | None = await (await session.connection()).scalar(sa_select(func.catalogue_version()))
    return version


async def _compute_version(session: AsyncSession) -> str:
    table = core_table(CatalogueExercise)
    facts = sa_select(*(table.c[name] for name in _REMEMBERED)).order_by(table.c.id)
    rows = (await (await session.connection()).execute(facts)).all()
    return hashlib.blake2b(repr(rows).encode(), digest_size=8).hexdigest()


async def _facts(session: AsyncSession) -> dict[UUID, tuple[float, float | None, bool]]:
    """Return the values that totals depend on, by exercise."""
    table = CatalogueExercise
    rows = await session.exec(select(table.id, table.met, table.bodyweight_share, table.assisted))
    return {exercise_id: (met, share, assisted) for exercise_id, met, share, assisted in rows}


async def _make_searchable(session: AsyncSession) -> None:
    """Set the search keys of custom exercises and their other names that a migration has emptied."""
    for exercise in await session.exec(select(CustomExercise).where(col(CustomExercise.search_key) == "")):
        exercise.search_key = search_key(exercise.name)
    for alias in await session.exec(select(CustomExerciseAlias).where(col(CustomExerciseAlias.search_key) == "")):
        alias.search_key = search_key(alias.name)
    await session.flush()


async def _upsert(
    session: AsyncSession, model: type[CatalogueExercise | ExerciseAlias], rows: list[dict[str, Any]], key: str
) -> None:
    rows = await _find_changed(session, model, rows, key)
    if not rows:
        return
    table = core_table(model)
    statement = insert(table)
    changes = {column.name: statement.excluded[column.name] for column in table.c if column.name not in {key, *_LOADED}}
    await session.exec(statement.on_conflict_do_update(index_elements=[table.c[key]], set_=changes), params=rows)
