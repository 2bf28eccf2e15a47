"""Counts as text for people."""

from collections.abc import Iterator, Sequence

from exercise_buddy.counting.engine.results import Count, Rep

_COLUMNS = ("rep", "start", "seconds", "eccentric", "concentric", "turn pause", "end pause", "range", "side", "")
_NOTHING = "-"


def format_seconds(milliseconds: float) -> str:
    """Return a duration with one decimal."""
    return f"{milliseconds / 1000:.1f} s"


def _format_time(milliseconds: float) -> str:
    minutes, seconds = divmod(round(milliseconds / 100), 600)
    return f"{minutes}:{seconds / 10:04.1f}"


def describe_count(count: Count) -> str:
    """Return the count as one line."""
    if count.holds:
        longest = max(hold.duration_ms for hold in count.holds)
        total = sum(hold.duration_ms for hold in count.holds)
        words = f"held for {format_seconds(total)}"
        if len(count.holds) > 1:
            words += f" in {len(count.holds)} parts, the longest {format_seconds(longest)}"
    else:
        words = f"{count.count} {'rep' if count.count == 1 else 'reps'}"
    if count.sides is not None:
        words += f" ({count.sides[0]} left, {count.sides[1]} right)"
    rejected = sum(rep.rejected for rep in count.reps)
    if rejected:
        words += f", {rejected} rejected {'movement' if rejected == 1 else 'movements'}"
    if count.summary.tempo_ms is not None:
        words += ", tempo " + "-".join(f"{part / 1000:.1f}" for part in count.summary.tempo_ms) + " s"
    return f"{words}, confidence {count.confidence:.0%}"


def format_count(title: str, count: Count) -> Iterator[str]:
    """Yield the lines that explain a count: a headline, a row for each movement, and the judgements."""
    yield f"{title}: {describe_count(count)}"
    if count.signal:
        yield f"  signal: {count.signal}"
    tracked, in_position = count.summary.tracked_share, count.summary.in_position_share
    yield f"  seen {tracked:.0%} of the time, in position {in_position:.0%}"
    for hold in count.holds:
        yield f"  hold at {_format_time(hold.offset_ms)} for {format_seconds(hold.duration_ms)}"
    if count.reps:
        yield from (f"  {line}" for line in _align(list(_build_rows(count.reps))))
    for judgement in count.judgements:
        yield f"  {judgement.code}: {judgement.text}"


def _build_rows(reps: Sequence[Rep]) -> Iterator[tuple[str, ...]]:
    yield _COLUMNS
    number = 0
    for rep in reps:
        number += not rep.rejected
        flags = ", ".join(flag.value.replace("_", " ") for flag in rep.flags)
        yield (
            _NOTHING if rep.rejected else str(number),
            _format_time(rep.offset_ms),
            _format_phase(rep.duration_ms),
            _format_phase(rep.eccentric_ms),
            _format_phase(rep.concentric_ms),
            _format_phase(rep.turn_pause_ms),
            _format_phase(rep.end_pause_ms),
            f"{rep.range_share:.0%}" + ("" if rep.range_degrees is None else f" {rep.range_degrees:.0f}°"),
            rep.side or "",
            f"rejected: {flags}" if rep.rejected else flags,
        )


def _format_phase(milliseconds: int | None) -> str:
    return _NOTHING if milliseconds is None else f"{milliseconds / 1000:.2f}"


def _align(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    # An empty column, of sides that move together, takes no place.
    used = [column for column in range(len(_COLUMNS) - 1) if any(row[column] for row in rows[1:])]
    for row in rows:
        yield "  ".join([*(row[column].rjust(widths[column]) for column in used), row[-1]]).rstrip()
