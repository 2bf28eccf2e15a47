"""Checks that no log line of a test contains a secret that the test has sent or received.

Every log line, ours and of libraries, passes the function that formats it as JSON; `watch_the_log` wraps that function.
The secrets are collected from requests and responses: bearer tokens, cookies, and the fields of JSON, forms and query
strings that have the names of secrets.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Message, Scope

from exercise_buddy.core.ops import logging

# A shorter value is a word that a test invented, and may be in a log line for another reason.
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
    """Collect every line that is logged from now on."""
    write = logging._json_line

    def keep(*arguments: Any) -> str:
        line = write(*arguments)
        lines.append(line)
        return line

    logging._json_line = keep  # type: ignore[assignment]


def forget() -> None:
    """Delete the collected lines and secrets, for the next test."""
    lines.clear()
    secrets.clear()


def leaked_secrets() -> list[str]:
    """Return the lines that contain a secret."""
    return [line for line in lines if any(secret in line for secret in secrets)]


def learn(scope: Scope, received: bytes, messages: Sequence[Message]) -> None:
    """Collect the secrets of a request and its response."""
    for name, value in scope["headers"]:
        match name.lower():
            case b"authorization":
                _add(value.decode("latin-1").partition(" ")[2])
            case b"cookie":
                for cookie in value.decode("latin-1").split(";"):
                    _add(cookie.partition("=")[2].strip())
    # A refused value is no secret, and may be a part of a path too.
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
        elif name == "url" and isinstance(value, str):
            # The link of a chart, or the authorization request of a provider.
            for parameter, secret in parse_qsl(value.partition("?")[2]):
                if parameter in {"link", "state"}:
                    _add(secret)


def _add(secret: str) -> None:
    if len(secret) >= _SHORTEST:
        secrets.add(secret)
