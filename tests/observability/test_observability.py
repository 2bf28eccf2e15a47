"""The alert rules and the dashboard of docs/operating: they name metrics that exist, and alerts tell what to do."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families

from exercise_buddy.core.ops.metrics import MetricsMiddleware
from tests.support import RunningApp, StartApp

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "operating" / "observability"
ALERTS_FILE = FOLDER / "alerts.yml"
CASES_FILE = Path(__file__).with_name("alerts.test.yml")
RULES = [rule for group in yaml.safe_load(ALERTS_FILE.read_text())["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDS = {rule["record"] for rule in RULES if "record" in rule}
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
MONITORING = (ROOT / "docs" / "operating" / "monitoring.md").read_text()
WHEN_RED = (ROOT / "docs" / "operating" / "when-red.md").read_text()
# What Prometheus itself knows.
OF_PROMETHEUS = {"up": {"job", "instance"}, "ALERTS": {"alertname", "alertstate"}}
# What the collector makes of what telemetry sends by OTLP: see test_telemetry.
OF_COLLECTOR = {"db_client_operation_duration_seconds_bucket": {"db_query_summary", "le"}}
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed.")


def expressions() -> Iterator[tuple[str, str]]:
    """Yield where each expression is, and the expression as Prometheus gets it."""
    for rule in RULES:
        yield rule.get("alert") or rule["record"], rule["expr"]
    for panel in PANELS:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for annotation in DASHBOARD["annotations"]["list"]:
        yield annotation["name"], annotation["expr"]


def find_selectors(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Yield each metric of an expression and the labels that it is selected by."""
    found: list[tuple[str, set[str]]] = []

    def visit(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            assert node.name is not None, expression
            found.append((node.name, {matcher.name for matcher in node.matchers.matchers}))
        return True

    # Grafana replaces its variables.
    promql_parser.walk(promql_parser.parse(re.sub(r"\$__\w+", "5m", expression)), visit)
    yield from found


@pytest.fixture
async def exposed(start_app: StartApp, database_url: str) -> dict[str, set[str]]:
    """The labels of each sample that the program exposes, with all that can be configured."""
    # It is no standby, and therefore not read from.
    app = await start_app(metrics_enabled=True, backup_every="24h", database_replica_url=database_url)
    async with app.client() as client:
        text = (await client.get("/metrics")).text
    labels = _find_labels(app)
    found = {}
    for family in text_string_to_metric_families(text):
        for suffix in _SUFFIXES[family.type]:
            # Without the suffix that a counter has.
            names = set(labels.get(family.name, ())) | {label for sample in family.samples for label in sample.labels}
            found[family.name + suffix] = names | ({"le"} if suffix == "_bucket" else set())
    return found


def _find_labels(app: RunningApp) -> dict[str, tuple[str, ...]]:
    """Return the labels of each family by its name, also of those that have no sample yet."""
    middleware: list[Any] = list(app.app.user_middleware)
    [metrics] = [other.args[0] for other in middleware if other.cls is MetricsMiddleware]
    return {collector._name: collector._labelnames for collector in metrics._registry._collector_to_names}


async def test_rules_and_panels_name_metrics_and_labels_that_exist(exposed: dict[str, set[str]]) -> None:
    known = exposed | OF_PROMETHEUS | OF_COLLECTOR | {record: set() for record in RECORDS}
    count = 0
    for place, expression in expressions():
        for name, labels in find_selectors(expression):
            count += 1
            assert name in known, (place, name)
            assert labels - {"job"} <= known[name], (place, name, labels)

    assert count > 60
    assert not exposed.keys() & OF_COLLECTOR.keys()


async def test_each_metric_is_documented_and_each_documented_one_exists(exposed: dict[str, set[str]]) -> None:
    table = MONITORING.partition("## Metrics\n")[2].partition("\n## ")[0]
    listed = {
        name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`([a-z_]+)`", row)
    }
    names = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exposed if not name.endswith("_created")}

    assert listed == names


def test_each_alert_says_what_to_do_and_how_urgent_it_is() -> None:
    headings = re.findall(r"^### (\w+)$", WHEN_RED.partition("## Alerts\n")[2], re.MULTILINE)

    assert len(ALERTS) >= 15
    assert headings == list(ALERTS)
    for name, rule in ALERTS.items():
        section = WHEN_RED.partition(f"### {name}\n")[2].partition("\n### ")[0].strip()
        path, _, anchor = rule["annotations"]["runbook_url"].partition("/blob/main/")[2].partition("#")
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert section.startswith(f"**{rule['labels']['severity']}.**"), name
        assert len(section) > 80, name
        assert (ROOT / path).read_text() == WHEN_RED
        assert anchor == name.lower()
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["description"].endswith(".")


def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    fires: set[str] = set()
    quiet: set[str] = set()
    for case in yaml.safe_load(CASES_FILE.read_text())["tests"]:
        for check in case["promql_expr_test"]:
            alert = re.search(r"alertname='(\w+)'", check["expr"])
            if alert is not None:
                (fires if check["exp_samples"] else quiet).add(alert[1])

    assert fires == quiet == set(ALERTS)


@needs_promtool
@pytest.mark.parametrize(("command", "file"), [("check", ALERTS_FILE), ("test", CASES_FILE)])
def test_prometheus_accepts_the_rules_and_they_fire_when_they_should(command: str, file: Path) -> None:
    result = subprocess.run(["promtool", command, "rules", file], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr


def test_the_panels_of_the_dashboard_are_apart_and_ask_one_source() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    source = {"type": "prometheus", "uid": "${prometheus}"}
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    for panel in PANELS:
        references = [target["refId"] for target in panel["targets"]]
        assert len(set(references)) == len(references) > 0, panel["title"]
        assert [target["datasource"] for target in panel["targets"]] == [source] * len(references)

    assert len(set(ids)) == len(ids) > 25
    assert [variable["name"] for variable in DASHBOARD["templating"]["list"]] == ["prometheus"]
