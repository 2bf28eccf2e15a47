"""Log lines: several processes write to one output, and one process to several outputs."""

import json
import os
import subprocess
import sys

CONFIGURED = """
import contextlib
import io
import sys
import structlog
from exercise_buddy.core.ops import logging
from exercise_buddy.core.settings import CoreSettings

logging.configure(CoreSettings(secret_key="a secret of at least thirty-two characters", log_format="json"))
log = structlog.get_logger()
"""
WORKER = f"""{CONFIGURED}
# They begin together.
print("ready", file=sys.stderr, flush=True)
sys.stdin.read(1)
for number in range(1000):
    log.info("request", number=number)
"""


def test_lines_of_several_workers_do_not_mix() -> None:
    out, into = os.pipe()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=into,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    os.close(into)
    for worker in workers:
        assert worker.stderr is not None
        assert worker.stderr.readline() == b"ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b".")
        worker.stdin.flush()
    with os.fdopen(out) as lines:
        numbers = sorted(json.loads(line)["number"] for line in lines)
    for worker in workers:
        worker.communicate()

    assert [worker.returncode for worker in workers] == [0, 0]
    assert numbers == sorted([*range(1000), *range(1000)])


CAPTURED = f"""{CONFIGURED}
for number in range(2):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        log.info("request", number=number)
    print(output.getvalue().strip())
    output.close()
log.info("request", number=2)
"""


def test_a_logger_writes_to_the_output_that_has_replaced_another_one() -> None:
    run = subprocess.run([sys.executable, "-c", CAPTURED], capture_output=True, text=True, check=False)

    assert run.stderr == ""
    assert [json.loads(line)["number"] for line in run.stdout.splitlines()] == [0, 1, 2]
