import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exercise_buddy.settings import Settings
from tests.support import find_free_port

KEY_ID, KEY = "backup-key", "a secret of the test"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of a real S3-compatible server, and the folder in which that server stores its objects."""

    settings: dict[str, str]
    folder: Path


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    root = tmp_path_factory.mktemp("s3")
    (root / "bucket").mkdir()
    port = find_free_port()
    rclone = Path(sys.executable).with_name("rclone")
    options = ["--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY_ID},{KEY}", "--config", "/dev/null", str(root)]
    with subprocess.Popen([rclone, "serve", "s3", *options], stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                try:
                    socket.create_connection(("127.0.0.1", port), 0.2).close()
                except OSError:
                    time.sleep(0.1)
                else:
                    break
            settings = {
                "backup_to": "s3://bucket/of one server",
                "backup_s3_endpoint": f"http://127.0.0.1:{port}",
                "backup_s3_access_key_id": KEY_ID,
                "backup_s3_secret_access_key": KEY,
            }
            yield Bucket(settings, root / "bucket" / "of one server")
        finally:
            server.terminate()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings whose secret is in a file, as with the embedded server."""
    (settings.data_dir / "secret_key").write_text(settings.secret_key.get_secret_value())
    return settings.model_copy(update={"rate_limits": settings.rate_limits | {"exports_user": "100000/minute"}})
