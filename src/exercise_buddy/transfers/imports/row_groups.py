"""The rows of a table, workout by workout, even if the table is sorted by something else.

A sorted table is written to a temporary file, and its rows are read again in the order of their workouts: memory holds
three numbers for each row.
"""

import marshal
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

_MAX_MEMORY = 1024 * 1024
_HASH_BITS = 32
_FEWEST_REPEATED = 4


@dataclass(slots=True)
class TableRow:
    """A row with the number of its line, its position among the readable rows, and its cells by column."""

    line: int
    position: int
    values: dict[str, str]


def sort_rows(
    rows: Iterable[TableRow], find_key: Callable[[TableRow], tuple[float, object] | None]
) -> Iterator[TableRow]:
    """Yield rows by time and key, and otherwise in their order. Rows without a key are left out.

    Args:
        rows: the rows of a table.
        find_key: returns the time of a row's workout in seconds, and what else its rows have in common.

    """
    order: list[int] = []
    ends = array("Q", [0])
    with SpooledTemporaryFile(max_size=_MAX_MEMORY) as file:
        for row in rows:
            key = find_key(row)
            if key is not None:
                time, other = key
                order.append((int(time) << _HASH_BITS) | (hash(other) & ((1 << _HASH_BITS) - 1)))
                ends.append(ends[-1] + file.write(marshal.dumps((row.line, row.position, row.values))))
        for index in sorted(range(len(order)), key=order.__getitem__):
            file.seek(ends[index])
            # At once: marshal would ask the file for each value.
            content = file.read(ends[index + 1] - ends[index])
            yield TableRow(*marshal.loads(content))  # noqa: S302  (we wrote it)


@dataclass(slots=True)
class RepeatedRows:
    """A block of rows that a file has twice. `is_dropped`: it is imported once."""

    first: TableRow
    is_dropped: bool


def drop_repeated_rows(
    rows: Sequence[TableRow], *, are_numbered: bool
) -> tuple[Sequence[TableRow], list[RepeatedRows]]:
    """Return the rows of a workout without the blocks that the file repeats, and these blocks.

    A block is repeated if the same rows occur before it, apart from it. Next to each other, the halves of a workout may
    be equal without being a repetition. They are taken for one if their sets are numbered and of several exercises; of
    one exercise, somebody may have done them twice.
    """
    blocks: list[list[TableRow]] = []
    for row in rows:
        if blocks and row.position == blocks[-1][-1].position + 1:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    if len(blocks) == 1:
        return _drop_second_half(rows) if are_numbered else (rows, [])
    kept: list[TableRow] = []
    repeated: list[RepeatedRows] = []
    seen: Counter[tuple[str, ...]] = Counter()
    for block in blocks:
        cells = Counter(tuple(row.values.values()) for row in block)
        if cells <= seen or (are_numbered and cells.keys() <= seen.keys()):
            repeated.append(RepeatedRows(block[0], is_dropped=True))
        else:
            kept.extend(block)
            seen += cells
    return kept, repeated


def _drop_second_half(rows: Sequence[TableRow]) -> tuple[Sequence[TableRow], list[RepeatedRows]]:
    half, rest = divmod(len(rows), 2)
    if rest or len(rows) < _FEWEST_REPEATED:
        return rows, []
    first, second = rows[:half], rows[half:]
    exercises = Counter(row.values.get("exercise") for row in first)
    if max(exercises.values()) == 1 or any(
        row.values != again.values for row, again in zip(first, second, strict=True)
    ):
        return rows, []
    is_dropped = len(exercises) > 1
    return first if is_dropped else rows, [RepeatedRows(second[0], is_dropped)]
