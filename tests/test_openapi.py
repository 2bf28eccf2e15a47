import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from typer.testing import CliRunner

from exercise_buddy.cli import app as cli
from exercise_buddy.core.types import Input
from exercise_buddy.main import SLICES

COMMITTED = Path(__file__).parents[1] / "docs" / "openapi.json"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    printed = CliRunner().invoke(cli, ["openapi"])
    assert printed.exit_code == 0, printed.output
    found: dict[str, Any] = json.loads(printed.output)
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_is_the_committed_one(document: dict[str, Any]) -> None:
    assert document == json.loads(COMMITTED.read_text()), "Run: uv run exercise-buddy openapi > docs/openapi.json"


def test_operation_ids_read_well_and_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]

    assert len(ids) == len(set(ids))
    assert "workouts-log-workout" in ids
    assert all(id_ == id_.lower() and "_" not in id_ for id_ in ids)


def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, name
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_refusals_before_an_endpoint_are_documented(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        if " /api/" in name:
            statuses = {"400", "413", "415"} if "requestBody" in operation else {"400"}
            assert statuses <= operation["responses"].keys(), name


FOR_EVERYBODY = {
    "GET /api/v1/auth/providers",
    "GET /api/v1/auth/providers/{provider}/login",
    "GET /api/v1/auth/providers/{provider}/callback",
    "GET /api/v1/statistics/chart.svg",
}


def test_every_endpoint_says_what_it_is(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["tags"], name
        assert operation["summary"][0].isupper(), name
        assert not operation["summary"].endswith("."), name
        # What FastAPI makes of a function without a docstring.
        act = operation["operationId"].partition("-")[2]
        assert operation["summary"] != act.replace("-", " ").title() or "description" in operation, name
        if name.startswith("GET /api") and name not in FOR_EVERYBODY:
            assert "401" in operation["responses"], name
            assert operation["security"] == [{"AccessToken": []}], name


def test_the_token_url_is_an_endpoint(document: dict[str, Any]) -> None:
    flow = document["components"]["securitySchemes"]["AccessToken"]["flows"]["password"]

    assert "post" in document["paths"][flow["tokenUrl"]]


def test_summaries_are_short(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert len(operation["summary"].split()) <= 10, name


def test_schema_names_are_unique_and_short(document: dict[str, Any]) -> None:
    # Two classes of one name are published with their modules in front, and generators drop them.
    assert [name for name in document["components"]["schemas"] if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []


def test_the_servers_are_listed(document: dict[str, Any]) -> None:
    assert [server["url"] for server in document["servers"]] == ["/", "http://localhost:8000"]


def references(node: Any) -> Iterator[str]:
    """Yield the names of the schemas that a part of the document refers to."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield str(node["$ref"]).rpartition("/")[2]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from references(child)


def test_every_field_that_comes_back_is_required(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    outputs: set[str] = set()
    answers = [
        response
        for _, operation in operations(document)
        for status, response in operation["responses"].items()
        if int(status) < 400
    ]
    found = set(references(answers))
    while found:
        outputs |= found
        found = {name for known in found for name in references(schemas[known])} - outputs

    assert {"Workout", "Summary", "Profile"} <= outputs
    for name in outputs:
        if "properties" in schemas[name]:
            assert set(schemas[name]["required"]) == set(schemas[name]["properties"]), name


def request_models() -> Iterator[tuple[str, type[Input]]]:
    for route in (route for router in SLICES for route in router.routes if isinstance(route, APIRoute)):
        annotation = route.body_field.field_info.annotation if route.body_field else None
        for model in (annotation, *get_args(annotation)):
            if isinstance(model, type) and issubclass(model, Input):
                yield f"{min(route.methods or ())} {route.path}", model


@pytest.mark.parametrize(("name", "model"), list(request_models()))
def test_every_request_body_has_an_example_that_is_valid(name: str, model: type[Input]) -> None:
    extra = model.model_config.get("json_schema_extra")
    assert isinstance(extra, dict), name
    examples = extra["examples"]

    assert isinstance(examples, list), name
    for example in examples:
        model.model_validate_json(json.dumps(example))
