"""What the engine returns. All times are milliseconds from the first sample of the trace."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Side = Literal["left", "right"]
Quantity = Literal["angle_degrees", "height", "distance"]
"""What a client measures that sends a signal instead of landmarks."""

TrackingState = Literal["in_position", "out_of_position", "lost"]


class RepFlag(StrEnum):
    """Why a movement was rejected, or what is special about a rep."""

    PARTIAL = "partial"
    GETTING_INTO_POSITION = "getting_into_position"
    TRACKING_LOST = "tracking_lost"
    TOO_FAST = "too_fast"


@dataclass(frozen=True, slots=True)
class Rep:
    """One movement: a counted rep, or a rejected one with the reason in `flags`.

    `offset_ms` is the start, `turn_ms` the time from the start to the turning point, `duration_ms` the time from the
    start to the end. `turn_pause_ms` is the pause at the turning point, `end_pause_ms` the one before the next rep.
    `range_share` is the range in relation to the best rep of the set, `full_range_share` in relation to the calibrated
    full range. `range_degrees` is None unless the signal is an angle. `confidence` is between 0 and 1.
    """

    offset_ms: int
    turn_ms: int
    duration_ms: int
    eccentric_ms: int | None
    concentric_ms: int | None
    turn_pause_ms: int
    end_pause_ms: int
    range_degrees: float | None
    range_share: float
    full_range_share: float | None
    side: Side | None
    confidence: float
    flags: tuple[RepFlag, ...] = ()
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A time in which the position of a hold was kept."""

    offset_ms: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding about a set. `rep` is the number of the counted rep, from 1; None if it is about the whole set.

    `value` and `threshold` have the unit that the definition of `code` states. `text` is an English sentence.
    """

    code: str
    rep: int | None
    value: float
    threshold: float
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The set as a whole. `tempo_ms` is the median of eccentric, pause, concentric, pause; None without reps."""

    tempo_ms: tuple[int, int, int, int] | None
    cadence_per_minute: float | None
    slowdown_percent: float | None
    range_loss_percent: float | None
    tracked_share: float
    in_position_share: float


@dataclass(frozen=True, slots=True)
class Count:
    """The result of counting a trace. `reps` are in the order of time and contain the rejected movements.

    `confidence` says how sure the count is, from 0 to 1. `signal` is the name of the signal that decided.
    """

    count: int
    reps: tuple[Rep, ...]
    holds: tuple[Hold, ...]
    sides: tuple[int, int] | None
    summary: Summary
    judgements: tuple[Judgement, ...]
    confidence: float
    signal: str | None
