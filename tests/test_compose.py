"""The rules of docker-compose.yml and the Dockerfile: exact images, no secret in them, few rights, and networks apart.

`tests/smoke.py` runs them.
"""

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.command.processes import build_environment

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OBSERVERS = ("prometheus", "collector", "grafana")
PROFILES = ("mail", "observability")
PREPARE = (ROOT / "deploy" / "prepare.sh").read_text()


def networks(service: str) -> set[str]:
    return set(SERVICES[service].get("networks", ()))


def test_images_have_exact_versions() -> None:
    named = [service["image"] for service in SERVICES.values() if service["image"] != "exercise-buddy"]
    bases = re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE)

    assert len(named) >= 3
    # The stages of one image: the web client, the packages, what runs.
    assert len(bases) == 3
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
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["app", "mail", "grafana"]
    for name in ("mail", *OBSERVERS):
        assert networks(name).isdisjoint(networks("postgres") | networks("valkey")), name
    assert networks("prometheus") | networks("collector") <= internal


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_has_few_rights(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    # Only the service without a network may become another user.
    assert service.get("cap_add", []) == (["SETUID", "SETGID"] if name == "prepare" else [])
    if name != "prepare":
        # These images have users of their own.
        users = {"mail": "nobody", "prometheus": "nobody", "collector": "10001", "grafana": "472"}
        assert service["image"] == "exercise-buddy" or service["user"] == users.get(name, name)


def test_each_service_sees_its_own_secrets_only() -> None:
    mounted = {
        name: {volume for volume in service.get("volumes", ()) if "secrets" in volume}
        for name, service in SERVICES.items()
    }

    assert mounted == {
        "app": {"app-secrets:/run/secrets:ro"},
        "migrate": {"app-secrets:/run/secrets:ro"},
        "prepare": {"app-secrets:/secrets/app", "valkey-secrets:/secrets/valkey"},
        "postgres": set(),
        "mail": set(),
        **{name: set() for name in OBSERVERS},
        "valkey": {"valkey-secrets:/run/secrets:ro"},
    }


def test_nobody_needs_or_has_a_password_of_grafana() -> None:
    grafana = SERVICES["grafana"]

    # No account with a default password exists, and only this machine connects.
    assert grafana["environment"]["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"
    assert grafana["environment"]["GF_AUTH_DISABLE_LOGIN_FORM"] == "true"
    assert [port.partition(":")[0] for port in grafana["ports"]] == ["127.0.0.1"]


def test_each_order_of_profiles_has_its_settings() -> None:
    def read(name: str) -> set[str]:
        lines = (ROOT / "deploy" / f"{name}.env").read_text().splitlines()
        return {line for line in lines if not line.startswith("#")}

    assert {profile for service in SERVICES.values() for profile in service.get("profiles", ())} == set(PROFILES)
    for count in range(1, len(PROFILES) + 1):
        for profiles in itertools.permutations(PROFILES, count):
            assert read(",".join(profiles)) == set().union(*map(read, profiles)), profiles
    # Compose refuses what has no file, such as *: a profile without its settings would send mails to people.
    (_, selected) = COMPOSE["x-app"]["env_file"]
    assert selected == {"path": "deploy/${COMPOSE_PROFILES:-none}.env"}
    assert read("none") == set()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed.")
def test_prometheus_accepts_its_configuration(tmp_path: Path) -> None:
    for file in ("deploy/observability/prometheus.yml", "docs/operating/observability/alerts.yml"):
        shutil.copy(ROOT / file, tmp_path)
    command = ["promtool", "check", "config", str(tmp_path / "prometheus.yml")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
    # The job that the rules and the dashboard name.
    assert "job_name: exercise-buddy" in (tmp_path / "prometheus.yml").read_text()


def test_what_the_profiles_mount_exists() -> None:
    mounts = [volume for name in OBSERVERS for volume in SERVICES[name]["volumes"] if volume.startswith("./")]

    assert len(mounts) == 6
    assert [mount for mount in mounts if not (ROOT / mount.split(":")[0]).is_file()] == []
    assert {mount.rpartition(":")[2] for mount in mounts} == {"ro"}


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


def read_effective(folder: Path, dotenv: str = "", **variables: str) -> dict[str, Any]:
    """Return the services as Compose reads them, with the environment of each."""
    for name in ("docker-compose.yml", "deploy", "docs", "src"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    (folder / ".env").write_text(dotenv)
    command = ["docker", "compose", "--project-directory", str(folder), "config", "--format", "json"]
    theirs = {"COMPOSE_PROFILES", "COMPOSE_FILE", "BIND_ADDRESS", "MAIL_PORT", "WORKERS"}
    environment = {name: value for name, value in build_environment().items() if name not in theirs} | variables
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=folder)
    assert result.returncode == 0, result.stderr
    services: dict[str, Any] = json.loads(result.stdout)["services"]
    return services


def has_compose() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    return subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0


needs_compose = pytest.mark.skipif(not has_compose(), reason="Docker Compose is not installed.")


@needs_compose
@pytest.mark.parametrize("port", ["8000", "9123"])
def test_the_app_listens_on_the_published_port(tmp_path: Path, port: str) -> None:
    app = read_effective(tmp_path, f"PORT={port}\n" if port != "8000" else "")["app"]

    (published,) = app["ports"]
    assert app["environment"]["PORT"] == port
    assert (published["host_ip"], published["published"], published["target"]) == ("127.0.0.1", port, int(port))


@needs_compose
def test_a_profile_catches_all_mail(tmp_path: Path) -> None:
    theirs = "SMTP_HOST=smtp.example.org\nSMTP_USERNAME=ann\nSMTP_PASSWORD=x\n"

    without = read_effective(tmp_path, theirs)
    with_catcher = read_effective(tmp_path, theirs, COMPOSE_PROFILES="mail")

    assert "mail" not in without
    assert without["app"]["environment"]["SMTP_HOST"] == "smtp.example.org"
    found = {name: value for name, value in with_catcher["app"]["environment"].items() if name.startswith("SMTP_")}
    assert found == {
        "SMTP_HOST": "mail",
        "SMTP_PORT": "1025",
        "SMTP_SECURITY": "none",
        "SMTP_USERNAME": "",
        "SMTP_PASSWORD": "",
    }
    (port,) = with_catcher["mail"]["ports"]
    assert (port["host_ip"], port["published"], port["target"]) == ("127.0.0.1", "8025", 8025)


@needs_compose
@pytest.mark.parametrize("profiles", ["observability", "mail,observability", "observability,mail"])
def test_a_profile_measures_the_app(tmp_path: Path, profiles: str) -> None:
    services = read_effective(tmp_path, "PORT=9123\n", COMPOSE_PROFILES=profiles)
    environment = services["app"]["environment"]

    assert set(OBSERVERS) <= services.keys()
    assert environment["METRICS_ENABLED"] == "true"
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector:4318"
    assert environment.get("SMTP_HOST") == ("mail" if "mail" in profiles else None)
    assert services["prometheus"]["environment"]["PORT"] == environment["PORT"] == "9123"
    assert set(services["app"]["networks"]) & set(services["prometheus"]["networks"]) == {"metrics"}


@needs_compose
def test_profiles_without_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"env file .* not found"):
        read_effective(tmp_path, COMPOSE_PROFILES="*")
