"""Sends requests that Schemathesis makes of the OpenAPI document to a real server, with all checks and a real token.

uv run --group schemathesis python -m tests.fuzzing [--seconds 3600] [--seed 1] [options of Schemathesis]

Without a time, each operation gets a fixed number of random requests, so that a slow machine sends the same ones as a
quick one: about five minutes. The exit status is that of Schemathesis: 0 if no check fails.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2

import exercise_buddy.main  # noqa: F401  (its slices declare the limits)
from exercise_buddy.core.ops.rate_limits import KNOWN
from tests.command.processes import COMMAND, ServerStarter, register, sign_in
from tests.support import SECRET

HERE = Path(__file__).parent
# Each would end the session, so that all other requests are 401 from then on.
ENDING = (
    "users-delete-account",
    "auth-logout",
    "auth-revoke-session",
    "auth-revoke-all-sessions",
)
SEED = 20261128
EXAMPLES = 25
"""The random requests of each operation, and the random sequences of requests."""
_MOST_LOG = 20_000
_FAILED = """
{log}
Schemathesis has found what the OpenAPI document does not say, or the server does not do. Above are its requests, as
commands of curl, in their order. To send them again, start `exercise-buddy serve`, and put the port and an access token
of its own into them; or repeat the run:

uv run --group schemathesis python -m tests.fuzzing {options}
"""
_EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    },
    "required": ["event", "data", "id"],
    "additionalProperties": False,
}
_SETTINGS = {
    "SECRET_KEY": SECRET,
    "RATE_LIMITS": json.dumps(dict.fromkeys(KNOWN, "100000000/minute")),
    "PASSWORD_HASH_MEMORY_KIB": "7168",
    "PASSWORD_HASH_ITERATIONS": "1",
    "ACCESS_TOKEN_EXPIRE_MINUTES": "600",
    "LOG_LEVEL": "ERROR",
}


def fuzz(seconds: int | None, seed: int, *options: str) -> int:
    """Run Schemathesis against a server of its own; return its exit status.

    Args:
        seconds: the time for all requests. Random ones are sent until it is over; without it, `EXAMPLES` of each kind.
        seed: from which the random requests are made.
        options: of Schemathesis.

    """
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists():
        raise SystemExit("Schemathesis is missing: uv run --group schemathesis python -m tests.fuzzing")
    with tempfile.TemporaryDirectory(prefix="exercise-buddy-fuzzing-") as name:
        folder = Path(name)
        starter = ServerStarter(folder)
        try:
            server, client = starter(command=[*COMMAND, "serve"], **_SETTINGS)
            bound = f"--max-examples={EXAMPLES}" if seconds is None else f"--max-time={seconds}"
            status = subprocess.run(
                [
                    *(str(program), "--config-file", str(HERE / "schemathesis.toml"), "--no-color", "run"),
                    *_describe(client, folder),
                    *(f"--seed={seed}", bound, *options),
                ],
                cwd=folder,
                env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks", "PYTHONPATH": str(HERE.parents[1])},
                check=False,
            ).returncode
            if status:
                given = "" if seconds is None else f"--seconds {seconds} "
                sys.stderr.write(_FAILED.format(options=f"{given}--seed {seed}", log=server.output[-_MOST_LOG:]))
            return status
        finally:
            starter.close()


def _describe(client: httpx2.Client, folder: Path) -> Sequence[str]:
    """Return the arguments that name the document, the server and the token of a new account."""
    assert register(client) == 201
    token = sign_in(client)["Authorization"]
    document = client.get("/api/v1/openapi.json").raise_for_status().json()
    known = {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    }
    assert known >= set(ENDING), sorted(known)
    # Generators of clients read the schema of a stream as that of its text, and Schemathesis as that of each event.
    # OpenAPI 3.1 says neither.
    for content in _list_contents(document):
        if "text/event-stream" in content:
            content["text/event-stream"]["schema"] = _EVENT
    path = folder / "openapi.json"
    path.write_text(json.dumps(document))
    excluded = [f"--exclude-operation-id={name}" for name in ENDING]
    # It is about how long requests are made, not about the server.
    excluded.append("--suppress-health-check=all")
    server = f"--url={client.base_url}"
    return [str(path), server, f"--header=Authorization: {token}", "--continue-on-failure", *excluded]


def _list_contents(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the content of each response, by media type."""
    for path in document["paths"].values():
        for operation in path.values():
            yield from (response.get("content", {}) for response in operation["responses"].values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, help="The time for all requests. By default, their number is fixed.")
    parser.add_argument("--seed", type=int, default=SEED, help="Another number makes other requests.")
    given, others = parser.parse_known_args()
    raise SystemExit(fuzz(given.seconds, given.seed, *others))
