"""Ids (UUIDv7) of what an import writes: the same if another process continues the import."""

from hashlib import blake2b
from uuid import UUID

# A UUIDv7 (RFC 9562): 48 bits of time, and 80 with the version, the variant, and what is random.
_RANDOM_BYTES = 10
_RANDOM_BITS = 8 * _RANDOM_BYTES
_RANDOM_MASK = 0x0FFF_3FFF_FFFF_FFFF_FFFF
_VERSION_AND_VARIANT = 0x7000_8000_0000_0000_0000
_HIGH_SHIFT = 64
_LOW_SHIFT = 50
_HALF_BITS = 12
_HALF_MASK = (1 << _HALF_BITS) - 1
_HASH_MASK = (1 << _LOW_SHIFT) - 1


def derive_id(import_id: UUID, content: bytes, line: int) -> UUID:
    """Return the id of something that begins in a line of the file."""
    return _build(import_id, _hash(import_id, content, line) & _RANDOM_MASK)


def derive_ordered_id(import_id: UUID, position: int) -> UUID:
    """Return the id of something at a position below 2**24. The ids of an import ascend with the positions."""
    ordered = (position >> _HALF_BITS << _HIGH_SHIFT) | ((position & _HALF_MASK) << _LOW_SHIFT)
    return _build(import_id, ordered | _hash(import_id, b"", position) & _HASH_MASK)


def _hash(import_id: UUID, content: bytes, number: int) -> int:
    digest = blake2b(b"%b %b %d" % (import_id.bytes, content, number), digest_size=_RANDOM_BYTES).digest()
    return int.from_bytes(digest)


def _build(import_id: UUID, random: int) -> UUID:
    time = import_id.int >> _RANDOM_BITS << _RANDOM_BITS
    return UUID(int=time | random | _VERSION_AND_VARIANT)
