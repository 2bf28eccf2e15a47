"""The blocks of code in `docs/clients.md`."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "clients.md").read_text()
# What the commands and programs of the page contain in place of a server's address.
ADDRESS = "http://localhost:8000"


def read_section(title: str) -> str:
    """Return a section of the page, with the sections below it."""
    found = re.search(rf"^(#+) {re.escape(title)}\n", PAGE, re.MULTILINE)
    assert found, title
    return re.split(rf"^#{{1,{len(found[1])}}} ", PAGE[found.end() :], flags=re.MULTILINE)[0]


def read_block(section: str, language: str) -> str:
    """Return the blocks of a language in a section, joined."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", read_section(section), re.MULTILINE | re.DOTALL)
    assert blocks, (section, language)
    return "\n".join(blocks)
