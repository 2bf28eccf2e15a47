"""Checks messages against the schemas of the AsyncAPI document."""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from exercise_buddy.core.http.asyncapi import build_asyncapi
from exercise_buddy.main import CHANNELS

_FORMATS = FormatChecker(["uuid"])


@cache
def document() -> dict[str, Any]:
    """Return the AsyncAPI document."""
    return build_asyncapi("Exercise Buddy", "1", CHANNELS)


@cache
def _validator(channel: str, message: str) -> Draft202012Validator:
    components = document()["components"]
    payload = components["messages"][f"{channel}.{message}"]["payload"]
    return Draft202012Validator(payload | {"components": components}, format_checker=_FORMATS)


def check_message(channel: str, message: str, payload: Any) -> None:
    """Check the payload of a message that was sent."""
    errors = [f"{error.json_path}: {error.message}" for error in _validator(channel, message).iter_errors(payload)]
    assert errors == [], (message, payload)
