"""Matching of the exercises of a file: by the user's mapping, by id, by name; and the creation of missing ones."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.exercises.public import (
    CustomExerciseInput,
    Match,
    ProposedExercise,
    apply_load,
    find_exercise_names,
    name_key,
    resolve_names,
    search_key,
)
from exercise_buddy.transfers.imports.file_evidence import FileEvidence
from exercise_buddy.transfers.imports.model import ExerciseReference, LoadedName, ParsedExercise
from exercise_buddy.transfers.imports.schemas import (
    AcceptedProposal,
    CreatedExercise,
    ImportedExercise,
    MatchKind,
)

_ANY_LOAD_KG = 1.0


@dataclass(slots=True)
class ExerciseMatch:
    """An exercise of a file, and the exercise that it matches. `exercise_id` is None until that one is created."""

    name: str
    kind: MatchKind
    exercise_id: UUID | None = None
    exercise_name: str = ""
    sets: int = 0
    is_used: bool = False
    is_temporary: bool = False
    """Named by a dry run, which creates no exercise."""
    proposals: list[ProposedExercise] = field(default_factory=list)
    score: float | None = None
    """The similarity of a proposal that the client accepts in bulk."""
    like: UUID | None = None
    """The exercise of the catalogue whose properties a missing one takes."""
    meanings: frozenset[UUID] = frozenset()
    """What a name that the client chose an exercise for denotes without this choice: stored workouts may have it."""

    @property
    def is_chosen(self) -> bool:
        """Whether the client chose the exercise, which stored workouts get too."""
        return self.kind in {"mapped", "accepted"}

    @property
    def required_id(self) -> UUID:
        """The id, after missing exercises were created."""
        assert self.exercise_id is not None  # noqa: S101
        return self.exercise_id

    def build_report(self) -> ImportedExercise:
        """Return the match as the report shows it."""
        return ImportedExercise(
            name=self.name,
            match=self.kind,
            exercise_id=None if self.is_temporary else self.exercise_id,
            exercise_name=self.exercise_name,
            sets=self.sets,
            proposals=self.proposals,
        )

    def build_acceptance(self) -> AcceptedProposal:
        """Return the accepted proposal as the report shows it."""
        assert self.score is not None  # noqa: S101
        return AcceptedProposal(
            name=self.name, exercise_id=self.required_id, exercise_name=self.exercise_name, similarity=self.score
        )


async def resolve_mapping(
    session: AsyncSession, user_id: UUID, mapping: Mapping[str, UUID]
) -> dict[str, ExerciseMatch]:
    """Return the matches of the user's mapping (from names of the file to exercise ids) by the keys of the names.

    Raises:
        InvalidInput: an id is neither of the catalogue nor of the user, or two names differ in case only, but not in
            what they mean.

    """
    names = await find_exercise_names(session, user_id, set(mapping.values()))
    errors = [
        FieldError(pointer(("mapping", name)), "unknown_exercise", "There is no exercise with this id")
        for name, exercise_id in mapping.items()
        if exercise_id not in names
    ]
    by_key: dict[str, UUID] = {}
    errors += [
        FieldError(pointer(("mapping", name)), "repeated_name", "The mapping has this name with another exercise, too")
        for name, exercise_id in mapping.items()
        if by_key.setdefault(name_key(name), exercise_id) != exercise_id
    ]
    if errors:
        raise InvalidInput(errors=errors)
    return {
        name_key(name): ExerciseMatch(name, "mapped", exercise_id, names[exercise_id])
        for name, exercise_id in mapping.items()
    }


def require_names(mapping: Iterable[str], missing: Collection[str]) -> None:
    """Check that the file contains each name of the user's mapping.

    Args:
        mapping: the names.
        missing: the keys of the names that no exercise of the file has.

    Raises:
        InvalidInput: it does not.

    """
    message = "No workout of the file contains an exercise with this name"
    errors = [
        FieldError(pointer(("mapping", name)), "unknown_name", message) for name in mapping if name_key(name) in missing
    ]
    if errors:
        raise InvalidInput(errors=errors)


async def match_exercises(
    session: AsyncSession,
    user_id: UUID,
    exercises: Iterable[ParsedExercise],
    mapping: Mapping[str, ExerciseMatch],
    created: Sequence[CreatedExercise],
    evidence: FileEvidence,
    known: Mapping[ExerciseReference, ExerciseMatch],
) -> dict[ExerciseReference, ExerciseMatch]:
    """Return the matches of a file's exercises. A match without an id means that the exercise does not exist yet.

    Args:
        session: the transaction.
        user_id: the owner.
        exercises: the exercises.
        mapping: the matches of the user's mapping.
        created: the exercises that earlier batches created. Those of a dry run are not in the database.
        evidence: what the whole file says about the names.
        known: the matches of earlier batches.

    """
    wanted = {exercise.reference: exercise for exercise in exercises}
    names = await find_exercise_names(session, user_id, {exercise.id for exercise in wanted.values() if exercise.id})
    matches: dict[ExerciseReference, ExerciseMatch] = {}
    unmatched: dict[ExerciseReference, str] = {}
    chosen = {exercise.name for exercise in wanted.values() if name_key(exercise.name) in mapping}
    meanings = await _find_meanings(session, user_id, chosen)
    for reference, exercise in wanted.items():
        if exercise.name in chosen:
            key = name_key(exercise.name)
            match = replace(mapping[key], name=exercise.name, meanings=meanings[key])
            matches[reference] = _share(reference, match, matches, known)
        elif exercise.id is not None and exercise.id in names:
            matches[reference] = ExerciseMatch(exercise.name, "exact", exercise.id, names[exercise.id])
        else:
            unmatched[reference] = exercise.name
    created_by_name = {search_key(exercise.name): exercise for exercise in created} if unmatched else {}
    by_name = await resolve_names(session, user_id, set(unmatched.values()))
    for reference, name in unmatched.items():
        found = evidence.judge(name, by_name[name_key(name)], loaded=isinstance(reference, LoadedName))
        match = _build_match(name, found, created_by_name.get(search_key(name)), evidence.find_like(name))
        matches[reference] = _share(reference, match, matches, known)
    return matches


async def _find_meanings(session: AsyncSession, user_id: UUID, names: set[str]) -> dict[str, frozenset[UUID]]:
    """Return the exercises that names denote, with a load and without one, by the keys of the names."""
    found = await resolve_names(session, user_id, names, most_proposed=0) if names else {}
    return {
        name_key(name): frozenset(
            match.exercise_id
            for match in (found[name_key(name)], apply_load(found[name_key(name)], _ANY_LOAD_KG))
            if match.exercise_id is not None
        )
        for name in names
    }


def _share(
    reference: ExerciseReference, match: ExerciseMatch, *found: Mapping[ExerciseReference, ExerciseMatch]
) -> ExerciseMatch:
    """Return the match of a name with a load for the name without one, and the reverse, if they mean one exercise."""
    sibling = reference.key if isinstance(reference, LoadedName) else LoadedName(name_key(match.name))
    others = (matches[sibling] for matches in found if sibling in matches)
    return next((other for other in others if other.exercise_id == match.exercise_id), match)


def _build_match(name: str, found: Match, earlier: CreatedExercise | None, like: UUID | None) -> ExerciseMatch:
    if found.how is not None:
        return ExerciseMatch(name, found.how, found.exercise_id, found.name or name)
    if earlier is not None:
        return ExerciseMatch(name, "exact", earlier.id, earlier.name, is_temporary=True)
    proposals = [
        ProposedExercise(id=proposal.exercise_id, name=proposal.name, similarity=proposal.score)
        for proposal in found.proposals
    ]
    kind: MatchKind = "proposed" if proposals else "created"
    return ExerciseMatch(name, kind, exercise_name=name, proposals=proposals, like=like)


def name_exercises(
    missing: Mapping[ExerciseReference, ExerciseMatch],
    described: Sequence[CustomExerciseInput],
    like: Mapping[UUID, Mapping[str, Any]],
    *,
    dry_run: bool,
) -> list[dict[str, Any]]:
    """Return the columns of the custom exercises to create, and set their ids in their matches.

    Args:
        missing: the matches without an id.
        described: the custom exercises that the file describes. They keep their ids.
        like: the properties of the exercises that missing ones are like.
        dry_run: whether they will not be created.

    """
    by_id = {exercise.id: exercise for exercise in described}
    created: dict[str, dict[str, Any]] = {}
    for reference, match in missing.items():
        key = name_key(match.name)
        if key not in created:
            description = by_id.get(reference) if isinstance(reference, UUID) else None
            values = description.model_dump(exclude={"name"}) if description else {"id": new_id()}
            values = {**(like[match.like] if match.like else {}), **values}
            created[key] = {"name": match.name, **values}
        match.exercise_id = created[key]["id"]
        match.is_temporary = dry_run
        if not dry_run:
            match.kind = "created"
    return list(created.values())
