"""Strict parsing of JSON.

orjson refuses NaN, Infinity, numbers beyond 64 bits, lone surrogates and deep nesting, and is several times faster than
the standard library. NUL characters, which PostgreSQL cannot store, are refused here. What an error points to is
searched among a bounded number of values only.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError, InvalidInput

NUL_MESSAGE = "The character U+0000 is not allowed"

_INFINITE_MESSAGE = "JSON has neither NaN nor Infinity, and numbers beyond 64 bits are not accepted"
# An escape sequence, and not the text of one behind an escaped backslash.
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_MAX_SEARCHED_VALUES = 10_000
# The standard library takes 25 ms for a body of this size. Larger ones are batches.
_MAX_SEARCHED_BYTES = 1024 * 1024

_Path = tuple[object, ...]


def parse_json(body: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    """Parse JSON strictly.

    Raises:
        InvalidInput: it contains NaN, Infinity, a number beyond 64 bits, or a NUL character.
        JSONDecodeError: it is not JSON.

    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        _refuse_infinite(body)
        raise
    if b"\\u0000" in body and _ESCAPED_NUL.search(body) is not None:
        paths = _find_paths(value, _is_nul_text)
        # Without a path, the character is behind the values that were searched.
        refuse_nul(paths, "body")
        raise InvalidInput(errors=[FieldError("", "nul_character", NUL_MESSAGE)])
    return value


def refuse_nul(paths: Iterable[_Path], location: str) -> None:
    """Raise an error for each of the paths."""
    _refuse(FieldError(pointer(path), "nul_character", NUL_MESSAGE, location) for path in paths)


def _refuse_infinite(body: bytes) -> None:
    """Raise errors for NaN, Infinity and large numbers if the body is valid JSON otherwise."""
    if len(body) > _MAX_SEARCHED_BYTES:
        return
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    _refuse(
        FieldError(pointer(path), "json_invalid", _INFINITE_MESSAGE) for path in _find_paths(value, _is_infinite_number)
    )


def _refuse(errors: Iterator[FieldError]) -> None:
    problem = InvalidInput(errors=errors)
    if problem.errors:
        raise problem


def _is_nul_text(value: object) -> bool:
    return isinstance(value, str) and "\0" in value


def _is_infinite_number(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _find_paths(value: object, is_wrong: Callable[[object], bool]) -> Iterator[_Path]:
    """Yield the paths of wrong keys and values, in the order of the body, among its first 10,000 values."""
    if is_wrong(value):
        yield ()
    # Not recursive: a body may be nested a thousand levels deep.
    containers = [_list_entries(value)]
    path: list[object] = []
    for _ in range(_MAX_SEARCHED_VALUES):
        while (entry := next(containers[-1], None)) is None:
            containers.pop()
            if not containers:
                return
            path.pop()
        key, item = entry
        if is_wrong(key):
            yield (*path, str(key).replace("\0", "\\0"))
        if is_wrong(item):
            yield (*path, key)
        elif isinstance(item, dict | list):
            containers.append(_list_entries(item))
            path.append(key)


def _list_entries(value: object) -> Iterator[tuple[object, object]]:
    match value:
        case dict():
            return iter(value.items())
        case list():
            return iter(enumerate(value))
        case _:
            return iter(())
