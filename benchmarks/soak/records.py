"""What a soak measures: latencies and failures by minute, and the sizes of what must not grow."""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Minute:
    """What was answered in a minute: milliseconds from the moment at which a request was due to its response."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)


class Records:
    """The requests of all people, by minute and by kind."""

    def __init__(self) -> None:
        self.begun = 0
        self.minutes: dict[int, Minute] = defaultdict(Minute)
        self.kinds: dict[str, list[float]] = defaultdict(list)
        self.events: Counter[str] = Counter()
        """What else has happened, such as sets that were counted live."""
        self._began = self.now()

    @staticmethod
    def now() -> float:
        """Return the time of a monotonic clock, in seconds."""
        return time.monotonic()

    def restart(self) -> None:
        """Forget what was recorded: the load begins."""
        self.begun = 0
        self.minutes.clear()
        self.kinds.clear()
        self._began = self.now()

    def begin(self) -> None:
        """Count a request that is sent."""
        self.begun += 1

    def add(self, kind: str, due: float, *, writes: bool) -> None:
        """Record a response that has just arrived."""
        milliseconds = 1000 * (self.now() - due)
        minute = self.minutes[self._find_minute()]
        (minute.writes if writes else minute.reads).append(milliseconds)
        self.kinds[kind].append(milliseconds)

    def fail(self, kind: str, reason: str) -> None:
        """Record that something went otherwise than it should."""
        self.minutes[self._find_minute()].failures[f"{kind}: {reason}"] += 1

    def list_failures(self) -> Counter[str]:
        """Return all failures with their numbers."""
        return sum((minute.failures for minute in self.minutes.values()), Counter[str]())

    def _find_minute(self) -> int:
        return int((self.now() - self._began) // 60)


@dataclass(frozen=True, slots=True)
class Slope:
    """How fast a quantity grows, by the least squares.

    Attributes:
        per_hour: the growth.
        error: two standard errors of it.
        mean: the mean of the values.

    """

    per_hour: float
    error: float
    mean: float

    @property
    def least(self) -> float:
        """The least growth that the values support."""
        return self.per_hour - self.error


def fit(seconds: list[float], values: list[float]) -> Slope:
    """Fit a line to values over time. It takes at least four values.

    Neighbours resemble each other, so fewer of the values are independent: as many as in a series with the same
    correlation of neighbours (an AR(1) process).
    """
    x, y = np.asarray(seconds) / 3600, np.asarray(values)
    deviation = x - x.mean()
    spread = float((deviation**2).sum())
    slope = float((deviation * (y - y.mean())).sum()) / spread
    residuals = y - y.mean() - slope * deviation
    variance = float((residuals**2).sum())
    if variance == 0:
        return Slope(slope, 0.0, float(y.mean()))
    correlation = min(0.95, max(0.0, float((residuals[1:] * residuals[:-1]).sum()) / variance))
    independent = max(3.0, len(y) * (1 - correlation) / (1 + correlation))
    return Slope(slope, 2 * float(np.sqrt(variance / (independent - 2) / spread)), float(y.mean()))


def quantile(milliseconds: list[float], share: float) -> float:
    """Return a quantile, or NaN of nothing."""
    return float(np.quantile(milliseconds, share)) if milliseconds else float("nan")
