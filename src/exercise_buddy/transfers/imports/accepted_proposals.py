"""The proposals that a client accepts in bulk: for each name of a file that matches no exercise, the best one.

They act as the client's mapping does. The load of the sets decides as in any match, and a proposal that contradicts the
name, or another name of the file with the same exercise, is not taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.exercises.public import (
    NOBODY,
    Match,
    Proposal,
    apply_load,
    are_synonyms,
    find_exercises_of_imports,
    name_key,
    resolve_names,
)
from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.file_evidence import FileEvidence
from exercise_buddy.transfers.imports.model import NamedSets

# A file can have no more exercises.
_MOST_NAMES = 2_000
# Proposals take 2 ms for each name.
_RESOLVED_AT_ONCE = 100

_Candidates = list[tuple[NamedSets, list[Proposal]]]


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
    candidates: _Candidates = []
    for names in _split(await _find_names(session, user_id, evidence)):
        candidates += await _find_candidates(session, user_id, names, least_score)
    candidates.sort(key=_rank)
    meanings = evidence.list_meanings()
    accepted: dict[str, ExerciseMatch] = {}
    for named, proposals in candidates:
        for proposal in proposals:
            others = meanings.setdefault(proposal.exercise_id, [])
            if all(are_synonyms(named.name, other) for other in (proposal.name, *others)):
                others.append(named.name)
                accepted[name_key(named.name)] = ExerciseMatch(
                    named.name, "accepted", proposal.exercise_id, proposal.name, score=proposal.score
                )
                break
    return accepted


async def _find_names(session: AsyncSession, user_id: UUID, evidence: FileEvidence) -> list[tuple[NamedSets, Match]]:
    """Return the names that match no exercise, or one that an import created: with what they match."""
    unmatched = evidence.list_unmatched()
    custom = {match.exercise_id for _, match in unmatched if match.exercise_id is not None}
    imported = await find_exercises_of_imports(session, user_id, custom)
    names = [(named, match) for named, match in unmatched if match.exercise_id in {None, *imported}]
    return sorted(names, key=lambda name: name[0].line)[:_MOST_NAMES]


def _rank(candidate: tuple[NamedSets, list[Proposal]]) -> tuple[float, int]:
    """Return the place of a candidate: the best score first, then the first line."""
    named, proposals = candidate
    return -max((proposal.score for proposal in proposals), default=0.0), named.line


def _split(names: Sequence[tuple[NamedSets, Match]]) -> Iterator[Sequence[tuple[NamedSets, Match]]]:
    for start in range(0, len(names), _RESOLVED_AT_ONCE):
        yield names[start : start + _RESOLVED_AT_ONCE]


async def _find_candidates(
    session: AsyncSession, user_id: UUID, names: Sequence[tuple[NamedSets, Match]], least_score: float
) -> _Candidates:
    """Return the proposals of names that the loads of their sets allow, the best ones first."""
    unknown = [named.name for named, match in names if match.exercise_id is None]
    imported = [named.name for named, match in names if match.exercise_id is not None]
    found = await resolve_names(session, user_id, unknown) | await resolve_names(session, NOBODY, imported)
    proposed = {named.name: _list_proposals(found[name_key(named.name)], named.most_kg) for named, _ in names}
    shared = {proposal.name for proposals in proposed.values() for proposal in proposals if not proposal.custom}
    facts = await resolve_names(session, NOBODY, shared)
    return [
        (
            named,
            [
                allowed
                for proposal in proposed[named.name]
                if proposal.score >= least_score and (allowed := _allow(proposal, facts, named.most_kg)) is not None
            ],
        )
        for named, _ in names
    ]


def _list_proposals(match: Match, most_kg: float) -> list[Proposal]:
    judged = apply_load(match, most_kg)
    if judged.exercise_id is not None and judged.name is not None:
        return [Proposal(judged.exercise_id, judged.name, custom=judged.custom, score=1.0)]
    return judged.proposals


def _allow(proposal: Proposal, facts: Mapping[str, Match], most_kg: float) -> Proposal | None:
    """Return the proposal, or its variant with a load if its exercise cannot have the load. None if neither can."""
    match = Match() if proposal.custom else facts[name_key(proposal.name)]
    if match.exercise_id != proposal.exercise_id or apply_load(match, most_kg).refused is None:
        return proposal
    return match.loaded and Proposal(match.loaded.exercise_id, match.loaded.name, custom=False, score=proposal.score)
