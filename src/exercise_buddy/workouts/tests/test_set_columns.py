"""What a set and a rep consist of is written down twice: as columns and as the schemas beside each other."""

from typing import Any

from exercise_buddy.workouts.set_schemas import (
    Evidence,
    EvidenceInput,
    Judgement,
    JudgementInput,
    RepEvidence,
    RepEvidenceInput,
    SetInput,
    SetResult,
    WorkoutSet,
)
from exercise_buddy.workouts.tables import REP_QUANTITIES, SET_VALUES


def test_a_rep_has_one_array_for_each_field() -> None:
    assert list(REP_QUANTITIES) == list(RepEvidence.model_fields) == list(RepEvidenceInput.model_fields)


def test_evidence_is_returned_with_the_fields_that_were_sent() -> None:
    assert list(Evidence.model_fields) == list(EvidenceInput.model_fields)
    assert list(Judgement.model_fields) == list(JudgementInput.model_fields)


def test_evidence_of_an_older_client_is_dumped_as_before() -> None:
    """Hashes of the dump recognize workouts and files that were stored before a field existed."""
    rep: dict[str, Any] = {
        "offset_ms": 0,
        "duration_ms": 900,
        "eccentric_ms": None,
        "concentric_ms": None,
        "range_degrees": None,
        "range_mm": None,
        "mean_velocity_mps": None,
        "confidence": None,
        "flags": [],
        "rejected": False,
    }
    evidence = {"counter": {"name": "pose", "version": "1"}, "detected_reps": 1, "reps": [rep]}
    more = {"profile_version": "1", "reps": [rep | {"turn_pause_ms": 0, "side": "left"}]}

    assert EvidenceInput.model_validate(evidence).model_dump(mode="json") == evidence
    assert EvidenceInput.model_validate(evidence | more).model_dump(mode="json") == evidence | more


def test_a_set_has_one_column_for_each_field() -> None:
    counter = ["counter_name", "counter_version", "profile_version", "detected_reps", "judgements"]
    arrays = [f"rep_{name}" for name in REP_QUANTITIES]

    assert list(SET_VALUES) == [*SetResult.model_fields, *counter, *arrays]
    assert list(SetInput.model_fields) == ["id", *SetResult.model_fields, "evidence"]
    assert set(WorkoutSet.model_fields) == set(SetInput.model_fields)
