"""The document of a workout: its JSON, rendered when the workout is written and stored compressed beside it.

It has two parts, because a list shows workouts without their sets. Both are compressed with zstd and a trained
dictionary: a workout of 20 sets has 6,000 bytes of JSON, 1,250 without a dictionary and 730 with it, and takes 11 µs to
compress and 4 µs to decompress. Level 6 would save 60 bytes for five times the time.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

import orjson
import zstandard

from exercise_buddy.exercises.public import hash_catalogue_names

DICTIONARY = Path(__file__).with_name("dictionary.zstd")

_LEVEL = 3
# Increment it when the JSON of a workout changes, or what its totals or records mean: then no stored document is used
# until the totals are recomputed and it is rendered again.
_FORMAT = 4
_NO_SETS = b'"sets":null'
# A quote inside a JSON string is escaped, so these bytes are always a key and the beginning of its value.
_MARKER = re.compile(rb'"bodyweight_volume_kg":\[([^,]*),([^]]*)\]')
_ENERGY = b'"estimated_energy_kcal":'
_ENERGY_MARKER = _ENERGY + b"["
_KCAL_PER_MET_MINUTE_KG = Decimal("0.0175")
_FOUR_DECIMALS = Decimal("0.0001")
_ZERO = Decimal(0)
_local = threading.local()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A compressed document.

    Attributes:
        document: the workout without its sets.
        sets: the sets of its exercises.
        size: the bytes of the JSON, with sets.

    """

    document: bytes
    sets: bytes
    size: int


@dataclass(frozen=True, slots=True)
class WorkoutDocument:
    """The JSON of a workout before compression.

    Bodyweight volumes and the estimated energy follow the user's body mass, which changes without the workout. In their
    places are markers: arrays of `bodyweight_reps` and `assisted_volume_kg`, and of `met_minutes`.

    Attributes:
        head: the workout; `sets` of each exercise is null.
        sets: a line for each exercise: the key `sets` and its value.

    """

    head: bytes
    sets: bytes

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Return the document of a `Workout` as a dictionary, which has markers."""
        lines = [b'"sets":' + orjson.dumps(exercise["sets"], default=str) for exercise in content["exercises"]]
        without_sets = [{**exercise, "sets": None} for exercise in content["exercises"]]
        return cls(orjson.dumps({**content, "exercises": without_sets}, default=str), b"\n".join(lines))

    @classmethod
    def decompress(cls, document: bytes, sets: bytes | None = None) -> Self:
        """Return a stored document. It has no sets unless they are passed."""
        decompress = _decompressor().decompress
        return cls(decompress(document), b"" if sets is None else decompress(sets))

    def to_content(self) -> dict[str, Any]:
        """Return the `Workout` as a dictionary, with markers."""
        content: dict[str, Any] = orjson.loads(self._join(self.head))
        return content

    def compress(self) -> StoredDocument:
        """Return the document in the form in which it is stored. One of 1.5 MB takes 3 ms."""
        compress = _compressor().compress
        return StoredDocument(compress(self.head), compress(self.sets), len(self.head) + len(self.sets))

    def to_json(self, mass_kg: float | None, *, with_sets: bool = True) -> bytes:
        """Return the JSON of the workout.

        Args:
            mass_kg: what the user weighed on the day of the workout, None if it is unknown.
            with_sets: whether its exercises have their sets.

        """
        head = self.head
        if b'"bodyweight_volume_kg":[' in head:
            head = _MARKER.sub(lambda marker: _bodyweight_volume(marker[1], marker[2], mass_kg), head)
        before, marker, rest = head.partition(_ENERGY_MARKER)
        if marker:
            met_minutes, _, rest = rest.partition(b"]")
            head = b"".join((before, _ENERGY, _estimated_energy(met_minutes, mass_kg), rest))
        return self._join(head) if with_sets else head

    def _join(self, head: bytes) -> bytes:
        if not self.sets:
            return head
        parts = head.split(_NO_SETS)
        lines = self.sets.split(b"\n")
        joined = [parts[0]]
        for line, part in zip(lines, parts[1:], strict=True):
            joined += (line, part)
        return b"".join(joined)


def _bodyweight_volume(reps: bytes, assisted_kg: bytes, mass_kg: float | None) -> bytes:
    if mass_kg is None:
        return b'"bodyweight_volume_kg":null'
    # As PostgreSQL rounds: a double has 15 digits, and a half is rounded up.
    moved = Decimal(f"{float(reps) * mass_kg - float(assisted_kg):.15g}")
    rounded = float(max(moved, _ZERO).quantize(_FOUR_DECIMALS, ROUND_HALF_UP))
    return b'"bodyweight_volume_kg":' + orjson.dumps(format_number(rounded))


def _estimated_energy(met_minutes: bytes, mass_kg: float | None) -> bytes:
    """Return the JSON of kcal = MET x 3.5 x kg / 200 x minutes (Herrmann et al. 2024), as statistics compute it."""
    if mass_kg is None:
        return b"null"
    kcal = Decimal(met_minutes.decode()) * Decimal(f"{mass_kg:.15g}") * _KCAL_PER_MET_MINUTE_KG
    return orjson.dumps(format_number(float(kcal.quantize(_FOUR_DECIMALS, ROUND_HALF_UP))))


def format_number(value: float | None) -> float | None:
    """Return a number as PostgreSQL writes it: a whole one without a fraction."""
    # Measures are far below 2^63, and PostgreSQL has another form for numbers of 16 digits.
    return value if value is None or value != (whole := int(value)) else whole


@cache
def document_version() -> int:
    """Return the version of the documents that this release writes, and the only one that it reads.

    It depends on whatever is in documents besides the rows of workouts: their form, and the names of the catalogue.
    """
    content = b"%d" % _FORMAT + DICTIONARY.read_bytes() + hash_catalogue_names()
    return int.from_bytes(blake2b(content, digest_size=4).digest(), signed=True)


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    dictionary = zstandard.ZstdCompressionDict(DICTIONARY.read_bytes())
    dictionary.precompute_compress(level=_LEVEL)
    return dictionary


def _compressor() -> zstandard.ZstdCompressor:
    """Return the compressor of this thread: two threads must not use one."""
    try:
        compressor: zstandard.ZstdCompressor = _local.compressor
    except AttributeError:
        compressor = _local.compressor = zstandard.ZstdCompressor(
            dict_data=_dictionary(), write_checksum=False, write_dict_id=False
        )
    return compressor


def _decompressor() -> zstandard.ZstdDecompressor:
    try:
        decompressor: zstandard.ZstdDecompressor = _local.decompressor
    except AttributeError:
        decompressor = _local.decompressor = zstandard.ZstdDecompressor(dict_data=_dictionary())
    return decompressor
