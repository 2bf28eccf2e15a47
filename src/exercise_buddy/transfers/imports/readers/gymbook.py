"""The reader of files that the app GymBook exports, in English, German and Italian.

A row is a set with the time of the set. One column has reps or a time (`12 Wiederholungen`, `30 secondi`), another a
weight or a distance (`40,00 kg`, `5,0 km`): the units say which. Skipped sets are in the file too.
"""

from collections.abc import Iterable

from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.layouts import Layout
from exercise_buddy.transfers.imports.months import fold_text
from exercise_buddy.transfers.imports.numbers import parse_cell_number
from exercise_buddy.transfers.imports.readers.timed_rows import TimedRowsReader
from exercise_buddy.workouts.public import Source

_YES = {"yes", "ja", "si", "true", "1"}
_WARM_UP = ("warm", "aufwarm", "riscaldamento")


class GymBookReader(TimedRowsReader):
    """Reads a table in GymBook's layout."""

    layout = Layout(
        app="GymBook",
        source=Source.GYMBOOK,
        names={
            "date": "date, datum, data",
            "title": "workout, training, programma, program",
            "time": "time, zeit, uhrzeit, orario, ora",
            "exercise": "exercise, übung, esercizio",
            "region": "region, area, body region, bereich, zona",
            "kind": (
                "set / warm-up set / cool-down set, set / warmup set / cooldown set, "
                "satz / aufwärmsatz / abkühlsatz, satz / aufwärmsatz / abwärmsatz, "
                "set / set di riscaldamento / set di defaticamento"
            ),
            "result": "reps / time, repetitions / time, wiederholungen / zeit, ripetizioni / tempo",
            "load": "weight / distance, gewicht / strecke, gewicht / distanz, peso / distanza",
            "notes": "notes, notizen, appunti, note",
            "skipped": "skipped, ausgelassen, übersprungen, saltato",
        },
        required=("date", "exercise", "result", "load"),
        weights=("load",),
        ignored=("region",),
        example=(
            "Date, Workout, Time, Exercise, Region, Muscle Groups (Primary), Muscle Groups (Secondary), "
            "Set / Warm-Up Set / Cool-Down Set, Reps / Time, Weight / Distance, Notes, Skipped"
        ),
    )

    def _expand(self, values: dict[str, str], line: int) -> Iterable[dict[str, str]]:
        if fold_text(values.get("skipped", "")) in _YES:
            self.warnings.add(line, "set_not_done", "This set was skipped and was left out.")
            return ()
        result, load = values["result"], values["load"]
        number = parse_cell_number(load, "decimal_comma")
        is_distance = number is not None and number.unit in parsing.DISTANCE_UNITS
        is_time = any(map(str.isalpha, result)) and parsing.parse_duration(result) is not None
        kind = "warm up" if any(word in fold_text(values.get("kind", "")) for word in _WARM_UP) else ""
        return (
            values
            | {"kind": kind, "seconds" if is_time else "reps": result, "distance" if is_distance else "weight": load},
        )
