"""Judgements about a set: findings with a stable code, a value, a threshold and its source.

A set gets at most one judgement of each code, about the rep where the finding begins or shows most.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from statistics import median

from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.engine.results import Judgement, Rep, Side
from exercise_buddy.rep_definitions import (
    RANGE_FADING,
    SLOWING,
    SMALLEST_SET,
    Definition,
    compute_range_loss_percent,
    compute_slowdown_percent,
    compute_tempo_variation_percent,
)

SMALLEST_DIFFERENCE = 2
"""One rep more on one side is how a set ends. One rep of a side is no measure of it either."""

UNEVEN_SIDES = Definition(
    code="uneven_sides",
    unit="percent",
    threshold=15.0,
    formula="100 (larger - smaller) / larger, of the median ranges of both sides or of their counts",
    source="Formula: Bishop et al. 2018, Strength Cond J 40(4):1-6. Threshold: the upper one of the usual 10 to 15 "
    "percent, which evidence supports only in part, Parkinson et al. 2021, J Sports Sci Med 20(4):594-617",
)
"""One side did more than the other."""

RUSHED_ECCENTRIC = Definition(
    code="rushed_eccentric",
    unit="milliseconds",
    threshold=500.0,
    formula="the shortest eccentric phase of the set",
    source="Convention of this project: half a second. No study has set a threshold. Reps of 0.5 to 8 s build muscle "
    "alike, Schoenfeld, Ogborn & Krieger 2015, Sports Med 45(4):577-585; slower eccentric phases may do so better, "
    "Wilk, Zajac & Tufano 2021, Sports Med 51(8):1629-1650",
)
"""The weight fell instead of being lowered. Not for exercises that are fast by nature."""

SHORT_RANGE = Definition(
    code="short_range",
    unit="share of the calibrated full range",
    threshold=0.75,
    formula="the smallest range of the set / calibrated full range",
    source="Convention of this project, for most exercises; the profile of the exercise states it. Full range builds "
    "more strength than partial range, Pallarés et al. 2021, Scand J Med Sci Sports 31(10):1866-1881",
)
"""A rep did not reach what counts as full. Only with a calibration."""

UNSTEADY_TEMPO = Definition(
    code="unsteady_tempo",
    unit="percent",
    threshold=25.0,
    formula="100 sample standard deviation / mean, of the durations of the reps",
    source="Convention of this project: a quarter of the mean. No study has set a threshold",
)
"""The reps differ much in their durations."""

DEFINITIONS = (RANGE_FADING, SLOWING, UNEVEN_SIDES, RUSHED_ECCENTRIC, SHORT_RANGE, UNSTEADY_TEMPO)


def judge_set(reps: Sequence[Rep], sides: tuple[int, int] | None, profile: Profile | None) -> tuple[Judgement, ...]:
    """Return the judgements about a set, in the order of `DEFINITIONS`.

    Args:
        reps: the movements of the set in the order of time. Rejected ones count for nothing.
        sides: the counts of the left and the right side, if each side does its own reps.
        profile: of the exercise. None in open mode.

    """
    counted = [rep for rep in reps if not rep.rejected]
    found = (
        _judge_fading(counted),
        _judge_slowing(counted),
        _judge_sides(counted, sides),
        None if profile is None or profile.ballistic else _judge_eccentric(counted),
        _judge_range(counted, SHORT_RANGE.threshold if profile is None else profile.full_range),
        _judge_tempo(counted),
    )
    return tuple(judgement for judgement in found if judgement is not None)


def _judge_fading(counted: Sequence[Rep]) -> Judgement | None:
    best = _find_best(counted, [rep.range_share for rep in counted], max)
    losses = [compute_range_loss_percent((best.get(rep.side), rep.range_share)) for rep in counted]
    shares = [None if loss is None else 1 - loss / 100 for loss in losses]
    run = _find_final_run(counted, shares, lambda share: share < RANGE_FADING.threshold)
    if run is None:
        return None
    number, share = run
    text = f"Rep {number} reached {share:.0%} of the best range of the set."
    if number < len(counted):
        text += f" No later rep reached {RANGE_FADING.threshold:.0%} of it."
    return _build(RANGE_FADING, number, round(share, 3), text)


def _judge_slowing(counted: Sequence[Rep]) -> Judgement | None:
    fastest = _find_best(counted, [rep.concentric_ms for rep in counted], min)
    losses = [compute_slowdown_percent((), (fastest.get(rep.side), rep.concentric_ms)) for rep in counted]
    run = _find_final_run(counted, losses, lambda loss: loss > SLOWING.threshold)
    if run is None:
        return None
    number, loss = run
    text = f"Rep {number} lost {loss:.0f}% of the velocity of the fastest rep."
    if number < len(counted):
        text += f" Every later rep lost more than {SLOWING.threshold:.0f}%."
    return _build(SLOWING, number, round(loss, 1), text)


def _judge_sides(counted: Sequence[Rep], sides: tuple[int, int] | None) -> Judgement | None:
    if sides is None:
        return None
    by_count = _compute_asymmetry_percent(*sides)
    if abs(sides[0] - sides[1]) >= SMALLEST_DIFFERENCE and by_count > UNEVEN_SIDES.threshold:
        text = f"The left side did {sides[0]} reps, the right side {sides[1]}."
        return _build(UNEVEN_SIDES, None, round(by_count, 1), text)
    left, right = ([rep.range_share for rep in counted if rep.side == side] for side in ("left", "right"))
    if min(len(left), len(right)) < SMALLEST_DIFFERENCE:
        return None
    by_range = _compute_asymmetry_percent(median(left), median(right))
    if by_range <= UNEVEN_SIDES.threshold:
        return None
    smaller, larger = ("left", "right") if median(left) < median(right) else ("right", "left")
    text = f"The {smaller} side has {by_range:.0f}% less range than the {larger} side."
    return _build(UNEVEN_SIDES, None, round(by_range, 1), text)


def _judge_eccentric(counted: Sequence[Rep]) -> Judgement | None:
    measured = [(rep.eccentric_ms, number) for number, rep in enumerate(counted, 1) if rep.eccentric_ms is not None]
    rushed = [(duration, number) for duration, number in measured if duration < RUSHED_ECCENTRIC.threshold]
    if not rushed:
        return None
    duration, number = min(rushed)
    text = f"The eccentric phase of rep {number} took {duration / 1000:.2f} s{_count_others(len(rushed))}."
    return _build(RUSHED_ECCENTRIC, number, float(duration), text)


def _judge_range(counted: Sequence[Rep], full: float) -> Judgement | None:
    shares = [(rep.full_range_share, number) for number, rep in enumerate(counted, 1)]
    short = [(share, number) for share, number in shares if share is not None and share < full]
    if not short:
        return None
    share, number = min(short)
    text = f"Rep {number} reached {share:.0%} of your full range{_count_others(len(short))}. {full:.0%} count as full."
    return _build(SHORT_RANGE, number, share, text, threshold=full)


def _judge_tempo(counted: Sequence[Rep]) -> Judgement | None:
    variation = compute_tempo_variation_percent([rep.duration_ms for rep in counted])
    if len(counted) < SMALLEST_SET or variation is None or variation <= UNSTEADY_TEMPO.threshold:
        return None
    text = f"The durations of the reps vary by {variation:.0f}% of their mean."
    return _build(UNSTEADY_TEMPO, None, round(variation, 1), text)


def _find_best(
    counted: Sequence[Rep], values: Sequence[float | None], best: Callable[[Iterable[float]], float]
) -> dict[Side | None, float]:
    """Return the best value of each side: a rep is compared with those of its own side. 0 was not measured."""
    pairs = list(zip(counted, values, strict=True))
    of_sides = {
        side: [value for rep, value in pairs if rep.side == side and value] for side in {rep.side for rep in counted}
    }
    return {side: best(measured) for side, measured in of_sides.items() if measured}


def _find_final_run(
    counted: Sequence[Rep], values: Sequence[float | None], is_found: Callable[[float], bool]
) -> tuple[int, float] | None:
    """Return the number and the value of the rep with which the unbroken run of findings at the end of a set begins.

    The run ends with the rep that the summary compares: the last measured one of the side that did the last rep.
    """
    measured = [(number, value) for number, value in enumerate(values, 1) if value is not None]
    while measured and counted[measured[-1][0] - 1].side != counted[-1].side:
        measured.pop()
    run = list(takewhile(lambda rep: is_found(rep[1]), reversed(measured)))
    return run[-1] if run and len(counted) >= SMALLEST_SET else None


def _compute_asymmetry_percent(left: float, right: float) -> float:
    return 100 * abs(left - right) / max(left, right) if max(left, right) > 0 else 0.0


def _count_others(reps: int) -> str:
    return {1: "", 2: ", and 1 more rep was like it"}.get(reps, f", and {reps - 1} more reps were like it")


def _build(
    definition: Definition, number: int | None, value: float, text: str, *, threshold: float | None = None
) -> Judgement:
    return Judgement(
        code=definition.code,
        rep=number,
        value=value,
        threshold=definition.threshold if threshold is None else threshold,
        source=definition.source,
        text=text,
    )
