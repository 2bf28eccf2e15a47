"""What somebody types into a search, as the statement that searches wants it."""

import itertools
from typing import Any

from exercise_buddy.exercises.catalogue import search_key

_MOST_SLIPS = 24


def search_values(text: str) -> dict[str, Any]:
    """Give the bound values of a search, none if there is nothing to search.

    `slips` are what was meant if two neighbouring letters were typed the wrong way round, which trigrams take for quite
    another word.
    """
    term = search_key(text)
    if not term:
        return {}
    words = [f"% {_escaped(word)}%" for word in term.split()]
    swapped = (
        term[:index] + term[index + 1] + term[index] + term[index + 2 :]
        for index in range(len(term) - 1)
        if term[index] != term[index + 1] and " " not in term[index : index + 2]
    )
    slips = [f"%{_escaped(slip)}%" for slip in itertools.islice(swapped, _MOST_SLIPS)]
    return {"search": term, "words": words, "slips": slips}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
