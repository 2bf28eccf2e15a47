"""No change of the contract breaks clients unless the changelog says so."""

import copy
import json
import re
from typing import Any

import pytest

from tests.contract import DOCS, RELEASED, find_breaking_changes, find_released_version, strip_document

CHANGELOG = (DOCS.parent / "CHANGELOG.md").read_text()


def read_current() -> dict[str, Any]:
    return strip_document(json.loads((DOCS / "openapi.json").read_text()))


def test_the_changelog_names_every_breaking_change() -> None:
    unreleased = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1]
    named = set(re.findall(r"`([^`]+)`", unreleased))
    changes = find_breaking_changes(json.loads(RELEASED.read_text()), read_current())

    unnamed = [f"`{subject}` {what}" for subject, what in changes if subject not in named]
    assert unnamed == [], "These changes break clients: name each subject in the first section of CHANGELOG.md."


def test_the_compared_contract_is_that_of_the_last_release() -> None:
    assert json.loads(RELEASED.read_text())["version"] == find_released_version(), (
        "Run: uv run python -m tests.contract"
    )


def schema(name: str) -> tuple[str | int, ...]:
    return ("components", "schemas", name, "properties")


POST = ("paths", "/things", "post")
BODY = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ThingInput"}}}}
FOUND = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
KIND = {"enum": ["a", "b"], "type": "string"}
NULLABLE = {"anyOf": [{"type": "string"}, {"type": "null"}]}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/things": {
            "post": {
                "operationId": "create-thing",
                "parameters": [LIMIT],
                "requestBody": BODY,
                "responses": {"201": FOUND, "404": {"description": "Not found"}},
            }
        }
    },
    "components": {
        "schemas": {
            "Kind": KIND,
            "Thing": {
                "properties": {
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "name": {"type": "string"},
                    "title": NULLABLE,
                },
                "required": ["kind", "name", "title"],
            },
            "ThingInput": {
                "properties": {
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "name": {"type": "string", "maxLength": 20},
                    "title": NULLABLE,
                    "weight": {"type": "number", "minimum": 0},
                },
                "required": ["name"],
            },
        }
    },
}


def change(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """Return the document with another value at a path, or without what was there if the value is None."""
    changed = copy.deepcopy(DOCUMENT)
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    if value is None:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (POST, None, "POST /things was removed"),
        ((*POST, "operationId"), "add-thing", "POST /things is no longer `create-thing`"),
        ((*POST, "security"), [{"AccessToken": []}], "POST /things requires an access token"),
        ((*POST, "parameters"), [], "POST /things lost the query parameter `limit`"),
        ((*POST, "parameters", 0, "required"), True, "POST /things requires the query parameter `limit`"),
        (
            (*POST, "parameters", 0, "schema", "maximum"),
            50,
            "POST /things `limit` has the maximum 50 in the request",
        ),
        ((*POST, "requestBody", "content"), {}, "POST /things has no request of `application/json`"),
        ((*POST, "responses", "404"), None, "POST /things no longer responds 404"),
        ((*POST, "responses", "201", "content"), {}, "POST /things has no response of `application/json`"),
        ((*schema("Thing"), "title"), None, "Thing.title was removed from the response"),
        ((*schema("Thing"), "name"), NULLABLE, "Thing.name can be null in the response"),
        (
            ("components", "schemas", "Thing", "required"),
            ["kind", "name"],
            "Thing.title can be missing in the response",
        ),
        ((*schema("ThingInput"), "title"), None, "ThingInput.title was removed from the request"),
        ((*schema("ThingInput"), "title"), {"type": "string"}, "ThingInput.title cannot be null in the request"),
        ((*schema("ThingInput"), "weight", "type"), "integer", "ThingInput.weight cannot be number in the request"),
        ((*schema("ThingInput"), "weight", "minimum"), 1, "ThingInput.weight has the minimum 1 in the request"),
        ((*schema("ThingInput"), "name", "maxLength"), 10, "ThingInput.name has the maxLength 10 in the request"),
        (
            ("components", "schemas", "ThingInput", "required"),
            ["name", "weight"],
            "ThingInput.weight is required in the request",
        ),
        (("components", "schemas", "Kind", "enum"), ["a"], 'Kind cannot be "b" in the request'),
        (("components", "schemas", "Kind", "enum"), ["a", "b", "c"], 'Kind can be "c" in the response'),
    ],
)
def test_finds_each_kind_of_breaking_change(path: tuple[str | int, ...], value: Any, expected: str) -> None:
    changes = find_breaking_changes(strip_document(DOCUMENT), strip_document(change(path, value)))

    assert [f"{subject} {what}" for subject, what in changes] == [expected]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*POST, "description"), "Other words"),
        ((*POST, "responses", "409"), {"description": "Conflict"}),
        ((*POST, "parameters"), [LIMIT, {"name": "text", "in": "query", "schema": {"type": "string"}}]),
        ((*POST, "parameters", 0, "schema", "maximum"), 200),
        ((*schema("Thing"), "description"), {"type": "string"}),
        ((*schema("Thing"), "title"), {"type": "string"}),
        ((*schema("ThingInput"), "notes"), {"type": "string"}),
        ((*schema("ThingInput"), "name", "maxLength"), 30),
        (("components", "schemas", "ThingInput", "required"), []),
        (("paths", "/other"), {"get": {"operationId": "get-other", "responses": {"200": {}}}}),
    ],
)
def test_a_compatible_change_is_none(path: tuple[str | int, ...], value: Any) -> None:
    assert find_breaking_changes(strip_document(DOCUMENT), strip_document(change(path, value))) == []
