"""Synchronization of devices: batches of workouts, and the change feed."""
