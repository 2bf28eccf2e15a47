"""The summary of a set."""

from collections.abc import Sequence
from statistics import median
from typing import Literal

from exercise_buddy.counting.engine.results import Rep, Summary
from exercise_buddy.rep_definitions import compute_range_loss_percent, compute_slowdown_percent

_MINUTE_MS = 60_000


def summarize_set(
    reps: Sequence[Rep],
    *,
    first_phase: Literal["eccentric", "concentric"] | None,
    tracked_share: float,
    in_position_share: float,
) -> Summary:
    """Return the summary of a set from all of its movements, in the order of time. Rejected ones count for nothing.

    Args:
        reps: the movements.
        first_phase: the phase in which a rep begins. None if it is not known: there is no tempo then.
        tracked_share: the share of the samples in which the body was seen.
        in_position_share: the share of the samples in which it was in position.

    """
    counted = [rep for rep in reps if not rep.rejected]
    one_side = [rep for rep in counted if rep.side == counted[-1].side]
    slowdown = compute_slowdown_percent((), [rep.concentric_ms for rep in one_side])
    range_loss = compute_range_loss_percent([rep.range_share for rep in one_side])
    return Summary(
        tempo_ms=_compute_tempo(counted, first_phase, last=reps[-1]) if counted else None,
        cadence_per_minute=_compute_cadence(counted),
        slowdown_percent=None if slowdown is None else round(slowdown, 1),
        range_loss_percent=None if range_loss is None else round(range_loss, 1),
        tracked_share=round(tracked_share, 3),
        in_position_share=round(in_position_share, 3),
    )


def _compute_tempo(
    counted: Sequence[Rep], first_phase: Literal["eccentric", "concentric"] | None, last: Rep
) -> tuple[int, int, int, int] | None:
    """Return the medians of the eccentric phase, the pause after it, the concentric phase and the pause after that."""
    eccentric = [rep.eccentric_ms for rep in counted if rep.eccentric_ms is not None]
    concentric = [rep.concentric_ms for rep in counted if rep.concentric_ms is not None]
    if first_phase is None or not eccentric or not concentric:
        return None
    turn_pause = median(rep.turn_pause_ms for rep in counted)
    # How long the rest after the last movement is, nobody has seen.
    end_pause = median([rep.end_pause_ms for rep in counted if rep is not last] or [0])
    pauses = (turn_pause, end_pause) if first_phase == "eccentric" else (end_pause, turn_pause)
    return round(median(eccentric)), round(pauses[0]), round(median(concentric)), round(pauses[1])


def _compute_cadence(counted: Sequence[Rep]) -> float | None:
    """Return the reps per minute between the first and the last rep."""
    span_ms = counted[-1].offset_ms - counted[0].offset_ms if counted else 0
    return round((len(counted) - 1) / span_ms * _MINUTE_MS, 1) if span_ms > 0 else None
