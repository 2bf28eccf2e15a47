"""The summary of a set."""

from dataclasses import replace
from typing import Literal

import pytest

from exercise_buddy.counting.engine.results import Rep, Summary
from exercise_buddy.counting.engine.summary import summarize_set
from exercise_buddy.counting.engine.tests.reps import build_set


def summarize(reps: list[Rep], first_phase: Literal["eccentric", "concentric"] | None = "eccentric") -> Summary:
    """Return the summary of a set that was tracked throughout."""
    return summarize_set(reps, first_phase=first_phase, tracked_share=1.0, in_position_share=0.87654)


@pytest.mark.parametrize(
    ("first_phase", "expected"),
    [
        ("eccentric", (2_000, 300, 1_000, 500)),
        # An overhead press pauses above after its concentric phase, and below after its eccentric one.
        ("concentric", (2_000, 500, 1_000, 300)),
        (None, None),
    ],
)
def test_tempo_is_the_median_of_each_phase(
    first_phase: Literal["eccentric", "concentric"] | None, expected: tuple[int, int, int, int] | None
) -> None:
    reps = build_set(
        4,
        eccentric_ms=[1_900, 2_000, 2_100, 2_000],
        concentric_ms=[1_000, 1_000, 1_000, 5_000],
        turn_pause_ms=[300, 300, 300, 900],
        # The rest after the last rep was not seen to its end.
        end_pause_ms=[400, 500, 600, 0],
    )
    assert summarize(reps, first_phase).tempo_ms == expected


def test_rejected_movements_count_for_nothing() -> None:
    reps = build_set(5, duration_ms=[3_000, 2_000, 2_000, 9_000, 2_000], concentric_ms=[800, 1_000, 1_000, 100, 1_000])
    reps[3] = replace(reps[3], rejected=True, range_share=4.0)
    summary = summarize(reps)

    assert summary.cadence_per_minute == pytest.approx(3 / 16_000 * 60_000, abs=0.06)
    assert summary.slowdown_percent == 20.0
    assert summary.range_loss_percent == 0.0
    assert (summary.tracked_share, summary.in_position_share) == (1.0, 0.877)


def test_range_loss_is_against_the_best_rep() -> None:
    assert summarize(build_set(3, range_share=[0.9, 1.0, 0.75])).range_loss_percent == 25.0


@pytest.mark.parametrize("count", [0, 1])
def test_single_rep_has_no_cadence_and_no_loss(count: int) -> None:
    summary = summarize(build_set(count))

    assert summary.tempo_ms == ((1_000, 0, 1_000, 0) if count else None)
    assert (summary.cadence_per_minute, summary.slowdown_percent, summary.range_loss_percent) == (None, None, None)


def test_set_of_rejected_movements_has_no_tempo() -> None:
    reps = [replace(rep, rejected=True) for rep in build_set(3)]
    assert summarize(reps).tempo_ms is None


def test_numbers_are_rounded_to_what_is_told() -> None:
    reps = build_set(
        3,
        duration_ms=[2_100, 2_200, 2_300],
        concentric_ms=[900, 900, 1_070],
        range_share=[0.7, 0.9, 0.8],
        end_pause_ms=[7] * 3,
    )
    summary = summarize_set(reps, first_phase=None, tracked_share=0.98765, in_position_share=0.12345)

    assert summary.cadence_per_minute == 27.8  # two reps in 4,314 ms
    assert summary.slowdown_percent == 15.9
    assert summary.range_loss_percent == 11.1
    assert (summary.tracked_share, summary.in_position_share) == (0.988, 0.123)


def test_the_time_before_the_first_rep_is_no_part_of_the_cadence() -> None:
    later = [replace(rep, offset_ms=rep.offset_ms + 60_000) for rep in build_set(4)]

    assert summarize(later).cadence_per_minute == summarize(build_set(4)).cadence_per_minute == 30.0


@pytest.mark.parametrize("phase", ["eccentric_ms", "concentric_ms"])
def test_without_one_of_the_phases_there_is_no_tempo(phase: str) -> None:
    assert summarize(build_set(3, **{phase: [None] * 3})).tempo_ms is None
