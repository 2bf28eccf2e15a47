"""What a whole file says about its names of exercises: their loads, and the names that mean one exercise.

It is known before the first batch, so that the order of the batches changes no match.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.exercises.public import Match, apply_load, are_synonyms, name_key, resolve_names
from exercise_buddy.transfers.imports.model import NamedSets
from exercise_buddy.transfers.imports.remarks import Remarks


class FileEvidence:
    """Judges what the names of a file denote."""

    def __init__(self, warnings: Remarks) -> None:
        self._warnings = warnings
        self._names: Mapping[str, NamedSets] = {}
        self._matches: dict[str, Match] = {}
        self._apart: dict[str, UUID] = {}

    async def compare_names(
        self, session: AsyncSession, user_id: UUID, names: Mapping[str, NamedSets], mapped: Collection[str]
    ) -> None:
        """Find what the names denote with their loads, and those that mean one exercise but not the same.

        Args:
            session: the transaction.
            user_id: the user, whose own names decide.
            names: what the file says about each name, by its key.
            mapped: the keys of the names that the user maps to exercises.

        """
        self._names = {key: named for key, named in names.items() if key not in mapped}
        given = [named.name for named in self._names.values()]
        # A file may have any number of names: proposals take 2 ms for each, and are found where they are needed.
        found = await resolve_names(session, user_id, given, most_proposed=0)
        by_exercise: dict[UUID, list[tuple[NamedSets, Match]]] = {}
        for key, named in self._names.items():
            match = self._matches[key] = apply_load(found[key], named.most_kg)
            if match.exercise_id is not None and match.equipment is not None:
                by_exercise.setdefault(match.exercise_id, []).append((named, match))
        for shared in by_exercise.values():
            self._set_apart(shared)

    def warn_of_loads(self, accepted: Collection[str]) -> None:
        """Add a warning for each name whose exercise cannot have its load, unless it gets another exercise.

        Args:
            accepted: the keys of the names that get a proposal.

        """
        for key, match in self._matches.items():
            if match.refused is not None and key not in accepted:
                named = self._names[key]
                message = (
                    f"“{named.name}” has sets of {named.most_kg:.5g} kg, which {match.refused} cannot have. It becomes "
                    "an exercise of your own: map the name to another exercise, or merge the two later."
                )
                self._warnings.add(named.line, "implausible_weight", message)

    def list_unmatched(self) -> list[tuple[NamedSets, Match]]:
        """Return the names that denote no exercise with their loads, or a custom one by its name."""
        return [
            (self._names[key], match)
            for key, match in self._matches.items()
            if match.exercise_id is None or (match.custom and match.how == "exact")
        ]

    def list_meanings(self) -> dict[UUID, list[str]]:
        """Return the names of the file that denote each exercise."""
        meanings: dict[UUID, list[str]] = {}
        for key, match in self._matches.items():
            if match.exercise_id is not None and key not in self._apart:
                meanings.setdefault(match.exercise_id, []).append(self._names[key].name)
        return meanings

    def _set_apart(self, shared: list[tuple[NamedSets, Match]]) -> None:
        """Keep those names of one exercise apart that are no synonyms of the one that is most like its name."""
        kept: list[NamedSets] = []
        for named, match in sorted(shared, key=lambda one: _order(*one)):
            other = next((former for former in kept if not are_synonyms(named.name, former.name)), None)
            if other is None or match.exercise_id is None:
                kept.append(named)
                continue
            self._apart[name_key(named.name)] = match.exercise_id
            message = (
                f"“{named.name}” and “{other.name}” both mean {match.name}. They stay apart: “{named.name}” becomes an "
                "exercise of your own. Map both names to one exercise if they are the same."
            )
            self._warnings.add(named.line, "exercises_share_match", message)

    def judge(self, name: str, found: Match, *, loaded: bool) -> Match:
        """Return what a name denotes in an exercise of a workout, with a load or without one.

        A name whose exercise cannot have its largest load denotes none, in all workouts: it has one meaning then.
        """
        key = name_key(name)
        if found.equipment is None or key not in self._names:
            return found
        if key in self._apart:
            return Match()
        judged = apply_load(found, self._names[key].most_kg)
        return judged if loaded or judged.refused is not None else found

    def find_like(self, name: str) -> UUID | None:
        """Return the exercise of the catalogue whose properties the exercise of a name takes, if it is kept apart."""
        return self._apart.get(name_key(name))


def _order(named: NamedSets, match: Match) -> tuple[bool, bool, int, str]:
    is_alike = match.name is not None and are_synonyms(named.name, match.name)
    return (match.how != "exact", not is_alike, named.line, named.name)
