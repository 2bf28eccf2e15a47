"""The rules of docker-compose.yml and the Dockerfile: exact images, no secret in them, few rights, and networks apart.

`tests/smoke.py` runs them.
"""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PREPARE = (ROOT / "deploy" / "prepare.sh").read_text()


def networks(service: str) -> set[str]:
    return set(SERVICES[service].get("networks", ()))


def test_images_have_exact_versions() -> None:
    named = [service["image"] for service in SERVICES.values() if service["image"] != "exercise-buddy"]
    bases = re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE)

    assert len(named) >= 3
    assert len(bases) == 2
    for image in [*named, *bases]:
        version = image.partition(":")[2].partition("-")[0]
        # PostgreSQL counts major.minor, the others major.minor.patch.
        assert version.count(".") == (1 if image.startswith("postgres:") else 2), image


def test_no_password_is_in_the_file() -> None:
    assert re.findall(r"password", re.sub(r"#.*", "", TEXT), re.IGNORECASE) == []
    assert re.findall(r"://[^/\s\"]*:[^/\s\"]*@", TEXT) == []
    # The superuser has none, and no rule lets anybody in without one.
    assert "--auth=reject" in PREPARE
    assert re.findall(r"^\s*echo \"(host[^\"]*)\"", PREPARE, re.MULTILINE) == [
        "host exercise_buddy exercise_buddy all scram-sha-256"
    ]
    assert "user default off" in PREPARE


def test_the_database_and_the_counters_are_apart() -> None:
    internal = {name for name, network in COMPOSE["networks"].items() if (network or {}).get("internal")}

    assert networks("postgres") <= internal
    assert networks("valkey") <= internal
    assert networks("migrate") <= internal
    assert networks("postgres").isdisjoint(networks("valkey"))
    assert networks("app") - internal
    assert SERVICES["prepare"]["network_mode"] == "none"
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["app"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_has_few_rights(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    # Only the service without a network may become another user.
    assert service.get("cap_add", []) == (["SETUID", "SETGID"] if name == "prepare" else [])
    if name != "prepare":
        assert service["image"] == "exercise-buddy" or service["user"] == name


def test_each_service_sees_its_own_secrets_only() -> None:
    mounted = {
        name: {volume for volume in service["volumes"] if "secrets" in volume} for name, service in SERVICES.items()
    }

    assert mounted == {
        "app": {"app-secrets:/run/secrets:ro"},
        "migrate": {"app-secrets:/run/secrets:ro"},
        "prepare": {"app-secrets:/secrets/app", "valkey-secrets:/secrets/valkey"},
        "postgres": set(),
        "valkey": {"valkey-secrets:/run/secrets:ro"},
    }


def test_hosts_that_refuse_volumes_and_unnamed_cache_mounts_build_the_image() -> None:
    instructions = [line.split()[0] for line in DOCKERFILE.splitlines() if re.match(r"[A-Z]+ ", line)]

    assert "ENTRYPOINT" in instructions
    assert "VOLUME" not in instructions
    assert "--mount" not in DOCKERFILE


def test_only_compose_generates_the_secret_in_its_volume() -> None:
    # In a container without a volume, each start would generate another secret, and end all sessions.
    assert re.findall(r"SECRET_KEY\S*=\S*", DOCKERFILE) == []
    for service in ("app", "migrate"):
        assert SERVICES[service]["environment"]["SECRET_KEY_FILE"] == "/data/secret_key"
        assert "data:/data" in SERVICES[service]["volumes"]


def test_the_test_image_has_every_file() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("This is no git checkout.")
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    ignored = (ROOT / ".dockerignore").read_text().split()
    copied = {name.removeprefix("!") for name in ignored if name.startswith("!")}

    found = {file.partition("/")[0] for file in files}
    assert "*" in ignored
    assert {name for name in found if name not in copied and not name.endswith(".md")} == {".gitignore"}
