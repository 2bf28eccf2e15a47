"""A set of texts in a few bytes per text, which never forgets a member and very rarely claims one."""

import hashlib
import math
from collections.abc import Iterator


class BloomFilter:
    """A Bloom filter over texts. Its bytes are the whole state, so that a file can hold it."""

    def __init__(self, content: bytes, members: int) -> None:
        """Create a filter from its bytes (zeros, if it is empty), with the best number of bits for `members` texts."""
        self._bits = bytearray(content)
        self._probes = max(1, round(len(content) * 8 / members * math.log(2)))

    @property
    def content(self) -> bytes:
        """The bytes of the filter."""
        return bytes(self._bits)

    def add(self, text: str) -> None:
        """Add a text."""
        for position in self._positions(text):
            self._bits[position >> 3] |= 1 << (position & 7)

    def __contains__(self, text: str) -> bool:
        """Return whether a text was added, or, rarely, looks as if it was."""
        return all(self._bits[position >> 3] & 1 << (position & 7) for position in self._positions(text))

    def _positions(self, text: str) -> Iterator[int]:
        # Two hashes yield all probes (Kirsch and Mitzenmacher, 2006). Lone surrogates are no reason to fail.
        digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
        start, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:16]) | 1
        return ((start + number * step) % (len(self._bits) * 8) for number in range(self._probes))
