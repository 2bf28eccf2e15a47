"""Samples of a live set: their validation, and their form in the database."""

import zlib
from dataclasses import replace
from functools import cache
from itertools import chain
from operator import lt
from typing import TYPE_CHECKING, Any

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


def build_samples(times_ms: list[Any], landmarks: dict[str, Any], aspect_ratio: float | None) -> "Trace":
    """Return the trace of the samples of a message.

    Args:
        times_ms: any JSON values; valid are ascending numbers.
        landmarks: joint name → x, y and perhaps visibility; valid are lists of as many numbers or nulls.
        aspect_ratio: width / height, if x and y are shares of the image.

    Raises:
        InvalidInput: the samples are invalid; the pointers lead into the message.

    """
    # The checks of an uploaded trace take 0.3 ms, ten times as long, and a connection sends 30 samples a second.
    trace = _build_quickly(times_ms, landmarks, aspect_ratio)
    return _build_with_checks(times_ms, landmarks, aspect_ratio) if trace is None else trace


def _build_with_checks(times_ms: list[Any], landmarks: dict[str, Any], aspect_ratio: float | None) -> "Trace":
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
    return trace


def _build_quickly(times_ms: list[Any], landmarks: dict[str, Any], aspect_ratio: float | None) -> "Trace | None":
    """Return the trace of samples as clients usually send them. None if they may be invalid."""
    import numpy as np  # noqa: PLC0415

    from exercise_buddy.counting.engine.trace import Trace  # noqa: PLC0415

    count = len(times_ms)
    unseen, certain = [None] * count, [1.0] * count
    rows: list[Any] = []
    is_known = landmarks.keys() <= _JOINTS
    try:
        for joint in JOINTS:
            if joint not in landmarks:
                rows += (unseen, unseen, certain)
            else:
                values = landmarks[joint]
                is_known = is_known and values.keys() <= _KEYS
                rows += (values["x"], values["y"], values.get("visibility", certain))
        lengths, kinds = set(map(len, rows)), set(map(type, chain.from_iterable(rows)))
    except (AttributeError, KeyError, TypeError):
        return None
    is_ascending = set(map(type, times_ms)) <= _NUMBERS and all(map(lt, times_ms, times_ms[1:]))
    if not is_known or lengths != {count} or not kinds <= _NUMBERS_OR_NULL or not is_ascending:
        return None
    numbers = np.array(list(chain.from_iterable(rows)), dtype=np.float64).reshape(len(JOINTS), 3, count)
    lowest, highest = _bounds()
    if ((numbers < lowest) | (numbers > highest)).any():
        return None
    if aspect_ratio is not None:
        numbers[:, 0] *= aspect_ratio
    if type(None) in kinds:
        visibility = numbers[:, 2]
        visibility[np.isnan(visibility)] = 0
    return Trace(np.array(times_ms, dtype=np.float64), numbers[:, :2].transpose(2, 0, 1), numbers[:, 2].T)


@cache
def _bounds() -> "tuple[Floats, Floats]":
    """Return the lowest and the highest x, y and visibility."""
    import numpy as np  # noqa: PLC0415

    highest = np.array([[MAX_COORDINATE], [MAX_COORDINATE], [1.0]])
    return highest * [[-1], [-1], [0]], highest


def join_samples(parts: "list[Trace]") -> "Trace":
    """Return consecutive samples as one trace. There is at least one part."""
    import numpy as np  # noqa: PLC0415

    from exercise_buddy.counting.engine.trace import Trace  # noqa: PLC0415

    if len(parts) == 1:
        return parts[0]
    return Trace(
        np.concatenate([part.times_ms for part in parts]),
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.visibility for part in parts]),
    )


def pack_samples(trace: "Trace") -> bytes:
    """Return samples as compressed bytes.

    They are stored without loss: the count of a resumed set equals the count of the same samples in one piece. A sample
    takes about 180 bytes, half of its JSON compressed.
    """
    import numpy as np  # noqa: PLC0415

    count = len(trace.times_ms)
    columns = (trace.times_ms.reshape(count, 1), trace.points.reshape(count, -1), trace.visibility)
    return zlib.compress(np.concatenate(columns, axis=1).astype("<f8").tobytes(), 1)


def unpack_samples(data: bytes) -> "Trace":
    """Return the samples of `pack_samples`."""
    import numpy as np  # noqa: PLC0415

    from exercise_buddy.counting.engine.trace import Trace  # noqa: PLC0415

    joints = len(JOINTS)
    numbers = np.frombuffer(zlib.decompress(data), dtype="<f8").reshape(-1, 1 + 3 * joints)
    times_ms, points, visibility = np.split(numbers, [1, 1 + 2 * joints], axis=1)
    return Trace(times_ms.ravel(), points.reshape(-1, joints, 2), visibility)


def skip_samples(trace: "Trace", count: int) -> "Trace":
    """Return the samples without the first ones."""
    from exercise_buddy.counting.engine.trace import Trace  # noqa: PLC0415

    return Trace(trace.times_ms[count:], trace.points[count:], trace.visibility[count:])
