"""The AsyncAPI document."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from exercise_buddy.cli import app as cli
from exercise_buddy.main import CHANNELS
from tests.asyncapi import check_message
from tests.support import RunningApp

COMMITTED = Path(__file__).parents[1] / "docs" / "asyncapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    printed = CliRunner().invoke(cli, ["asyncapi"])
    assert printed.exit_code == 0, printed.output
    found: dict[str, Any] = json.loads(printed.output)
    return found


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def resolve(document: dict[str, Any], reference: str) -> Any:
    part: Any = document
    for name in reference.removeprefix("#/").split("/"):
        part = part[name.replace("~1", "/").replace("~0", "~")]
    return part


def test_is_the_committed_one(document: dict[str, Any]) -> None:
    assert document == json.loads(COMMITTED.read_text()), "Run: uv run exercise-buddy asyncapi > docs/asyncapi.json"


def test_every_property_has_a_description(document: dict[str, Any]) -> None:
    undescribed = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, content in schema.get("properties", {}).items()
        if not content.get("description")
    ]

    assert undescribed == []


async def test_is_served(document: dict[str, Any], app: RunningApp) -> None:
    async with app.client() as client:
        first = await client.get("/api/v1/asyncapi.json")
        second = await client.get("/api/v1/asyncapi.json")

    assert first.json() == second.json() == document
    assert first.headers["content-type"] == "application/json"


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    found = list(references(document))

    assert len(found) > 10
    for reference in found:
        assert resolve(document, reference), reference


def test_schemas_are_valid_and_closed(document: dict[str, Any]) -> None:
    components = document["components"]
    for schema in (*components["schemas"].values(), *(part["payload"] for part in components["messages"].values())):
        Draft202012Validator.check_schema(schema)
    for name, schema in components["schemas"].items():
        # A problem may have members of its own (RFC 9457, 3.2).
        if "properties" in schema and not name.startswith("Problem"):
            # Otherwise a message could have members that nobody has described.
            assert schema.get("additionalProperties") is False, name


def test_components_have_the_allowed_names(document: dict[str, Any]) -> None:
    for components in document["components"].values():
        for name in components:
            assert re.fullmatch(r"[A-Za-z0-9._-]+", name), name


def test_every_channel_has_messages_of_its_server(document: dict[str, Any]) -> None:
    assert set(document["channels"]) == {channel.name for channel in CHANNELS}
    assert document["operations"]["sendWorkoutEvents"]["action"] == "send"
    assert document["operations"]["sendWorkoutEvents"]["security"]
    for channel in document["channels"].values():
        assert set(re.findall(r"{(.+?)}", channel["address"])) == set(channel.get("parameters", {}))


def test_wrong_message_is_noticed() -> None:
    check_message("workoutEvents", "end", {"reason": "finished"})
    for wrong in ({"reason": "tired"}, {}, {"reason": "finished", "more": 1}):
        with pytest.raises(AssertionError):
            check_message("workoutEvents", "end", wrong)
