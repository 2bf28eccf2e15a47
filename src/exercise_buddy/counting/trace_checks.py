"""Checks of the values of a trace. The schema has checked its structure."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.counting.engine.results import Quantity
from exercise_buddy.counting.trace_schemas import MAX_COORDINATE, MAX_TIME_MS, SignalInput, TraceInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from exercise_buddy.counting.engine.trace import Floats, SignalTrace, Trace

MAX_MINUTES = 30
_SIGNAL_BOUNDS: dict[Quantity, tuple[float, float]] = {
    "angle_degrees": (0, 360),
    "height": (-MAX_COORDINATE, MAX_COORDINATE),
    "distance": (0, MAX_COORDINATE),
}


def build_checked_trace(given: TraceInput) -> "Trace | SignalTrace":
    """Return the trace of a request body.

    Raises:
        InvalidInput: lengths differ, times do not ascend, or a value is out of bounds.

    """
    from exercise_buddy.counting.engine.trace import SignalTrace, build_trace  # noqa: PLC0415  (imports NumPy)

    errors = [*_check_times(given.times_ms)]
    if given.signal is not None:
        errors += _check_signal(given.signal, given.times_ms.size, aspect_ratio=given.aspect_ratio)
    joints = dict(given.landmarks) if given.landmarks is not None else {}
    landmarks = {
        name: {"x": joint.x, "y": joint.y, "visibility": joint.visibility}
        for name, joint in joints.items()
        if joint is not None
    }
    for name, values in landmarks.items():
        for key, array in values.items():
            if array is not None:
                low, high = (0, 1) if key == "visibility" else (-MAX_COORDINATE, MAX_COORDINATE)
                errors += _check_array(array, f"/trace/landmarks/{name}/{key}", given.times_ms.size, low, high)
    if errors:
        raise InvalidInput(errors=errors)
    if given.signal is not None:
        return SignalTrace(given.times_ms, given.signal.values, given.signal.quantity, given.signal.side)
    return build_trace(given.times_ms, landmarks, given.aspect_ratio)


def _check_times(times_ms: "Floats") -> Iterator[FieldError]:
    import numpy as np  # noqa: PLC0415  (most processes never count)

    path = "/trace/times_ms"
    if not times_ms.size:
        yield FieldError(path, "too_short", "A trace has at least one sample")
        return
    if (wrong := _find(~(np.abs(times_ms) <= MAX_TIME_MS))) is not None:
        yield FieldError(f"{path}/{wrong}", "time", "A time is a number of milliseconds up to 10^15")
    elif (wrong := _find(np.diff(times_ms) <= 0)) is not None:
        yield FieldError(f"{path}/{wrong + 1}", "not_ascending", "A time is later than the one before")
    elif times_ms[-1] - times_ms[0] > MAX_MINUTES * 60_000:
        yield FieldError(path, "too_long", f"A trace lasts at most {MAX_MINUTES} minutes")


def _check_signal(signal: SignalInput, samples: int, *, aspect_ratio: float | None) -> Iterator[FieldError]:
    low, high = _SIGNAL_BOUNDS[signal.quantity]
    yield from _check_array(signal.values, "/trace/signal/values", samples, low, high)
    if aspect_ratio is not None:
        yield FieldError("/trace/aspect_ratio", "without_landmarks", "Only landmarks have an aspect ratio")


def _check_array(array: "Floats", path: str, samples: int, low: float, high: float) -> Iterator[FieldError]:
    if array.size != samples:
        message = f"This should have {samples:,} values, as times_ms has; it has {array.size:,}"
        yield FieldError(path, "length", message)
    elif (wrong := _find((array < low) | (array > high))) is not None:
        yield FieldError(f"{path}/{wrong}", "out_of_bounds", f"This should be between {low:,} and {high:,}")


def _find(wrong: "NDArray[np.bool_]") -> int | None:
    """Return the index of the first true value."""
    return int(wrong.argmax()) if wrong.any() else None
