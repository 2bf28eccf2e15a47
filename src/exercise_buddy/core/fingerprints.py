"""Fingerprints that tell a repeated create from another create with the same id."""

import hashlib
from typing import Any

import orjson


def fingerprint(content: Any) -> bytes:  # noqa: ANN401  (any JSON value)
    """Return a hash (16 bytes) of the content of a create.

    It is stored with the resource: the resource may change later, and a retry of the create is still recognised.
    """
    return hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
