"""Proposals: the exercises of the catalogue that a name may mean, as far as the loads of its sets allow it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.exercises.catalogue import name_key
from exercise_buddy.exercises.evidence import apply_load
from exercise_buddy.exercises.merge_schemas import ExerciseProposalPage, ExerciseProposals, ProposedExercise
from exercise_buddy.exercises.names import NOBODY, Match, Proposal, resolve_names
from exercise_buddy.exercises.near_names import are_synonyms
from exercise_buddy.exercises.selectables import custom
from exercise_buddy.exercises.tables import CustomExerciseAlias
from exercise_buddy.exercises.usage import ExerciseUsage

RECOMMENDED_SCORE = 0.6
"""The least similarity of a proposal to accept unseen: less similar names often share a word only."""

_named = select(custom.c.id, custom.c.name, custom.c.name_key.collate("C").label("name_key"))
_custom_exercises = PagedList(
    {"name_key": str, "id": UUID},
    _named.where(custom.c.user_id == USER),
    lambda rows: select(rows.c.id, rows.c.name),
)


@dataclass(frozen=True, slots=True)
class NameToPropose:
    """A name that needs an exercise: what it matches by now, and the largest external load of its sets in kg."""

    name: str
    match: Match
    most_kg: float


async def find_proposals(
    session: AsyncSession, names: Collection[NameToPropose], least_score: float
) -> dict[str, list[Proposal]]:
    """Return the proposals of names that the loads of their sets allow, the best ones first, by the names.

    An exercise that cannot have the load is replaced by its variant with a load, if it has one.

    Args:
        session: the transaction.
        names: the names.
        least_score: the least similarity of a proposal.

    """
    proposed = {named.name: _list_proposals(named.match, named.most_kg) for named in names}
    shared = {proposal.name for proposals in proposed.values() for proposal in proposals if not proposal.custom}
    facts = await resolve_names(session, NOBODY, shared, most_proposed=0)
    found = {}
    for named in names:
        allowed = (_allow(proposal, facts, named.most_kg) for proposal in proposed[named.name])
        found[named.name] = [proposal for proposal in allowed if proposal and proposal.score >= least_score]
    return found


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


def choose_proposals(
    proposed: Mapping[str, Sequence[Proposal]], meanings: Mapping[UUID, Sequence[str]]
) -> dict[str, Proposal]:
    """Return the best proposal of each name that contradicts neither the name nor another name of the exercise.

    The names with the best proposals choose first, then the earlier ones. Names for which all contradict are left out.

    Args:
        proposed: the proposals of each name, the best ones first.
        meanings: further names of the exercises.

    """
    taken = {exercise_id: list(names) for exercise_id, names in meanings.items()}
    chosen: dict[str, Proposal] = {}
    in_order = sorted(proposed.items(), key=lambda item: -max((one.score for one in item[1]), default=0.0))
    for name, proposals in in_order:
        for proposal in proposals:
            others = taken.setdefault(proposal.exercise_id, [])
            if all(are_synonyms(name, other) for other in (proposal.name, *others)):
                others.append(name)
                chosen[name] = proposal
                break
    return chosen


async def list_proposals(
    database: Database, usage: ExerciseUsage, user_id: UUID, *, limit: int, cursor: str | None, least_score: float
) -> ExerciseProposalPage:
    """Return a page of the user's custom exercises, as far as the catalogue has proposals for their names.

    Args:
        database: the database to read from.
        usage: the rows that refer to exercises.
        user_id: the owner.
        limit: the maximum number of custom exercises to look at.
        cursor: the `next_cursor` of the previous page, or None.
        least_score: the least similarity of a proposal, 0.4 to 1.

    Raises:
        InvalidInput: the cursor does not belong to this list.

    """
    page = orjson.loads(await _custom_exercises.fetch(database, user_id, limit=limit, cursor=cursor))
    names = {item["name"]: UUID(item["id"]) for item in page["items"]}
    async with database.transaction() as session:
        uses = await usage.count_uses(session, user_id, list(names.values()))
        matches = await resolve_names(session, NOBODY, names)
        wanted = [
            NameToPropose(name, matches[name_key(name)], uses[exercise_id].most_kg)
            for name, exercise_id in names.items()
        ]
        proposed = await find_proposals(session, wanted, least_score)
        exercise_ids = {proposal.exercise_id for proposals in proposed.values() for proposal in proposals}
        recommended = choose_proposals(
            {name: [one for one in found if one.score >= RECOMMENDED_SCORE] for name, found in proposed.items()},
            await _find_merged_names(session, user_id, exercise_ids),
        )
    items = [
        ExerciseProposals(
            exercise_id=names[name],
            name=name,
            sets=uses[names[name]].sets,
            workouts=uses[names[name]].workouts,
            routines=uses[names[name]].routines,
            proposals=[
                ProposedExercise(id=proposal.exercise_id, name=proposal.name, similarity=proposal.score)
                for proposal in proposals
            ],
            recommended_id=recommended[name].exercise_id if name in recommended else None,
        )
        for name, proposals in proposed.items()
        if proposals
    ]
    return ExerciseProposalPage(items=items, next_cursor=page["next_cursor"])


async def _find_merged_names(
    session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]
) -> dict[UUID, list[str]]:
    """Return the names of exercises that the user has merged into those of the catalogue, by the ids of these."""
    merged = select(CustomExerciseAlias.catalogue_exercise_id, CustomExerciseAlias.name).where(
        col(CustomExerciseAlias.user_id) == user_id, col(CustomExerciseAlias.catalogue_exercise_id).in_(exercise_ids)
    )
    names: dict[UUID, list[str]] = {}
    for exercise_id, name in await session.exec(merged):
        if exercise_id is not None:
            names.setdefault(exercise_id, []).append(name)
    return names
