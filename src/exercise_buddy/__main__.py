"""`python -m exercise_buddy` is the command `exercise-buddy`."""

from exercise_buddy.cli import app

app()
