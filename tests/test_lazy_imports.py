"""What a process does not import until it needs it."""

import subprocess
import sys

_CREATE_APP = """
import sys
import exercise_buddy.cli
from exercise_buddy.main import create_app
from exercise_buddy.settings import Settings
create_app(Settings(secret_key="a-test-only-key-of-48-letters-0123456789-abcdefgh")).openapi()
print([name for name in ("numpy", "scipy", "opentelemetry.sdk") if name in sys.modules])
"""


def test_a_process_imports_neither_numpy_nor_opentelemetry() -> None:
    done = subprocess.run([sys.executable, "-c", _CREATE_APP], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
