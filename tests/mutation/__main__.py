"""Changes the code of an area in one place after the other, and lists the changes that no test notices.

uv run --group mutation python -m tests.mutation AREA [MUTANT …]

It works on a copy of the tree with mutmut, which forks for each mutant a process that has imported everything. The exit
status is 1 if a change survives that `docs/mutation.md` does not explain.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from exercise_buddy.core.settings import database_url as normalised
from tests import postgres
from tests.databases import template_of
from tests.mutation.areas import AREAS, STATEMENTS, Area
from tests.support import SHARED

ROOT = Path(__file__).parents[2]
_MUTMUT = str(Path(sys.executable).with_name("mutmut"))


def copy_tree(folder: Path) -> None:
    """Copy what Git does not ignore."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    if SHARED.exists():
        # Where the copy that is changed, a folder below, looks for real data.
        (folder / "shared").symlink_to(SHARED)


def configure_mutmut(folder: Path, area: Area) -> None:
    """Write the settings of mutmut for an area."""
    beside = sorted({path.name for path in folder.iterdir()} - {"src", "tests", "web", "shared"})
    settings = {
        "source_paths": ["src/exercise_buddy"],
        "only_mutate": list(area.modules),
        "also_copy": beside,
        "pytest_add_cli_args": ["-n", "0", "-p", "no:cacheprovider", "--no-header"],
        "pytest_add_cli_args_test_selection": list(area.tests),
        "track_dependencies": False,
        "process_isolation": "fork",
        # A busy machine takes long for little. What never ends is found anyway.
        "timeout_constant": 4.0,
        "timeout_multiplier": 5.0,
    }
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    with (folder / "pyproject.toml").open("a") as file:
        file.write(f"\n[tool.mutmut]\n{lines}")


@contextlib.asynccontextmanager
async def database(server_url: str) -> AsyncIterator[dict[str, str]]:
    """Yield the environment in which all runs share one server and one migrated database to copy."""
    async with template_of(normalised(server_url)) as template:
        yield {"TEST_DATABASE_URL": server_url, "TEST_DATABASE_TEMPLATE": template}


async def mutate(area: str, mutants: Sequence[str], most: int) -> int:
    """Change the code of an area and print what survived; return an exit status."""
    folder = postgres.make_folder("exercise-buddy-mutation-")
    try:
        copy_tree(folder)
        with postgres.server() as url:
            async with database(url) as environment:
                if area in STATEMENTS:
                    module = "tests.mutation.statements"
                    return await run(folder, environment, sys.executable, "-m", module, area, str(most))
                configure_mutmut(folder, AREAS[area])
                await run(folder, environment, _MUTMUT, "run", "--max-children", "1", *mutants)
                return await run(folder, environment, sys.executable, "-m", "tests.mutation.survivors")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def run(folder: Path, environment: dict[str, str], *command: str) -> int:
    """Run a program in the copy of the tree; return its exit status."""
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=os.environ | environment)
    return await process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Change the code in one place after the other, and run its tests.")
    parser.add_argument("area", choices=sorted(AREAS | STATEMENTS))
    parser.add_argument("mutants", nargs="*", help="only these, as mutmut names them, with * for any characters")
    parser.add_argument("--most", type=int, default=60, help="of statements: the number of changes, chosen by chance")
    arguments = parser.parse_args()
    raise SystemExit(asyncio.run(mutate(arguments.area, arguments.mutants, arguments.most)))
