"""Statements that are written as SQL: a file beside the module that runs it, read once when that module is imported.

`:name` in a file is a parameter, which the comment at its top describes. A file may be a template: `__name__`, an
identifier of its own to every tool that reads SQL, is replaced when the file is loaded.

    _streaks = load_sql(__package__, "streaks.sql")
"""

import re
from importlib.resources import files
from typing import Any

from exercise_buddy.core.db.statements import Statement

# A comment, a string and a cast hold no parameter, so they are matched first.
_TOKEN = re.compile(r"--[^\n]*|'[^']*'|::|:([a-z][a-z0-9_]*)")

_WORD = re.compile(r"--[^\n]*|__([a-z]+(?:_[a-z]+)*)__")

LOADED: dict[str, "SqlFile"] = {}
"""Every statement that was loaded, by its name, such as `statistics/overview/summary`."""


class SqlFile(Statement):
    """A statement of a file: its SQL, with placeholders $1, $2 …, and the names of its parameters in that order."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.parameters = list(dict.fromkeys(match[1] for match in _TOKEN.finditer(text) if match[1]))
        self.sql = _TOKEN.sub(self._placeholder, text)

    def _placeholder(self, match: re.Match[str]) -> str:
        return f"${self.parameters.index(match[1]) + 1}" if match[1] else match[0]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Return named values in the order of the placeholders.

        Raises:
            KeyError: a parameter has no value.

        """
        return [values[name] for name in self.parameters]

    def as_text(self) -> "SqlFile":
        """Return the statement that gives the column `document` as text: SQLAlchemy's connections parse JSON."""
        text = SqlFile(self.name, "")
        text.parameters = self.parameters
        text.sql = f"SELECT document::text FROM (\n{self.sql}\n) AS statement"  # noqa: S608  (a file of our own)
        return text


def load_sql(package: str | None, file_name: str, *, label: str = "", **words: str) -> SqlFile:
    """Return the statement of a file in a package, each `__word__` of it replaced by what `words` has for it.

    A `label` tells the statements of one template apart: without one, the words do.

    Raises:
        FileNotFoundError: the package has no such file.

    """
    text = files(package or "").joinpath(file_name).read_text("utf-8")
    text = _WORD.sub(lambda match: words.get(match[1], match[0]) if match[1] else match[0], text)
    folder = (package or "").partition(".")[2].replace(".", "/")
    name = "/".join((folder, file_name.removesuffix(".sql"), *([label] if label else words.values())))
    LOADED[name] = SqlFile(name, text)
    return LOADED[name]
