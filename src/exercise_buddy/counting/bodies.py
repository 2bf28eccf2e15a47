"""Request bodies with a trace: unpacked within bounds, and parsed array by array.

A trace of 30 minutes is JSON of 11 MB. To parse it at once holds the interpreter's lock for 0.1 s and makes 1.4 million
Python objects. Here each of its 40 arrays becomes a NumPy array before the next one is parsed, and the bounds are
checked on the text, so that a body of a million brackets costs no more than a good one.
"""

import json
import math
import re
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson
from fastapi import Request

from exercise_buddy.core.http.json_bodies import parse_json
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.ops.rate_limits import Limit, RateLimits
from exercise_buddy.core.problems import (
    ContentTooLarge,
    FieldError,
    InvalidInput,
    MalformedRequest,
    UnsupportedMediaType,
)
from exercise_buddy.core.security.identity import require_identity
from exercise_buddy.counting.threads import run_in_counting_thread

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.trace import Floats

MAX_SAMPLES = 36_000
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
TRACES_OF_USER = Limit("traces_user", "120/minute")

# To parse 8 MB takes 0.1 s.
_BYTES_PER_WORK_UNIT = 128 * 1024
# Times, 13 joints with three arrays each, and some that the schema will refuse by name.
_MAX_ARRAYS = 64
# More digits than a float has, a sign, an exponent and a comma.
_MAX_NUMBER_BYTES = 32
_MAX_SKELETON_BYTES = 64 * 1024
# The deepest array is /trace/landmarks/nose/x.
_MAX_DEPTH = 4
_NUMBERS = {int, float, type(None)}
_NUMBER_FIELDS = {"times_ms", "x", "y", "visibility", "values"}
_GZIP = 16 + zlib.MAX_WBITS

_ARRAY = re.compile(rb'\[[^\[\]{}"]*+\]')


class Numbers:
    """An array of numbers and nulls of a body. `values` has NaN for null."""

    __slots__ = ("values",)

    def __init__(self, values: "Floats") -> None:
        self.values = values


async def parse_trace_body(request: Request, body: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    """Parse a body whose arrays of numbers become `Numbers`.

    Raises:
        TooManyRequests: the user has sent many traces, or long ones.
        UnsupportedMediaType: the body is encoded in another way than with gzip.
        MalformedRequest: the body is not valid gzip.
        ContentTooLarge: it is too large, packed or unpacked.
        InvalidInput: an array contains something else than numbers and nulls, or the structure is no trace.

    """
    user_id = require_identity(request).user_id
    limits: RateLimits = request.state.rate_limits
    await limits.require(request, (TRACES_OF_USER, str(user_id)))
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    text = await run_in_counting_thread(user_id, _unpack, body, encoding)
    # The body itself is paid.
    await limits.require_work(request, (len(text) - len(body)) // _BYTES_PER_WORK_UNIT)
    return await run_in_counting_thread(user_id, _parse, text)


def _parse(text: bytes) -> Any:  # noqa: ANN401
    arrays: list[bytes] = []

    def set_aside(match: re.Match[bytes]) -> bytes:
        if len(arrays) == _MAX_ARRAYS:
            raise InvalidInput(errors=[FieldError("", "too_many_arrays", "This has more arrays than a trace")])
        arrays.append(match[0])
        return b"[%d]" % (len(arrays) - 1)

    skeleton = _ARRAY.sub(set_aside, text)
    if len(skeleton) > _MAX_SKELETON_BYTES:
        raise InvalidInput(errors=[FieldError("", "too_long", "This contains more than a trace")])
    return _restore(parse_json(skeleton), arrays)


def _unpack(body: bytes, encoding: str) -> bytes:
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip"}:
        raise UnsupportedMediaType("The only Content-Encoding is gzip.", headers={"Accept-Encoding": "gzip"})
    stream = zlib.decompressobj(_GZIP)
    try:
        text = stream.decompress(body, MAX_UNPACKED_BYTES + 1)
    except zlib.error:
        raise MalformedRequest("The body is not valid gzip.") from None
    if len(text) > MAX_UNPACKED_BYTES:
        raise ContentTooLarge("An unpacked body has at most 16 MiB.")
    if not stream.eof or stream.unused_data:
        raise MalformedRequest("The body is not one whole gzip member.")
    return text


def _restore(value: Any, arrays: Sequence[bytes], path: tuple[str, ...] = ()) -> Any:  # noqa: ANN401
    """Return the value with `Numbers` in place of the indices of arrays."""
    match value:
        case dict() if len(path) < _MAX_DEPTH:
            return {key: _restore(item, arrays, (*path, key)) for key, item in value.items()}
        case [int(index)] if path and path[-1] in _NUMBER_FIELDS:
            # Every array without an inner one was set aside, so that this is an index of ours.
            return Numbers(_parse_numbers(arrays[index], path))
    return value


def _parse_numbers(text: bytes, path: tuple[str, ...]) -> "Floats":
    """Return an array as floats, NaN for null.

    Raises:
        InvalidInput: it is too long, or contains something else.

    """
    too_long = FieldError(pointer(path), "too_long", f"At most {MAX_SAMPLES:,} values are allowed")
    if len(text) > MAX_SAMPLES * _MAX_NUMBER_BYTES:
        raise InvalidInput(errors=[too_long])
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(errors=[_describe_broken_array(text, path, error)]) from None
    if len(values) > MAX_SAMPLES:
        raise InvalidInput(errors=[too_long])
    if (index := find_non_number(values)) is not None:
        message = "This should be a number or null"
        raise InvalidInput(errors=[FieldError(pointer((*path, index)), "number_type", message)])
    return convert_numbers(values)


def find_non_number(values: Sequence[Any]) -> int | None:
    """Return the index of the first value that is neither a number nor null."""
    if set(map(type, values)) <= _NUMBERS:
        return None
    return next(index for index, item in enumerate(values) if type(item) not in _NUMBERS)


def convert_numbers(values: Sequence[float | None]) -> "Floats":
    """Return numbers and nulls as floats, NaN for null."""
    import numpy as np  # noqa: PLC0415  (most processes never count)

    return np.array(values, dtype=np.float64)


def _describe_broken_array(text: bytes, path: tuple[str, ...], error: orjson.JSONDecodeError) -> FieldError:
    """Return the error for an array that is not JSON: where it has NaN, Infinity or a number beyond 64 bits."""
    try:
        values = json.loads(text.decode())
    except ValueError:
        values = []
    for index, item in enumerate(values):
        if isinstance(item, float) and not math.isfinite(item):
            message = "JSON has neither NaN nor Infinity, and numbers beyond 64 bits are not accepted"
            return FieldError(pointer((*path, index)), "json_invalid", message)
    return FieldError(pointer(path), "json_invalid", f"This is not valid JSON: {error.msg}")
