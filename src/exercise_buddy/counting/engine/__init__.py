"""The counting engine: from pose to reps. It does not use a framework, a database or a clock."""

ENGINE_VERSION = "1"
"""Sets that are counted keep it. It changes when the engine counts a trace differently."""
