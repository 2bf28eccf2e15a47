"""Print how well the engine counts: `uv run python -m benchmarks.counting --help`."""

import argparse
import importlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.counting import evaluation
from benchmarks.counting.evaluation import Outcome, Score
from benchmarks.counting.traces import TRACE_SETS, LabelledTrace, read_holds
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.engine.results import Count
from exercise_buddy.counting.engine.trace import Trace
from exercise_buddy.counting.profiles import load_profiles

_MODEL_TRACES = 115
_HOLDS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the counts of the engine with true counts.")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{', '.join(TRACE_SETS)}, holds, times. Default: all.")
    parser.add_argument("--traces", type=int, default=_MODEL_TRACES, help="of the model, for each level")
    parser.add_argument("--seed", type=int, default=0, help="of the model's first trace")
    parser.add_argument("--exercise", help="only traces of this exercise")
    parser.add_argument("--misses", action="store_true", help="list the traces whose count is more than one off")
    parser.add_argument("--json", action="store_true", help="print a JSON object for each trace instead")
    arguments = parser.parse_args()
    names = arguments.sets or [*TRACE_SETS, "holds", "times"]
    if unknown := set(names) - {*TRACE_SETS, "holds", "times"}:
        parser.error(f"there is no set {min(unknown)}")
    for name in names:
        if name == "times":
            _print_times()
        elif name == "holds":
            _print_holds(arguments.traces, arguments.seed)
        else:
            traces = TRACE_SETS[name].read(arguments.traces, arguments.seed)
            outcomes = list(_count(traces, arguments.exercise))
            if arguments.json:
                _print_json(name, outcomes)
            else:
                _print_table(TRACE_SETS[name].title, outcomes, misses=arguments.misses)


def count_trace(trace: Trace, profile: Profile | None) -> Count:
    counter = importlib.import_module("exercise_buddy.counting.engine.counter")
    count: Count = counter.count_trace(trace, profile)
    return count


def _count(traces: Iterator[LabelledTrace], exercise: str | None = None) -> Iterator[Outcome]:
    profiles = load_profiles()
    for trace in traces:
        if exercise is None or trace.label == exercise:
            profile = profiles.get(trace.exercise) if trace.exercise else None
            yield evaluation.evaluate(trace, count_trace(trace.trace, profile))


def _print_table(title: str, outcomes: Sequence[Outcome], *, misses: bool) -> None:
    print(f"\n{title}")
    if not outcomes:
        print("  no traces here")
        return
    print(f"  {'exercise':34} traces    MAE    OBO   two thresholds: MAE OBO (traces)   bounds within 0.25 s")
    groups = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.trace.label].append(outcome)
    for label in sorted(groups):
        _print_row(label, groups[label])
    total = _print_row("all", outcomes)
    print(f"  95 % of bootstrap samples have an OBO from {total.interval[0]:.2f} to {total.interval[1]:.2f}")
    if misses:
        for outcome in outcomes:
            if not outcome.right:
                counts = f"true {outcome.trace.reps:3} counted {outcome.counted.count:3}"
                print(f"    {outcome.trace.name:52} {counts}  {outcome.counted.signal}")


def _print_row(label: str, outcomes: Sequence[Outcome]) -> Score:
    engine = evaluation.score_outcomes(outcomes)
    ruled = [(outcome.thresholds, outcome.trace.reps) for outcome in outcomes if outcome.thresholds is not None]
    rule = ""
    if ruled:
        old = evaluation.score(ruled)
        rule = f"{old.mae:8.3f} {old.obo:6.3f} ({old.traces})"
    bounds = evaluation.score_bounds(outcomes)
    share = f"{bounds[1]:.3f} of {bounds[0]}, median {bounds[2]:.0f} ms" if bounds else ""
    print(f"  {label:34} {engine.traces:6} {engine.mae:6.3f} {engine.obo:6.3f}   {rule:>24}           {share}")
    return engine


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
    print("\nmodel, planks: error of the seconds, median and largest")
    for level in ("clean", "moderate", "hard"):
        outcomes = list(_count(read_holds(level, min(traces, _HOLDS), seed)))
        errors = evaluation.measure_holds(outcomes)
        print(f"  {level:10} {float(np.median(errors)):6.1%} {max(errors):6.1%}  ({len(errors)} traces)")


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
    stream = importlib.import_module("exercise_buddy.counting.engine.stream").Stream(profile)
    begin = time.process_time()
    for sample in range(len(trace.times_ms)):
        part = slice(sample, sample + 1)
        stream.push(trace.times_ms[part].tolist(), trace.points[part], trace.visibility[part])
    spent = time.process_time() - begin
    final: Count = stream.finish()
    return spent / len(trace.times_ms) * 1e6, final == count_trace(trace, profile)


if __name__ == "__main__":
    main()
