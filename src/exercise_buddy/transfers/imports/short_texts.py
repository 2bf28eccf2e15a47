"""A cache of what is made of the cells of a file: most of its rows repeat the names and numbers of others."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_MAX_TEXTS = 4096
MAX_LENGTH = 128
"""Longer texts are not kept: a cell may have two million characters, and the cache outlives the import."""


def cache_short_texts(
    function: Callable[Concatenate[str, _Parameters], _Result],
) -> Callable[Concatenate[str, _Parameters], _Result]:
    """Return a function that remembers its results for the short ones of its first arguments."""
    cached = lru_cache(maxsize=_MAX_TEXTS)(function)

    @wraps(function)
    def call(text: str, /, *arguments: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
        if len(text) > MAX_LENGTH:
            return function(text, *arguments, **options)
        return cached(text, *arguments, **options)  # type: ignore[arg-type]

    return call
