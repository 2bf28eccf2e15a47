"""Finds the exercises that a file means, by what its owner says, by their ids and by their names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.exercises import public as exercises
from exercise_buddy.exercises.public import name_key, resolve_names
from exercise_buddy.workouts.imports.exercise_buddy_json import OwnExercise
from exercise_buddy.workouts.imports.model import ReadExercise
from exercise_buddy.workouts.imports.schemas import CreatedExercise, ImportedExercise, Match, ProposedExercise

Reference = UUID | str
"""What a file calls an exercise by: its id if it has one, else the key of its name."""


def reference(exercise: ReadExercise) -> Reference:
    """Give what a file calls an exercise by."""
    return exercise.id or name_key(exercise.name)


@dataclass(slots=True)
class Meant:
    """An exercise of the file, and the one that it stands for: none yet, as long as `id` is None."""

    name: str
    match: Match
    id: UUID | None = None
    exercise_name: str = ""
    sets: int = 0
    used: bool = False
    only_tried: bool = False
    """Created by a dry run, and gone with it."""
    proposals: list[ProposedExercise] = field(default_factory=list)

    @property
    def required_id(self) -> UUID:
        """The id of an exercise that there is."""
        assert self.id is not None  # noqa: S101  (those that there are not have been created)
        return self.id

    def reported(self) -> ImportedExercise:
        """Give what the report says of it."""
        return ImportedExercise(
            name=self.name,
            match=self.match,
            exercise_id=None if self.only_tried else self.id,
            exercise_name=self.exercise_name,
            sets=self.sets,
            proposals=self.proposals,
        )


async def known_mapping(session: AsyncSession, user_id: UUID, mapping: Mapping[str, UUID]) -> dict[str, Meant]:
    """Look the exercises of a mapping up, by the keys of the names.

    Args:
        session: the transaction.
        user_id: whose import.
        mapping: the id of an exercise for names of the file.

    Raises:
        InvalidInput: an exercise is neither of the catalogue nor of the user.

    """
    found = await exercises.find_exercise_names(session, user_id, set(mapping.values()))
    unknown = [
        FieldError(pointer(("mapping", name)), "unknown_exercise", "There is no exercise with this id")
        for name, exercise_id in mapping.items()
        if exercise_id not in found
    ]
    if unknown:
        raise InvalidInput(errors=unknown)
    return {name_key(name): Meant(name, "mapped", each, found[each]) for name, each in mapping.items()}


async def find(
    session: AsyncSession, user_id: UUID, read: Iterable[ReadExercise], mapped: Mapping[str, Meant]
) -> dict[Reference, Meant]:
    """Find what exercises of a file stand for. Those that there are not yet have no id."""
    wanted = {reference(one): one for one in read}
    ids = await exercises.find_exercise_names(
        session, user_id, {one.id for one in wanted.values() if one.id is not None}
    )
    meant: dict[Reference, Meant] = {}
    rest: dict[Reference, str] = {}
    for called, one in wanted.items():
        if name_key(one.name) in mapped:
            meant[called] = replace(mapped[name_key(one.name)], name=one.name)
        elif one.id is not None and one.id in ids:
            meant[called] = Meant(one.name, "exact", one.id, ids[one.id])
        else:
            rest[called] = one.name
    matches = await resolve_names(session, user_id, set(rest.values()))
    for called, name in rest.items():
        match = matches[name_key(name)]
        if match.how is not None:
            meant[called] = Meant(name, match.how, match.exercise_id, match.name or name)
        else:
            proposals = [
                ProposedExercise(id=each.exercise_id, name=each.name, similarity=each.score) for each in match.proposals
            ]
            meant[called] = Meant(name, "proposed" if proposals else "created", exercise_name=name, proposals=proposals)
    return meant


async def create(
    session: AsyncSession,
    user_id: UUID,
    import_id: UUID,
    missing: Mapping[Reference, Meant],
    facts: Sequence[OwnExercise],
    *,
    dry_run: bool,
) -> list[CreatedExercise]:
    """Make exercises of the user's own, and note their ids in what is `missing`.

    Args:
        session: the transaction.
        user_id: whose exercises.
        import_id: the import that makes them.
        missing: what no known exercise is.
        facts: what the file knows of them. Such exercises keep their ids.
        dry_run: whether the transaction will be taken back.

    """
    known = {fact.id: fact for fact in facts}
    made: dict[str, dict[str, Any]] = {}
    for called, meant in missing.items():
        key = name_key(meant.name)
        if key not in made:
            fact = known.get(called) if isinstance(called, UUID) else None
            given = fact.model_dump(exclude={"name"}) if fact else {"id": new_id()}
            made[key] = {"name": meant.name, **given}
        meant.id = made[key]["id"]
        meant.only_tried = dry_run
        if not dry_run:
            meant.match = "created"
    await exercises.create_imported_exercises(session, user_id, import_id, list(made.values()))
    return [CreatedExercise(id=columns["id"], name=columns["name"]) for columns in made.values()]
