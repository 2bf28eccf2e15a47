"""The sums of camera evidence, as SQL expressions over any rows that have the columns of a set.

A rejected rep does not count and breaks an unbroken run. A quantity that was not measured counts in no mean.
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
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.elements import Grouping

from exercise_buddy.workouts.tables import REP_QUALITY

PAUSE_MS = 5_000
"""A longer pause between two reps breaks an unbroken run."""

_PERCENT: ColumnElement[float] = literal_column("100.0::float8", Double)
_FALSE: ColumnElement[bool] = literal_column("false", Boolean)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_TWO: ColumnElement[int] = literal_column("2", Integer)

_MEASURED = ("offset_ms", "duration_ms", "eccentric_ms", "concentric_ms", "range_degrees", "rejected")


def rep_sums(sets: FromClause) -> FromClause:
    """Return a lateral select with the sums of the reps of one set, one row for each row of `sets`.

    - `slowdown_percent`: how much longer the concentric phase of the last rep took than that of the fastest rep.
      Source: Sánchez-Medina & González-Badillo 2011, Med Sci Sports Exerc 43(9):1725-1734, relative to the fastest rep.
      A camera measures durations instead of velocities.
    - `tempo_variation_percent`: the sample standard deviation of the durations of the reps, in percent of their mean.
    - `cadence_reps`, `cadence_ms`: the reps after the first, and the time from the first to the last.
    - `best_unbroken_reps`: the longest run of reps without a rejected rep or a pause over `PAUSE_MS`.
    """
    rep = (
        func.unnest(*(sets.c[f"rep_{name}"] for name in _MEASURED))
        .table_valued(*_MEASURED, with_ordinality="number", name="tracked_rep")
        .render_derived()
    )
    # In the order of time, whatever the order of the request.
    in_order = (rep.c.offset_ms, rep.c.number)
    rejected = func.coalesce(cast(rep.c.rejected, Boolean), _FALSE)
    end = rep.c.offset_ms + func.coalesce(rep.c.duration_ms, literal_column("0"))
    pause = rep.c.offset_ms - func.lag(end).over(order_by=in_order)
    marked = select(
        *(rep.c[name] for name in _MEASURED if name != "rejected"),
        rep.c.number,
        (~rejected).label("counted"),
        cast(rejected | func.coalesce(pause > literal_column(str(PAUSE_MS)), _FALSE), Integer).label("breaks"),
    ).subquery("marked")
    by_time = (marked.c.offset_ms, marked.c.number)
    in_runs = select(marked, func.sum(marked.c.breaks).over(order_by=by_time).label("run")).subquery("in_runs")
    r = select(
        in_runs,
        func.count().filter(in_runs.c.counted).over(partition_by=in_runs.c.run).label("run_length"),
    ).subquery("rep")
    counted = r.c.counted
    tracked = func.count().filter(counted)
    lifted = counted & (r.c.concentric_ms > 0)
    fastest = cast(func.min(r.c.concentric_ms).filter(lifted), Double)
    latest_first = aggregate_order_by(r.c.concentric_ms, r.c.offset_ms.desc(), r.c.number.desc())
    last = Grouping(cast(func.array_agg(latest_first).filter(lifted), ARRAY(Integer)))[1]
    span = func.max(r.c.offset_ms).filter(counted) - func.min(r.c.offset_ms).filter(counted)
    return select(
        tracked.label("tracked_reps"),
        func.count(r.c.duration_ms).filter(counted).label("timed_reps"),
        func.sum(r.c.duration_ms).filter(counted).label("time_ms"),
        func.count(r.c.eccentric_ms).filter(counted).label("eccentric_reps"),
        func.sum(r.c.eccentric_ms).filter(counted).label("eccentric_ms"),
        func.count(r.c.concentric_ms).filter(counted).label("concentric_reps"),
        func.sum(r.c.concentric_ms).filter(counted).label("concentric_ms"),
        func.count(r.c.range_degrees).filter(counted).label("range_reps"),
        func.sum(cast(r.c.range_degrees, Double)).filter(counted).label("range_degrees"),
        case((func.count().filter(lifted) >= _TWO, (last - fastest) / fastest * _PERCENT)).label("slowdown_percent"),
        (
            func.stddev_samp(cast(r.c.duration_ms, Double), type_=Double).filter(counted)
            / func.nullif(func.avg(cast(r.c.duration_ms, Double), type_=Double).filter(counted), literal_column("0"))
            * _PERCENT
        ).label("tempo_variation_percent"),
        case((span > literal_column("0"), tracked - _ONE)).label("cadence_reps"),
        case((span > literal_column("0"), span)).label("cadence_ms"),
        func.max(r.c.run_length).label("best_unbroken_reps"),
    ).lateral("rep_sums")


def set_sums(sets: FromClause, reps: FromClause) -> list[ColumnElement[Any]]:
    """Return the sums over a group of sets, labelled `REP_QUALITY`; `reps` is `rep_sums(sets)`, joined to each set."""
    s, r = sets.c, reps.c
    tracked = s.rep_offset_ms.is_not(None)
    counted = s.detected_reps.is_not(None)
    sums: dict[str, ColumnElement[Any]] = {
        "tracked_sets": func.nullif(func.count().filter(counted), literal_column("0")),
        "detected_reps": func.sum(s.detected_reps),
        "corrected_reps": func.sum(s.reps).filter(counted),
        "corrected_sets": func.count().filter(counted & (s.reps != s.detected_reps)),
        "slowdown_sets": func.count(r.slowdown_percent),
        "tempo_variation_sets": func.count(r.tempo_variation_percent),
        "best_unbroken_reps": func.max(r.best_unbroken_reps).filter(tracked),
    }
    for name in REP_QUALITY:
        if name not in sums:
            sums[name] = func.sum(r[name]).filter(tracked)
    return [
        (
            value
            if name == "tracked_sets"
            else case((func.count().filter(counted) > literal_column("0"), _typed(name, value)))
        ).label(name)
        for name in REP_QUALITY
        for value in (sums[name],)
    ]


def _typed(name: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    if name in {"range_degrees", "slowdown_percent", "tempo_variation_percent"}:
        return cast(func.round(cast(value, Numeric), 6), Double)
    return cast(value, BigInteger if name.endswith("_ms") else Integer)
