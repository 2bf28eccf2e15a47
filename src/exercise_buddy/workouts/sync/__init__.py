"""Batches of workouts."""
