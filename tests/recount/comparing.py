"""Questions to the app, what a recount says to them, and where an answer differs from it."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


def as_it_is(answer: Any) -> Any:
    return answer


@dataclass(frozen=True)
class Question:
    """What to ask, and what the answer is. `arrange` puts an answer into an order where it may have any."""

    path: str
    answer: Any
    query: dict[str, str] = field(default_factory=dict)
    arrange: Callable[[Any], Any] = as_it_is


def differences(got: Any, expected: Any, where: str = "") -> Iterator[str]:
    """Give each place at which an answer is another one; numbers may differ by what rounding to four decimals does."""
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
