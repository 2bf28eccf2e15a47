import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from exercise_buddy.cli import app as cli
from exercise_buddy.core.problems import HttpProblem, Problem, build_document
from exercise_buddy.core.quotas import Quota, QuotaExceeded
from exercise_buddy.core.types import Input
from exercise_buddy.main import SLICES
from exercise_buddy.users.public import AccountGone
from tests.support import check_documented

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


def resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference of the document refers to; anything else as it is."""
    if "$ref" not in node:
        return node
    found = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_the_problems_of_a_response_are_a_closed_union(document: dict[str, Any]) -> None:
    """Each has a `type` of its own and the status of the response, and its example is valid."""
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) < 400:
                continue
            media = resolve(document, response)["content"]["application/problem+json"]
            schemas = [resolve(document, schema) for schema in media["schema"].get("oneOf", [media["schema"]])]
            examples = [resolve(document, example)["value"] for example in media["examples"].values()]

            assert [schema["properties"]["type"]["const"] for schema in schemas] == [it["type"] for it in examples], (
                name
            )
            assert {schema["properties"]["status"]["const"] for schema in schemas} == {int(status)}, name
            whole = Draft202012Validator({**media["schema"], "components": document["components"]})
            assert [error.message for example in examples for error in whole.iter_errors(example)] == [], name


def test_problems_of_one_type_have_one_status_and_title() -> None:
    by_slug: dict[str, set[tuple[int, str]]] = {}
    classes = [Problem]
    for problem in classes:
        classes += problem.__subclasses__()
        # The tests have problems of their own; the framework's have no type before they are raised.
        if problem.__module__.startswith("exercise_buddy.") and not issubclass(problem, HttpProblem):
            by_slug.setdefault(problem.slug, set()).add((problem.status, problem.title))

    assert len(by_slug) > 50
    assert {slug: found for slug, found in by_slug.items() if len(found) > 1} == {}


def test_an_undocumented_problem_is_noticed() -> None:
    routes = [route for router in SLICES for route in router.routes if isinstance(route, APIRoute)]
    get_me = next(route for route in routes if route.name == "get_me")
    scope = {"state": {"request_id": "1"}}
    undocumented = build_document(QuotaExceeded(Quota.WORKOUTS, 5), scope)
    with_undescribed_member = build_document(AccountGone(members={"since": "yesterday"}), scope)

    check_documented(get_me, json.loads(build_document(AccountGone(), scope)), "")
    for problem in (undocumented, with_undescribed_member):
        with pytest.raises(AssertionError):
            check_documented(get_me, json.loads(problem), "")


def test_each_422_says_what_is_validated(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        if " /api/" in name:
            description = operation["responses"]["422"]["description"]
            named = [parameter["name"] for parameter in operation.get("parameters", [])]
            bodies = operation.get("requestBody", {}).get("content", {}).values()
            named += [schema for body in bodies if "$ref" in body["schema"] for schema in references(body["schema"])]
            assert [one for one in named if f"`{one}`" not in description] == [], name


def keywords(node: Any) -> Iterator[str]:
    """Yield the keywords of a JSON schema, without the names of properties."""
    if isinstance(node, dict):
        for keyword, value in node.items():
            yield keyword
            yield from keywords(list(value.values()) if keyword in {"properties", "$defs", "mapping"} else value)
    elif isinstance(node, list):
        for child in node:
            yield from keywords(child)


def test_schemas_have_only_keywords_that_tools_know(document: dict[str, Any]) -> None:
    schemas = {name: dict(schema) for name, schema in document["components"]["schemas"].items()}
    for schema in schemas.values():
        schema.pop("examples", None)
    parameters = [it["schema"] for _, operation in operations(document) for it in operation.get("parameters", [])]
    media = [
        list(response.get("content", {}).values())
        for _, operation in operations(document)
        for response in operation["responses"].values()
    ]

    assert {"ge", "le", "gt", "lt", "x-problems"}.isdisjoint(keywords([*schemas.values(), parameters]))
    # With a default, `openapi-typescript` declares a property as required, also in a request.
    assert "default" not in keywords(list(schemas.values()))
    # OpenAPI 3.1 does not know it.
    assert "itemSchema" not in {keyword for content in media for entry in content for keyword in entry}


def test_every_tag_has_a_description(document: dict[str, Any]) -> None:
    described = {tag["name"] for tag in document["tags"] if tag["description"].endswith(".")}

    assert {tag for _, operation in operations(document) for tag in operation["tags"]} == described
    assert len(document["tags"]) == len(described)


def test_the_document_names_its_licence_and_contact(document: dict[str, Any]) -> None:
    assert document["info"]["license"]["identifier"] == "MIT"
    assert document["info"]["contact"]["name"]
    assert "RFC 9457" in document["info"]["description"]


def test_both_ways_to_authorize_are_offered_or_none(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]

    assert (schemes["AccessToken"]["type"], schemes["BearerToken"]["scheme"]) == ("oauth2", "bearer")
    for name, operation in operations(document):
        required = "401" in operation["responses"] and "/auth/login" not in name and "/auth/refresh" not in name
        assert operation["security"] == ([{"AccessToken": []}, {"BearerToken": []}] if required else []), name


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
