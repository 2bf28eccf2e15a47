"""The custom exercises of all users by name, with the exercise of the catalogue that each may be.

The maintainers of the alias files read it: a name that many users have created should find the catalogue. It has no ids
of users. PostgreSQL groups the names; this process holds one page of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, Select, cast, func, select, text
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.exercises.public import NOBODY, Match, custom, name_key, resolve_names
from exercise_buddy.workouts.selectables import performed

# All rows of all users are read: an operator waits longer than a request.
_TIMEOUT = "10min"


@dataclass(frozen=True, slots=True)
class UnmatchedExercise:
    """The custom exercises with one name, and the exercise of the catalogue that it may be.

    Attributes:
        name: the most frequent spelling.
        search_key: the name without accents, case and punctuation, by which they are grouped.
        users, sets: how many users have such an exercise, and how many sets they have logged with it.
        match: `exact` or `alias`: the catalogue knows the name (by now, or the sets contradict it); `similar`: a
            proposal; None: no exercise has a similar name.
        proposal: the name of the exercise.
        score: how similar the names are, 0 to 1.

    """

    name: str
    search_key: str
    users: int
    sets: int
    match: Literal["exact", "alias", "similar"] | None
    proposal: str | None
    score: float | None


async def list_unmatched_exercises(session: AsyncSession, *, limit: int, min_users: int) -> list[UnmatchedExercise]:
    """Return the custom exercises of all users by name: first those of most users, then of most sets.

    Args:
        session: the transaction.
        limit: the maximum number of names.
        min_users: leaves out the names of fewer users.

    """
    await session.exec(text(f"SET LOCAL statement_timeout = '{_TIMEOUT}'"))  # type: ignore[call-overload]
    rows: Sequence[Any] = (await session.exec(_select_names(limit, min_users))).all()  # type: ignore[call-overload]
    matches = await resolve_names(session, NOBODY, [row.name for row in rows], most_proposed=limit)
    return [
        UnmatchedExercise(row.name, row.search_key, row.users, row.sets, *_pick_proposal(matches[name_key(row.name)]))
        for row in rows
    ]


def _select_names(limit: int, min_users: int) -> Select[Any]:
    # Counted by exercise first: a join with each of its workouts would multiply the rows that are grouped by name.
    logged = (
        select(performed.c.user_id, performed.c.custom_exercise_id, func.sum(performed.c.set_count).label("sets"))
        .where(performed.c.custom_exercise_id.is_not(None))
        .group_by(performed.c.user_id, performed.c.custom_exercise_id)
        .subquery("logged")
    )
    users = func.count(custom.c.user_id.distinct())
    sets = cast(func.coalesce(func.sum(logged.c.sets), 0), BigInteger)
    is_of_exercise = (logged.c.user_id == custom.c.user_id) & (logged.c.custom_exercise_id == custom.c.id)
    return (
        select(
            custom.c.search_key,
            func.mode().within_group(custom.c.name.collate("C")).label("name"),
            users.label("users"),
            sets.label("sets"),
        )
        .select_from(custom.outerjoin(logged, is_of_exercise))
        .group_by(custom.c.search_key)
        .having(users >= min_users)
        .order_by(users.desc(), sets.desc(), custom.c.search_key.collate("C"))
        .limit(limit)
    )


def _pick_proposal(match: Match) -> tuple[Literal["exact", "alias", "similar"] | None, str | None, float | None]:
    if match.how is not None:
        return match.how, match.name, 1.0
    if match.proposals:
        return "similar", match.proposals[0].name, match.proposals[0].score
    return None, None, None
