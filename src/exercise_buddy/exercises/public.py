"""The interface of exercises for the other slices and the composition root."""

from exercise_buddy.exercises.catalogue import (
    catalogue_id,
    find_entry,
    hash_catalogue_names,
    may_be_custom,
    name_key,
    search_key,
    update_catalogue,
)
from exercise_buddy.exercises.catalogue import entries as catalogue_entries
from exercise_buddy.exercises.enums import Muscle
from exercise_buddy.exercises.errors import TooManyExercises
from exercise_buddy.exercises.evidence import apply_load
from exercise_buddy.exercises.exports import EXPORTS, custom_exercises
from exercise_buddy.exercises.handlers import MAX_CUSTOM_EXERCISES, create_exercise, update_exercise
from exercise_buddy.exercises.imported import (
    count_custom_exercises,
    create_imported_exercises,
    describe_custom_exercises,
    discard_imported_exercises,
    find_exercise_names,
    find_exercise_properties,
    find_exercises_of_imports,
    find_imported_exercises,
    restore_exercises,
)
from exercise_buddy.exercises.lookup import (
    find_assisted_exercises,
    find_catalogue_exercises,
    find_custom_exercises,
    find_unknown_exercises,
    find_usable_exercises,
    require_exercise,
    unknown_exercise,
)
from exercise_buddy.exercises.merge_schemas import ProposedExercise
from exercise_buddy.exercises.merging import delete_exercise
from exercise_buddy.exercises.names import NOBODY, Match, Proposal, resolve_names
from exercise_buddy.exercises.near_names import are_synonyms
from exercise_buddy.exercises.proposals import NameToPropose, choose_proposals, find_proposals
from exercise_buddy.exercises.queries import exercise_by_id, exercises_by_id
from exercise_buddy.exercises.restores import RESTORED_FILES, restore_references
from exercise_buddy.exercises.schemas import CustomExerciseChange, CustomExerciseInput, Exercise
from exercise_buddy.exercises.selectables import catalogue, custom
from exercise_buddy.exercises.usage import (
    ExerciseUsage,
    ExerciseUsageDep,
    ExerciseUses,
    Replacement,
)

__all__ = [
    "EXPORTS",
    "MAX_CUSTOM_EXERCISES",
    "NOBODY",
    "RESTORED_FILES",
    "CustomExerciseChange",
    "CustomExerciseInput",
    "Exercise",
    "ExerciseUsage",
    "ExerciseUsageDep",
    "ExerciseUses",
    "Match",
    "Muscle",
    "NameToPropose",
    "Proposal",
    "ProposedExercise",
    "Replacement",
    "TooManyExercises",
    "apply_load",
    "are_synonyms",
    "catalogue",
    "catalogue_entries",
    "catalogue_id",
    "choose_proposals",
    "count_custom_exercises",
    "create_exercise",
    "create_imported_exercises",
    "custom",
    "custom_exercises",
    "delete_exercise",
    "describe_custom_exercises",
    "discard_imported_exercises",
    "exercise_by_id",
    "exercises_by_id",
    "find_assisted_exercises",
    "find_catalogue_exercises",
    "find_custom_exercises",
    "find_entry",
    "find_exercise_names",
    "find_exercise_properties",
    "find_exercises_of_imports",
    "find_imported_exercises",
    "find_proposals",
    "find_unknown_exercises",
    "find_usable_exercises",
    "hash_catalogue_names",
    "may_be_custom",
    "name_key",
    "require_exercise",
    "resolve_names",
    "restore_exercises",
    "restore_references",
    "search_key",
    "unknown_exercise",
    "update_catalogue",
    "update_exercise",
]
