"""The generators of `docs/clients.md`: their clients compile, and log the README's workout on a served app."""

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from tests.clients.node import FOLDER, MODULES, run_node, run_tool
from tests.clients.page import ADDRESS, ROOT, read_block
from tests.serving import Serve

FETCH = "TypeScript: openapi-typescript and openapi-fetch"
HEY_API = "TypeScript: @hey-api/openapi-ts"
PYTHON = "Python: openapi-python-client"
PYTHON_ENVIRONMENT = FOLDER / "python" / ".venv" / "bin"
# Where each client has the type of a workout to log.
WORKOUT_INPUTS = {
    FETCH: 'import type { components } from "./schema.js";\ntype WorkoutInput = components["schemas"]["WorkoutInput"];',
    HEY_API: 'import type { WorkoutInput } from "./api/index.js";',
}


@pytest.fixture
async def url(serve: Serve) -> str:
    return f"http://127.0.0.1:{(await serve()).port}"


def read_workout_of_readme() -> str:
    """Return the JSON of the first workout that the README logs, with `exercise` in place of the id."""
    found = re.search(r"\$API/workouts -H [^\n]*-d '(\{\n.*?\}\]\}\]\})'", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found
    assert "evidence" in found[1]
    return found[1].replace("\"'$EXERCISE'\"", "exercise")


def read_commands(section: str, program: str, url: str) -> list[list[str]]:
    """Return the arguments of each command that starts with a program, for a server at this URL."""
    lines = (shlex.split(line) for line in read_block(section, "sh").replace(ADDRESS, url).splitlines())
    return [arguments for first, *arguments in lines if first == program]


def write_project(folder: Path, section: str, program: str, url: str) -> None:
    """Write a TypeScript project with the client of the page and a program of ours."""
    (folder / "node_modules").symlink_to(MODULES)
    (folder / "package.json").write_text('{"type": "module"}')
    shutil.copy(FOLDER / "tsconfig.json", folder)
    shutil.copy(FOLDER / "programs" / program, folder / "program.ts")
    (folder / "client.ts").write_text(read_block(section, "ts").replace(ADDRESS, url))
    workout = f"export const createWorkout = (exercise: string): WorkoutInput => ({read_workout_of_readme()});"
    (folder / "readme.ts").write_text(f"{WORKOUT_INPUTS[section]}\n{workout}\n")


def run_typescript(folder: Path, section: str, url: str) -> str:
    """Run the generator, compile the project and run the program; return what it prints."""
    for package, *arguments in read_commands(section, "npx", url):
        generated = run_tool(package.rpartition("/")[2], *arguments, folder=folder)
        assert generated.returncode == 0, generated.stdout + generated.stderr
    compiled = run_tool("tsc", "--project", ".", folder=folder)
    assert compiled.returncode == 0, compiled.stdout
    finished = run_node("program.js", folder=folder)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout.strip()


@pytest.mark.parametrize(
    ("section", "program", "email"),
    [(FETCH, "fetch.ts", "fetch@example.org"), (HEY_API, "hey_api.ts", "hey@example.org")],
    ids=["openapi-fetch", "hey-api"],
)
async def test_a_typescript_client_compiles_and_runs(
    section: str, program: str, email: str, url: str, tmp_path: Path
) -> None:
    write_project(tmp_path, section, program, url)

    assert await to_thread.run_sync(run_typescript, tmp_path, section, url) == email


def test_the_page_installs_what_is_tested() -> None:
    tested = json.loads((FOLDER / "package.json").read_text())["devDependencies"]
    installed = {
        name for section in (FETCH, HEY_API) for command in read_commands(section, "npm", "") for name in command
    }
    names = {name for name in installed if not name.startswith("--")} - {"install"}

    assert names - {"typescript@5"} <= tested.keys()
    assert tested["typescript"].startswith("^5.")


def run_in_python(folder: Path, *command: str | Path) -> str:
    """Run a command in a folder with the environment of the Python client; return what it prints."""
    environment = {"PATH": f"{PYTHON_ENVIRONMENT}:/usr/bin:/bin", "PYTHONPATH": str(folder / "client")}
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout + finished.stderr


def generate_python(folder: Path, url: str) -> str:
    """Generate the Python client; return what the generator prints."""
    (folder / "generator.yaml").write_text(read_block(PYTHON, "yaml"))
    ((package, *arguments),) = read_commands(PYTHON, "uvx", url)
    name, _, version = package.partition("@")
    assert version in run_in_python(folder, PYTHON_ENVIRONMENT / name, "--version")
    return run_in_python(folder, PYTHON_ENVIRONMENT / name, *arguments)


def find_untyped_operations(document: dict[str, Any], package: Path) -> list[str]:
    """Return the operations with a content of which the generated functions return no type."""
    untyped = []
    for operation in (operation for methods in document["paths"].values() for operation in methods.values()):
        module = operation["operationId"].replace("-", "_")
        tree = ast.parse((package / "api" / operation["tags"][0] / f"{module}.py").read_text())
        functions = {function.name: function for function in tree.body if isinstance(function, ast.FunctionDef)}
        results = set(re.findall(r"\w+", ast.unparse(functions["_parse_response"].returns or tree)))
        for status, response in operation["responses"].items():
            # Of JSON and SVG, the generator takes one. A file or a text has no schema of ours.
            schemas = [content["schema"] for content in response.get("content", {}).values()]
            names = {schema.get("$ref", "/File").rpartition("/")[2] for schema in schemas}
            if schemas and status.startswith("2") and not results & names | results & {"str"}:
                untyped.append(operation["operationId"])
    return untyped


def run_python(folder: Path, url: str) -> str:
    """Check the types of the generated client and of our programs strictly, and run one; return what it prints."""
    (folder / "title.py").write_text(read_block(PYTHON, "python"))
    shutil.copy(FOLDER / "programs" / "python_client.py", folder)
    python = PYTHON_ENVIRONMENT / "python"
    options = ("--strict", "--config-file=", f"--cache-dir={folder / 'cache'}", f"--python-executable={python}")
    run_in_python(folder, sys.executable, "-m", "mypy", *options, "client", "title.py", "python_client.py")
    return run_in_python(folder, python, "python_client.py", url).strip()


@pytest.mark.skipif(
    not PYTHON_ENVIRONMENT.exists(), reason="run `uv sync --locked --project tests/clients/python` first"
)
async def test_the_python_client_has_types_for_all_and_runs(url: str, tmp_path: Path) -> None:
    printed = await to_thread.run_sync(generate_python, tmp_path, url)

    assert "warning" not in printed.lower()
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    assert find_untyped_operations(document, tmp_path / "client" / "exercise_buddy_client") == []
    assert await to_thread.run_sync(run_python, tmp_path, url) == "python@example.org"
