"""The generator of new slices: writes the files from templates, and registers the slice with the program."""

import keyword
import re
import subprocess
import sys
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS

ROOT = Path(__file__).parents[3]
"""The checkout that this code belongs to."""

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_MAX_NAME = 40
_WRITE_CONTRACTS = """
from exercise_buddy.cli import openapi
from exercise_buddy.dev.commands import sql
sql()
openapi()
"""
_REVISION = re.compile(r"^(\d{4})_\w+\.py$")


class SliceError(Exception):
    """The slice cannot be created. The text says why."""


def create_slice(root: Path, name: str, item: str) -> list[str]:
    """Create a slice with one table and its endpoints; return the paths of the written files.

    Args:
        root: the checkout to write into.
        name: the name of the package, in lower case with underscores.
        item: what the slice stores: the name of the table, in the same form.

    Raises:
        SliceError: a name is invalid or taken, or this is not a checkout.

    """
    package = root / "src" / "exercise_buddy"
    _check(root, package, name, item)
    environment = Environment(
        loader=PackageLoader("exercise_buddy.dev"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (the output is Python, not HTML)
    )
    down_revision = _head_revision(root)
    revision = f"{int(down_revision) + 1:04}"
    values = {
        "slice": name,
        "path": name.replace("_", "-"),
        "item": item,
        "Item": "".join(word.capitalize() for word in item.split("_")),
        "items": name.replace("_", " "),
        "an_item": ("an " if item[0] in "aeiou" else "a ") + item.replace("_", " "),
        "revision": revision,
        "down_revision": down_revision,
    }
    files = {root / "migrations" / "versions" / f"{revision}_{name}.py": "migration.py.j2"}
    for template in environment.list_templates(filter_func=lambda found: found.startswith("slice/")):
        target = template.removeprefix("slice/").removesuffix(".j2").replace("SLICE", name)
        files[package / name / target] = template
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(environment.get_template(template).render(values))
    for folder in (package / name, package / name / "tests"):
        (folder / "__init__.py").touch()
    edited = _register(root, package, name)
    for arguments in (["check", "--quiet", "--fix", "--select", "I"], ["format", "--quiet"]):
        _run(root, "-m", "ruff", *arguments, *(str(path) for path in [*files, *edited] if path.suffix == ".py"))
    contract = root / "docs" / "openapi.json"
    # In a process of its own: this one has imported the program as it was.
    contract.write_bytes(_run(root, "-c", _WRITE_CONTRACTS))
    statements = (root / "docs" / "sql" / name).rglob("*.sql")
    return sorted(str(path.relative_to(root)) for path in [*files, *edited, contract, *statements])


def _check(root: Path, package: Path, name: str, item: str) -> None:
    if not (root / "pyproject.toml").exists() or not (root / "migrations").is_dir():
        raise SliceError("This command needs a checkout of the source code")
    for text in (name, item):
        if not _NAME.fullmatch(text) or keyword.iskeyword(text) or len(text) > _MAX_NAME:
            raise SliceError(f"{text!r} is no valid name: use lower-case letters, digits and underscores")
    if name == item:
        raise SliceError("The slice and its items need different names, such as gyms and gym")
    if (package / name).exists() or re.search(rf"\b{name}\b", (package / "main.py").read_text()):
        raise SliceError(f"The name {name!r} is taken")
    if f'prefix="/{name}"' in "".join(path.read_text() for path in package.rglob("router.py")):
        raise SliceError(f"The path '/{name}' is taken")
    if item in RESERVED_WORDS:
        raise SliceError(f"{item!r} is a reserved word of SQL")
    if f'__tablename__ = "{item}"' in "".join(path.read_text() for path in package.rglob("*.py")):
        raise SliceError(f"The table {item!r} exists already")


def _head_revision(root: Path) -> str:
    found = (_REVISION.match(path.name) for path in (root / "migrations" / "versions").iterdir())
    return max(match[1] for match in found if match)


def _register(root: Path, package: Path, name: str) -> list[Path]:
    """Add the slice to the tables, the app and the contracts of import-linter; return the edited files."""
    constant = f"{name.upper()}_EXPORTS"
    main, schema = package / "main.py", package / "schema.py"
    _edit(schema, r"^import exercise_buddy\.", f"import exercise_buddy.{name}.tables\n\\g<0>")
    imports = (
        f"from exercise_buddy.{name}.public import EXPORTS as {constant}\n"
        f"from exercise_buddy.{name}.router import router as {name}\n"
    )
    _edit(main, r"^from exercise_buddy\.", f"{imports}\\g<0>")
    _edit(main, r"^SLICES = \(([^)]*[^),\s]),?\s*\)", f"SLICES = (\\1, {name})")
    _edit(main, r"^EXPORTS = \(([^)]*[^),\s]),?\s*\)", f"EXPORTS = (\\1, *{constant})")
    project = root / "pyproject.toml"
    # Beside auth: a new slice knows users and the kernel, and nothing else knows the new slice.
    _edit(project, r'^    "((?:\w+ \| )*auth(?: \| \w+)*)",$', f'    "\\1 | {name}",')
    for names in ("protected_modules", "ancestors"):
        _edit(project, rf"^{names} = \[\n", f'\\g<0>    "exercise_buddy.{name}",\n')
    return [main, schema, project]


def _edit(path: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, path.read_text(), count=1, flags=re.MULTILINE)
    if count == 0:
        raise SliceError(f"{path.name} has no line like {pattern}")
    path.write_text(text)


def _run(root: Path, *arguments: str) -> bytes:
    """Run Python in the folder whose code it must import, and return its output."""
    command = [sys.executable, *arguments]
    outcome = subprocess.run(command, cwd=root / "src", check=True, stdout=subprocess.PIPE)  # noqa: S603  (our own tools)
    return outcome.stdout
