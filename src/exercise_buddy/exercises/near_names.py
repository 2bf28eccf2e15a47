"""Names of one exercise that do not mean the same: "Pull Up" and "Pull Up (Weighted)".

The alias files lead both to one exercise, because the catalogue has no other. Alone, each is right; side by side in one
file they are two exercises of that user.
"""

# ruff: noqa: RUF001  (Cyrillic letters are no mistake here)

import re

from exercise_buddy.exercises.catalogue import search_key

# By what they say, in the languages of the alias files. They are parts of search keys, which have no accents.
_QUALIFIERS = {
    "one side": (
        r"\b(?:single|one) ?(?:arm|leg|hand|side)|\bunilateral|\beinarmig|\beinbeinig|\b(?:un|una|um|uma|une) "
        r"(?:brazo|mano|pierna|bras|main|jambe|braco|mao|perna|braccio|gamba)\b|\bmonopod|ワンアーム|ワンレッグ|片手|片足|片腕|片脚"
        r"|\bодно(?:и|го) (?:рук|ног)|\bjedno(?:racz|nog|noz)|\bjedn(?:a|ej|ym) (?:rek|nog)"
    ),
    "assistance": r"\bassist|\bunterstutzt|\basist|アシスト|补助|補助|\bпомощ|\bподдержк|\basyst|\bwspoma",
    "added weight": (
        r"\bweighted|\bmit (?:zusatz)?gewicht|\bzusatzgewicht|\b(?:con"
        r"|com) (?:peso(?! corp| del corp| do corp)|lastre|zavorra)\b|\blastrad|\bleste"
        r"|\bzavorrat|加重|\bс весом|\bс отягощ|\bz obciaz"
    ),
}
# An exercise with a barbell is not the one with a cable. A name without either can mean any of them.
_EQUIPMENT = {
    "barbell": r"\bbarbell|\blanghantel|バーベル|\bштанг|\bsztang",
    "dumbbell": r"\bdumbbell|\bkurzhantel|\bmancuern|\bhaltere|\bmanubri|ダンベル|\bгантел|\bhantl",
    "machine": r"\bmachine|\bmaschine|\bmaquin|\bmacchin|マシン|\bтренажер|\bmaszyn",
    "cable": r"\bcable|\bkabel|\bpolea|\bpoulie|\bcabo\b|\bpolia|\bcavo\b|\bcavi\b|ケーブル|\bблок|\bwyciag",
    "band": r"\b(?:resistance )?bands?\b|\bbander?\b|\bbanda|\belasti|バンド|\bрезин|\bguma\b|\bgumami",
    "smith machine": r"\bsmith|スミス|\bсмит",
    "kettlebell": r"\bkettlebell|\bkugelhantel|ケトルベル|\bгир",
}


def are_synonyms(name: str, other: str) -> bool:
    """Return whether two names of one exercise can mean the same: neither says what the other one contradicts."""
    key, other_key = search_key(name), search_key(other)
    if key == other_key:
        return True
    if _find(_QUALIFIERS, key) != _find(_QUALIFIERS, other_key):
        return False
    equipment, other_equipment = _find(_EQUIPMENT, key), _find(_EQUIPMENT, other_key)
    # "Smith Machine" is no other machine; so those that say both agree with those that say one.
    return not equipment or not other_equipment or bool(equipment & other_equipment)


def _find(patterns: dict[str, str], key: str) -> set[str]:
    return {meaning for meaning, pattern in patterns.items() if re.search(pattern, key)}
