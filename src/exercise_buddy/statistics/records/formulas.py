"""The formulas that estimate a one-rep max from a set, as SQL and as numbers."""

import math
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Double, Integer, case, cast, func, literal_column

MAX_REPS = 12
"""Above so many repetitions no formula estimates well (Reynolds 2006)."""

_MARGIN = 1e-9
_ONE: ColumnElement[int] = literal_column("1", Integer)


class Formula(StrEnum):
    """Who the formula of an estimated one-rep max is named for."""

    EPLEY = "epley"
    BRZYCKI = "brzycki"
    LOMBARDI = "lombardi"
    OCONNER = "oconner"
    WATHAN = "wathan"
    MAYHEW = "mayhew"


def _number(text: str) -> ColumnElement[float]:
    return literal_column(f"{text}::float8", Double)


def estimate(formula: Formula, weight_kg: ColumnElement[float], reps: ColumnElement[int]) -> ColumnElement[float]:
    """Estimate a one-rep max in kilograms of a set of 1 to `MAX_REPS` reps: the weight itself at one.

    Source: LeSuer et al. 1997, J Strength Cond Res 11(4):211-213, which compares them all.
    """
    r: ColumnElement[float] = cast(reps, Double)
    w = weight_kg
    repeated: ColumnElement[Any]
    match formula:
        case Formula.EPLEY:
            repeated = w * (1 + r / _number("30"))
        case Formula.BRZYCKI:
            repeated = w * _number("36") / (_number("37") - r)
        case Formula.LOMBARDI:
            repeated = w * func.power(r, _number("0.1"))
        case Formula.OCONNER:
            repeated = w * (1 + _number("0.025") * r)
        case Formula.WATHAN:
            repeated = w * _number("100") / (_number("48.8") + _number("53.8") * func.exp(_number("-0.075") * r))
        case Formula.MAYHEW:
            repeated = w * _number("100") / (_number("52.2") + _number("41.9") * func.exp(_number("-0.055") * r))
    return case((reps == _ONE, w), else_=repeated)


_FACTORS: dict[Formula, Callable[[int], float]] = {
    Formula.EPLEY: lambda r: 1 + r / 30,
    Formula.BRZYCKI: lambda r: 36 / (37 - r),
    Formula.LOMBARDI: lambda r: r**0.10,
    Formula.OCONNER: lambda r: 1 + 0.025 * r,
    Formula.WATHAN: lambda r: 100 / (48.8 + 53.8 * math.exp(-0.075 * r)),
    Formula.MAYHEW: lambda r: 100 / (52.2 + 41.9 * math.exp(-0.055 * r)),
}


def factor(formula: Formula, reps: int) -> float:
    """Give what a formula multiplies the weight with, for 1 to `MAX_REPS` reps."""
    return 1.0 if reps == 1 else _FACTORS[formula](reps)


@cache
def least_share(formula: Formula) -> float:
    """Give the share of the best estimate by Epley that a set must have to be the best by another formula.

    Stored are the estimates by Epley. The others differ from it by a factor of the reps only, so that the set which is
    best by one of them cannot be far below the best by Epley: few sets have to be looked at.
    """
    ratios = [factor(formula, reps) / factor(Formula.EPLEY, reps) for reps in range(1, MAX_REPS + 1)]
    return min(ratios) / max(ratios) - _MARGIN
