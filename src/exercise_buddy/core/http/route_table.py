"""Finds the route of a request by the fixed parts of its path.

Starlette compares a path with the expression of one route after the other, until one matches. This table knows which
routes cannot match: those with another number of parts, or with another text where theirs is fixed. The others are
compared in the same order, so the first match is the same.

A literal path takes precedence, whatever the method (OpenAPI, 4.8.8): `PUT /workouts/current` is no request to
`/workouts/{workout_id}`.
"""

from collections.abc import Sequence

from starlette.convertors import StringConvertor
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

# The places of the fixed parts of a path, and their texts.
_Places = tuple[int, ...]
_Texts = tuple[str, ...]


class RouteTable:
    """The routes of an application, as they were when the table was built."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = list(routes)
        self._unknown: list[int] = []
        """The routes that may match any path."""
        self._literal: dict[str, list[int]] = {}
        by_length: dict[int, dict[_Places, dict[_Texts, list[int]]]] = {}
        for number, route in enumerate(routes):
            parts = _split(route)
            if parts is None:
                self._unknown.append(number)
                continue
            if "{" not in (path := "/".join(parts)):
                self._literal.setdefault(path, []).append(number)
            places = tuple(place for place, part in enumerate(parts) if "{" not in part)
            texts = tuple(parts[place] for place in places)
            by_length.setdefault(len(parts), {}).setdefault(places, {}).setdefault(texts, []).append(number)
        self._by_length = {length: list(by_places.items()) for length, by_places in by_length.items()}

    def is_of(self, routes: Sequence[BaseRoute]) -> bool:
        """Return whether no route was added since the table was built."""
        return len(routes) == len(self._routes)

    def find(self, scope: Scope) -> tuple[BaseRoute, Scope] | None:
        """Return the first route that matches the path and the method of a request, and what it adds to the scope."""
        method = scope["method"]
        for route in self._candidates(scope["path"]):
            if isinstance(route, Route) and route.methods and method not in route.methods:
                continue
            match, found = route.matches(scope)
            if match is Match.FULL:
                return route, found
        return None

    def find_methods(self, scope: Scope) -> list[str]:
        """Return the methods that the path of a request has, in order. Empty if no route has the path."""
        matching = [route for route in self._candidates(scope["path"]) if route.matches(scope)[0] is not Match.NONE]
        methods = {method for route in matching if isinstance(route, Route) for method in route.methods or ()}
        if not methods:
            return []
        # HEAD is GET without the content of the response, and the application responds to OPTIONS.
        return sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()))

    def _candidates(self, path: str) -> list[BaseRoute]:
        """Return the routes that may match a path, in their order."""
        if path.endswith("\n"):
            # The expressions of Starlette accept a line break after their end.
            return self._routes
        if path in self._literal:
            return [self._routes[number] for number in self._literal[path]]
        parts = path.split("/")
        numbers = self._unknown.copy()
        for places, by_texts in self._by_length.get(len(parts), ()):
            numbers += by_texts.get(tuple([parts[place] for place in places]), ())
        numbers.sort()
        return [self._routes[number] for number in numbers]


def _split(route: BaseRoute) -> list[str] | None:
    """Return the parts of the path of a route. None if one of its parameters may contain a slash."""
    if isinstance(route, Route) and all(isinstance(kind, StringConvertor) for kind in route.param_convertors.values()):
        return route.path_format.split("/")
    return None
