"""Results as tables, readable in a terminal and in Markdown."""

from collections import defaultdict
from collections.abc import Sequence

from benchmarks.counting import evaluation
from benchmarks.counting.evaluation import Outcome

_HEADS = (
    "exercise",
    "traces",
    "MAE",
    "OBO",
    "95 %",
    "false",
    "two thresholds: MAE",
    "OBO",
    "traces",
    "bounds within 0.25 s",
)


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print a row for each exercise, and one for all."""
    groups = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.trace.label].append(outcome)
    print_table(_HEADS, [*(_build_row(label, groups[label]) for label in sorted(groups)), _build_row("all", outcomes)])


def print_misses(outcomes: Sequence[Outcome]) -> None:
    """Print the traces whose count is more than one off."""
    missed = [outcome for outcome in outcomes if not outcome.right]
    rows = [
        (
            outcome.trace.name,
            outcome.trace.label,
            str(outcome.trace.reps),
            str(outcome.counted.count),
            outcome.counted.signal or "",
        )
        for outcome in sorted(missed, key=lambda outcome: (outcome.trace.label, outcome.trace.name))
    ]
    print_table(("trace", "exercise", "true", "counted", "signal"), rows)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below heads. The first column is aligned to the left, others to the right."""
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for row in (heads, rule, *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        print(f"| {' | '.join(cells)} |")


def _build_row(label: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    engine = evaluation.score_outcomes(outcomes)
    ruled = [(outcome.thresholds, outcome.trace.reps) for outcome in outcomes if outcome.thresholds is not None]
    rule = ("", "", "")
    if ruled:
        old = evaluation.score(ruled)
        rule = (f"{old.mae:.3f}", f"{old.obo:.3f}", str(old.traces))
    bounds = evaluation.score_bounds(outcomes)
    return (
        label,
        str(engine.traces),
        f"{engine.mae:.3f}",
        f"{engine.obo:.3f}",
        f"{engine.interval[0]:.2f} to {engine.interval[1]:.2f}",
        str(engine.false_reps) if any(outcome.trace.reps == 0 for outcome in outcomes) else "",
        *rule,
        f"{bounds[1]:.3f} of {bounds[0]}" if bounds else "",
    )
