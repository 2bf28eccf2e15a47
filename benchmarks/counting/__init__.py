"""Measures how well the engine counts."""
