"""The proposals that a client accepts in bulk: for each name of a file that matches no exercise, the best one.

They act as the client's mapping does. The load of the sets decides as in any match, and a proposal that contradicts the
name, or another name of the file with the same exercise, is not taken.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.exercises.public import (
    NOBODY,
    Match,
    NameToPropose,
    choose_proposals,
    find_exercises_of_imports,
    find_proposals,
    name_key,
    resolve_names,
)
from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.file_evidence import FileEvidence
from exercise_buddy.transfers.imports.model import NamedSets

# A file can have no more exercises.
_MOST_NAMES = 2_000


async def accept_proposals(
    session: AsyncSession, user_id: UUID, evidence: FileEvidence, least_score: float
) -> dict[str, ExerciseMatch]:
    """Return the matches of the names that get a proposal, by the keys of the names.

    A name that denotes a custom exercise which an import created gets one too: nobody has chosen that exercise.

    Args:
        session: the transaction.
        user_id: the owner.
        evidence: what the file says about its names. The names of the client's mapping are not among them.
        least_score: the least similarity of a proposal.

    """
    names = await _find_names(session, user_id, evidence)
    proposed = await find_proposals(session, await _match_again(session, user_id, names), least_score)
    return {
        name_key(name): ExerciseMatch(name, "accepted", proposal.exercise_id, proposal.name, score=proposal.score)
        for name, proposal in choose_proposals(proposed, evidence.list_meanings()).items()
    }


async def _find_names(session: AsyncSession, user_id: UUID, evidence: FileEvidence) -> list[tuple[NamedSets, Match]]:
    """Return the names that match no exercise, or one that an import created: with what they match."""
    unmatched = evidence.list_unmatched()
    custom = {match.exercise_id for _, match in unmatched if match.exercise_id is not None}
    imported = await find_exercises_of_imports(session, user_id, custom)
    names = [(named, match) for named, match in unmatched if match.exercise_id in {None, *imported}]
    return sorted(names, key=lambda name: name[0].line)[:_MOST_NAMES]


async def _match_again(
    session: AsyncSession, user_id: UUID, names: Sequence[tuple[NamedSets, Match]]
) -> list[NameToPropose]:
    """Return the names with what they match, without the custom exercises that imports have created."""
    unknown = [named.name for named, match in names if match.exercise_id is None]
    imported = [named.name for named, match in names if match.exercise_id is not None]
    found = await resolve_names(session, user_id, unknown) | await resolve_names(session, NOBODY, imported)
    return [NameToPropose(named.name, found[name_key(named.name)], named.most_kg) for named, _ in names]
