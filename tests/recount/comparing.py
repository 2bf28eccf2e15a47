"""Requests of statistics, the expected responses of the recount, and the differences."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


def as_it_is(answer: Any) -> Any:
    return answer


@dataclass(frozen=True)
class Question:
    """A request and its expected response. `arrange` sorts lists of the response whose order is free."""

    path: str
    answer: Any
    query: dict[str, str] = field(default_factory=dict)
    arrange: Callable[[Any], Any] = as_it_is


def differences(got: Any, expected: Any, where: str = "") -> Iterator[str]:
    """Yield each difference between two responses. Numbers may differ by a rounding to four decimals."""
    if isinstance(expected, dict):
        if not isinstance(got, dict) or got.keys() != expected.keys():
            yield f"{where}: {got!r:.500} has other fields than {expected!r:.500}"
            return
        for name, value in expected.items():
            yield from differences(got[name], value, f"{where}/{name}")
    elif isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            yield f"{where}: {len(got)} items instead of {len(expected)}: {got!r:.700} / {expected!r:.700}"
            return
        for index, (one, other) in enumerate(zip(got, expected, strict=True)):
            yield from differences(one, other, f"{where}/{index}")
    elif not _same(got, expected):
        yield f"{where}: {got!r} instead of {expected!r}"


def _same(got: Any, expected: Any) -> bool:
    if isinstance(expected, datetime):
        return datetime.fromisoformat(got) == expected
    if isinstance(expected, date):
        return bool(got == expected.isoformat())
    if isinstance(expected, float) and isinstance(got, int | float) and not isinstance(got, bool):
        return math.isclose(got, expected, rel_tol=1e-6, abs_tol=1e-4)
    return (type(got) is type(expected) and bool(got == expected)) or (isinstance(expected, int) and got == expected)
