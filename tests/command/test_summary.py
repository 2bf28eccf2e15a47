"""What `serve` shows: a summary after all else, and lines for people on a terminal only."""

import json
from pathlib import Path

import httpx2

from tests.command.processes import ServerStarter, serve_in_terminal, sign_in


def test_a_terminal_shows_the_summary_last_and_readable_lines(folder: Path) -> None:
    with serve_in_terminal(folder, "--demo", FRONTEND_URL="http://localhost:5173") as (read_until, port):
        start, _, summary = read_until("Password      ").partition("is ready. Stop it with Ctrl+C.")
        password = read_until("\n").split()[0]
        address = f"http://localhost:{port}"
        with httpx2.Client(base_url=address) as client:
            sign_in(client, {"username": "demo@example.com", "password": password})
            client.get("/no%1b%5b31mred")
        lines = read_until("/no")
        lines += read_until("\n")

    # No migration, no message of the server, and no JSON.
    assert "upgrade" not in start
    assert "startup" not in start
    assert [line.split() for line in summary.split("\n") if line.strip()] == [
        ["API", f"{address}/api/v1"],
        ["Docs", f"{address}/docs"],
        ["Web", "client", "http://localhost:5173"],
        ["Demo", "account", "demo@example.com"],
        ["Password"],
    ]
    assert "200 POST /api/v1/auth/login in " in lines
    assert "404 GET /no\\x1b[31mred in " in lines
    assert "{" not in lines


def test_all_workers_serve_before_the_summary(folder: Path) -> None:
    with serve_in_terminal(folder, "--workers", "2", LOG_FORMAT="json", DOCS_ENABLED="false") as (read_until, port):
        output = read_until("Ctrl+C.")
        output += read_until("/api/v1")

    assert output.count("Application startup complete") == 2
    assert f"http://localhost:{port}/api/v1" in output
    assert "/docs" not in output


def test_without_a_terminal_the_log_is_json(start: ServerStarter) -> None:
    server, client = start()
    client.get("/health")
    assert server.stop() == 0

    events = [json.loads(line) for line in server.log.splitlines()]
    assert sum("Running upgrade" in event["event"] for event in events) > 30
    assert next(event for event in events if event["event"] == "request")["path"] == "/health"
    assert str(client.base_url).replace("127.0.0.1", "localhost") in server.output
    assert "Demo account" not in server.output
    assert "Web client" not in server.output
