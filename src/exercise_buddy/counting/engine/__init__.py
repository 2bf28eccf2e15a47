"""The counting engine: from pose to reps. It does not use a framework, a database or a clock."""
