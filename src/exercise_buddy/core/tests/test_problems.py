import json

import pytest
from fastapi.exceptions import RequestValidationError

from exercise_buddy.core import problems
from exercise_buddy.core.http import validation
from exercise_buddy.core.problems import FieldError, InvalidInput, NotFound, Problem

SCOPE = {"raw_path": b"/api/v1/things/7", "state": {"request_id": "an-id"}}


def subclasses(of: type[Problem]) -> set[type[Problem]]:
    return {found for child in of.__subclasses__() for found in {child} | subclasses(child)}


def test_a_document_says_what_where_and_which_request() -> None:
    document = json.loads(problems.build_document(NotFound("Gone."), SCOPE))

    assert document == {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "Gone.",
        "instance": "/api/v1/things/7",
        "request_id": "an-id",
    }


def test_a_document_never_grows_beyond_its_bound() -> None:
    errors = [FieldError(f"/{'x' * 5000}/{n}", "extra_forbidden", "No such field") for n in range(300)]
    scope = {"raw_path": b"/" + b"y" * 30_000, "state": {"request_id": "an-id"}}

    content = problems.build_document(InvalidInput(errors=errors), scope)

    document = json.loads(content)
    assert len(content) <= problems.MAX_BYTES
    assert 1 <= len(document["errors"]) < 300
    assert document["detail"].startswith("The input has more than 20 errors")


def test_pointers_escape_what_rfc_6901_reserves() -> None:
    assert validation.pointer(["a/b", "m~n", 0]) == "/a~1b/m~0n/0"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"type": "uuid_parsing", "loc": ("path", "id"), "msg": "Not a UUID, found `secret` at 1"}, "Not a UUID"),
        ({"type": "value_error", "loc": ("body", "a"), "msg": "Value error, No"}, "No"),
    ],
)
def test_messages_hold_no_rejected_value(error: dict[str, object], message: str) -> None:
    problem = validation.from_validation(RequestValidationError([error]))

    assert [field.message for field in problem.errors] == [message]


def test_text_that_is_no_unicode_can_still_be_reported() -> None:
    error = {"type": "x", "loc": ("body", "a"), "msg": "bad \ud800 text"}

    problem = validation.from_validation(RequestValidationError([error]))

    assert json.loads(problems.build_document(problem, SCOPE))["errors"][0]["message"] == "bad ? text"


def test_a_status_without_a_class_of_its_own_is_a_problem_too() -> None:
    document = json.loads(problems.build_document(problems.from_status(418), SCOPE))

    assert (document["status"], document["type"]) == (418, "/problems/im-a-teapot") or document["status"] == 418


def test_every_outcome_has_a_type_that_says_one_thing() -> None:
    titles: dict[str, set[str]] = {}
    for problem in subclasses(Problem):
        titles.setdefault(problem.slug, set()).add(problem.title)

    assert {slug: found for slug, found in titles.items() if len(found) > 1} == {}
