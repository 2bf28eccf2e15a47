"""The sets of traces with true counts: real recordings beside the checkout, and the kinematic model."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.counting.model import create_hold, create_traces
from benchmarks.counting.script import LevelName
from exercise_buddy.counting.engine.trace import Trace, build_trace

RECORDINGS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "rep-traces"


@dataclass(frozen=True, slots=True)
class LabelledTrace:
    """A trace and what a person counted in it.

    Args:
        name: of the recording.
        label: the exercise, for the table.
        exercise: the slug of the exercise in the catalogue; None in open mode.
        reps: the true count.
        bounds_ms: the true start and end of each rep, if they are known.
        hold_ms: the true start and end of a hold.
        trace: what pose detection saw.

    """

    name: str
    label: str
    exercise: str | None
    reps: int
    bounds_ms: tuple[tuple[float, float], ...]
    hold_ms: tuple[float, float] | None
    trace: Trace


@dataclass(frozen=True, slots=True)
class TraceSet:
    """A set of traces. `read` takes the number of traces of the model per level and the seed."""

    title: str
    read: Callable[[int, int], Iterator[LabelledTrace]]


def read_recordings(file: str, *, exercise_given: bool) -> Iterator[LabelledTrace]:
    """Yield the recordings of a file; none if it is absent."""
    path = RECORDINGS / file
    if not path.exists():
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield _parse_recording(json.loads(line), exercise_given=exercise_given)


def _parse_recording(record: dict[str, Any], *, exercise_given: bool) -> LabelledTrace:
    landmarks = record["landmarks"]
    exercise = record.get("exercise")
    interval = 1000 / record.get("hz", 30)
    times = record.get("times_ms") or [sample * interval for sample in range(len(landmarks["nose"]["x"]))]
    bounds = tuple((first * interval, last * interval) for first, last in record.get("rep_bounds", ()))
    label = exercise or record.get("label") or ("other" if "rep_bounds" in record else "kettlebell-swing")
    given = exercise if exercise_given else None
    return LabelledTrace(record["name"], label, given, record["reps"], bounds, None, build_trace(times, landmarks))


def _read_model(level: LevelName, traces: int, seed: int, *, exercise_given: bool) -> Iterator[LabelledTrace]:
    for made in create_traces(level, traces, seed=seed):
        given = made.exercise if exercise_given else None
        yield LabelledTrace(made.name, made.exercise, given, made.reps, made.bounds_ms, None, made.build_trace())


def read_holds(level: LevelName, traces: int, seed: int) -> Iterator[LabelledTrace]:
    """Yield planks of the model."""
    for number in range(traces):
        made = create_hold(level, seed=seed + number)
        yield LabelledTrace(made.name, made.exercise, made.exercise, 0, (), made.hold_ms, made.build_trace())


def _recorded(title: str, file: str, *, exercise_given: bool) -> TraceSet:
    return TraceSet(title, lambda _traces, _seed: read_recordings(file, exercise_given=exercise_given))


def _modelled(level: LevelName, *, exercise_given: bool) -> TraceSet:
    mode = "exercise given" if exercise_given else "open mode"
    return TraceSet(
        f"model, {level}, {mode}",
        lambda traces, seed: _read_model(level, traces, seed, exercise_given=exercise_given),
    )


TRACE_SETS = {
    "repcount": _recorded("RepCount (development part), exercise given", "repcount_dev.jsonl.gz", exercise_given=True),
    "repcount-open": _recorded("RepCount (development part), open mode", "repcount_dev.jsonl.gz", exercise_given=False),
    "countix": _recorded("Countix-Fitness (development part), open mode", "countix_dev.jsonl.gz", exercise_given=False),
    "swing": _recorded("kettlebell swing, open mode", "swing_dev.jsonl.gz", exercise_given=False),
    "clean": _modelled("clean", exercise_given=True),
    "moderate": _modelled("moderate", exercise_given=True),
    "hard": _modelled("hard", exercise_given=True),
    "clean-open": _modelled("clean", exercise_given=False),
    "moderate-open": _modelled("moderate", exercise_given=False),
    "hard-open": _modelled("hard", exercise_given=False),
}
"""The sets whose reps are counted, by the name that the command takes."""
