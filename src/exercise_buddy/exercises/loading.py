"""The use case that loads an external catalogue: instructions and images, and exercises that are missing.

The file is JSON in the schema of the public-domain free-exercise-db (github.com/yuhonas/free-exercise-db): a list of
exercises. For exercises that already exist, only instructions and images are used.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.core.types import SingleLine
from exercise_buddy.exercises.catalogue import catalogue_id, derive_keys, publish_version
from exercise_buddy.exercises.enums import Category, Equipment, Force, Level, Measures, Mechanic, Muscle
from exercise_buddy.exercises.schemas import ExerciseName
from exercise_buddy.exercises.tables import CatalogueExercise, ExerciseAlias

MAX_EXERCISES = 20_000
_BATCH = 100
_MAX_SLUG = 80
_WORDS = {"e-z curl bar": "ez_curl_bar", "kettlebells": "kettlebell"}
# The most frequent MET of each category in our catalogue.
_METS = {
    Category.STRENGTH: 3.5,
    Category.POWERLIFTING: 6.0,
    Category.OLYMPIC_WEIGHTLIFTING: 6.0,
    Category.STRONGMAN: 6.0,
    Category.PLYOMETRICS: 7.5,
    Category.CARDIO: 7.0,
    Category.STRETCHING: 2.3,
}
_WITHOUT_WEIGHT = {Equipment.NONE, Equipment.BODY_ONLY, Equipment.BANDS, Equipment.EXERCISE_BALL, Equipment.FOAM_ROLL}


def _text(text: str) -> str:
    # JSON can contain characters that PostgreSQL cannot store.
    if any(letter < " " and letter not in "\n\r\t" for letter in text) or not _encodes(text):
        raise ValueError("Control characters and lone surrogates are not allowed")
    return text.strip()


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _convert_term(word: object) -> object:
    return _WORDS.get(word, word.replace(" ", "_")) if isinstance(word, str) else word


def _remove_duplicates(muscles: list[Muscle]) -> list[Muscle]:
    return list(dict.fromkeys(muscles))


def _remove_blank(texts: list[str]) -> list[str]:
    # The public file contains blank texts.
    return [text for text in texts if text]


Text = Annotated[str, Field(max_length=4_000), AfterValidator(_text)]
Word = TypeVar("Word", bound=StrEnum)
Known = Annotated[Word, BeforeValidator(_convert_term)]
Muscles = Annotated[list[Known[Muscle]], AfterValidator(_remove_duplicates)]


class ExternalExercise(BaseModel):
    """An exercise of the file."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=r"^[0-9a-zA-Z_-]+$", max_length=200)]
    name: Annotated[ExerciseName, AfterValidator(_text)]
    force: Known[Force] | None = None
    level: Known[Level]
    mechanic: Known[Mechanic] | None
    equipment: Known[Equipment] | None
    primary_muscles: Muscles = Field(alias="primaryMuscles")
    secondary_muscles: Muscles = Field(alias="secondaryMuscles")
    instructions: Annotated[list[Text], Field(max_length=100), AfterValidator(_remove_blank)]
    category: Known[Category]
    images: Annotated[list[Annotated[Text, Field(max_length=500), SingleLine]], Field(max_length=100)]

    @property
    def slug(self) -> str:
        """The slug of the exercise if it is added to the catalogue."""
        return _slug(self.name)


