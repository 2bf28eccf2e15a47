"""The generator of new slices: writes the files from templates, and registers the slice with the program."""

import keyword
import re
import subprocess
import sys
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

_PACKAGE = Path(__file__).parents[1]
_ROOT = _PACKAGE.parents[1]
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_MAX_NAME = 40
_REVISION = re.compile(r"^(\d{4})_\w+\.py$")


class SliceError(Exception):
    """The slice cannot be created. The text says why."""


def create_slice(name: str, item: str) -> list[str]:
    """Create a slice with one table and its endpoints; return the paths of the written files.

    Args:
        name: the name of the package, in lower case with underscores.
        item: what the slice stores: the name of the table, in the same form.

    Raises:
        SliceError: a name is invalid or taken, or this is not a checkout.

    """
    _check(name, item)
    environment = Environment(
        loader=PackageLoader("exercise_buddy.dev"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (the output is Python, not HTML)
    )
    down_revision = _head_revision()
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
    files = {_ROOT / "migrations" / "versions" / f"{revision}_{name}.py": "migration.py.j2"}
    for template in environment.list_templates(filter_func=lambda found: found.startswith("slice/")):
        target = template.removeprefix("slice/").removesuffix(".j2").replace("SLICE", name)
        files[_PACKAGE / name / target] = template
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(environment.get_template(template).render(values))
    for package in (_PACKAGE / name, _PACKAGE / name / "tests"):
        (package / "__init__.py").touch()
    edited = _register(name)
    _format([*files, *edited])
    _write_contract()
    return sorted(str(path.relative_to(_ROOT)) for path in [*files, *edited, _ROOT / "docs" / "openapi.json"])


def _check(name: str, item: str) -> None:
    if not (_ROOT / "pyproject.toml").exists() or not (_ROOT / "migrations").is_dir():
        raise SliceError("This command needs a checkout of the source code")
    for text in (name, item):
        if not _NAME.fullmatch(text) or keyword.iskeyword(text) or len(text) > _MAX_NAME:
            raise SliceError(f"{text!r} is no valid name: use lower-case letters, digits and underscores")
    if name == item:
        raise SliceError("The slice and its items need different names, such as gyms and gym")
    if (_PACKAGE / name).exists() or re.search(rf"\b{name}\b", (_PACKAGE / "main.py").read_text()):
        raise SliceError(f"The name {name!r} is taken")
    if f'__tablename__ = "{item}"' in "".join(path.read_text() for path in _PACKAGE.rglob("*.py")):
        raise SliceError(f"There is already a table named {item!r}")


def _head_revision() -> str:
    found = (_REVISION.match(path.name) for path in (_ROOT / "migrations" / "versions").iterdir())
    return max(match[1] for match in found if match)


def _register(name: str) -> list[Path]:
    """Add the slice to the tables, the app and the contracts of import-linter; return the edited Python files."""
    constant = f"{name.upper()}_EXPORTS"
    main, schema = _PACKAGE / "main.py", _PACKAGE / "schema.py"
    _edit(schema, r"^import exercise_buddy\.", f"import exercise_buddy.{name}.tables\n\\g<0>")
    imports = (
        f"from exercise_buddy.{name}.public import EXPORTS as {constant}\n"
        f"from exercise_buddy.{name}.router import router as {name}\n"
    )
    _edit(main, r"^from exercise_buddy\.", f"{imports}\\g<0>")
    _edit(main, r"^SLICES = \(([^)]*[^),\s]),?\s*\)", f"SLICES = (\\1, {name})")
    _edit(main, r"^EXPORTS = \(([^)]*[^),\s]),?\s*\)", f"EXPORTS = (\\1, *{constant})")
    project = _ROOT / "pyproject.toml"
    # Beside auth: a new slice knows users and the kernel, and nothing else knows the new slice.
    _edit(project, r'^    "((?:\w+ \| )*auth(?: \| \w+)*)",$', f'    "\\1 | {name}",')
    _edit(project, r"^protected_modules = \[\n", f'\\g<0>    "exercise_buddy.{name}",\n')
    return [main, schema]


def _edit(path: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, path.read_text(), count=1, flags=re.MULTILINE)
    if count == 0:
        raise SliceError(f"{path.relative_to(_ROOT)} has no line like {pattern}")
    path.write_text(text)


def _format(paths: list[Path]) -> None:
    for arguments in (["check", "--quiet", "--fix", "--select", "I"], ["format", "--quiet"]):
        _run("ruff", *arguments, *map(str, paths))


def _write_contract() -> None:
    # In a process of its own: this one has imported the program as it was.
    (_ROOT / "docs" / "openapi.json").write_bytes(_run("exercise_buddy", "openapi"))


def _run(module: str, *arguments: str) -> bytes:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603  (our own tools)
