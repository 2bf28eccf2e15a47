"""What Prometheus reads of an app."""

from prometheus_client.parser import text_string_to_metric_families

from tests.support import RunningApp

Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


def numbers_in(text: str) -> Numbers:
    """Return the value of each sample by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def labelled(**labels: str) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())


async def read(app: RunningApp) -> Numbers:
    """Return what an app tells now, not what it has observed before."""
    for observation in app.state["observations"]:
        observation.kept_seconds = 0.0
    async with app.client() as client:
        response = await client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return numbers_in(response.text)
