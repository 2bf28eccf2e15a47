"""No two paths of the application are ambiguous."""

from itertools import combinations

import pytest
from starlette.routing import Mount, Route, WebSocketRoute

from exercise_buddy.main import create_app
from exercise_buddy.settings import Settings
from tests.support import SECRET, Person, RunningApp


def are_ambiguous(one: str, other: str) -> bool:
    """Return whether a path can match both templates. An entirely literal path takes precedence (OpenAPI, 4.8.8)."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    can_match = one.count("/") == other.count("/") and all(a == b or "{" in a + b for a, b in pairs)
    return can_match and "{" in one and "{" in other


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/auth/sessions/{session_id}", "/auth/{provider}/login", True),
        ("/workouts/{workout_id}", "/workouts/{id}", True),
        ("/workouts/current", "/workouts/{workout_id}", False),
        ("/workouts/{workout_id}/sets/{set_id}", "/workouts/{workout_id}/exercises/{entry_id}", False),
        ("/imports/{import_id}", "/imports", False),
    ],
)
def test_templates_are_compared(one: str, other: str, expected: bool) -> None:
    assert are_ambiguous(one, other) is are_ambiguous(other, one) is expected


def test_no_path_is_ambiguous() -> None:
    app = create_app(Settings(secret_key=SECRET, metrics_enabled=True))
    paths = {route.path for route in app.routes if isinstance(route, Route | WebSocketRoute)}
    # Everything below a mounted path belongs to its application.
    mounted = tuple(f"{route.path}/" for route in app.routes if isinstance(route, Mount))

    assert len(paths) > 70
    assert len(paths) + len(mounted) <= len(app.routes)
    assert [pair for pair in combinations(sorted(paths), 2) if are_ambiguous(*pair)] == []
    assert [path for path in paths if path.startswith(mounted)] == []


def test_a_literal_path_comes_before_a_template() -> None:
    """A router answers with the first route that matches."""
    app = create_app(Settings(secret_key=SECRET))
    routes = [route for route in app.routes if isinstance(route, Route)]
    hidden = [
        f"{methods} {later.path}"
        for position, later in enumerate(routes)
        for earlier in routes[:position]
        if "{" not in later.path
        and "{" in earlier.path
        and earlier.path_regex.fullmatch(later.path)
        and (methods := (earlier.methods or set()) & (later.methods or set()))
    ]

    assert hidden == []


@pytest.mark.parametrize(
    ("former", "current"),
    [
        ("/workouts/imports?dry_run=maybe", "/imports?dry_run=maybe"),
        ("/workouts/imports/none", "/imports/none"),
        ("/auth/google/login", "/auth/providers/google/login"),
        ("/auth/github/callback?state=x", "/auth/providers/github/callback?state=x"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_paths_that_have_moved_answer_as_the_new_ones(
    ann: Person, method: str, former: str, current: str
) -> None:
    answers = [await ann.client.request(method, f"/api/v1{path}") for path in (former, current)]
    own = {"request_id": None, "instance": None}
    found = [(one.status_code, one.json() | own if one.content else None) for one in answers]

    assert found[0] == found[1]
    assert method != "DELETE" or found[0][0] in {405, 422}


METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE", "PURGE")


async def test_every_method_that_a_literal_path_lacks_is_not_allowed(app: RunningApp, ann: Person) -> None:
    """It is no request to a template that the path also matches, such as `PUT /workouts/{workout_id}`."""
    allowed: dict[str, set[str]] = {}
    for route in app.app.routes:
        if isinstance(route, Route) and "{" not in route.path:
            allowed.setdefault(route.path, set()).update(route.methods or ())
    wrong = []
    for path, methods in allowed.items():
        names = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        for method in METHODS:
            if method in names and method != "OPTIONS":
                continue
            response = await ann.client.request(method, path)
            found = (response.status_code, response.headers.get("allow"))
            if found != (204 if method == "OPTIONS" else 405, ", ".join(sorted(names))):
                wrong.append((method, path, *found))

    assert len(allowed) > 50
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/v1/workouts/019a0000-0000-7000-8000-000000000000", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("/api/v1/workouts/no-id", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
    ],
)
async def test_the_methods_of_a_template_are_named(ann: Person, path: str, names: str) -> None:
    refused = await ann.client.request("POST", path)
    options = await ann.client.options(path)

    assert (refused.status_code, refused.headers["allow"]) == (405, names)
    assert (options.status_code, options.headers["allow"]) == (204, names)
    assert (await ann.client.head(path)).status_code in {404, 422}
