"""The most common passwords, as a Bloom filter in the package.

Source: `10-million-password-list-top-1000000` of SecLists (Copyright (c) 2018 Daniel Miessler, MIT License), collected
by Mark Burnett, ordered by frequency. In the filter are the 100,000 most common ones with at least eight characters,
and, because users decorate a word until it is long enough, the 10,000 most common ones with four to seven. It has 384
KiB; about one in a million other passwords is refused too. `exercise-buddy dev common-passwords LIST` builds it.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path

from exercise_buddy.core.security.bloom_filter import BloomFilter

FILE = Path(__file__).with_name("common_passwords.bloom")
PASSWORDS = 100_000
WORDS = 10_000
_SIZE = 384 * 1024
_MIN_PASSWORD = 8
_MIN_WORD = 4


@cache
def _load() -> BloomFilter:
    # Read at the first new password, not at import: most commands need none.
    return BloomFilter(FILE.read_bytes(), PASSWORDS + WORDS)


def is_common(password: str) -> bool:
    """Return whether a password, in lower case, is one of the most common ones."""
    return password in _load()


def write_common_passwords(ranked: Iterable[str], path: Path = FILE) -> int:
    """Write the filter of a list of passwords, the most common first; return the number of its members."""
    folded = list(dict.fromkeys(unicodedata.normalize("NFKC", line).casefold() for line in ranked))
    passwords = islice((text for text in folded if len(text) >= _MIN_PASSWORD), PASSWORDS)
    words = islice((text for text in folded if _MIN_WORD <= len(text) < _MIN_PASSWORD and not text.isdigit()), WORDS)
    members = [*passwords, *words]
    bloom = BloomFilter(bytes(_SIZE), PASSWORDS + WORDS)
    for text in members:
        bloom.add(text)
    path.write_bytes(bloom.content)
    return len(members)
