"""Names that are alike and do not mean the same: "Pull Up" and "Pull Up (Weighted)", bench presses flat and inclined.

The alias files lead some of them to one exercise, because the catalogue has no other. Alone, each is right; side by
side in one file they are two exercises of that user. Where the catalogue has both, a similar name is a wrong proposal.
"""

# ruff: noqa: RUF001  (Cyrillic letters are no mistake here)

import re

from exercise_buddy.exercises.catalogue import search_key

# By what they say, in the languages of the alias files. They are parts of search keys, which have no accents. A name
# without one means the plain exercise: a bench press without an incline is flat.
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
    "incline": (
        r"(?<!\bremo )(?<!\bremada )(?<!\brematore )\binclin|\bschrag(?!.*\bnegativ)|インクライン"
        r"|(?<!\bобратнои )\bнаклонн|\bпод углом|\bдодатн|\bskos(?!.*\bujemn)"
    ),
    "decline": (
        r"\bdecli[nv]|\bnegativ|デクライン|\bобратнои накл|\bотрицательн|\bголовои вниз|\bвниз головои"
        r"|\bujemn|\bglowa w dol"
    ),
    "front": (
        r"(?<!\bau )\bfront(?! (?:plank|box|lat|lever)\b)|\bdelanter|フロント(?!レバー)|\bфронтальн|\bперед собои"
        r"|\bprz(?:odu|odzie|ednie)\b|\bprzed siebie"
    ),
    "close grip": (
        r"\b(?:close|narrow)\b|\beng(?:e[mnrs]?)?\b|\b(?:cerrad|estrech|fechad|estreit|strett)|\bserree?s?\b"
        r"|ナロー|クローズ|\bузк|\bwask"
    ),
    "reverse grip": (
        r"\b(?:reverse|supinated|supine) grip|\bunderhand|\bchin ?ups?\b|\bchins\b|\buntergriff"
        r"|アンダーグリップ|リバースグリップ|逆手|\b(?:agarre|pegada|prise|presa) (?:en )?(?:in|su)(?:ver|pin)"
        r"|\bобратн(?:ым|ыи) хват|\bpodchwyt"
    ),
    "behind the neck": (
        r"\bbehind (?:the )?(?:neck|head)|\bnacken(?:druck|pr|zi)|\b(?:trasnuca|tras nuca|nuca)\b|ビハインドネック"
    ),
    "sumo": r"\bsumo|スモ[ウー]|相撲|\bсумо",
    "Romanian": r"\brdl\b|\bromanian|\brumanis|\bruman|\broumain|\bromen|\brumen|ルーマニア|\bрумын|\brumunsk",
    "stiff legs": (
        r"\bstiff|\bstraight leg(?:ged)? (?:barbell |dumbbell )?deadlift|\bgestreckt|\bjambes tendues"
        r"|\bgambe (?:tes|dritt)|\bp(?:i?ernas) (?:rectas|estiradas|rigidas|esticadas|estendidas)"
        r"|スティッ?フ|\bprostych nog|\bпрямых ног"
    ),
    "split": r"\bsplit|スプリット|\bсплит",
    "Bulgarian": r"\bbulgar|ブルガリア|\bболгарск",
    "hack": r"\bhack|ハック|\bгакк|\bхакк",
    "box": r"\bbox\b|\bbox ?(?:squat|kniebeug)|ボックス",
    "goblet": r"\bgoblet|ゴブレット|\bгоблет",
    "hammer": r"\bhammer(?! strength)|\bmart(?:illo|elo|ello|eau)|ハンマー|\bмолот|\bmlotk",
    "preacher": r"\bpreacher|\bpredicador|\bpupitre|\bscott|プリーチャー|\bскотта|\bmodlitewnik",
    "power": r"\bpower (?:clean|snatch|jerk)",
    "hang": r"\bhang (?:clean|snatch|power)",
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


# So it is with the position of the body: a leg curl can be the lying or the seated one.
_POSTURES = {
    "seated": (
        r"\bseated|\bsitting|\bsitz|\bim sitzen|\bsentad|\bassise?s?\b|\bsedut|シーテッド|座|\bсидя|\bsiedz|\bna siedz"
    ),
    "standing": (
        r"\bstanding|\bstehend|\bim stehen|\bde pie\b|\bem pe\b|\bdebout|\bin piedi|スタンディング|立|\bстоя\b|\bstoj"
    ),
    "lying": (
        r"\blying|\bliegend|\bim liegen|\bacostad|\btumbad|\bdeitad|\ballong|\bsdraiat|ライイング|寝|\bлежа\b|\blezac"
    ),
    "kneeling": r"\bkneeling|\bkniend|\brodillas|\bajoelhad|\bgenoux|\bginocchi|ニーリング|\bколен|\bklecz",
}
_GRIPS = {
    "palms up": r"\bpalms? up|\bsupinated|\bunderhand",
    "palms down": r"\bpalms? down|\bpronated|\boverhand",
    "palms in": r"\bpalms? (?:in|facing)|\bneutral grip",
}
_FACES = {"up": r"\bface up", "down": r"\bface down|\bprone\b"}
_IMPLIED = {"smith machine": "machine", "Bulgarian": "split"}
_ALTERNATIVES = (_EQUIPMENT, _POSTURES, _GRIPS, _FACES)


def are_synonyms(name: str, other: str) -> bool:
    """Return whether two names of one exercise can mean the same: neither says what the other one contradicts."""
    key, other_key = search_key(name), search_key(other)
    if key == other_key:
        return True
    if _find(_QUALIFIERS, key) != _find(_QUALIFIERS, other_key):
        return False
    for alternatives in _ALTERNATIVES:
        found, other_found = _find(alternatives, key), _find(alternatives, other_key)
        if found and other_found and not found & other_found:
            return False
    return True


def _find(patterns: dict[str, str], key: str) -> set[str]:
    found = {meaning for meaning, pattern in patterns.items() if re.search(pattern, key)}
    # A Smith machine is no other machine, and all Bulgarian squats are split squats.
    return found - {general for special, general in _IMPLIED.items() if special in found}
