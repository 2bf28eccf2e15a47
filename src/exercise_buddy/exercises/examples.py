"""The examples of exercises in OpenAPI: one of the catalogue, and one of the user's own."""

from typing import Any

from exercise_buddy.exercises.catalogue import catalogue_id

PUSHUPS_ID = str(catalogue_id("pushups"))
CUSTOM_ID = "019cb05f-1c40-7d3a-8a51-3f0b6c2e9d71"

CUSTOM_EXERCISE: dict[str, Any] = {
    "id": CUSTOM_ID,
    "name": "Landmine press",
    "equipment": "barbell",
    "primary_muscles": ["shoulders"],
    "measures": "weight_reps",
}

EXERCISE: dict[str, Any] = {
    "id": PUSHUPS_ID,
    "slug": "pushups",
    "name": "Pushups",
    "aliases": ["Liegestütze", "Press Up", "Push Up"],
    "custom": False,
    "category": "strength",
    "equipment": "body_only",
    "mechanic": "compound",
    "force": "push",
    "level": "beginner",
    "primary_muscles": ["chest"],
    "secondary_muscles": ["shoulders", "triceps"],
    "measures": "reps",
    "met": 3.8,
    "bodyweight_share": 0.64,
    "assisted": False,
    "countable": True,
    "instructions": [],
    "images": [],
}
