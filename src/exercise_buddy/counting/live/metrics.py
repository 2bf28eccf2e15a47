"""The metrics of live counting for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class LiveMetrics:
    """The metrics of live counting of one application."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.connections = Gauge(
            "live_connections", "Open live connections.", multiprocess_mode="livesum", registry=registry
        )
        self.closed = Counter(
            "live_connections_closed",
            "Ended live connections by reason: the slug of a problem, or `client`.",
            ["reason"],
            registry=registry,
        )
        self.samples = Counter("live_samples", "Samples that live sets received.", registry=registry)
        self.reps = Counter("live_reps", "Reps that live sets reported.", registry=registry)
        self.sets = Counter("live_sets", "Live sets that ended, by outcome.", ["outcome"], registry=registry)
        self.delays = Histogram(
            "live_push_seconds",
            "Time from the arrival of samples until what they complete is on its way to the client.",
            buckets=_BUCKETS,
            registry=registry,
        )
