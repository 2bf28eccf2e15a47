import json
import re
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from exercise_buddy.backups.places import build_name
from exercise_buddy.core.security import key_files
from exercise_buddy.doctor.database import compare_clocks
from exercise_buddy.doctor.findings import Status
from exercise_buddy.migration import find_newest_revision
from tests.mail_server import run_mail_server
from tests.providers.github import GitHub
from tests.providers.openid import OpenIDProvider
from tests.providers.provider import run_provider
from tests.support import SECRET, Connection, RunCommand, find_free_port

Examine = Callable[..., Awaitable[dict[str, list[tuple[str, str]]]]]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def examine(run_command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Examine:
    """Run the doctor with settings; return the status and the message of all findings by their checks."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    async def run(**settings: str) -> dict[str, list[tuple[str, str]]]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        done = await run_command("doctor", "--json")
        findings = json.loads(done.stdout)
        assert done.exit_code == int(any(finding["status"] == "error" for finding in findings)), done.output
        found: dict[str, list[tuple[str, str]]] = {}
        for finding in findings:
            text = f"{finding['message']} {finding['advice'] or ''}"
            assert "\n" not in text
            # A sentence of its own, to which the advice is appended.
            assert re.search(r"[^.][.)]$|keys generate$", finding["message"]), text
            found.setdefault(finding["check"], []).append((finding["status"], text))
        return found

    return run


def statuses(findings: list[tuple[str, str]]) -> list[str]:
    return [status for status, _ in findings]


async def test_a_server_that_is_well(examine: Examine, run_command: RunCommand) -> None:
    found = await examine()

    problems = {name for name, findings in found.items() if set(statuses(findings)) != {"ok"}}
    assert problems == {"mail", "backups"}
    assert "PostgreSQL 18" in found["database"][0][1]
    assert find_newest_revision() in found["migrations"][0][1]
    assert list(found) == [
        "settings",
        "database",
        "migrations",
        "connections",
        "clock",
        "disk",
        "mail",
        "providers",
        "rate limits",
        "keys",
        "backups",
    ]
    plain = await run_command("doctor")
    assert plain.exit_code == 0
    assert len(plain.stdout.splitlines()) == sum(map(len, found.values()))
    assert {line.split()[0] for line in plain.stdout.splitlines()} == {"ok", "warning"}


async def test_a_database_that_does_not_run(examine: Examine) -> None:
    url = f"postgresql://ann:secret@127.0.0.1:{find_free_port()}/x"
    others = {"DATABASE_POOLER_URL": url, "DATABASE_REPLICA_URL": url}
    found = await examine(DATABASE_URL=url, **others)
    ((status, message),) = found["database"]
    assert status == "error"
    assert "Check DATABASE_URL" in message
    # Nobody knows whether these lead to it.
    for name in ("pooler", "replica"):
        assert statuses(found[name]) == ["warning"]
        assert "database cannot be reached" in found[name][0][1]
    assert "secret" not in message
    assert statuses(found["disk"])[0] == "ok"


@pytest.mark.parametrize(("revision", "status"), [("0001", "error"), ("9999", "warning"), (None, "error")])
async def test_a_schema_of_another_release(
    examine: Examine, connection: Connection, revision: str | None, status: str
) -> None:
    if revision is None:
        await connection.execute("DROP TABLE alembic_version")
    else:
        await connection.execute("UPDATE alembic_version SET version_num = $1", revision)
    assert statuses((await examine())["migrations"]) == [status]


async def test_too_few_connections(examine: Examine) -> None:
    found = await examine(DATABASE_POOL_SIZE="200")
    assert statuses(found["connections"]) == ["warning"]


async def test_invalid_settings_are_one_line_each(examine: Examine) -> None:
    found = await examine(PORT="x", SMTP_USERNAME="ann", SECRET_KEY="short")
    assert list(found) == ["settings"]
    assert len(found["settings"]) > 2
    assert "short" not in str(found["settings"]).replace("shorter", "")


async def test_debug_on_a_network(examine: Examine) -> None:
    found = await examine(HOST="0.0.0.0", DEBUG="true")  # noqa: S104
    assert statuses(found["settings"]) == ["error", "warning"]


async def test_mail(examine: Examine) -> None:
    with run_mail_server() as server:
        mail = {name.upper(): str(value) for name, value in server.settings.items()}
        assert statuses((await examine(**mail))["mail"]) == ["ok", "ok"]
        # It has no TLS.
        assert statuses((await examine(SMTP_SECURITY="starttls"))["mail"]) == ["error", "ok"]
        wrong = await examine(SMTP_SECURITY="none", SMTP_USERNAME="ann", SMTP_PASSWORD="not swordfish")
        assert server.envelopes == []
    assert statuses(wrong["mail"]) == ["error", "ok"]
    assert "not swordfish" not in wrong["mail"][0][1]
    assert statuses((await examine())["mail"]) == ["error", "ok"]


@pytest.mark.parametrize(
    ("attempts", "next_attempt", "age", "expected"),
    [
        # One that a process sends at this moment.
        (1, "now", timedelta(seconds=30), []),
        (2, "now", timedelta(seconds=40), [("warning", "1 mails could not be sent yet")]),
        # No process sends.
        (
            0,
            "now",
            timedelta(minutes=2),
            [("warning", "1 mails could not be sent yet; the oldest waits for 2 min")],
        ),
        (
            5,
            "now",
            timedelta(minutes=90),
            [("error", "1 mails could not be sent yet; the oldest waits for 90 min")],
        ),
        (1, "infinity", timedelta(days=5), [("warning", "1 mails of the last seven days were given up")]),
    ],
)
async def test_mails_that_could_not_be_sent(
    examine: Examine, connection: Connection, *, attempts: int, next_attempt: str, age: timedelta, expected: list[Any]
) -> None:
    await connection.execute(
        "INSERT INTO outgoing_mail (id, kind, recipient, details, attempts, next_attempt_at, created_at) VALUES"
        " (gen_random_uuid(), 'email_in_use', 'a@example.com', '{}', $1, $2::text::timestamptz, now() - $3::interval)",
        attempts,
        next_attempt,
        age,
    )
    found = (await examine())["mail"][1:]
    assert [(status, message[: len(text)]) for (status, message), (_, text) in zip(found, expected, strict=False)] == (
        expected
    )
    assert len(found) == max(1, len(expected))
    assert "example.com" not in str(found)


async def test_providers(examine: Examine) -> None:
    with run_provider(OpenIDProvider, "google") as google, run_provider(GitHub, "github") as github:
        settings = {name.upper(): str(value) for name, value in (google.settings() | github.settings()).items()}
        found = await examine(**settings)
        assert statuses(found["providers"]) == ["ok", "ok"]
        # That of the database, and those that send a date.
        assert len(found["clock"]) > 1
        assert set(statuses(found["clock"])) == {"ok"}
        other = await examine(GOOGLE_ISSUER=settings["GOOGLE_ISSUER"] + "/other")
        assert statuses(other["providers"]) == ["error", "ok"]
    assert statuses((await examine())["providers"]) == ["error", "error"]


async def test_the_storage_of_rate_limits(examine: Examine) -> None:
    found = await examine(RATE_LIMIT_STORAGE_URL=f"valkey://127.0.0.1:{find_free_port()}/0")
    assert statuses(found["rate limits"]) == ["error"]


async def test_keys(examine: Examine, tmp_path: Path) -> None:
    missing = await examine(ALGORITHM="EdDSA")
    path = tmp_path / "signing_keys.json"
    key_files.generate_keys(path, "EdDSA")
    well = await examine()
    document = json.loads(path.read_text())
    document["keys"][0]["nbf"] -= 400 * 24 * 60 * 60
    path.write_text(json.dumps(document))
    old = await examine()
    path.chmod(0o644)
    readable = await examine()

    assert [statuses(found["keys"]) for found in (well, old)] == [["ok"], ["warning"]]
    assert set(statuses(missing["keys"])) == {"error"}
    assert statuses(readable["keys"]) == ["warning", "error"]
    assert "chmod" in readable["keys"][1][1]


async def test_a_secret_that_others_can_read(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(SECRET)
    (tmp_path / "secret_key").chmod(0o644)
    assert statuses((await examine())["keys"]) == ["error"]


async def test_backups(examine: Examine, run_command: RunCommand, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert (await run_command("backup", "--to", str(folder))).exit_code == 0
    well = await examine(BACKUP_TO=str(folder), BACKUP_EVERY="24h")
    (path,) = folder.iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:100])
    damaged = await examine()
    old = folder / build_name(datetime.now(UTC) - timedelta(hours=50), is_encrypted=False)
    path.unlink()
    old.write_bytes(content)
    late = await examine()

    assert statuses(well["backups"]) == ["ok"]
    assert statuses(damaged["backups"]) == ["ok", "error"]
    assert statuses(late["backups"]) == ["error"]
    assert "50 hours" in late["backups"][0][1] or "2 days" in late["backups"][0][1]


@pytest.mark.parametrize(("free", "status"), [(100 * 10**6, "error"), (10**9, "warning"), (50 * 10**9, "ok")])
async def test_a_full_disk(examine: Examine, monkeypatch: pytest.MonkeyPatch, free: int, status: str) -> None:
    usage = SimpleNamespace(free=free, total=100 * 10**9, used=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert set(statuses((await examine())["disk"])) == {status}


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(0, Status.OK), (2, Status.OK), (-4, Status.OK), (10, Status.WARNING), (-50, Status.ERROR), (50, Status.ERROR)],
)
def test_clocks(seconds: int, status: Status) -> None:
    found = compare_clocks("x", NOW + timedelta(seconds=seconds), NOW, NOW + timedelta(seconds=1))
    assert found.status is status
