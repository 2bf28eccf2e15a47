"""What a check of `exercise-buddy doctor` finds."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum


class Status(StrEnum):
    """How bad a finding is. Only an error ends the command with status 1."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """A line: what was checked, what was found, and what to do if that is not well."""

    check: str
    status: Status
    message: str
    advice: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return the members of the JSON object."""
        return asdict(self)


class Check:
    """Builds the findings of one check."""

    def __init__(self, name: str) -> None:
        self._name = name

    def ok(self, message: str) -> Finding:
        """Return a finding that needs nothing."""
        return Finding(self._name, Status.OK, message)

    def warning(self, message: str, advice: str) -> Finding:
        """Return a finding that will become an error, or weakens the service."""
        return Finding(self._name, Status.WARNING, _end_once(message), advice)

    def error(self, message: str, advice: str) -> Finding:
        """Return a finding because of which something fails."""
        return Finding(self._name, Status.ERROR, _end_once(message), advice)

    def without_database(self) -> Finding:
        """Return the finding that the database must be reached first. Its own check says why it is not."""
        return self.warning("It was not checked, because the database cannot be reached.", "Repair that first.")


def _end_once(message: str) -> str:
    """Return a message with one full stop at its end. What libraries say has one of its own, or none."""
    return f"{message.rstrip('.')}." if message.endswith(".") else message


def has_errors(findings: list[Finding]) -> bool:
    """Return whether one of the findings is an error."""
    return any(finding.status is Status.ERROR for finding in findings)


def render(findings: list[Finding]) -> Iterator[str]:
    """Yield a line for each finding."""
    width = max((len(finding.check) for finding in findings), default=0)
    for finding in findings:
        advice = f" {finding.advice}" if finding.advice else ""
        yield f"{finding.status:<8} {finding.check:<{width}}  {finding.message}{advice}"
