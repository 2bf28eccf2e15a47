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
_PARAMETER = re.compile(r"--[^\n]*|'[^']*'|::|:([a-z][a-z0-9_]*)")
_WORD = re.compile(r"--[^\n]*|__([a-z]+(?:_[a-z]+)*)__")

LOADED: dict[str, "SqlFile"] = {}
"""Every statement that was loaded, by its name."""


class SqlFile(Statement):
    """A statement of a file.

    Attributes:
        name: its path in the package, such as `statistics/overview/summary`, and of a template `:` and its label.
        text: the SQL with named parameters.
        sql: the SQL with placeholders $1, $2 and so on.
        parameters: the names of the parameters, in that order.
        is_expanded: whether the file is a template.

    """

    def __init__(self, name: str, text: str, *, is_expanded: bool = False) -> None:
        self.name = name
        self.text = text
        self.is_expanded = is_expanded
        self.parameters = list(dict.fromkeys(match[1] for match in _PARAMETER.finditer(text) if match[1]))
        self.sql = _PARAMETER.sub(self._placeholder, text)

    def _placeholder(self, match: re.Match[str]) -> str:
        return f"${self.parameters.index(match[1]) + 1}" if match[1] else match[0]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Return named values in the order of the placeholders.

        Raises:
            KeyError: a parameter has no value.

        """
        return [values[name] for name in self.parameters]

    def as_text(self) -> "SqlFile":
        """Return the statement that returns the column `document` as text: SQLAlchemy's connections parse JSON."""
        return SqlFile(self.name, f"SELECT document::text FROM (\n{self.text}) AS statement")  # noqa: S608  (a file)


def load_sql(package: str | None, file_name: str, *, label: str = "", **words: str | SqlFile) -> SqlFile:
    """Return the statement of a file in a package, each `__word__` of it replaced by what `words` has for it.

    A statement replaces its word as a subquery. A `label` tells the statements of one template apart.

    Raises:
        FileNotFoundError: the package has no such file.

    """
    texts = {word: f"(\n{value.text})" if isinstance(value, SqlFile) else value for word, value in words.items()}
    text = files(package or "").joinpath(file_name).read_text("utf-8")
    text = _WORD.sub(lambda match: texts.get(match[1], match[0]), text)
    folder = (package or "").partition(".")[2].replace(".", "/")
    name = f"{folder}/{file_name.removesuffix('.sql')}" + (f":{label}" if label else "")
    LOADED[name] = SqlFile(name, text, is_expanded=bool(words))
    return LOADED[name]
