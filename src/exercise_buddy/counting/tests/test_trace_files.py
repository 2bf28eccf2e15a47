import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.engine.trace import SignalTrace, Trace
from exercise_buddy.counting.trace_files import FileTrace, TraceFileError, read_traces
from exercise_buddy.counting.trace_schemas import LandmarksInput

KNEE = {"x": [0.1, 0.2, None], "y": [0.5, 0.6, None], "visibility": [1, 0.5, None]}
RECORD: dict[str, Any] = {"name": "one", "exercise": "pushups", "hz": 10, "landmarks": {"left_knee": KNEE}}


def _read(path: Path, content: str | bytes) -> list[FileTrace]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_traces(path))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "traces.jsonl"


def test_the_api_has_the_joints_of_the_engine() -> None:
    # The web client takes its joints from the OpenAPI document.
    assert tuple(LandmarksInput.model_fields) == JOINTS


@pytest.mark.parametrize("compress", [gzip.compress, bytes], ids=["gzip", "plain"])
def test_reads_a_trace_in_each_line(file: Path, compress: Any) -> None:
    lines = "\n".join([json.dumps(RECORD), "", json.dumps(RECORD | {"name": None, "exercise": None})])
    first, second = _read(file, compress(lines.encode()))
    assert (first.name, first.exercise) == ("one", "pushups")
    assert (second.name, second.exercise) == ("traces.jsonl:3", None)
    assert isinstance(first.trace, Trace)
    np.testing.assert_allclose(first.trace.times_ms, [0, 100, 200])
    knee = JOINTS.index("left_knee")
    np.testing.assert_allclose(first.trace.points[:, knee], [[0.1, 0.5], [0.2, 0.6], [np.nan, np.nan]])
    np.testing.assert_allclose(first.trace.visibility[:, knee], [1, 0.5, 0])


def test_reads_one_trace_over_several_lines(file: Path) -> None:
    [found] = _read(file, json.dumps(RECORD | {"aspect_ratio": 2.0}, indent=2))
    assert isinstance(found.trace, Trace)
    assert found.trace.points[0, JOINTS.index("left_knee"), 0] == 0.2


def test_reads_the_body_of_a_request(file: Path) -> None:
    signal = {"quantity": "angle_degrees", "values": [170, None, 90], "side": "left"}
    [found] = _read(file, json.dumps({"exercise_id": None, "trace": {"times_ms": [5, 38, 71], "signal": signal}}))
    assert isinstance(found.trace, SignalTrace)
    assert found.trace.side == "left"
    np.testing.assert_allclose(found.trace.values, [170, np.nan, 90])


def _build_frame(time: float, keypoints: list[dict[str, Any]]) -> dict[str, Any]:
    return {"frameIndex": 0, "timestamp": time, "videoTime": time / 1000, "keypoints": keypoints}


def test_reads_a_pose_track_in_pixels(file: Path) -> None:
    nose = {"x": 927.4, "y": 88.8, "score": 0.5, "name": "nose"}
    eye = {"x": 917.3, "y": 69.8, "score": 0.8, "name": "left_eye"}
    metadata = {"version": "1.0", "sourceVideoName": "swing.webm", "videoWidth": 1920, "videoHeight": 1080, "fps": 30}
    track = {"metadata": metadata, "frames": [_build_frame(29, [nose, eye]), _build_frame(63, [])]}
    [found] = _read(file, json.dumps(track, indent=2))
    assert found.name == "swing.webm"
    assert isinstance(found.trace, Trace)
    np.testing.assert_allclose(found.trace.points[:, 0], [[927.4, 88.8], [np.nan, np.nan]])
    np.testing.assert_allclose(found.trace.visibility[:, 0], [0.5, 0])
    assert np.isnan(found.trace.points[:, 1:]).all()


