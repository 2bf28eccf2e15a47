"""What the OpenAPI document says about requests is what the server does."""

import json
import re
from pathlib import Path
from random import Random
from typing import Annotated, Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from hypothesis import Phase, example, find, given, settings
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from exercise_buddy.auth.oauth.schemas import NextPath
from exercise_buddy.core import types
from exercise_buddy.core.types import example_of, has_example
from exercise_buddy.main import create_app
from exercise_buddy.settings import Settings
from exercise_buddy.users import public as users
from exercise_buddy.users.schemas import AvatarUrl
from tests.support import SECRET

DOCUMENT = json.loads((Path(__file__).parents[1] / "docs" / "openapi.json").read_text())
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
TEXTS = st.text(max_size=40) | st.text("aZ09-._@:/\\ \t\n\u00df\u3000\u200d\u0000", max_size=12)


@pytest.fixture(scope="module")
def routes() -> list[APIRoute]:
    app: FastAPI = create_app(Settings(secret_key=SECRET))
    return [route for route in app.routes if isinstance(route, APIRoute)]


def write_with_points(value: Any) -> Any:
    """Return JSON with each integer as a number with a point."""
    if isinstance(value, dict):
        return {key: write_with_points(item) for key, item in value.items()}
    if isinstance(value, list):
        return [write_with_points(item) for item in value]
    return float(value) if type(value) is int else value


def test_every_example_may_be_written_with_points(routes: list[APIRoute]) -> None:
    compared = 0
    for route in routes:
        model = route.body_field and route.body_field.field_info.annotation
        if not isinstance(model, type) or not issubclass(model, types.Input) or not has_example(model):
            continue
        body = example_of(model)
        pointed = write_with_points(body)
        compared += repr(pointed) != repr(body)
        assert repr(model.model_validate(pointed)) == repr(model.model_validate(body)), route.path
    assert compared > 5


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, id=name)
        for name, kind in {
            "line": Annotated[str, Field(max_length=80), types.SingleLine],
            "notes": types.Notes,
            "zone": types.TimeZone,
            "email": users.Email,
            "username": users.Username,
            "locale": users.Locale,
            "avatar": AvatarUrl,
            "path": NextPath,
        }.items()
    ],
)
@given(text=TEXTS)
@example("ann@example.org")
@example(" Ann@B\u00fccher.example ")
@example("Europe/Berlin")
@example("America/Argentina/Buenos_Aires")
@example("Etc/GMT+12")
@example("ann-1.b_c")
@example("\u5c71\u7530")
@example("pt-BR")
@example("https://cdn.example.org:8443/a%20b.png?size=3#top")
@example("HTTPS://[2001:db8::1]/a.png")
@example("/workouts?from=2026-01-01#set")
@example("a\nb\tc")
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_pattern_accepts_what_the_server_accepts(kind: Any, text: str) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(kind)
    try:
        adapter.validate_python(text)
    except ValidationError:
        return
    # The expressions of JSON Schema have no flags, and `$` is the end.
    pattern = adapter.json_schema()["pattern"]
    assert re.search(f"{pattern.removesuffix('$')}\\Z", text), text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Annotated[str, types.SingleLine], " \u3000 "),
        (Annotated[str, types.SingleLine], ""),
        (Annotated[str, types.SingleLine], "a\nb"),
        (types.Notes, "a\x00"),
        (types.Notes, "\u202eabc"),
        (types.TimeZone, "europe/berlin"),
        (types.TimeZone, "+02:00"),
        (types.LocalDate, "1969-12-31"),
        (types.LocalDate, "2200-01-01"),
        (types.LocalDate, "2026-3-2"),
        (users.Email, "ann"),
        (users.Email, "a\x00nn@example.org"),
        (users.Email, "ann@\x7f"),
        (users.Username, "a b"),
        (users.Username, "-ann"),
        (users.Locale, "german"),
        (AvatarUrl, "http://example.org/a.png"),
        (AvatarUrl, "https://ann:secret@example.org/a.png"),
        (AvatarUrl, "https://@example.org/a.png"),
        (AvatarUrl, "https://"),
        (NextPath, "//elsewhere.example"),
        (NextPath, "/\\elsewhere.example"),
    ],
)
def test_a_rule_that_a_pattern_can_say_is_in_the_schema(kind: Any, text: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)

    with pytest.raises(ValidationError):
        adapter.validate_python(text)
    assert not re.search(adapter.json_schema()["pattern"], text)


def list_schemas(node: Any) -> list[dict[str, Any]]:
    """Return all objects of a document."""
    if isinstance(node, list):
        return [schema for item in node for schema in list_schemas(item)]
    if isinstance(node, dict):
        return [node, *(schema for item in node.values() for schema in list_schemas(item))]
    return []


def test_whole_bounds_are_integers() -> None:
    bounds = [(key, schema[key]) for schema in list_schemas(DOCUMENT) for key in BOUNDS & schema.keys()]

    assert len(bounds) > 300
    assert [bound for bound in bounds if isinstance(bound[1], float) and bound[1].is_integer()] == []


def list_request_texts(schema: dict[str, Any], seen: set[str]) -> list[dict[str, Any]]:
    """Return the schemas of texts of a request body, with those that it refers to."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name in seen:
            return []
        seen.add(name)
        return list_request_texts(DOCUMENT["components"]["schemas"][name], seen)
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("oneOf", [])]
    parts += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    return [schema] * (schema.get("type") == "string") + [
        text for part in parts for text in list_request_texts(part, seen)
    ]


def insert_nul(pattern: str) -> list[str]:
    """Return a text of a pattern with U+0000 at each of its places: a pattern may need other characters, too."""
    # To shorten it takes seconds for each pattern.
    quick = settings(database=None, phases=[Phase.generate])
    text = find(st.from_regex(pattern), lambda _: True, settings=quick, random=Random(1))  # noqa: S311
    return [f"{text[:place]}\x00{text[place:]}" for place in range(len(text) + 1)]


def test_no_text_of_a_request_may_contain_nul() -> None:
    seen: set[str] = set()
    texts = [
        text
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
        for media in operation.get("requestBody", {}).get("content", {}).values()
        for text in list_request_texts(media["schema"], seen)
    ]

    assert len(texts) > 100
    closed = {"enum", "const"}
    kinds = {"uuid", "date-time"}
    free = [
        text
        for text in texts
        if not closed & text.keys() and text.get("format") not in kinds and text.get("contentMediaType") is None
    ]
    patterns = {text["pattern"] for text in free}
    assert [pattern for pattern in patterns if any(re.search(pattern, text) for text in insert_nul(pattern))] == []
