"""Keeping devices in step: many workouts at once, and what has changed since."""
