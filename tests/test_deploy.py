"""What docs/deploy and deploy tell operators is what the program has: settings, commands and paths."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]
from kubernetes_validate import validate
from pydantic import ValidationError

from exercise_buddy.cli import app as command_line
from exercise_buddy.core.ops import health
from exercise_buddy.core.ops.metrics import PATH as METRICS
from exercise_buddy.main import create_app
from exercise_buddy.settings import Settings
from tests.support import SECRET

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
PAGES = {path.name: path.read_text() for path in sorted((ROOT / "docs" / "deploy").glob("*.md"))}
MANIFESTS = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
KUBERNETES: list[dict[str, Any]] = [document for path in MANIFESTS for document in yaml.safe_load_all(path.read_text())]
FILES = {str(path.relative_to(ROOT)): path.read_text() for path in sorted(DEPLOY.rglob("*")) if path.is_file()}
RAILWAY: dict[str, Any] = json.loads(FILES["deploy/railway.json"])["deploy"]
FLY: dict[str, Any] = tomllib.loads(FILES["deploy/fly.toml"])
SETTINGS = {name.upper() for name in Settings.model_fields}
# What docker-compose.yml and shells read.
OTHERS = {"WORKERS", "BIND_ADDRESS", "IMAGE", "OWNER"}
# A host replaces its references, and an operator what is empty.
VALUES = {
    "DATABASE_URL": "postgresql://exercise_buddy:password@db/exercise_buddy",
    "RATE_LIMIT_STORAGE_URL": "redis://default:password@redis:6379",
    "SECRET_KEY": SECRET,
    "SMTP_PASSWORD": "password",
}
# The seconds for which requests in progress are finished.
GRACE_SECONDS = 30


def find_pods(kind: str) -> Iterator[dict[str, Any]]:
    yield from (document["spec"]["template"]["spec"] for document in KUBERNETES if document["kind"] == kind)


def env_blocks(text: str) -> list[dict[str, str]]:
    blocks = re.findall(r"^```env\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [dict(re.findall(r"^(\w+)=(.*)$", block, re.MULTILINE)) for block in blocks]


def build_settings(values: dict[str, str]) -> Settings:
    filled = VALUES | {name: value for name, value in values.items() if value and "${{" not in value}
    return Settings.model_validate({name.lower(): value for name, value in filled.items()})


CONFIG_MAP = next(document["data"] for document in KUBERNETES if document["kind"] == "ConfigMap")
EXAMPLES = {
    **{
        page: {name: value for block in env_blocks(text) for name, value in block.items()}
        for page, text in PAGES.items()
    },
    "fly.toml": FLY["env"],
    "settings.yaml": CONFIG_MAP,
}


@pytest.mark.parametrize("where", [name for name, values in EXAMPLES.items() if values])
def test_the_example_settings_are_valid_and_complete(where: str) -> None:
    assert {"TRUSTED_PROXIES", "FRONTEND_URL", "CORS_ORIGINS", "SMTP_HOST", "MAIL_FROM"} <= EXAMPLES[where].keys()
    assert EXAMPLES[where].keys() <= SETTINGS

    settings = build_settings(EXAMPLES[where])

    assert settings.trusted_proxies
    assert str(settings.frontend_url).startswith("https://")


def test_an_invalid_example_would_be_found() -> None:
    with pytest.raises(ValidationError):
        build_settings({"TRUSTED_PROXIES": "the proxy"})


@pytest.mark.parametrize("where", [*PAGES, *FILES])
def test_each_named_setting_exists(where: str) -> None:
    text = PAGES.get(where) or FILES[where]
    named = set(re.findall(r"`([A-Z][A-Z]+(?:_[A-Z]+)*)(?:=[^`]*)?`", text)) if where in PAGES else set()
    if where.startswith("deploy/kubernetes"):
        named |= set(re.findall(r"\b([A-Z]+_[A-Z_]+)\b", text))

    # `SIGTERM`, `VOLUME` … have no underscore and are no settings.
    words = {"SIGTERM", "SIGINT", "SIGKILL", "VOLUME", "ALWAYS", "PROXY"}
    assert named - SETTINGS - OTHERS - words == set()


def command_paths(command: Any, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from command_paths(child, *path, name)


COMMANDS = set(command_paths(typer.main.get_command(command_line)))


def mentioned_commands() -> Iterator[str]:
    for text in PAGES.values():
        for code in [
            *re.findall(r"`([^`\n]*)`", text),
            *re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL),
        ]:
            yield from re.findall(r"(?:^|exec app |-- |\")exercise-buddy ([a-z][a-z -]*)", code, re.MULTILINE)
    yield from (command.removeprefix("exercise-buddy ") for command in RAILWAY["preDeployCommand"])
    yield FLY["deploy"]["release_command"]
    for kind in ("Job", "Deployment"):
        yield from (" ".join(container["args"]) for pod in find_pods(kind) for container in pod["containers"])


def test_each_named_command_exists() -> None:
    named = {
        tuple(word for word in command.split() if not word.startswith("-"))[:2] for command in mentioned_commands()
    }

    assert {("migrate",), ("serve",), ("user", "create")} <= named
    assert {command for command in named if command not in COMMANDS and command[:1] not in COMMANDS} == set()
    groups = {path[0] for path in COMMANDS if len(path) > 1}
    assert {command for command in named if command[0] in groups and command not in COMMANDS} == set()


def test_probes_ask_the_right_paths() -> None:
    [container] = next(find_pods("Deployment"))["containers"]

    assert RAILWAY["healthcheckPath"] == health.READINESS
    assert [check["path"] for check in FLY["http_service"]["checks"]] == [health.READINESS]
    assert (
        container["livenessProbe"]["httpGet"]["path"] == container["startupProbe"]["httpGet"]["path"] == health.LIVENESS
    )
    assert container["readinessProbe"]["httpGet"]["path"] == health.READINESS
    # It queries the database within half a second, and must be able to say that it did not respond.
    assert container["readinessProbe"]["timeoutSeconds"] > 1


def test_each_path_of_the_api_exists() -> None:
    paths = set(create_app(Settings(secret_key=SECRET)).openapi()["paths"]) | {METRICS}
    named = {
        path
        for text in PAGES.values()
        for path in re.findall(r"(?:`|GET |:8000|\.org)(/(?:health|metrics|api)[\w/-]*)", text)
    }

    assert len(named) >= 4
    assert named - paths == set()
    assert f"location = {METRICS} {{" in FILES["deploy/nginx.conf"]
    assert f"respond {METRICS} 404" in FILES["deploy/Caddyfile"]


def test_proxies_do_not_redirect_the_api_from_http() -> None:
    nginx = re.findall(r"listen 80;.*?^}", FILES["deploy/nginx.conf"], re.MULTILINE | re.DOTALL)
    caddy = re.findall(r"^http://.*?^}", FILES["deploy/Caddyfile"], re.MULTILINE | re.DOTALL)

    assert len(nginx) == len(caddy) == 1
    for site in (*nginx, *caddy):
        assert re.search(r"(location /api/|handle /api/\*) \{\s+(return|respond) 403", site)
        assert "308 https" in site or "redir https" in site


def test_the_server_may_finish_its_requests() -> None:
    pod = next(find_pods("Deployment"))
    [container] = pod["containers"]

    assert RAILWAY["drainingSeconds"] > GRACE_SECONDS
    assert (FLY["kill_signal"], FLY["kill_timeout"] > GRACE_SECONDS) == ("SIGTERM", True)
    assert pod["terminationGracePeriodSeconds"] > GRACE_SECONDS + container["lifecycle"]["preStop"]["sleep"]["seconds"]


def test_ports_agree() -> None:
    [container] = next(find_pods("Deployment"))["containers"]
    default = Settings.model_fields["port"].default

    assert FLY["http_service"]["internal_port"] == int(FLY["env"]["PORT"])
    assert [port["containerPort"] for port in container["ports"]] == [int(CONFIG_MAP["PORT"])]
    assert f"127.0.0.1:{default}" in FILES["deploy/nginx.conf"]
    assert f"127.0.0.1:{default}" in FILES["deploy/Caddyfile"]


@pytest.mark.parametrize(
    "document", KUBERNETES, ids=lambda document: f"{document['kind']} {document['metadata']['name']}"
)
def test_kubernetes_accepts_the_manifest(document: dict[str, Any]) -> None:
    validate(document, "1.34", strict=True)


@pytest.mark.parametrize("kind", ["Job", "Deployment"])
def test_a_pod_has_few_rights(kind: str) -> None:
    [pod] = find_pods(kind)
    user = re.search(r"useradd .*--uid (\d+)", (ROOT / "Dockerfile").read_text())
    assert user

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == int(user[1])
    for container in pod["containers"]:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
        assert {"name": "secrets", "mountPath": "/run/secrets", "readOnly": True} in container["volumeMounts"]
        assert "limits" in container["resources"]


def test_the_kustomization_has_every_manifest() -> None:
    kustomization = yaml.safe_load(FILES["deploy/kubernetes/kustomization.yaml"])
    images = {
        container["image"]
        for kind in ("Job", "Deployment")
        for pod in find_pods(kind)
        for container in pod["containers"]
    }

    assert sorted(kustomization["resources"]) == [path.name for path in MANIFESTS]
    assert {image["name"] for image in kustomization["images"]} == images


def test_the_secret_has_the_names_of_settings() -> None:
    keys = re.findall(r"--from-literal=(\w+)=", PAGES["kubernetes.md"])

    assert {"database_url", "secret_key", "rate_limit_storage_url"} <= set(keys)
    assert set(keys) <= set(Settings.model_fields)


def test_connections_reach_pods_by_labels_that_they_have() -> None:
    labels = {
        document["metadata"]["name"]: document["spec"]["template"]["metadata"]["labels"]
        for document in KUBERNETES
        if document["kind"] in {"Job", "Deployment"}
    }
    selectors = {
        (document["kind"], document["metadata"]["name"]): document["spec"].get("selector")
        or document["spec"]["podSelector"]
        for document in KUBERNETES
        if document["kind"] in {"Service", "PodDisruptionBudget", "NetworkPolicy"}
    }
    selected = {
        key: {name for name, own in labels.items() if (selector.get("matchLabels") or selector).items() <= own.items()}
        for key, selector in selectors.items()
    }

    assert selected == {
        ("Service", "exercise-buddy"): {"exercise-buddy"},
        ("PodDisruptionBudget", "exercise-buddy"): {"exercise-buddy"},
        ("NetworkPolicy", "exercise-buddy"): {"exercise-buddy", "exercise-buddy-migrate"},
        ("NetworkPolicy", "exercise-buddy-api"): {"exercise-buddy"},
    }


def test_scripts_in_the_pages_are_valid() -> None:
    for text in PAGES.values():
        for script in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0, script
