"""Fault drills: what users were told is stored, is stored, whatever breaks meanwhile.

`uv run pytest -m faults` runs all of them, `-m "faults and short"` those of the gate. In each drill, people write while
a fault happens, and then compares what was acknowledged with what the server shows. With `-s`, each prints what it saw.
"""
