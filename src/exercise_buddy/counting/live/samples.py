"""Samples of a live set: their validation, and their form in the database."""

import zlib
from dataclasses import replace
from itertools import chain
from math import nan
from operator import lt
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError

from exercise_buddy.core.http.validation import field_errors
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.trace_checks import build_checked_trace
from exercise_buddy.counting.trace_schemas import MAX_COORDINATE, TraceInput

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.trace import Floats, Trace

_NUMBERS = {int, float}
_NUMBERS_OR_NULL = {int, float, type(None)}
_KEYS = {"x", "y", "visibility"}
_JOINTS = frozenset(JOINTS)

Row: TypeAlias = tuple[float, ...]
"""One sample: its time, x and y of each joint, and the visibility of each joint."""


def parse_samples(times_ms: list[Any], landmarks: dict[str, Any], aspect_ratio: float | None) -> list[Row]:
    """Return the samples of a message.

    Args:
        times_ms: any JSON values; valid are ascending numbers.
        landmarks: joint name → x, y and perhaps visibility; valid are lists of as many numbers or nulls.
        aspect_ratio: width / height, if x and y are shares of the image.

    Raises:
        InvalidInput: the samples are invalid; the pointers lead into the message.

    """
    # The checks of an uploaded trace take 0.3 ms, and a connection sends 30 samples a second.
    rows = _parse_quickly(times_ms, landmarks, aspect_ratio)
    return _parse_with_checks(times_ms, landmarks, aspect_ratio) if rows is None else rows


def _parse_with_checks(times_ms: list[Any], landmarks: dict[str, Any], aspect_ratio: float | None) -> list[Row]:
    from exercise_buddy.counting.engine.trace import Trace  # noqa: PLC0415  (only processes that count load NumPy)

    try:
        given = TraceInput.model_validate({"times_ms": times_ms, "landmarks": landmarks, "aspect_ratio": aspect_ratio})
        trace = build_checked_trace(given)
    except ValidationError as error:
        items = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise InvalidInput(errors=field_errors(items)) from None
    except InvalidInput as problem:
        errors = [replace(error, pointer=error.pointer.removeprefix("/trace")) for error in problem.errors]
        raise InvalidInput(errors=errors) from None
    assert isinstance(trace, Trace)  # noqa: S101  (it has landmarks)
    points = trace.points.reshape(len(times_ms), -1).tolist()
    return [
        (time, *at, *visibility)
        for time, at, visibility in zip(trace.times_ms.tolist(), points, trace.visibility.tolist(), strict=True)
    ]


def _parse_quickly(times_ms: list[Any], landmarks: dict[str, Any], aspect_ratio: float | None) -> list[Row] | None:
    """Return samples as clients usually send them. None if they may be invalid.

    A message has few samples. For so few, arrays take longer than plain numbers.
    """
    count = len(times_ms)
    unseen, certain = [nan] * count, [1.0] * count
    points: list[Any] = []
    visibility: list[Any] = []
    is_known = landmarks.keys() <= _JOINTS
    try:
        for joint in JOINTS:
            values = landmarks.get(joint)
            if values is None:
                points += (unseen, unseen)
                visibility.append(certain)
            else:
                is_known = is_known and values.keys() <= _KEYS
                points += (values["x"], values["y"])
                visibility.append(values.get("visibility", certain))
        lengths = set(map(len, chain(points, visibility)))
        kinds = set(map(type, chain.from_iterable(chain(points, visibility))))
    except (AttributeError, KeyError, TypeError):
        return None
    is_ascending = set(map(type, times_ms)) <= _NUMBERS and all(map(lt, times_ms, times_ms[1:]))
    if not is_known or lengths != {count} or not kinds <= _NUMBERS_OR_NULL or not is_ascending:
        return None
    if type(None) in kinds:
        points = [[nan if value is None else value for value in values] for values in points]
        visibility = [[0.0 if value is None else value for value in values] for values in visibility]
    if not all(-MAX_COORDINATE <= value <= MAX_COORDINATE or value != value for values in points for value in values):  # noqa: PLR0124  (NaN)
        return None
    if not all(0 <= share <= 1 for shares in visibility for share in shares):
        return None
    if aspect_ratio is not None:
        points[::2] = [[value * aspect_ratio for value in values] for values in points[::2]]
    return list(zip(times_ms, *points, *visibility, strict=True))


def build_array(rows: list[Row]) -> "Floats":
    """Return samples as an array, shape (n, 40)."""
    import numpy as np  # noqa: PLC0415

    return np.array(rows, dtype=np.float64)


def build_trace(numbers: "Floats") -> "Trace":
    """Return the trace of samples in an array."""
    from exercise_buddy.counting.engine.trace import Trace  # noqa: PLC0415

    joints = len(JOINTS)
    return Trace(numbers[:, 0], numbers[:, 1 : 1 + 2 * joints].reshape(-1, joints, 2), numbers[:, 1 + 2 * joints :])


def pack_samples(rows: list[Row]) -> bytes:
    """Return samples as compressed bytes.

    They are stored without loss: the count of a resumed set equals the count of the same samples in one piece. A sample
    takes about 180 bytes, half of its JSON compressed.
    """
    return zlib.compress(build_array(rows).astype("<f8").tobytes(), 1)


def unpack_samples(chunks: list[bytes]) -> "Floats":
    """Return the samples of consecutive results of `pack_samples` as an array."""
    import numpy as np  # noqa: PLC0415

    data = b"".join(map(zlib.decompress, chunks))
    return np.frombuffer(data, dtype="<f8").reshape(-1, 1 + 3 * len(JOINTS)).astype(np.float64)
