"""Problems in the OpenAPI document: one schema for each, and the responses that operations share.

The responses of a route list slugs (see `core.problems.documented`). In the document, the problems of an operation and
status are a closed union, which `type` discriminates.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from exercise_buddy.core.problem_schemas import ProblemDocument
from exercise_buddy.core.problems import DOCUMENTED, MEDIA_TYPE, InvalidInput, Problem

_REFERENCE = "#/components/schemas/{model}"
_SENT_AGAIN = {"429", "503"}
"""The statuses whose responses have `Retry-After`."""
_EXAMPLE = {"instance": "/api/v1/workouts", "request_id": "019a0000-0000-7000-8000-000000000001"}
_METHODS = {"get", "put", "post", "delete", "patch"}


def operations_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the operations of a document."""
    for item in document["paths"].values():
        yield from (operation for method, operation in item.items() if method in _METHODS)


def find_problems() -> dict[str, type[Problem]]:
    """Return all problems by their slugs; of several with one slug, the class that the others inherit it from."""
    classes = [Problem]
    for problem in classes:
        classes += problem.__subclasses__()
    return {problem.slug: problem for problem in reversed(classes)}


def build_problem_schema(problem: type[Problem]) -> dict[str, Any]:
    """Return the JSON schema of the document of a problem, with the schemas that it refers to in `$defs`."""
    schema = ProblemDocument.model_json_schema()
    del schema["title"]
    schema["description"] = " ".join((problem.__doc__ or problem.title).partition("\n\n")[0].split())
    schema["properties"]["type"] |= {"const": f"/problems/{problem.slug}"}
    status = schema["properties"]["status"]
    schema["properties"]["status"] = {"type": status["type"], "const": problem.status, **_description(status)}
    if problem.extension is not None:
        members = problem.extension.model_json_schema(ref_template=_REFERENCE)
        schema["properties"] |= members["properties"]
        schema["required"] += members.get("required", [])
        schema["$defs"] = members.get("$defs", {})
    return schema


def place_problems(document: dict[str, Any]) -> None:
    """Replace the slugs in all responses by schemas, and add these to the components."""
    problems = find_problems()
    unions = Counter(tuple(response[DOCUMENTED]) for _, _, response in _documented_responses(document))
    components = document["components"]
    shared = components.setdefault("responses", {})
    components["headers"] = {
        "RetryAfter": {
            "description": "The seconds after which the request may be sent again.",
            "schema": {"type": "integer", "minimum": 0},
        }
    }
    for slug in sorted({slug for slugs in unions for slug in slugs}):
        problem = problems[slug]
        schema = build_problem_schema(problem)
        components["schemas"] |= schema.pop("$defs", {})
        components["schemas"][_schema_name(slug)] = schema
        components.setdefault("examples", {})[slug] = {"summary": problem.title, "value": _build_example(problem)}
    for operation, status, response in list(_documented_responses(document)):
        slugs = tuple(response[DOCUMENTED])
        built = _build_response([problems[slug] for slug in slugs])
        if InvalidInput.slug in slugs:
            built["description"] += f". {_describe_input(operation)}"
        elif unions[slugs] > 1:
            name = "Or".join(_camel_case(slug) for slug in slugs)
            shared[name] = built
            built = {"$ref": f"#/components/responses/{name}"}
        operation["responses"][status] = built
    for operation in operations_of(document):
        operation["responses"] = dict(sorted(operation["responses"].items()))


def _documented_responses(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for operation in operations_of(document):
        for status, response in operation["responses"].items():
            if DOCUMENTED in response:
                yield operation, status, response


def _camel_case(slug: str) -> str:
    return "".join(word.title() for word in slug.split("-"))


def _schema_name(slug: str) -> str:
    return f"{_camel_case(slug)}Problem"


def _description(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": schema["description"]}


def _build_example(problem: type[Problem]) -> dict[str, Any]:
    usual = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.title,
    }
    extra: Any = {} if problem.extension is None else problem.extension.model_config["json_schema_extra"]
    return usual | _EXAMPLE | next(iter(extra.get("examples", [])), {})


def _build_response(problems: Sequence[type[Problem]]) -> dict[str, Any]:
    references = {f"/problems/{it.slug}": _REFERENCE.format(model=_schema_name(it.slug)) for it in problems}
    schema: dict[str, Any] = {"$ref": next(iter(references.values()))}
    if len(problems) > 1:
        schema = {
            "oneOf": [{"$ref": reference} for reference in references.values()],
            "discriminator": {"propertyName": "type", "mapping": references},
        }
    examples = {it.slug: {"$ref": f"#/components/examples/{it.slug}"} for it in problems}
    response = {
        "description": "; ".join(it.title for it in problems),
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }
    if str(problems[0].status) in _SENT_AGAIN:
        response["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    return response


def _describe_input(operation: dict[str, Any]) -> str:
    """Return what is validated of the requests of an operation."""
    parameters = operation.get("parameters", [])
    parts = []
    for location in ("path", "query", "header"):
        names = [f"`{parameter['name']}`" for parameter in parameters if parameter["in"] == location]
        if names:
            parts.append(f"the {location} ({', '.join(names)})")
    for media in operation.get("requestBody", {}).get("content", {}).values():
        name = media["schema"].get("$ref", "").rpartition("/")[2]
        parts.append(f"the body (`{name}`)" if name else "the body")
        break
    if not any(parameter["in"] == "query" for parameter in parameters):
        parts.append("the query, which has no parameters")
    return f"Validated: {'; '.join(parts)}."
