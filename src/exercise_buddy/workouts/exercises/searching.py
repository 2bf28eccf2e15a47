"""What somebody types into a search, as the statement that searches wants it."""

from typing import Any

from exercise_buddy.workouts.catalogue import search_key

_MOST_SLIPS = 24


def search_values(text: str) -> dict[str, Any]:
    """Give the bound values of a search, none if there is nothing to search.

    `slips` are the text itself and what it was meant to be if two neighbouring letters were typed the wrong way round,
    which trigrams alone take for quite another word.
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
    slips = [term, *swapped][: _MOST_SLIPS + 1]
    return {"search": term, "words": words, "slips": slips}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
