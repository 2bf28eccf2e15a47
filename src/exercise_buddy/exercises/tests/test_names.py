import csv
from pathlib import Path
from uuid import UUID

import pytest

from exercise_buddy.exercises.catalogue import catalogue_id, name_key
from exercise_buddy.exercises.names import Match, resolve_names
from exercise_buddy.exercises.tests.helpers import make
from tests.support import Person, RunningApp, shared_file


async def resolve(app: RunningApp, person: Person, *names: str) -> list[Match]:
    async with app.state["database"].transaction() as session:
        found = await resolve_names(session, UUID(person.id), names)
    return [found[name_key(name)] for name in names]


async def test_names_are_found_as_they_are_written_and_as_they_are_meant(app: RunningApp, ann: Person) -> None:
    plank, alias, signs = await resolve(app, ann, "PLANK", "Bench Press (Barbell)", "pull-UP")

    assert (plank.how, plank.exercise_id, plank.name) == ("exact", catalogue_id("plank"), "Plank")
    bench = catalogue_id("barbell-bench-press-medium-grip")
    assert (alias.how, alias.exercise_id) == ("alias", bench)
    assert alias.name == "Barbell Bench Press - Medium Grip"
    assert signs.exercise_id == catalogue_id("pullups")


async def test_what_is_unknown_comes_with_proposals(app: RunningApp, ann: Person) -> None:
    smith, nonsense = await resolve(app, ann, "Overhead Smith Press Seated", "Zzxxqq")

    assert smith.exercise_id is None
    assert 1 <= len(smith.proposals) <= 3
    scores = [proposal.score for proposal in smith.proposals]
    assert scores == sorted(scores, reverse=True)
    assert all(0.4 <= score < 1 for score in scores)
    assert len({proposal.exercise_id for proposal in smith.proposals}) == len(smith.proposals)
    assert nonsense == Match()


async def test_ones_own_names_come_first(app: RunningApp, ann: Person, bob: Person) -> None:
    own = await make(ann, "Plank")
    other = await make(ann, "Kettle thing")
    await ann.post(f"/exercises/{other['id']}/merge", json={"into": own["id"]})

    mine, merged = await resolve(app, ann, "plank", "kettle  THING")
    bobs, unknown = await resolve(app, bob, "plank", "kettle thing")

    assert (str(mine.exercise_id), mine.custom, mine.how) == (own["id"], True, "exact")
    assert (str(merged.exercise_id), merged.custom, merged.how) == (own["id"], True, "alias")
    assert (bobs.exercise_id, bobs.custom) == (catalogue_id("plank"), False)
    assert unknown.exercise_id is None


async def test_no_names_need_no_statement(app: RunningApp, ann: Person) -> None:
    assert await resolve(app, ann) == []


async def test_any_number_of_unknown_names_have_proposals(app: RunningApp, ann: Person) -> None:
    names = [f"hammer curls {number}" for number in range(450)]

    found = await resolve(app, ann, *names)

    assert len(found) == 450
    assert all(match.proposals for match in found)
    async with app.state["database"].transaction() as session:
        some = await resolve_names(session, UUID(ann.id), ["plank", *names], most_proposed=3)
    assert some["plank"].how == "exact"
    assert [key for key, match in some.items() if match.proposals] == names[:2] + names[10:11]


EXPORTS = {
    "strong_ios_comma_AlexandrosK.csv": 1.0,
    "strong_ios_comma_2025_wojtek.csv": 1.0,
    "strong_ios_comma_breinsp_german_names.csv": 0.8,
    "hevy_kg_mouadja02.csv": 0.95,
}


@pytest.mark.parametrize("file", EXPORTS)
async def test_the_names_of_real_exports_are_known(app: RunningApp, ann: Person, file: str) -> None:
    path: Path = shared_file(f"exports/{file}")
    with path.open(encoding="utf-8-sig") as lines:
        written = {row.get("Exercise Name") or row["exercise_title"] for row in csv.DictReader(lines)}

    matches = await resolve(app, ann, *written)

    known = sum(match.exercise_id is not None for match in matches)
    assert known / len(written) >= EXPORTS[file]
