"""Changing workouts: each change reads the workout whole, changes it, and writes it anew with all its totals."""
