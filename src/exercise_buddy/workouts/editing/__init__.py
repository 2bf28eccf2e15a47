"""Edits of workouts: each edit reads the whole workout, changes it, and writes it again with all its totals."""
