"""Changes the `.sql` files of an area, and prints the changes that no test notices. Runs in a copy of the tree.

mutmut reaches Python only. A statement is changed in one place: a condition of ownership is left out, a comparison
takes one value more or less, `min` becomes `max`, an order is reversed, a number is one larger.
"""

import os
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

# What all tests import, so that each process that is forked for a change has it already. Nothing of the program: it
# reads the statements when it is imported.
import alembic.config
import asyncpg
import authlib.integrations.httpx_client
import fastapi
import hypothesis
import limits
import numpy as np
import obstore
import pytest
import sqlmodel
import typer.testing

from tests.mutation.areas import STATEMENTS

_PRELOADED = (alembic, asyncpg, authlib, fastapi, hypothesis, limits, np, obstore, sqlmodel, typer)
Replacement = str | Callable[[re.Match[str]], str]
_OWNERSHIP: tuple[str, Replacement] = (r"\b(?:\w+\.)?user_id = (?::user_id|\w+\.user_id)\b", "TRUE")
_CHANGES: tuple[tuple[str, Replacement], ...] = (
    _OWNERSHIP,
    (r" <= ", " < "),
    (r" >= ", " > "),
    (r" < ", " <= "),
    (r" > ", " >= "),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bsum\(", "max("),
    (r"\bAND\b", "OR"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r" DESC\b", ""),
    (r"(?<=[ (])([1-9]\d*)\b(?!:)", lambda found: str(int(found[1]) + 1)),
)


def list_changes(sql: str, changes: Sequence[tuple[str, Replacement]] = _CHANGES) -> Iterator[tuple[int, str, str]]:
    """Yield the changes of a statement: the number of the line, the line as it becomes, and the whole statement."""
    lines = sql.splitlines(keepends=True)
    for number, line in enumerate(lines):
        code = line.partition("--")[0]
        for pattern, replacement in changes:
            for found in re.finditer(pattern, code):
                new = found.expand(replacement) if isinstance(replacement, str) else replacement(found)
                changed = code[: found.start()] + new + code[found.end() :]
                if changed != code:
                    after = [*lines[:number], changed + line[len(code) :], *lines[number + 1 :]]
                    yield number + 1, changed.strip(), "".join(after)


def passes(tests: tuple[str, ...]) -> bool:
    """Return whether the tests pass, in a process of their own."""
    child = os.fork()
    if not child:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        # The plugins of pytest among them are imported already.
        options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        os._exit(pytest.main([*options, *tests]))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def mutate(area: str, most: int) -> int:
    """Change the statements of an area, at most so many times, chosen with a fixed seed; return how often unnoticed."""
    files, tests = STATEMENTS[area]
    kinds = (_OWNERSHIP,) if area == "ownership" else _CHANGES
    paths = sorted({path for pattern in files for path in Path.cwd().glob(pattern)})
    changes = [(path, *change) for path in paths for change in list_changes(path.read_text(), kinds)]
    if not passes(tests):
        raise SystemExit("The tests fail without any change")
    chosen = sorted(random.Random(0).sample(changes, min(most, len(changes))))  # noqa: S311
    survived = 0
    for path, number, line, after in chosen:
        before = path.read_text()
        path.write_text(after)
        if passes(tests):
            survived += 1
            print(f"{path.relative_to(Path.cwd())}:{number}: {line}", flush=True)  # noqa: T201
        path.write_text(before)
    print(f"{area}: {len(changes)} changes, {len(chosen)} tried, {survived} survived")  # noqa: T201
    return survived


if __name__ == "__main__":
    sys.path.insert(0, "src")
    raise SystemExit(bool(mutate(sys.argv[1], int(sys.argv[2]))))
