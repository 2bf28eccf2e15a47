"""The table finds the route that Starlette would find."""

import random
from collections.abc import Sequence

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route

from exercise_buddy.core.http.route_table import RouteTable

METHODS = ("GET", "POST", "DELETE")
PATHS = (
    "/",
    "/things",
    "/things/",
    "/things/new",
    "/things/{thing}",
    "/things/{thing}/parts",
    "/things/{thing}/parts/{part}",
    "/things/new/parts/{part}",
    "/{kind}/new",
    "/{kind}/{thing}",
    "/things/{name}.svg",
    "/files/{path:path}",
    "/numbers/{number:int}",
)
REQUESTED = (
    *(
        "/",
        "//",
        "",
        "/things",
        "/things/",
        "/things/new",
        "/things/new\n",
        "/things/a",
        "/things/a\n",
        "/things/a/parts",
    ),
    *(
        "/things/a/parts/b",
        "/things/new/parts/b",
        "/things/a.svg",
        "/things/.svg",
        "/files/a/b/c",
        "/files/",
        "/numbers/5",
    ),
    *(
        "/numbers/x",
        "/other/new",
        "/other/x",
        "/other/x/y",
        "/mounted/x",
        "/things//parts",
        "/things/{thing}",
        "/things\n",
    ),
)


def respond(_request: Request) -> Response:
    return Response()


def find_by_scan(routes: Sequence[BaseRoute], path: str, method: str) -> BaseRoute | None:
    scope = {"type": "http", "path": path, "method": method, "root_path": ""}
    # A literal path takes precedence.
    literal = [route for route in routes if isinstance(route, Route) and route.path == path and "{" not in path]
    return next((route for route in literal or routes if route.matches(scope)[0] is Match.FULL), None)


@pytest.mark.parametrize("seed", range(50))
def test_the_first_match_is_that_of_a_scan(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (an order, not a secret)
    routes: list[BaseRoute] = [
        Route(path, respond, methods=[method]) for path in PATHS for method in chance.sample(METHODS, 2)
    ]
    routes.append(Mount("/mounted", Route("/x", respond)))
    chance.shuffle(routes)
    table = RouteTable(routes)

    for path in REQUESTED:
        for method in ("GET", "HEAD", "POST", "PUT"):
            found = table.find({"type": "http", "path": path, "method": method, "root_path": ""})
            expected = find_by_scan(routes, path, method)
            assert (found[0] if found else None) is expected, (path, method)
            if found and expected:
                assert (
                    found[1] == expected.matches({"type": "http", "path": path, "method": method, "root_path": ""})[1]
                )


def test_a_route_with_other_fixed_parts_is_not_compared() -> None:
    class Uncomparable(Route):
        def matches(self, _scope: object) -> tuple[Match, dict[str, object]]:
            pytest.fail(f"{self.path} cannot match")

    routes: list[BaseRoute] = [
        Uncomparable(path, respond) for path in ("/other", "/other/{thing}", "/things/{thing}/parts")
    ]
    routes.append(Route("/things/{thing}", respond))

    assert RouteTable(routes).find({"type": "http", "path": "/things/a", "method": "GET", "root_path": ""}) is not None


def test_a_table_knows_whether_a_route_was_added() -> None:
    routes = [Route("/things", respond)]
    table = RouteTable(routes)
    assert table.is_of(routes)

    routes.append(Route("/others", respond))

    assert not table.is_of(routes)