@pytest.mark.parametrize(("keypoints", "right_ankle"), [(17, 16), (33, 28)])
def test_knows_the_order_of_keypoints_without_names(file: Path, keypoints: int, right_ankle: int) -> None:
    points = [{"x": index / 100, "y": 0.5, "visibility": 0.9} for index in range(keypoints)]
    track = {"metadata": {"videoWidth": 200, "videoHeight": 100}, "frames": [_build_frame(0, points)]}
    [found] = _read(file, json.dumps(track))
    assert isinstance(found.trace, Trace)
    assert np.isfinite(found.trace.points).all()
    # Shares of an image that is twice as wide as high.
    assert found.trace.points[0, JOINTS.index("right_ankle"), 0] == pytest.approx(2 * right_ankle / 100)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"hello", "The file is neither JSON nor JSON lines: expected value at line 1 column 1."),
        (b"\xff\xfe\x00", "The file is neither JSON nor JSON lines"),
        (b"[" * 100_000, "The file is neither JSON nor JSON lines: recursion limit exceeded"),
        (b"[1]", "A trace is a JSON object."),
        (gzip.compress(b"{}", mtime=0)[:-9], "The file is not a complete gzip file."),
        (b"{}", "A trace has times_ms, or the rate of its samples as hz."),
        (b'{"hz": 30}', "A trace has either landmarks or a signal."),
        (json.dumps(RECORD).encode() + b'\n{"hz": ', "Line 2: This is not JSON: EOF while parsing"),
        (json.dumps(RECORD) + "\n" + json.dumps(RECORD | {"hz": 0}), "Line 2: hz: Input should be greater than 0."),
        (json.dumps(RECORD) + "\n" + json.dumps(RECORD | {"hz": None}), "Line 2: A trace has times_ms, or the rate"),
        (RECORD | {"times_ms": [0, 33, 33]}, "times_ms/2: A time is later than the one before."),
        (
            RECORD | {"times_ms": [0, 33]},
            "landmarks/left_knee/x: This should have 2 values, as times_ms has; it has 3.",
        ),
        (RECORD | {"times_ms": 5}, "times_ms: This should be an array of numbers and nulls."),
        (RECORD | {"landmarks": {"tail": KNEE}}, "landmarks/tail: Extra inputs are not permitted."),
        (RECORD | {"landmarks": [1]}, "landmarks: Input should be a valid dictionary"),
        (RECORD | {"landmarks": {"nose": KNEE | {"y": [1]}}}, "landmarks/nose/y: This should have 3 values"),
        (RECORD | {"landmarks": {"nose": {"x": [], "y": []}}}, "times_ms: A trace has at least one sample."),
        (RECORD | {"landmarks": {"nose": {"x": [float("nan")], "y": [0]}}}, "JSON has neither NaN nor Infinity."),
        (
            RECORD | {"landmarks": {"nose": {"x": ["a"], "y": [0]}}},
            "landmarks/nose/x: This should be an array of numbers",
        ),
        (RECORD | {"landmarks": {"nose": {"x": [1e9], "y": [0]}}}, "landmarks/nose/x/0: This should be between"),
        (RECORD | {"signal": {"quantity": "height", "values": [1]}}, "A trace has either landmarks or a signal."),
        ({"frames": []}, "frames: List should have at least 1 item"),
        ({"frames": [{"keypoints": []}]}, "frames/0/timestamp: Field required."),
        ({"frames": [{"timestamp": 0, "keypoints": [{"x": 1, "y": "up"}]}]}, "frames/0/keypoints/0/y: Input should be"),
    ],
)
def test_says_what_is_wrong(file: Path, content: Any, message: str) -> None:
    with pytest.raises(TraceFileError) as raised:
        _read(file, json.dumps(content) if isinstance(content, dict) else content)
    assert message in str(raised.value)


def test_stops_unpacking_at_the_limit(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exercise_buddy.counting.trace_files.MAX_BYTES", 1024**2)
    with pytest.raises(TraceFileError, match="more than 1 MiB"):
        _read(file, gzip.compress(bytes(2 * 1024**2)))
