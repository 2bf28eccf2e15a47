"""Any merges in any order, compared with a model that moves sets from one heap to another."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.core.problems import Problem
from exercise_buddy.exercises.merge_plan import MergePlan

CUSTOM = [UUID(int=number) for number in range(4)]
CATALOGUE = [UUID(int=number) for number in range(10, 14)]
EXERCISES = [*CUSTOM, *CATALOGUE]
MERGES = st.lists(st.tuples(st.sampled_from(EXERCISES), st.sampled_from(EXERCISES)), max_size=12)


@given(merges=MERGES)
def test_no_sets_are_lost_or_come_back_to_where_they_were(merges: list[tuple[UUID, UUID]]) -> None:
    plan = MergePlan(CUSTOM, CATALOGUE, {})
    heaps: dict[UUID, set[UUID]] = {exercise_id: {exercise_id} for exercise_id in EXERCISES}
    left: set[UUID] = set()

    for source, target in merges:
        try:
            replacement = plan.add(source, target, pointer="/into_id")
        except Problem:
            continue
        if replacement is None:
            assert source in left
            continue
        exercise_id, other = replacement
        assert exercise_id == source
        assert plan.exists(other.id)
        assert other.custom == (other.id in CUSTOM)
        # Sets that have left an exercise never return to it: they would mix with those that came meanwhile.
        assert other.id not in heaps[source]
        heaps[other.id] |= heaps[source]
        heaps[source] = set()
        left.add(source)

    assert sorted(exercise_id for heap in heaps.values() for exercise_id in heap) == sorted(EXERCISES)
    for exercise_id in CUSTOM:
        assert plan.exists(exercise_id) == (exercise_id not in left)
        if exercise_id in left:
            assert heaps[exercise_id] == set()
            successor = plan.find_successor(exercise_id)
            assert plan.exists(successor)
            assert successor != exercise_id
    assert all(plan.exists(exercise_id) for exercise_id in CATALOGUE)


@given(merges=MERGES)
def test_the_same_merges_again_change_nothing(merges: list[tuple[UUID, UUID]]) -> None:
    """A request whose response was lost is sent again: its custom exercises have been merged then."""
    merges = [(source, target) for source, target in merges if source in CUSTOM]
    plan = MergePlan(CUSTOM, CATALOGUE, {})
    merged = []
    for source, target in merges:
        try:
            if plan.add(source, target, pointer="/into_id"):
                merged.append((source, target))
        except Problem:
            continue
    gone = {source for source, _ in merged}
    later = MergePlan(set(CUSTOM) - gone, CATALOGUE, {source: plan.find_successor(source) for source in gone})

    assert [later.add(source, target, pointer="/into_id") for source, target in merged] == [None] * len(merged)


def test_what_replaced_a_deleted_exercise_stands_for_it() -> None:
    gone, unknown = uuid4(), uuid4()
    plan = MergePlan(CUSTOM, CATALOGUE, {gone: CUSTOM[0]})

    replacement = plan.add(CUSTOM[1], gone, pointer="/into_id")

    assert replacement is not None
    assert replacement.other.id == CUSTOM[0]
    assert plan.find_successor(unknown) == unknown