_FILE = TypeAdapter(Annotated[list[ExternalExercise], Field(max_length=MAX_EXERCISES)])


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The number of exercises that were updated, added and unchanged."""

    filled: int
    added: int
    unchanged: int


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", derive_keys(name)["search_key"]).strip("-")[:_MAX_SLUG].rstrip("-")


def read_catalogue(content: bytes) -> list[ExternalExercise]:
    """Parse a catalogue file.

    Raises:
        InvalidInput: the file is not JSON or violates the schema; each error points to an exercise and a field.

    """
    try:
        given = _FILE.validate_python(json.loads(content))
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"This is not valid JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None
    except (UnicodeDecodeError, RecursionError):
        raise InvalidInput("This is not valid JSON.") from None
    except ValidationError as error:
        errors = [
            FieldError(pointer(item["loc"]), item["type"], str(item["msg"]).removeprefix("Value error, "))
            for item in error.errors()
        ]
        raise InvalidInput(f"The file has {len(errors)} errors.", errors=errors) from None
    _refuse((index, "name", "The name contains no letter") for index, one in enumerate(given) if not one.slug)
    return given


def _refuse(wrong: Iterable[tuple[int, str, str]]) -> None:
    errors = [FieldError(pointer((index, field)), "value_error", message) for index, field, message in wrong]
    if errors:
        raise InvalidInput(f"The file has {len(errors)} errors.", errors=errors)


async def load_catalogue(
    session: AsyncSession, given: Sequence[ExternalExercise], *, images_at: str, progress: Callable[[int], None]
) -> LoadReport:
    """Set the instructions and images of existing exercises and add missing exercises.

    Added exercises have no bodyweight share, and the most frequent MET of their category.

    Args:
        session: the transaction.
        given: the exercises of the file.
        images_at: the prefix of the addresses of images.
        progress: called with the number of exercises of each finished batch.

    Raises:
        InvalidInput: two exercises of the file denote the same exercise.

    """
    known = await _known(session)
    chosen = [_find(known, one) or catalogue_id(one.slug) for one in given]
    first: dict[UUID, int] = {}
    _refuse(
        (index, "name", f"This is the same exercise as {given[first[one]].name}, /{first[one]}")
        for index, one in enumerate(chosen)
        if first.setdefault(one, index) != index
    )
    stored = await _stored(session)
    counts = {"filled": 0, "added": 0, "unchanged": 0}
    for start in range(0, len(given), _BATCH):
        batch = list(zip(chosen, given, strict=True))[start : start + _BATCH]
        rows = []
        for exercise_id, one in batch:
            loaded = one.instructions, [images_at + image for image in one.images]
            kind = "added" if exercise_id not in stored else "filled" if stored[exercise_id] != loaded else "unchanged"
            counts[kind] += 1
            rows.append(_row(exercise_id, one, *loaded))
        table = core_table(CatalogueExercise)
        statement = insert(table)
        changes = {name: statement.excluded[name] for name in ("instructions", "images")}
        await session.exec(statement.on_conflict_do_update(index_elements=[table.c.id], set_=changes), params=rows)
        progress(len(batch))
    # Processes that run know the exercises of another version, and would refuse the added ones.
    await publish_version(session)
    return LoadReport(**counts)


async def _known(session: AsyncSession) -> dict[str, UUID]:
    """Return the ids of exercises by slug and by search key of their names and aliases."""
    names: dict[str, UUID] = {}
    aliases = await session.exec(select(ExerciseAlias.search_key, ExerciseAlias.exercise_id))
    names.update(iter(aliases))
    for slug, key, exercise_id in await session.exec(
        select(CatalogueExercise.slug, CatalogueExercise.search_key, CatalogueExercise.id)
    ):
        names[key] = exercise_id
        names[f"/{slug}"] = exercise_id
    return names


def _find(known: dict[str, UUID], one: ExternalExercise) -> UUID | None:
    keys = (f"/{_slug(one.id)}", f"/{one.slug}", derive_keys(one.name)["search_key"])
    return next((known[key] for key in keys if key in known), None)


async def _stored(session: AsyncSession) -> dict[UUID, tuple[list[str], list[str]]]:
    rows = await session.exec(select(CatalogueExercise.id, CatalogueExercise.instructions, CatalogueExercise.images))
    return {exercise_id: (list(instructions), list(images)) for exercise_id, instructions, images in rows}


def _row(exercise_id: UUID, one: ExternalExercise, instructions: list[str], images: list[str]) -> dict[str, Any]:
    equipment = one.equipment or Equipment.NONE
    if one.category in {Category.CARDIO, Category.STRETCHING}:
        measures = Measures.DURATION
    else:
        measures = Measures.REPS if equipment in _WITHOUT_WEIGHT else Measures.WEIGHT_REPS
    return {
        "id": exercise_id,
        "slug": one.slug,
        "name": one.name,
        **derive_keys(one.name),
        "category": one.category,
        "equipment": equipment,
        "mechanic": one.mechanic,
        "force": one.force,
        "level": one.level,
        "primary_muscles": one.primary_muscles,
        "secondary_muscles": [muscle for muscle in one.secondary_muscles if muscle not in one.primary_muscles],
        "measures": measures,
        "met": _METS[one.category],
        "instructions": instructions,
        "images": images,
    }
