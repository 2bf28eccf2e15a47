"""The sums of camera evidence, as SQL expressions over any rows that have the columns of a set.

A rejected rep does not count and breaks an unbroken run. A quantity that was not measured counts in no mean. Slowdown,
range loss and variation of tempo are the functions of `rep_definitions`, in SQL.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Numeric,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.elements import Grouping

from exercise_buddy.rep_definitions import RANGE_FADING, SLOWING, SMALLEST_SET
from exercise_buddy.workouts.tables import REP_QUALITY

PAUSE_MS = 5_000
"""A longer pause between two reps breaks an unbroken run."""

_PERCENT: ColumnElement[float] = literal_column("100.0::float8", Double)
_FALSE: ColumnElement[bool] = literal_column("false", Boolean)
_ZERO: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_TWO: ColumnElement[int] = literal_column("2", Integer)

_WARM_UP: ColumnElement[str] = literal_column("'warm_up'", Text)

_MEASURED = (
    "offset_ms",
    "duration_ms",
    "eccentric_ms",
    "concentric_ms",
    "range_degrees",
    "range_mm",
    "range_share",
    "full_range_share",
    "mean_velocity_mps",
    "side",
    "rejected",
)

FRACTIONAL = {
    "range_degrees",
    "full_range_share",
    "slowdown_percent",
    "velocity_loss_percent",
    "range_loss_percent",
    "tempo_variation_percent",
}


def rep_sums(sets: FromClause) -> FromClause:
    """Return a lateral select with the sums of the reps of one set, one row for each row of `sets`.

    - `slowdown_percent`, `range_loss_percent`, `tempo_variation_percent`: see `rep_definitions`. The range is the first
      of share, degrees and millimetres that two reps have.
    - `slowed`, `faded`: whether the set slowed down or lost range beyond the threshold.
    - `cadence_reps`, `cadence_ms`: the reps after the first, and the time from the first to the last.
    - `best_unbroken_reps`: the longest run of reps without a rejected rep or a pause over `PAUSE_MS`.
    """
    r = _select_reps(sets)
    counted = r.c.counted
    tracked = func.count().filter(counted)
    span = func.max(r.c.offset_ms).filter(counted) - func.min(r.c.offset_ms).filter(counted)
    velocity, concentric = _LastAndBest(r, "mean_velocity_mps"), _LastAndBest(r, "concentric_ms")
    loss = (velocity.largest - velocity.last) / velocity.largest * _PERCENT
    ranges = [_LastAndBest(r, name) for name in ("range_share", "range_degrees", "range_mm")]
    sums = select(
        tracked.label("tracked_reps"),
        func.count(r.c.duration_ms).filter(counted).label("timed_reps"),
        func.sum(r.c.duration_ms).filter(counted).label("time_ms"),
        func.count(r.c.eccentric_ms).filter(counted).label("eccentric_reps"),
        func.sum(r.c.eccentric_ms).filter(counted).label("eccentric_ms"),
        func.count(r.c.concentric_ms).filter(counted).label("concentric_reps"),
        func.sum(r.c.concentric_ms).filter(counted).label("concentric_ms"),
        func.count(r.c.range_degrees).filter(counted).label("range_reps"),
        func.sum(cast(r.c.range_degrees, Double)).filter(counted).label("range_degrees"),
        func.count(r.c.full_range_share).filter(counted).label("full_range_reps"),
        func.sum(cast(r.c.full_range_share, Double)).filter(counted).label("full_range_share"),
        func.count().filter(counted & (r.c.side == literal_column("'left'"))).label("left_reps"),
        func.count().filter(counted & (r.c.side == literal_column("'right'"))).label("right_reps"),
        case((velocity.count >= _TWO, loss)).label("velocity_loss_percent"),
        case(
            (velocity.count >= _TWO, loss),
            (concentric.count >= _TWO, (concentric.last - concentric.smallest) / concentric.last * _PERCENT),
        ).label("slowdown_percent"),
        case(*((one.count >= _TWO, (one.largest - one.last) / one.largest * _PERCENT) for one in ranges)).label(
            "range_loss_percent"
        ),
        (
            func.stddev_samp(cast(r.c.duration_ms, Double), type_=Double).filter(counted)
            / func.nullif(func.avg(cast(r.c.duration_ms, Double), type_=Double).filter(counted), _ZERO)
            * _PERCENT
        ).label("tempo_variation_percent"),
        case((span > _ZERO, tracked - _ONE)).label("cadence_reps"),
        case((span > _ZERO, span)).label("cadence_ms"),
        func.max(r.c.run_length).label("best_unbroken_reps"),
    ).subquery("sums")
    judged = sums.c.tracked_reps >= literal_column(str(SMALLEST_SET))
    last_range_share = _number(1) - sums.c.range_loss_percent / _PERCENT
    return select(
        sums,
        (judged & (sums.c.slowdown_percent > _number(SLOWING.threshold))).label("slowed"),
        (judged & (last_range_share < _number(RANGE_FADING.threshold))).label("faded"),
    ).lateral("rep_sums")


def _select_reps(sets: FromClause) -> FromClause:
    """Return the reps of one set.

    With each: whether it is counted, the number of counted reps of its unbroken run, and the side of the last counted
    rep of the set.
    """
    rep = (
        func.unnest(*(sets.c[f"rep_{name}"] for name in _MEASURED))
        .table_valued(*_MEASURED, with_ordinality="number", name="tracked_rep")
        .render_derived()
    )
    # In the order of time, whatever the order of the request.
    in_order = (rep.c.offset_ms, rep.c.number)
    rejected = func.coalesce(cast(rep.c.rejected, Boolean), _FALSE)
    end = rep.c.offset_ms + func.coalesce(rep.c.duration_ms, _ZERO)
    pause = rep.c.offset_ms - func.lag(end).over(order_by=in_order)
    marked = select(
        *(rep.c[name] for name in _MEASURED if name != "rejected"),
        rep.c.number,
        (~rejected).label("counted"),
        cast(rejected | func.coalesce(pause > literal_column(str(PAUSE_MS)), _FALSE), Integer).label("breaks"),
    ).subquery("marked")
    by_time = (marked.c.offset_ms, marked.c.number)
    in_runs = select(marked, func.sum(marked.c.breaks).over(order_by=by_time).label("run")).subquery("in_runs")
    return select(
        in_runs,
        func.count().filter(in_runs.c.counted).over(partition_by=in_runs.c.run).label("run_length"),
        func.first_value(in_runs.c.side)
        .over(order_by=(in_runs.c.counted.desc(), in_runs.c.offset_ms.desc(), in_runs.c.number.desc()))
        .label("last_side"),
    ).subquery("rep")


class _LastAndBest:
    """A quantity of the counted reps of the side that did the last one. A value of 0 was not measured."""

    def __init__(self, reps: FromClause, name: str) -> None:
        value = cast(reps.c[name], Double)
        measured = reps.c.counted & reps.c.side.is_not_distinct_from(reps.c.last_side) & (value > _ZERO)
        latest_first = aggregate_order_by(value, reps.c.offset_ms.desc(), reps.c.number.desc())
        self.count = func.count().filter(measured)
        self.last = Grouping(cast(func.array_agg(latest_first).filter(measured), ARRAY(Double)))[1]
        self.largest = func.max(value).filter(measured)
        self.smallest = func.min(value).filter(measured)


def _number(value: float) -> ColumnElement[float]:
    return literal_column(f"{value}::float8", Double)


def set_sums(sets: FromClause, reps: FromClause) -> list[ColumnElement[Any]]:
    """Return the sums over a group of sets, labelled `REP_QUALITY`; `reps` is `rep_sums(sets)`, joined to each set."""
    s, r = sets.c, reps.c
    tracked = s.rep_offset_ms.is_not(None)
    counted = s.detected_reps.is_not(None)
    sums: dict[str, ColumnElement[Any]] = {
        "tracked_sets": func.nullif(func.count().filter(counted), _ZERO),
        "detected_reps": func.sum(s.detected_reps),
        "corrected_reps": func.sum(s.reps).filter(counted),
        "corrected_sets": func.count().filter(counted & (s.reps != s.detected_reps)),
        "slowdown_sets": func.count(r.slowdown_percent),
        "velocity_loss_sets": func.count(r.velocity_loss_percent),
        "slowed_sets": func.count().filter(r.slowed),
        "range_loss_sets": func.count(r.range_loss_percent),
        "faded_sets": func.count().filter(r.faded),
        "tempo_variation_sets": func.count(r.tempo_variation_percent),
        "best_unbroken_reps": func.max(r.best_unbroken_reps).filter(tracked, s.kind != _WARM_UP),
    }
    for name in REP_QUALITY:
        if name not in sums:
            # The sum of doubles would depend on their order.
            value = cast(r[name], Numeric) if name in FRACTIONAL else r[name]
            sums[name] = func.sum(value).filter(tracked)
    return [
        (value if name == "tracked_sets" else case((func.count().filter(counted) > _ZERO, _typed(name, value)))).label(
            name
        )
        for name in REP_QUALITY
        for value in (sums[name],)
    ]


def _typed(name: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    if name in FRACTIONAL:
        return cast(func.round(cast(value, Numeric), 6), Double)
    return cast(value, BigInteger if name.endswith("_ms") else Integer)
