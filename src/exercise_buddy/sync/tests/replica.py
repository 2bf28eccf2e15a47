"""A plain copy of workouts and routines, which applies operations as the documentation describes them."""

from copy import deepcopy
from typing import Any

from exercise_buddy.sync.feed.tests.helpers import Key

Operation = dict[str, Any]
Sets = dict[str, list[tuple[str, int]]]
"""The sets (id, reps) of the exercises of a workout, in their order."""


def get_resource(operation: Operation) -> str:
    """Return the id of the workout or routine that an operation concerns."""
    return str(operation.get("workout_id", operation["id"]))


class Replica:
    """Titles and sets of workouts, and names of routines, by their ids."""

    def __init__(self, held: dict[Key, Any] | None = None, etags: dict[Key, str] | None = None) -> None:
        resources = held or {}
        self.titles = {key: item["title"] for (kind, key), item in resources.items() if kind == "workout"}
        self.routines = {key: item["name"] for (kind, key), item in resources.items() if kind == "routine"}
        self.sets: dict[str, Sets] = {
            key: {
                exercise["id"]: [(workout_set["id"], workout_set["reps"]) for workout_set in exercise["sets"]]
                for exercise in item["exercises"]
            }
            for (kind, key), item in resources.items()
            if kind == "workout"
        }
        self.etags = {key: tag for (_, key), tag in (etags or {}).items()}

    def content(self) -> tuple[Any, ...]:
        """Return all that the replica has, in the order of exercises."""
        sets = {key: list(exercises.items()) for key, exercises in self.sets.items()}
        return deepcopy((self.titles, self.routines, sets))

    def apply(self, operation: Operation) -> str:
        """Apply an operation; return the outcome that it must have."""
        name, target = operation["operation"], operation["id"]
        resource = get_resource(operation)
        if name == "create_workout":
            exercise = operation["data"]["exercises"][0]
            self.titles[target] = operation["data"]["title"]
            self.sets[target] = {exercise["id"]: [(item["id"], item["reps"]) for item in exercise["sets"]]}
            return "created"
        if name == "create_routine":
            self.routines[target] = operation["data"]["name"]
            return "created"
        missing = "unchanged" if name.startswith("delete_") else "not_found"
        if resource not in self.titles and resource not in self.routines:
            return missing
        if "if_match" in operation and operation["if_match"] != self.etags.get(resource):
            return "conflict"
        if "workout_id" in operation:
            return self._apply_to_part(operation) or missing
        if name.startswith("delete_"):
            for stored in (self.titles, self.sets, self.routines):
                stored.pop(target, None)
            return "deleted"
        if name == "update_workout":
            self.titles[target] = operation["data"]["title"]
        else:
            self.routines[target] = operation["data"]["name"]
        return "updated"

    def _apply_to_part(self, operation: Operation) -> str | None:
        """Apply an operation on an exercise or a set; None if the workout does not have it."""
        name, target, exercises = operation["operation"], operation["id"], self.sets[operation["workout_id"]]
        if name == "append_set":
            if operation["entry_id"] not in exercises:
                return None
            exercises[operation["entry_id"]].append((target, operation["data"]["reps"]))
            return "created"
        if name == "delete_exercise_of_workout":
            return None if exercises.pop(target, None) is None else "deleted"
        for sets in exercises.values():
            for place, (set_id, reps) in enumerate(sets):
                if set_id != target:
                    continue
                del sets[place]
                if name == "delete_set":
                    return "deleted"
                change = operation["data"]
                sets.insert(change.get("position", place), (set_id, change.get("reps", reps)))
                return "updated"
        return None
