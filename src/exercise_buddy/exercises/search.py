"""The bind parameters of an exercise search."""

import itertools
from typing import Any

from exercise_buddy.exercises.catalogue import search_key

_MOST_SLIPS = 24
# The equipment that names mention, in our languages; the most common one first.
_EQUIPMENT = (
    *(
        "barbell",
        "dumbbell",
        "machine",
        "cable",
        "kettlebell",
        "bodyweight",
        "band",
        "bands",
        "ez bar",
        "smith machine",
    ),
    *("langhantel", "kurzhantel", "maschine", "kabel", "multipresse"),
    *("barra", "mancuernas", "maquina", "polea", "barre", "halteres"),
)


def search_values(text: str) -> dict[str, Any]:
    """Return the bind parameters of a search; empty if the text contains no searchable character.

    `part` is the longest word: each name that matches literally contains it. `with_equipment` are the names that only
    add equipment, such as "squat barbell" and "barbell squat". `slips` are the variants with two neighbouring letters
    swapped: trigram similarity rates these as different words.
    """
    term = search_key(text)
    if not term:
        return {}
    words = [f"% {_escape_like(word)}%" for word in term.split()]
    part = f"%{_escape_like(max(term.split(), key=len))}%"
    swapped = (
        term[:index] + term[index + 1] + term[index] + term[index + 2 :]
        for index in range(len(term) - 1)
        if term[index] != term[index + 1] and " " not in term[index : index + 2]
    )
    slips = [f"%{_escape_like(slip)}%" for slip in itertools.islice(swapped, _MOST_SLIPS)]
    with_equipment = [name for equipment in _EQUIPMENT for name in (f"{term} {equipment}", f"{equipment} {term}")]
    return {"search": term, "part": part, "words": words, "with_equipment": with_equipment, "slips": slips}


def _escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
