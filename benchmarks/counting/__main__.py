"""Print how well the engine counts: `uv run python -m benchmarks.counting --help`."""

import argparse
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from benchmarks.counting import evaluation, fitting, tables
from benchmarks.counting.evaluation import Outcome
from benchmarks.counting.script import LEVELS
from benchmarks.counting.traces import TRACE_SETS, LabelledTrace, read_holds
from exercise_buddy.counting.engine.counter import count_trace
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.engine.stream import Stream
from exercise_buddy.counting.engine.trace import Trace
from exercise_buddy.counting.profiles import load_profiles

_MODEL_TRACES = 115
_HOLDS = 10
_TAUGHT = 46
"""The traces of the model on each level that the coefficients are fitted with, beside the recordings."""
_TAUGHT_SEED = 1_000_000
_OTHERS = ("holds", "folds", "times")


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the counts of the engine with true counts.")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{', '.join((*TRACE_SETS, *_OTHERS))}. Default: all.")
    parser.add_argument("--traces", type=int, default=_MODEL_TRACES, help="of the model, for each level")
    parser.add_argument("--seed", type=int, default=0, help="of the model's first trace")
    parser.add_argument("--exercise", help="only traces of this exercise")
    parser.add_argument("--misses", action="store_true", help="list the traces whose count is more than one off")
    parser.add_argument("--json", action="store_true", help="print a JSON object for each trace instead")
    arguments = parser.parse_args()
    names = arguments.sets or [*TRACE_SETS, *_OTHERS]
    if unknown := set(names) - {*TRACE_SETS, *_OTHERS}:
        parser.error(f"there is no set {min(unknown)}")
    for name in names:
        if name == "times":
            _print_times()
        elif name == "holds":
            _print_holds(arguments.traces, arguments.seed)
        elif name == "folds":
            _print_folds()
        else:
            traces = TRACE_SETS[name].read(arguments.traces, arguments.seed)
            outcomes = list(_count(traces, arguments.exercise))
            if arguments.json:
                _print_json(name, outcomes)
            else:
                _print_outcomes(TRACE_SETS[name].title, outcomes, misses=arguments.misses)


def _count(traces: Iterator[LabelledTrace], exercise: str | None = None) -> Iterator[Outcome]:
    profiles = load_profiles()
    for trace in traces:
        if exercise is None or trace.label == exercise:
            profile = profiles.get(trace.exercise) if trace.exercise else None
            yield evaluation.evaluate(trace, count_trace(trace.trace, profile))


def _print_outcomes(title: str, outcomes: Sequence[Outcome], *, misses: bool) -> None:
    print(f"\n{title}\n")
    if not outcomes:
        print("There are no traces here.")
        return
    tables.print_outcomes(outcomes)
    if misses:
        print()
        tables.print_misses(outcomes)


def _print_json(name: str, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        row: dict[str, Any] = {
            "set": name,
            "name": outcome.trace.name,
            "label": outcome.trace.label,
            "reps": outcome.trace.reps,
            "counted": outcome.counted.count,
            "thresholds": outcome.thresholds,
            "signal": outcome.counted.signal,
            "confidence": outcome.counted.confidence,
            "bounds_right": sum(error <= evaluation.BOUND_MS for error in outcome.bound_errors_ms),
            "bounds": len(outcome.bound_errors_ms),
        }
        print(json.dumps(row))


def _print_holds(traces: int, seed: int) -> None:
    print("\nmodel, planks: error of the seconds\n")
    rows = []
    for level in LEVELS:
        errors = evaluation.measure_holds(list(_count(read_holds(level, min(traces, _HOLDS), seed))))
        rows.append((level, str(len(errors)), f"{median(errors):.1%}", f"{max(errors):.1%}"))
    tables.print_table(("level", "traces", "median", "largest"), rows)


def _print_folds() -> None:
    """Print what recordings are counted with coefficients that were fitted without them."""
    profiles = load_profiles()
    folds = fitting.divide(list(TRACE_SETS["repcount"].read(0, 0)))
    taught = [trace for level in ("moderate", "hard") for trace in TRACE_SETS[level].read(_TAUGHT, _TAUGHT_SEED)]
    examples = {
        trace.name: fitting.collect_examples(trace, profiles.get(trace.exercise) if trace.exercise else None)
        for trace in itertools.chain(taught, *folds)
    }
    given: list[Outcome] = []
    opened: list[Outcome] = []
    for fold in folds:
        held_out = {trace.name for trace in fold}
        with fitting.use(fitting.fit([found for name, found in examples.items() if name not in held_out])):
            given += _count(iter(fold))
            opened += _count(replace(trace, exercise=None) for trace in fold)
    for title, outcomes in (("exercise given", given), ("open mode", opened)):
        _print_outcomes(f"RepCount, coefficients fitted without the recording, {title}", outcomes, misses=False)
    fitted = fitting.fit(list(examples.values()))
    print("\nfitted with all:", {name: round(value, 2) for name, value in fitted.weights.items()}, end=" ")
    print(f"intercept {fitted.intercept:.2f}")


def _print_times() -> None:
    """Print the time for ten minutes at 30 Hz, and for one sample of a stream."""
    traces = TRACE_SETS["moderate"].read(1, 0)
    base = next(iter(traces)).trace
    long = _repeat(base, minutes=10, hz=30)
    profile = load_profiles()["pushups"]
    for title, given in (("exercise given", profile), ("open mode", None)):
        best = min(_time_batch(long, given) for _ in range(5))
        print(f"\nten minutes at 30 Hz, {title}: {best:.1f} ms of CPU time")
        each, same = _time_stream(long, given)
        print(f"  streamed: {each:.0f} µs a sample; the final answer equals the batch: {'yes' if same else 'NO'}")


def _repeat(trace: Trace, *, minutes: int, hz: int) -> Trace:
    samples = minutes * 60 * hz
    index = np.arange(samples) % len(trace.times_ms)
    return Trace(np.arange(samples) * 1000.0 / hz, trace.points[index], trace.visibility[index])


def _time_batch(trace: Trace, profile: Profile | None) -> float:
    begin = time.process_time()
    count_trace(trace, profile)
    return (time.process_time() - begin) * 1000


def _time_stream(trace: Trace, profile: Profile | None) -> tuple[float, bool]:
    stream = Stream(profile)
    begin = time.process_time()
    for sample in range(len(trace.times_ms)):
        part = slice(sample, sample + 1)
        stream.push(trace.times_ms[part].tolist(), trace.points[part], trace.visibility[part])
    spent = time.process_time() - begin
    return spent / len(trace.times_ms) * 1e6, stream.finish() == count_trace(trace, profile)


if __name__ == "__main__":
    main()
