"""`exercise-buddy count` as a person uses it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from benchmarks.counting.model import create_trace
from benchmarks.counting.movements import MOVEMENTS
from exercise_buddy.cli import app
from exercise_buddy.exercises.public import find_entry

JACKS = next(movement for movement in MOVEMENTS if movement.slug == "jumping-jack")
Count = Callable[..., Result]


def _build_record(reps: int) -> dict[str, Any]:
    return create_trace("clean", JACKS, seed=5, reps=reps).build_json()


@pytest.fixture
def count(tmp_path: Path) -> Count:
    """Run `exercise-buddy count` on a file with these lines."""

    def run(records: list[Any], *options: str) -> Result:
        file = tmp_path / "traces.jsonl"
        file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in records))
        return CliRunner().invoke(app, ["count", str(file), *options], catch_exceptions=False)

    return run


def test_prints_each_rep_of_each_trace(count: Count) -> None:
    result = count([_build_record(7), _build_record(3) | {"name": "second"}])
    assert result.exit_code == 0, result.output
    first, second = result.stdout.strip().split("\n\n")
    assert first.splitlines()[0].startswith("clean-jumping-jack-5, Jumping Jack: 7 reps")
    assert second.splitlines()[0].startswith("second, Jumping Jack: 3 reps")
    rows = [line.split() for line in second.splitlines()]
    assert [row[0] for row in rows if row[0].isdigit()] == ["1", "2", "3"]


def test_prints_json(count: Count) -> None:
    result = count([_build_record(4)], "--json")
    [line] = result.stdout.splitlines()
    document = json.loads(line)
    assert (document["exercise"]["slug"], document["count"]) == ("jumping-jack", 4)
    assert [rep["rejected"] for rep in document["evidence"]["reps"]].count(False) == 4


def test_counts_in_open_mode_without_an_exercise(count: Count) -> None:
    result = count([_build_record(6) | {"exercise": None}])
    assert "clean-jumping-jack-5, whatever repeats: 6 reps" in result.stdout


def test_the_option_overrides_the_file(count: Count) -> None:
    result = count([_build_record(5) | {"exercise": "pushups"}], "--exercise", "Jumping Jack", "--json")
    assert json.loads(result.stdout)["exercise"]["name"] == "Jumping Jack"


def test_draws_each_trace(count: Count, tmp_path: Path) -> None:
    out = tmp_path / "out.svg"
    assert count([_build_record(3)], "--svg", str(out)).exit_code == 0
    assert ET.parse(out).getroot().tag.endswith("svg")  # noqa: S314
    count([_build_record(3), _build_record(2)], "--svg", str(out))
    assert {file.name for file in tmp_path.glob("*.svg")} == {"out.svg", "out-1.svg", "out-2.svg"}


def test_counts_only_the_trace_with_the_name(count: Count) -> None:
    result = count([_build_record(3), _build_record(2) | {"name": "b"}], "--trace", "b", "--json")
    assert json.loads(result.stdout)["name"] == "b"


@pytest.mark.parametrize(
    ("record", "options", "message"),
    [
        ("{", [], "The file is neither JSON nor JSON lines"),
        (
            {"hz": 30, "landmarks": {"nose": {"x": [float("nan")], "y": [1]}}},
            [],
            "The file is neither JSON nor JSON lines: JSON has neither NaN nor Infinity.",
        ),
        ({"times_ms": [0] * 9}, [], "times_ms/1: A time is later than the one before."),
        (None, ["--exercise", "juggling"], "There is no exercise 'juggling' in the catalogue."),
        ({"exercise": "juggling"}, [], "There is no exercise 'juggling' in the catalogue."),
        (None, ["--trace", "x"], "The file has no trace with the name 'x'."),
        (None, ["--svg", "/does/not/exist.svg"], "No such file or directory: '/does/not/exist.svg'"),
    ],
)
def test_says_in_one_line_what_is_wrong(count: Count, record: Any, options: list[str], message: str) -> None:
    result = count([record if isinstance(record, str) else _build_record(1) | (record or {})], *options)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_counts_what_repeats_if_the_exercise_has_no_profile(count: Count) -> None:
    result = count([_build_record(5)], "--exercise", "Ankle Circles", "--json")
    assert "has no counting profile" in result.stderr
    document = json.loads(result.stdout)
    assert (document["exercise"], document["count"]) == (None, 5)


@pytest.mark.parametrize("text", ["pushups", "Pushups", "PUSHUPS", "Liegestütz", "Push Up"])
def test_finds_an_exercise_by_slug_name_and_alias(text: str) -> None:
    assert find_entry(text) == ("pushups", "Pushups")
