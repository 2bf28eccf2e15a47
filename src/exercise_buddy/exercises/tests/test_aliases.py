"""The alias files: their form, and the names that the exports of other apps contain in each language."""

import csv
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from exercise_buddy.exercises import catalogue
from exercise_buddy.exercises.catalogue import catalogue_id, entries, name_key, search_key
from exercise_buddy.exercises.names import resolve_names
from tests.support import Person, RunningApp

_FOLDER = Path(catalogue.__file__).parent / "aliases"
LANGUAGES = ["de", "en", "es", "fr", "it", "ja", "pl", "pt", "ru"]


def _read_tsv(path: Path) -> list[dict[str, str]]:
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert all(None not in row and None not in row.values() for row in rows)
    return rows


def _read(language: str) -> list[dict[str, str]]:
    rows = _read_tsv(_FOLDER / f"{language}.tsv")
    assert list(rows[0]) == ["name", "slug", "loaded_slug"]
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alias_file_is_sorted_and_names_exercises(language: str) -> None:
    rows = _read(language)
    slugs = {entry["slug"] for entry in entries()}

    keys = [name_key(row["name"]) for row in rows]
    assert all(former < key for former, key in pairwise(keys))
    for row in rows:
        assert row["name"] == " ".join(row["name"].split())
        assert len(row["name"]) <= 120
        assert len(search_key(row["name"])) < 160, row["name"]
        assert row["slug"] in slugs, row["name"]
        assert not row["loaded_slug"] or row["loaded_slug"] in slugs - {row["slug"]}, row["name"]


def test_a_name_is_in_one_file_and_means_one_exercise() -> None:
    assert sorted(file.stem for file in _FOLDER.iterdir()) == LANGUAGES
    exercises = {entry["search_key"]: entry["slug"] for entry in entries()}
    languages: dict[str, str] = {}
    meanings: dict[str, tuple[str, str]] = {}
    for language in LANGUAGES:
        for row in _read(language):
            key = search_key(row["name"])
            assert languages.setdefault(name_key(row["name"]), language) == language, row["name"]
            assert exercises.get(key, row["slug"]) == row["slug"], row["name"]
            assert meanings.setdefault(key, (row["slug"], row["loaded_slug"])) == (row["slug"], row["loaded_slug"]), row


def test_a_loaded_exercise_takes_the_load_that_the_other_cannot_have() -> None:
    known = {entry["slug"]: entry for entry in entries()}
    loaded = {(row["slug"], row["loaded_slug"]) for language in LANGUAGES for row in _read(language)}

    for slug, loaded_slug in loaded:
        if loaded_slug:
            assert known[slug]["equipment"] in {"body_only", "none", "other"}, slug
            assert known[loaded_slug]["equipment"] not in {"body_only", "none", "other"}, loaded_slug
    assert ("bodyweight-squat", "barbell-squat") in loaded


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_names_of_exports_are_known_in_each_language(app: RunningApp, ann: Person, language: str) -> None:
    # As the apps and their users write them.
    exported = _read_tsv(Path(__file__).with_name("exported_names.tsv"))
    expected = {row["name"]: row["slug"] for row in exported if row["language"] == language}
    assert len(expected) >= 5

    async with app.state["database"].transaction() as session:
        found = await resolve_names(session, UUID(ann.id), expected)

    meant = {name: found[name_key(name)].exercise_id for name in expected}
    assert meant == {name: catalogue_id(slug) for name, slug in expected.items()}


def test_marks_that_make_other_letters_stay_in_search_keys() -> None:
    assert search_key("バックスクワット") != search_key("ハックスクワット")
    assert search_key("ﾊﾞｯｸｽｸﾜｯﾄ - 自重") == "バックスクワット 自重"
    assert search_key("Жим лёжа") == search_key("жим лежа")
    assert search_key("योग") != search_key("यग")
