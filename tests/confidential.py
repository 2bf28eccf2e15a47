"""Looks whether a log line of a test holds a secret that the test has sent or received.

Every line of ours, and of every library, passes the function that makes it one line of JSON; `watch_the_log` puts an
ear there. What is secret is learnt from the requests and answers: bearer tokens, cookies, and the fields of JSON, forms
and query strings whose names say so.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Message, Scope

from exercise_buddy.core.ops import logging

# What is shorter is a word that a test makes up, and may well stand in a line for another reason.
_SHORTEST = 12
_FIELDS = {
    "password",
    "new_password",
    "current_password",
    "token",
    "access_token",
    "refresh_token",
    "code",
    "code_verifier",
    "verifier",
    "state",
}

lines: list[str] = []
secrets: set[str] = set()


def watch_the_log() -> None:
    """Keep every line that is logged from now on."""
    write = logging._json_line

    def keep(*arguments: Any) -> str:
        line = write(*arguments)
        lines.append(line)
        return line

    logging._json_line = keep  # type: ignore[assignment]


def forget() -> None:
    """Begin anew, for the next test."""
    lines.clear()
    secrets.clear()


def leaked_secrets() -> list[str]:
    """Give the lines that hold a secret."""
    return [line for line in lines if any(secret in line for secret in secrets)]


def learn(scope: Scope, received: bytes, messages: Sequence[Message]) -> None:
    """Take the secrets out of a request and its answer."""
    for name, value in scope["headers"]:
        match name.lower():
            case b"authorization":
                _add(value.decode("latin-1").partition(" ")[2])
            case b"cookie":
                for cookie in value.decode("latin-1").split(";"):
                    _add(cookie.partition("=")[2].strip())
    # Nonsense that is refused as such is nobody's secret, and may stand in a path too.
    if next((message["status"] for message in messages if "status" in message), 500) not in {404, 422}:
        _learn_pairs(parse_qsl(scope["query_string"].decode("latin-1")))
        _learn_body(received)
    answered = b""
    for message in messages:
        answered += message.get("body", b"")
        for name, value in message.get("headers", ()):
            if name.lower() == b"set-cookie":
                _add(value.decode("latin-1").partition(";")[0].partition("=")[2].strip('"'))
            if name.lower() == b"location":
                _learn_pairs(parse_qsl(value.decode("latin-1").partition("?")[2]))
    _learn_body(answered)


def _learn_body(body: bytes) -> None:
    if len(body) > 100_000:
        return
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        _learn_pairs(parse_qsl(body.decode("latin-1")))
        return
    if isinstance(content, dict):
        _learn_pairs(content.items())


def _learn_pairs(pairs: Iterable[tuple[str, Any]]) -> None:
    for name, value in pairs:
        if name in _FIELDS and isinstance(value, str):
            _add(value)


def _add(secret: str) -> None:
    if len(secret) >= _SHORTEST:
        secrets.add(secret)
