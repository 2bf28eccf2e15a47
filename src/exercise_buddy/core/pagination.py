"""Keyset pagination: a cursor is the key of the last item shown, so pages survive inserts and deletes."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Query
from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core.problems import FieldError, InvalidInput

Key = TypeVar("Key")

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page has at the most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="`next_cursor` of the page before; without it, the first page."),
]


def encode_cursor(key: Sequence[Any]) -> str:
    """Write the key of the last item shown as an opaque, URL-safe text."""
    return base64.urlsafe_b64encode(orjson.dumps(list(key), default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, key: TypeAdapter[Key]) -> Key:
    """Read a cursor back as the key that `encode_cursor` wrote.

    Raises:
        InvalidInput: it is none of ours.

    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return key.validate_python(orjson.loads(raw))
    except (binascii.Error, orjson.JSONDecodeError, ValidationError, ValueError):
        error = FieldError("/cursor", "cursor", "This is not a cursor of this list", "query")
        raise InvalidInput(errors=[error]) from None
