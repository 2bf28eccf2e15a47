"""What a set and a rep consist of is written down twice: as columns and as the schemas beside each other."""

from exercise_buddy.workouts.set_schemas import RepEvidence, RepEvidenceInput, SetInput, SetResult, WorkoutSet
from exercise_buddy.workouts.tables import REP_QUANTITIES, SET_VALUES


def test_a_rep_has_one_array_for_each_field() -> None:
    assert list(REP_QUANTITIES) == list(RepEvidence.model_fields) == list(RepEvidenceInput.model_fields)


def test_a_set_has_one_column_for_each_field() -> None:
    counter = ["counter_name", "counter_version", "detected_reps"]
    arrays = [f"rep_{name}" for name in REP_QUANTITIES]

    assert list(SET_VALUES) == [*SetResult.model_fields, *counter, *arrays]
    assert list(SetInput.model_fields) == ["id", *SetResult.model_fields, "evidence"]
    assert set(WorkoutSet.model_fields) == set(SetInput.model_fields)
