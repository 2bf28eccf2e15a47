"""How a create that a client sends again is told from another one under the same id."""

import hashlib
from typing import Any

import orjson


def fingerprint(content: Any) -> bytes:  # noqa: ANN401  (anything that is JSON)
    """Hash the content of what a client creates (16 bytes), so that the same one is recognised when it comes again.

    It is stored beside what it became: that may have been changed since, and the retry is still a retry.
    """
    return hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
