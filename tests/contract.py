"""The breaking changes between two OpenAPI documents.

`docs/openapi-released.json` is the contract of the last release: its document without descriptions, examples and
problems. `uv run python -m tests.contract` writes it at a release. Before the first one, it is the contract from which
on the changelog names what breaks clients.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

Node: TypeAlias = dict[str, Any]
Direction: TypeAlias = Literal["request", "response"]

DOCS = Path(__file__).parents[1] / "docs"
RELEASED = DOCS / "openapi-released.json"

_METHODS = ("get", "post", "put", "patch", "delete")
_PROSE = {"title", "summary", "description", "example", "examples", "default", "tags", "headers"}
_UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems")


class Change(NamedTuple):
    """A change that can break a client. The changelog names the subject, such as `SetInput.reps`."""

    subject: str
    what: str


def strip_document(document: Node) -> Node:
    """Return the part of a document that a program depends on."""
    paths = {
        path: {method: _strip_operation(item[method]) for method in _METHODS if method in item}
        for path, item in document["paths"].items()
    }
    schemas = document["components"]["schemas"]
    reached: set[str] = set()
    found = set(_find_references(paths))
    while found:
        reached |= found
        found = {name for known in found for name in _find_references(schemas[known])} - reached
    kept = {name: _strip_prose(schemas[name]) for name in sorted(reached)}
    return {"paths": paths, "components": {"schemas": kept}}


def _strip_operation(operation: Node) -> Node:
    stripped: Node = _strip_prose({name: value for name, value in operation.items() if name != "responses"})
    # The problems of a status may change: a client handles each that it does not know by the status.
    stripped["responses"] = {
        status: {} if int(status) >= 400 else _strip_prose(response)
        for status, response in sorted(operation["responses"].items())
    }
    return stripped


def _strip_prose(node: Any) -> Any:
    if isinstance(node, list):
        return [_strip_prose(child) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        # A property may have the name of a keyword.
        key: {name: _strip_prose(child) for name, child in value.items()}
        if key == "properties"
        else _strip_prose(value)
        for key, value in node.items()
        if key not in _PROSE and not key.startswith("x-")
    }


def _find_references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _find_references(child)


def find_breaking_changes(old: Node, new: Node) -> list[Change]:
    """Return the changes from one stripped document to another that can break a client of the first."""
    changes = list(_compare_operations(old["paths"], new["paths"]))
    for direction in ("request", "response"):
        for name in sorted(_reach_schemas(old, direction) & _reach_schemas(new, direction)):
            before, after = (document["components"]["schemas"][name] for document in (old, new))
            changes += _compare_schemas(name, before, after, direction)
    return sorted(set(changes))


def _compare_operations(old_paths: Node, new_paths: Node) -> Iterator[Change]:
    for path, methods in old_paths.items():
        for method, old in methods.items():
            subject = f"{method.upper()} {path}"
            new = new_paths.get(path, {}).get(method)
            if new is None:
                yield Change(subject, "was removed")
                continue
            if old["operationId"] != new["operationId"]:
                yield Change(subject, f"is no longer `{old['operationId']}`")
            if new.get("security") and not old.get("security"):
                yield Change(subject, "requires an access token")
            yield from _compare_parameters(subject, old, new)
            yield from _compare_bodies(subject, old.get("requestBody"), new.get("requestBody"))
            yield from _compare_responses(subject, old["responses"], new["responses"])


def _compare_parameters(subject: str, old: Node, new: Node) -> Iterator[Change]:
    before, after = (
        {(parameter["in"], parameter["name"]): parameter for parameter in operation.get("parameters", [])}
        for operation in (old, new)
    )
    for place, name in before.keys() - after.keys():
        yield Change(subject, f"lost the {place} parameter `{name}`")
    for (place, name), parameter in after.items():
        known = before.get((place, name))
        if parameter.get("required") and not (known and known.get("required")):
            yield Change(subject, f"requires the {place} parameter `{name}`")
        if known:
            yield from _compare_types(subject, known["schema"], parameter["schema"], "request", f"`{name}` ")


def _compare_bodies(subject: str, old: Node | None, new: Node | None) -> Iterator[Change]:
    if new and new.get("required") and not (old and old.get("required")):
        yield Change(subject, "requires a body")
    if old:
        yield from _compare_contents(subject, old["content"], new["content"] if new else {}, "request")


def _compare_responses(subject: str, old: Node, new: Node) -> Iterator[Change]:
    for status, response in old.items():
        if status not in new:
            yield Change(subject, f"no longer responds {status}")
        else:
            contents = (response.get("content", {}), new[status].get("content", {}))
            yield from _compare_contents(subject, *contents, "response")


def _compare_contents(subject: str, old: Node, new: Node, direction: Direction) -> Iterator[Change]:
    for media_type, content in old.items():
        if media_type not in new:
            yield Change(subject, f"has no {direction} of `{media_type}`")
        elif "schema" in content:
            yield from _compare_types(subject, content["schema"], new[media_type].get("schema", {}), direction)


def _reach_schemas(document: Node, direction: Direction) -> set[str]:
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    names = ("parameters", "requestBody") if direction == "request" else ("responses",)
    found = set(_find_references([operation.get(name) for operation in operations for name in names]))
    reached: set[str] = set()
    while found:
        reached |= found
        schemas = [document["components"]["schemas"][name] for name in found]
        found = set(_find_references(schemas)) - reached
    return reached


def _compare_schemas(subject: str, old: Node, new: Node, direction: Direction) -> Iterator[Change]:
    if "properties" not in old or "properties" not in new:
        yield from _compare_types(subject, old, new, direction)
        return
    required, still_required = set(old.get("required", [])), set(new.get("required", []))
    for name, schema in old["properties"].items():
        if name not in new["properties"]:
            yield Change(f"{subject}.{name}", f"was removed from the {direction}")
            continue
        yield from _compare_types(f"{subject}.{name}", schema, new["properties"][name], direction)
        if direction == "response" and name in required - still_required:
            yield Change(f"{subject}.{name}", "can be missing in the response")
    if direction == "request":
        for name in still_required - required:
            yield Change(f"{subject}.{name}", "is required in the request")


def _compare_types(subject: str, old: Node, new: Node, direction: Direction, name: str = "") -> Iterator[Change]:
    before, after = _list_alternatives(old), _list_alternatives(new)
    if direction == "response":
        if added := sorted(form for form in after if not _is_covered(form, before)):
            yield Change(subject, f"{name}can be {', '.join(added)} in the response")
        return
    if lost := sorted(form for form in before if not _is_covered(form, after)):
        yield Change(subject, f"{name}cannot be {', '.join(lost)} in the request")
    for bounds, sign in ((_UPPER_BOUNDS, 1), (_LOWER_BOUNDS, -1)):
        for bound in bounds:
            limit, former = _find_bound(new, bound), _find_bound(old, bound)
            if limit is not None and (former is None or limit * sign < former * sign):
                yield Change(subject, f"{name}has the {bound} {limit} in the request")


def _list_alternatives(schema: Node) -> set[str]:
    """Return the forms of a value: a type, a type with its format, a constant, or the name of a schema."""
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in schema:
            return {form for part in schema[keyword] for form in _list_alternatives(part)}
    if "$ref" in schema:
        return {f"`{schema['$ref'].rpartition('/')[2]}`"}
    if "enum" in schema or "const" in schema:
        return {json.dumps(value) for value in schema.get("enum", [schema.get("const")])}
    kinds = schema.get("type", "anything")
    kind = "|".join(kinds) if isinstance(kinds, list) else str(kinds)
    inner = schema.get("items", schema.get("additionalProperties"))
    if isinstance(inner, dict):
        return {f"{kind} of {' or '.join(sorted(_list_alternatives(inner)))}"}
    return {f"{kind} ({schema['format']})" if "format" in schema else kind}


def _is_covered(form: str, by: set[str]) -> bool:
    general = {form.partition(" (")[0]}
    if form.startswith('"'):
        general = {"string"}
    elif form == "integer":
        general = {"number"}
    return bool(by & {form, "anything", *general})


def _find_bound(schema: Node, keyword: str) -> float | None:
    found = [part[keyword] for part in (schema, *schema.get("anyOf", [])) if keyword in part]
    return found[0] if found else None


def find_released_version() -> str:
    """Return the last version that the changelog describes."""
    versions = re.findall(r"^## \[(\d[^\]]*)\]", (DOCS.parent / "CHANGELOG.md").read_text(), re.MULTILINE)
    return versions[0] if versions else "unreleased"


def main() -> None:
    """Write the contract of a release."""
    document = {"version": find_released_version()} | strip_document(json.loads((DOCS / "openapi.json").read_text()))
    RELEASED.write_text(json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
