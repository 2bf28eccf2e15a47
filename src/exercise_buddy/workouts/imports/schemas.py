"""What the readers of files have in common."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from exercise_buddy.workouts.catalogue import name_key
from exercise_buddy.workouts.schemas import SetInput

WeightUnit = Literal["kg", "lb"]
DistanceUnit = Literal["m", "km", "mi"]

POUND_IN_KG = 0.45359237
METERS_PER: dict[str, float] = {"m": 1.0, "km": 1000.0, "mi": 1609.344}


class Remark(NamedTuple):
    """Something about one line of a file (the header is line 1)."""

    line: int
    code: str
    message: str


@dataclass(slots=True)
class ReadExercise:
    """An exercise within a workout, as a file has it: by its name."""

    name: str
    notes: list[str] = field(default_factory=list)
    sets: list[SetInput] = field(default_factory=list)
    note: str = ""


@dataclass(slots=True)
class ReadWorkout:
    """A workout, as a file has it. The points in time are aware."""

    line: int
    title: str
    started_at: datetime
    ended_at: datetime
    notes: str | None
    exercises: list[ReadExercise]

    def content(self) -> dict[str, Any]:
        """Give what makes it this workout and no other, as JSON, whatever ids its exercises have here."""
        return {
            "title": self.title,
            "started_at": self.started_at.timestamp(),
            "ended_at": self.ended_at.timestamp(),
            "notes": self.notes,
            "exercises": [
                [name_key(one.name), one.note, [a_set.model_dump(mode="json") for a_set in one.sets]]
                for one in self.exercises
            ],
        }
