"""Judgements about a set."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.counting.engine.judgements import DEFINITIONS, SHORT_RANGE, judge_set
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.engine.results import Judgement, Rep
from exercise_buddy.counting.engine.tests.reps import STEADY, build_set

ROOT = Path(__file__).parents[5]
PROFILE = Profile("1", "rep", (), "both", "eccentric", (), 500, 10_000, 0.75, None, "any")


def judge(reps: list[Rep], sides: tuple[int, int] | None = None, profile: Profile | None = PROFILE) -> list[Judgement]:
    """Return the judgements, each with the source and the threshold of its definition."""
    judgements = judge_set(reps, sides, profile)
    for judgement in judgements:
        definition = next(definition for definition in DEFINITIONS if definition.code == judgement.code)
        assert judgement.source == definition.source
        if definition is not SHORT_RANGE:
            assert judgement.threshold == definition.threshold
    return list(judgements)


def summarize(judgements: list[Judgement]) -> list[tuple[str, int | None, float]]:
    """Return the code, the rep and the value of each judgement."""
    return [(judgement.code, judgement.rep, judgement.value) for judgement in judgements]


def test_steady_set_gets_no_judgement() -> None:
    assert judge(build_set(10, full_range_share=[0.9] * 10)) == []
    assert judge([]) == []


def test_fading_begins_with_the_first_rep_that_stays_short() -> None:
    # Rep 3 is short, but rep 4 is not.
    reps = build_set(8, range_share=[0.95, 1.0, 0.7, 0.9, 0.85, 0.79, 0.71, 0.6])
    (judgement,) = judge(reps)

    assert summarize([judgement]) == [("range_fading", 6, 0.79)]
    assert judgement.text == "Rep 6 reached 79% of the best range of the set. No later rep reached 80% of it."
    (judgement,) = judge([*reps[:5], reps[6]])
    assert judgement.text == "Rep 6 reached 71% of the best range of the set."


def test_recovered_range_is_not_fading() -> None:
    assert judge(build_set(5, range_share=[1.0, 0.7, 0.7, 0.7, 0.85])) == []
    # As it does with four fifths of the best.
    assert judge(build_set(5, range_share=[1.0, 0.7, 0.7, 0.7, 0.8])) == []


def test_slowing_is_the_loss_of_velocity_beyond_a_fifth() -> None:
    # 1,250 ms over the same distance is a fifth less velocity than 1,000 ms.
    assert judge(build_set(4, concentric_ms=[1_100, 1_000, 1_240, 1_250])) == []
    (judgement,) = judge(build_set(5, concentric_ms=[1_100, 1_000, 1_240, 1_260, 1_600]))

    assert summarize([judgement]) == [("slowing", 4, 20.6)]
    assert judgement.text == "Rep 4 lost 21% of the velocity of the fastest rep. Every later rep lost more than 20%."
    (judgement,) = judge(build_set(3, concentric_ms=[1_000, 1_000, 2_000]))
    assert (judgement.rep, judgement.text) == (3, "Rep 3 lost 50% of the velocity of the fastest rep.")


def test_rejected_movements_are_not_judged_and_have_no_number() -> None:
    reps = build_set(6, concentric_ms=[1_000, 100, 1_000, 1_000, 2_000, 9_000])
    reps[1], reps[5] = (replace(rep, rejected=True, range_share=0.1, eccentric_ms=10) for rep in (reps[1], reps[5]))

    assert summarize(judge(reps)) == [("slowing", 4, 50.0)]


def test_two_reps_show_no_trend() -> None:
    assert judge(build_set(2, range_share=[1.0, 0.5], concentric_ms=[1_000, 3_000], duration_ms=[2_000, 6_000])) == []


def test_weaker_side_is_no_fading_and_no_slowing() -> None:
    values: dict[str, Sequence[object]] = {
        "side": ["left", "right"] * 4,
        "range_share": [1.0, 0.7] * 4,
        "concentric_ms": [1_000, 1_500] * 4,
    }
    assert summarize(judge(build_set(8, **values), (4, 4))) == [("uneven_sides", None, 30.0)]
    assert judge(build_set(8, **values), (4, 4))[0].text == "The right side has 30% less range than the left side."
    # Sides that move together are the best-seen side.
    assert judge(build_set(8, **values), None) == []


def test_one_side_fades_and_slows_down_by_its_own_best() -> None:
    values: dict[str, Sequence[object]] = {
        "side": ["left", "right"] * 3,
        "range_share": [1.0, 0.6, 1.0, 0.6, 1.0, 0.4],
        "concentric_ms": [1_000, 1_500, 1_000, 1_500, 1_000, 2_000],
    }

    assert summarize(judge(build_set(6, **values), None)) == [("range_fading", 6, 0.667), ("slowing", 6, 25.0)]


@pytest.mark.parametrize(
    ("left", "right", "value", "text"),
    [
        (0.7, 0.9, 22.2, "The left side has 22% less range than the right side."),
        (0.9, 0.7, 22.2, "The right side has 22% less range than the left side."),
        (0.4, 0.34, None, None),
    ],
)
def test_sides_are_uneven_if_two_reps_of_one_have_less_range(
    left: float, right: float, value: float | None, text: str | None
) -> None:
    reps = build_set(4, side=["left", "right"] * 2, range_share=[left, right] * 2)

    judgements = judge(reps, (2, 2))

    assert summarize(judgements) == ([] if value is None else [("uneven_sides", None, value)])
    assert [judgement.text for judgement in judgements] == ([] if text is None else [text])
    # One rep of a side is no measure of it.
    assert judge(reps[:3], (2, 1)) == []


def test_formulas_document_every_judgement() -> None:
    formulas = (ROOT / "docs" / "formulas.md").read_text()
    for definition in DEFINITIONS:
        assert f"| `{definition.code}` |" in formulas


@pytest.mark.parametrize(
    ("sides", "expected"),
    [((6, 5), None), ((10, 8), 20.0), ((4, 8), 50.0), ((9, 7), 22.2), ((20, 18), None), ((20, 17), None)],
)
def test_sides_are_uneven_if_one_did_more_reps(sides: tuple[int, int], expected: float | None) -> None:
    reps = [replace(STEADY, side="left")] * sides[0] + [replace(STEADY, side="right")] * sides[1]
    judgements = judge(reps, sides)

    assert summarize(judgements) == ([] if expected is None else [("uneven_sides", None, expected)])
    if expected:
        assert judgements[0].text == f"The left side did {sides[0]} reps, the right side {sides[1]}."


def test_one_sided_set_is_uneven() -> None:
    assert summarize(judge([replace(STEADY, side="right")] * 5, (0, 5))) == [("uneven_sides", None, 100.0)]
    assert judge([], (0, 0)) == []


@pytest.mark.parametrize(
    ("eccentric_ms", "text"),
    [
        ([500, 800, 900], None),
        ([499, 800, 900], "The eccentric phase of rep 1 took 0.50 s."),
        ([490, 405, 900], "The eccentric phase of rep 2 took 0.41 s, and 1 more rep was like it."),
        ([490, 350, 310], "The eccentric phase of rep 3 took 0.31 s, and 2 more reps were like it."),
        ([None, None, None], None),
    ],
)
def test_eccentric_phases_under_half_a_second_are_rushed(eccentric_ms: list[int | None], text: str | None) -> None:
    judgements = judge(build_set(3, eccentric_ms=eccentric_ms))

    assert [judgement.text for judgement in judgements] == ([] if text is None else [text])
    assert judge(build_set(3, eccentric_ms=eccentric_ms), profile=replace(PROFILE, ballistic=True)) == []
    assert judge(build_set(3, eccentric_ms=eccentric_ms), profile=None) == []


def test_the_shortest_eccentric_phase_is_the_value() -> None:
    assert summarize(judge(build_set(3, eccentric_ms=[490, 350, 900]))) == [("rushed_eccentric", 2, 350.0)]


def test_short_range_is_measured_by_the_calibration_and_the_profile() -> None:
    reps = build_set(4, full_range_share=[0.8, 0.7, 0.6, 0.76])
    (judgement,) = judge(reps)

    assert summarize([judgement]) == [("short_range", 3, 0.6)]
    assert judgement.threshold == 0.75
    assert judgement.text == ("Rep 3 reached 60% of your full range, and 1 more rep was like it. 75% count as full.")
    assert judge(reps, profile=replace(PROFILE, full_range=0.5)) == []
    assert judge(reps, profile=replace(PROFILE, full_range=0.6)) == []
    assert judge(reps, profile=replace(PROFILE, full_range=0.7))[0].threshold == 0.7


def test_tempo_is_unsteady_if_durations_vary_by_a_quarter() -> None:
    assert judge(build_set(4, duration_ms=[2_000, 2_400, 1_800, 2_500])) == []
    assert judge(build_set(3, duration_ms=[1_500, 2_000, 2_500])) == []
    assert summarize(judge(build_set(3, duration_ms=[1_400, 2_000, 2_600]))) == [("unsteady_tempo", None, 30.0)]
    (judgement,) = judge(build_set(4, duration_ms=[2_000, 4_000, 2_000, 4_000]))

    assert summarize([judgement]) == [("unsteady_tempo", None, 38.5)]
    assert judgement.text == "The durations of the reps vary by 38% of their mean."


durations = st.integers(0, 20_000)
wild_reps = st.lists(
    st.builds(
        Rep,
        offset_ms=durations,
        turn_ms=durations,
        duration_ms=durations,
        eccentric_ms=st.none() | durations,
        concentric_ms=st.none() | durations,
        turn_pause_ms=durations,
        end_pause_ms=durations,
        range_degrees=st.none(),
        range_share=st.floats(0, 1),
        full_range_share=st.none() | st.floats(0, 10),
        side=st.sampled_from(["left", "right", None]),
        confidence=st.floats(0, 1),
        flags=st.just(()),
        rejected=st.booleans(),
    ),
    max_size=12,
)


@given(wild_reps, st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)), st.sampled_from([PROFILE, None]))
def test_any_set_can_be_judged(reps: list[Rep], sides: tuple[int, int] | None, profile: Profile | None) -> None:
    judgements = judge(reps, sides, profile)
    counted = sum(not rep.rejected for rep in reps)

    assert len({judgement.code for judgement in judgements}) == len(judgements)
    for judgement in judgements:
        assert judgement.rep is None or 1 <= judgement.rep <= counted
        assert 0 <= judgement.value < 20_000
        assert judgement.text.endswith(".")
