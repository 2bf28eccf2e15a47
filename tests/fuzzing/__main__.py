"""Sends requests that Schemathesis makes of the OpenAPI document to a real server, with all checks and a real token.

uv run --group schemathesis python -m tests.fuzzing [--seconds 300]

The exit status is that of Schemathesis: 0 if no check fails.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx2

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
_LIMITS = {
    "anonymous": "1000000/minute",
    "signed_in": "1000000/minute",
    "work": "100000000/minute",
    "registrations_address": "1000000/hour",
    "mails_address": "1000000/hour",
    "imports_user": "1000000/hour",
    "traces_user": "1000000/minute",
}
_SETTINGS = {
    "SECRET_KEY": SECRET,
    "RATE_LIMITS": json.dumps(_LIMITS),
    "PASSWORD_HASH_MEMORY_KIB": "7168",
    "PASSWORD_HASH_ITERATIONS": "1",
    "ACCESS_TOKEN_EXPIRE_MINUTES": "600",
    "LOG_LEVEL": "ERROR",
}


def fuzz(seconds: int, *options: str) -> int:
    """Run Schemathesis against a server of its own; return its exit status."""
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists():
        raise SystemExit("Schemathesis is missing: uv run --group schemathesis python -m tests.fuzzing")
    with tempfile.TemporaryDirectory(prefix="exercise-buddy-fuzzing-") as name:
        folder = Path(name)
        starter = ServerStarter(folder)
        try:
            _, client = starter(command=[*COMMAND, "serve"], **_SETTINGS)
            command = [str(program), "--config-file", str(HERE / "schemathesis.toml"), "--no-color", "run"]
            return subprocess.run(
                [*command, *_describe(client, folder), f"--max-time={seconds}", *options],
                cwd=folder,
                env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks", "PYTHONPATH": str(HERE.parents[1])},
                check=False,
            ).returncode
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
    path = folder / "openapi.json"
    path.write_text(json.dumps(document))
    excluded = [f"--exclude-operation-id={name}" for name in ENDING]
    # `hooks.py` has a check of its own in its place, which knows the rules that no schema can express.
    excluded.append("--exclude-checks=positive_data_acceptance")
    server = f"--url={client.base_url}"
    return [str(path), server, f"--header=Authorization: {token}", "--checks=all", "--continue-on-failure", *excluded]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=300, help="The time for all requests. Default: 300.")
    given, others = parser.parse_known_args()
    raise SystemExit(fuzz(given.seconds, *others))
