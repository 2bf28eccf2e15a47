"""What the load of sets says about the exercise that their name denotes, and which names are no synonyms."""

import csv
from importlib import resources
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.exercises.catalogue import catalogue_id, entries, name_key
from exercise_buddy.exercises.evidence import apply_load
from exercise_buddy.exercises.names import resolve_names
from exercise_buddy.exercises.near_names import are_synonyms
from tests.support import Person, RunningApp

# In a file that has the exercise's plain name too, these are another exercise. An alias that joins them needs a reason.
_NEAR_NAMES = {
    "Back Extension (Weighted Hyperextension)",
    "Barbell Hang Power Clean",
    "Bulgarian Split Squat (Barbell)",
    "Bulgarian Split Squat (Smith Machine)",
    "Cable Glute Kickback",
    "Chest Supported Dumbbell Row",
    "Chest Supported Row (Dumbbell)",
    "Dumbbell Row",
    "Dumbbell Squeeze Press",
    "Glute Kickback (Cable)",
    "Hex Press (Dumbbell)",
    "Kettlebell Clean",
    "Kettlebell High Pull",
    "Kettlebell Snatch",
    "Landmine Press",
    "Lat Pulldown - Underhand (Band)",
    "Lying Neck Curls (Weighted)",
    "Lying Neck Extension (Weighted)",
    "Neutral Grip Chin Up",
    "One Arm Cable Lateral Raise",
    "One Legged Squat",
    "Pinwheel Curl (Dumbbell)",
    "Preacher Curl (Dumbbell)",
    "Pull Up (Band)",
    "Push Jerk",
    "Push Jerk (Barbell)",
    "Reverse Bar Grip Triceps Pushdown",
    "Reverse Fly Single Arm (Cable)",
    "Rope Cable Curl",
    "Single Arm Lateral Raise (Cable)",
    "Single Leg Squat",
    "Squeeze Press (Dumbbell)",
    "Standing Cable Glute Kickbacks",
    "Sternum Pull Up (Gironda)",
    "Sumo Squat (Barbell)",
    "Sumo Squat (Dumbbell)",
    "Yates Row",
}


@pytest.mark.parametrize("name", ["Squat", "Kniebeuge", "Sentadilla", "Lunges", "Calf Raise", "Hip Thrust", "Step-Up"])
async def test_a_load_makes_a_name_mean_another_exercise(app: RunningApp, ann: Person, name: str) -> None:
    async with app.state["database"].transaction() as session:
        found = (await resolve_names(session, UUID(ann.id), [name]))[name_key(name)]

    loaded = apply_load(found, 60)
    assert found.loaded is not None
    assert (loaded.exercise_id, loaded.name) == (found.loaded.exercise_id, found.loaded.name)
    assert loaded.exercise_id != found.exercise_id
    assert apply_load(found, None) is apply_load(found, 0) is found


@pytest.mark.parametrize(
    ("name", "weight_kg", "refused", "proposed"),
    [
        ("Pull Up", 60, None, None),
        ("Pull Up", 151, "Pullups", None),
        ("Push Up", 90, None, None),
        ("Push Up", 100, "Pushups", None),
        ("Russian Twist", 25, None, None),
        ("Russian Twist", 100, "Russian Twist", None),
        ("Bodyweight Squat", 100, "Bodyweight Squat", "barbell-squat"),
        ("Squat (Bodyweight)", 100, "Bodyweight Squat", "barbell-squat"),
        ("Bench Press", 300, None, None),
    ],
)
async def test_an_exercise_without_load_refuses_what_nobody_adds(
    app: RunningApp, ann: Person, name: str, weight_kg: float, refused: str | None, proposed: str | None
) -> None:
    async with app.state["database"].transaction() as session:
        found = (await resolve_names(session, UUID(ann.id), [name]))[name_key(name)]

    judged = apply_load(found, weight_kg)
    assert judged.refused == refused
    assert (judged.exercise_id is None) == (refused is not None)
    assert [one.exercise_id for one in judged.proposals] == ([catalogue_id(proposed)] if proposed else [])


def test_the_aliases_of_an_exercise_agree_on_its_loaded_variant() -> None:
    variants: dict[str, set[str]] = {}
    for row in _aliases():
        if row["loaded_slug"]:
            variants.setdefault(row["slug"], set()).add(row["loaded_slug"])

    assert variants["bodyweight-squat"] == {"barbell-squat"}
    assert {slug: found for slug, found in variants.items() if len(found) > 1} == {}


def test_near_names_among_the_english_aliases_are_known() -> None:
    names = {entry["slug"]: entry["name"] for entry in entries()}

    near = {row["name"] for row in _aliases("en.tsv") if not are_synonyms(row["name"], names[row["slug"]])}
    assert near == _NEAR_NAMES


@pytest.mark.parametrize(
    ("name", "other", "synonyms"),
    [
        ("Pull Up", "Pull Up (Weighted)", False),
        ("Klimmzug", "Klimmzug (unterstützt)", False),
        ("Reverse Fly", "Reverse Fly Single Arm", False),
        ("Row (Cable)", "Row (Machine)", False),
        ("Squat", "Squat (Barbell)", True),
        ("Sentadilla", "Sentadilla con peso corporal", True),
        ("Sentadilla", "Sentadilla con peso", False),
        ("Pull-Up", "pull up", True),
        ("Incline Bench Press", "Bench Press", False),
        ("Incline Bench Press", "Decline Bench Press", False),
        ("Schrägbankdrücken", "Incline Bench Press", True),
        ("Schrägbankdrücken negativ", "Incline Bench Press", False),
        ("Жим на наклонной скамье", "Жим лёжа", False),
        ("Жим на обратной наклонной скамье", "Decline Bench Press", True),
        ("Remo Inclinado", "Bent Over Row", True),
        ("Front Squat", "Back Squat", False),
        ("Squat", "Back Squat", True),
        ("Leg Curl", "Seated Leg Curl", True),
        ("Lying Leg Curl", "Seated Leg Curl", False),
        ("Close-Grip Bench Press", "Bench Press", False),
        ("Wide-Grip Bench Press", "Close-Grip Bench Press", False),
        ("Chin Up", "Pull Up", False),
        ("Einbeinige Beinpresse", "Leg Press", False),
        ("Sumo Deadlift", "Deadlift", False),
        ("Romanian Deadlift", "Deadlift", False),
        ("Goblet Squat (Dumbbell)", "Squat (Dumbbell)", False),
        ("Bulgarian Split Squat", "Split Squat", False),
        ("Palms-Up Wrist Curl", "Palms-Down Wrist Curl", False),
        ("Smith Machine Bench Press", "Machine Bench Press", False),
        ("Squat (Smith Machine)", "Smith Squat", True),
    ],
)
def test_names_that_contradict_each_other_are_no_synonyms(name: str, other: str, *, synonyms: bool) -> None:
    assert are_synonyms(name, other) is are_synonyms(other, name) is synonyms


def _aliases(*files: str) -> list[dict[str, Any]]:
    folder = resources.files("exercise_buddy.exercises").joinpath("aliases")
    texts = [file.read_text("utf-8") for file in folder.iterdir() if not files or file.name in files]
    return [row for text in texts for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)]
