"""Files of traces: JSON lines, one trace each, or a pose track of a video; plain or compressed with gzip."""

import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, FiniteFloat, ValidationError
from pydantic_core import from_json

from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.counting.bodies import MAX_SAMPLES
from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.trace_checks import build_checked_trace
from exercise_buddy.counting.trace_schemas import TraceInput

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.trace import SignalTrace, Trace

MAX_BYTES = 256 * 1024 * 1024
"""The maximum size of a file, unpacked."""

_TRACE_FIELDS = ("times_ms", "landmarks", "signal", "aspect_ratio")
_GZIP = b"\x1f\x8b"
# The order of keypoints without names, as the models number them. None: not one of the shared joints.
_COCO = ("nose", None, None, None, None, *JOINTS[1:])
_BLAZEPOSE = ("nose", *[None] * 10, *JOINTS[1:7], *[None] * 6, *JOINTS[7:], *[None] * 4)
_ORDERS = {len(_COCO): _COCO, len(_BLAZEPOSE): _BLAZEPOSE}
# Coordinates of a pose track are pixels. Shares of the image are below 2 even for joints outside it.
_LARGEST_SHARE = 2.0


class TraceFileError(ValueError):
    """A file that does not contain traces. The message is a sentence for people, with the place in the file."""


@dataclass(frozen=True, slots=True)
class FileTrace:
    """A trace of a file. `exercise` is what the file says, and not checked."""

    name: str
    exercise: str | None
    trace: "Trace | SignalTrace"


class _Record(BaseModel):
    """A line of a file. Without times, `hz` is the rate of the samples."""

    name: str | None = None
    exercise: str | None = None
    hz: Annotated[FiniteFloat, Field(gt=0, le=1000)] | None = None

    def build(self, document: dict[str, Any]) -> "Trace | SignalTrace":
        """Return the trace, checked as that of a request."""
        given = {key: document[key] for key in _TRACE_FIELDS if document.get(key) is not None}
        if "times_ms" not in given:
            if self.hz is None:
                raise TraceFileError("A trace has times_ms, or the rate of its samples as hz.")
            given["times_ms"] = [sample * 1000 / self.hz for sample in range(_count_samples(given))]
        return build_checked_trace(TraceInput.model_validate(given))


def _count_samples(given: dict[str, Any]) -> int:
    """Return the length of the first list of values, for times. The checks of the trace find what is wrong with it."""
    for source in (given.get("signal"), *_list_values(given.get("landmarks"))):
        for values in _list_values(source):
            if isinstance(values, list):
                return len(values)
    return 1


def _list_values(given: object) -> list[Any]:
    return list(given.values()) if isinstance(given, dict) else []


class _Keypoint(BaseModel):
    x: FiniteFloat
    y: FiniteFloat
    name: str | None = None
    score: FiniteFloat | None = None
    visibility: FiniteFloat | None = None


class _Frame(BaseModel):
    timestamp: FiniteFloat
    keypoints: Annotated[list[_Keypoint], Field(max_length=200)]


class _Metadata(BaseModel):
    video: Annotated[str | None, Field(alias="sourceVideoName")] = None
    width: Annotated[FiniteFloat | None, Field(alias="videoWidth", gt=0)] = None
    height: Annotated[FiniteFloat | None, Field(alias="videoHeight", gt=0)] = None


class _PoseTrack(BaseModel):
    metadata: _Metadata = _Metadata()
    frames: Annotated[list[_Frame], Field(min_length=1, max_length=MAX_SAMPLES)]

    def build_record(self) -> dict[str, Any]:
        """Return the track as a line of a trace file would have it."""
        joints = [_name_keypoints(frame.keypoints) for frame in self.frames]
        seen = sorted({joint for frame in joints for joint in frame}, key=JOINTS.index) or list(JOINTS)
        landmarks = {
            joint: {
                "x": [frame[joint].x if joint in frame else None for frame in joints],
                "y": [frame[joint].y if joint in frame else None for frame in joints],
                "visibility": [_visibility(frame.get(joint)) for frame in joints],
            }
            for joint in seen
        }
        largest = max(
            (abs(value) for frame in joints for point in frame.values() for value in (point.x, point.y)), default=0
        )
        width, height = self.metadata.width, self.metadata.height
        shares = width is not None and height is not None and largest <= _LARGEST_SHARE
        return {
            "name": self.metadata.video,
            "times_ms": [frame.timestamp for frame in self.frames],
            "aspect_ratio": width / height if shares and width and height else None,
            "landmarks": landmarks,
        }


def _name_keypoints(keypoints: list[_Keypoint]) -> dict[str, _Keypoint]:
    order = _ORDERS.get(len(keypoints), ())
    named = itertools.zip_longest((point.name for point in keypoints), order)
    names = [name or numbered for name, numbered in named]
    return {name: point for name, point in zip(names, keypoints, strict=False) if name in JOINTS}


def _visibility(point: _Keypoint | None) -> float:
    if point is None:
        return 0.0
    given = point.visibility if point.visibility is not None else point.score
    return 1.0 if given is None else min(max(given, 0.0), 1.0)


def read_traces(path: Path) -> Iterator[FileTrace]:
    """Yield the traces of a file.

    Raises:
        TraceFileError: the file is no such file, or a trace is invalid.
        OSError: the file cannot be read.

    """
    text = _unpack(path.read_bytes())
    documents = list(_parse_documents(text))
    if not documents:
        raise TraceFileError("The file is empty.")
    for line, document in documents:
        place = f"Line {line}: " if len(documents) > 1 else ""
        yield _parse_trace(document, place, path.name if len(documents) == 1 else f"{path.name}:{line}")


def _unpack(content: bytes) -> bytes:
    if content.startswith(_GZIP):
        try:
            with gzip.open(io.BytesIO(content)) as unpacked:
                content = unpacked.read(MAX_BYTES + 1)
        except (EOFError, OSError, zlib.error):
            raise TraceFileError("The file is not a complete gzip file.") from None
    if len(content) > MAX_BYTES:
        raise TraceFileError(f"The file has more than {MAX_BYTES // 1024**2} MiB.")
    return content


def _parse_documents(content: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the JSON documents with the lines they are in: one a line, or one that fills the file."""
    lines = [(number, line) for number, line in enumerate(content.splitlines(), 1) if line.strip()]
    for number, line in lines:
        try:
            yield number, _parse_json(line)
        except ValueError as error:
            if number != lines[0][0]:
                raise TraceFileError(f"Line {number}: This is not JSON: {error}.") from None
            try:
                yield number, _parse_json(content)
            except ValueError as whole:
                raise TraceFileError(f"The file is neither JSON nor JSON lines: {whole}.") from None
            return


def _parse_json(text: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        from_json(text)
    raise ValueError("JSON has neither NaN nor Infinity")


def _parse_trace(document: object, place: str, name: str) -> FileTrace:
    if not isinstance(document, dict):
        raise TraceFileError(f"{place}A trace is a JSON object.")
    try:
        if "frames" in document:
            document = _PoseTrack.model_validate(document).build_record()
        # The body of a request for a count has the trace inside.
        inner = document.get("trace")
        document = {**document, **inner} if isinstance(inner, dict) else document
        record = _Record.model_validate(document)
        return FileTrace(record.name or name, record.exercise, record.build(document))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
    except InvalidInput as error:
        where, message = error.errors[0].pointer.removeprefix("/trace/"), error.errors[0].message
    except TraceFileError as error:
        raise TraceFileError(f"{place}{error}") from None
    raise TraceFileError(f"{place}{where}: {message}." if where else f"{place}{message}.")
