from exercise_buddy.counting.count_documents import build_count, build_evidence
from exercise_buddy.counting.engine.results import Count, Judgement, Rep, RepFlag, Summary
from exercise_buddy.counting.schemas import CountResult
from exercise_buddy.workouts.public import Evidence


def rep(number: int, *, rejected: bool = False, share: float | None = None) -> Rep:
    flags = (RepFlag.PARTIAL,) if rejected else ()
    return Rep(number * 1000, 400, 900, 400, 500, 0, 100, 90.12345, 0.98765, share, None, 0.9, flags, rejected)


def judgement(number: int | None) -> Judgement:
    return Judgement("slowing", number, 25.1234, 20, "A study.", "The reps became slower.")


def counted(*reps: Rep, judgements: tuple[Judgement, ...] = ()) -> Count:
    count = sum(not rep.rejected for rep in reps)
    summary = Summary((400, 0, 500, 100), 60.0, None, None, 1.0, 0.5)
    return Count(count, reps, (), (count, 0), summary, judgements, 0.87654, "height")


def test_a_count_is_a_valid_document() -> None:
    document = build_count(counted(rep(0), rep(1, rejected=True), judgements=(judgement(1),)), None, None)

    result = CountResult.model_validate(document)
    assert (result.count, result.confidence) == (1, 0.877)
    assert [(found.rejected, found.flags) for found in result.evidence.reps] == [(False, []), (True, ["partial"])]
    assert result.evidence.reps[0].range_degrees == 90.123
    assert result.summary.tempo is not None
    assert result.summary.tempo.concentric_pause_ms == 100
    assert result.judgements == result.evidence.judgements
    assert result.judgements[0].value == 25.123


def test_evidence_of_a_very_long_set_is_cut_where_a_set_refuses_more() -> None:
    # Every other movement is rejected: the first 2,000 contain 1,000 reps.
    reps = [rep(number, rejected=number % 2 == 1) for number in range(2_500)]

    evidence = build_evidence(
        counted(*reps, judgements=(judgement(None), judgement(1_000), judgement(1_001))), profile=None
    )

    Evidence.model_validate(evidence)
    assert evidence["detected_reps"] == 1_250
    assert len(evidence["reps"]) == 2_000
    assert [found["rep"] for found in evidence["judgements"]] == [None, 1_000]


def test_a_share_of_a_tiny_calibrated_range_is_bounded() -> None:
    (found,) = build_evidence(counted(rep(0, share=123.4)), profile=None)["reps"]

    assert found["full_range_share"] == 10
