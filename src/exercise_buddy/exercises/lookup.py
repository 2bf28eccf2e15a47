"""Which exercises a user can use."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.exercises.evidence import apply_load
from exercise_buddy.exercises.names import Match, resolve_names
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise
from exercise_buddy.users import public as users

_MAX_SUCCESSORS = 10


async def find_catalogue_exercises(session: AsyncSession, wanted: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that are exercises of the catalogue."""
    return set(await session.exec(select(CatalogueExercise.id).where(col(CatalogueExercise.id).in_(wanted))))


async def find_custom_exercises(session: AsyncSession, user_id: UUID, wanted: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that are custom exercises of the user."""
    return set(
        await session.exec(
            select(CustomExercise.id).where(col(CustomExercise.user_id) == user_id, col(CustomExercise.id).in_(wanted))
        )
    )


async def find_usable_exercises(session: AsyncSession, user_id: UUID, wanted: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that are exercises of the catalogue or custom exercises of the user."""
    shared = await find_catalogue_exercises(session, wanted)
    return shared | await find_custom_exercises(session, user_id, wanted)


async def find_successors(session: AsyncSession, user_id: UUID, deleted: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the exercises that have replaced deleted ones, by the ids of these, perhaps by way of others.

    Those that nothing has replaced, or an exercise that is deleted too, are left out.
    """
    successors = await users.find_replacements(session, user_id, deleted) if deleted else {}
    usable: set[UUID] = set()
    for _ in range(_MAX_SUCCESSORS):
        usable = await find_usable_exercises(session, user_id, set(successors.values()))
        lost = set(successors.values()) - usable
        if not lost:
            break
        further = await users.find_replacements(session, user_id, lost)
        successors = {exercise_id: further.get(other, other) for exercise_id, other in successors.items()}
    return {exercise_id: other for exercise_id, other in successors.items() if other in usable}


async def find_assisted_exercises(session: AsyncSession, user_id: UUID, wanted: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that are exercises of the catalogue or of the user whose weights are assistance."""
    shared = select(CatalogueExercise.id).where(col(CatalogueExercise.id).in_(wanted), col(CatalogueExercise.assisted))
    own = select(CustomExercise.id).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.id).in_(wanted), col(CustomExercise.assisted)
    )
    return {*await session.exec(shared), *await session.exec(own)}


async def find_unknown_exercises(
    session: AsyncSession,
    user_id: UUID,
    ids: Sequence[UUID],
    pointers: Callable[[str], str] = lambda pointer: pointer,
) -> list[FieldError]:
    """Return an error for each exercise of a workout that the user cannot use, at `/exercises/{index}/exercise_id`.

    Args:
        session: the transaction.
        user_id: the user.
        ids: the exercises of the workout, in their order.
        pointers: maps the pointer within the workout to the one within the request body.

    """
    known = await find_usable_exercises(session, user_id, set(ids))
    return [
        unknown_exercise(pointers(f"/exercises/{index}/exercise_id"))
        for index, exercise_id in enumerate(ids)
        if exercise_id not in known
    ]


def unknown_exercise(pointer: str) -> FieldError:
    """Return the error for an exercise id that does not exist."""
    return FieldError(pointer, "unknown_exercise", "There is no exercise with this id")


async def require_exercise(
    session: AsyncSession, user_id: UUID, term: str, *, weight_kg: float | None, pointer: str
) -> UUID:
    """Return the exercise that a term denotes in a set.

    The term is compared with ids, then names of custom exercises, then slugs, then names and aliases of the catalogue.
    Ids and slugs denote one exercise; what a name of the catalogue denotes depends on the load of the set.

    Args:
        session: the transaction.
        user_id: the user.
        term: what the client sent.
        weight_kg: the external load of the set.
        pointer: the place of the term in the body.

    Raises:
        InvalidInput: no exercise has this id, slug or name, or the one that has it cannot have the load. The error has
            the exercises with similar names as `proposals`.

    """
    try:
        found = next(iter(await find_usable_exercises(session, user_id, {UUID(term)})), None)
        match = Match()
    except ValueError:
        (match,) = (await resolve_names(session, user_id, [term])).values()
        found = match.exercise_id if match.custom else None
        by_slug = select(CatalogueExercise.id).where(col(CatalogueExercise.slug) == term.lower())
        found = found or (await session.exec(by_slug)).first()
        match = apply_load(match, weight_kg)
        found = found or match.exercise_id
    if found is None:
        raise InvalidInput(errors=[_build_error(match, pointer)])
    return found


def _build_error(match: Match, pointer: str) -> FieldError:
    proposals = [
        {"exercise_id": str(proposal.exercise_id), "name": proposal.name, "score": proposal.score}
        for proposal in match.proposals
    ]
    if match.refused:
        message = f"{match.refused} cannot have this weight. Send the id of the exercise that you mean"
        return FieldError(pointer, "implausible_weight", message, proposals=proposals)
    return FieldError(
        pointer, "unknown_exercise", "There is no exercise with this id, slug or name", proposals=proposals
    )
