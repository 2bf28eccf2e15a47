"""The problems that a live connection can end in. It closes with 4000 + status, unless the problem says otherwise."""

from typing import ClassVar

from exercise_buddy.core.http.websocket_protocol import SERVICE_RESTART
from exercise_buddy.core.problems import Conflict, Forbidden, InvalidInput, Problem, TooManyRequests, Unavailable

_FIRST_CLOSE_CODE = 4000


class UpgradeRequired(Problem):
    """The request is not the handshake of a WebSocket."""

    status = 426
    slug = "upgrade-required"
    title = "This path serves a WebSocket"


class SilentClient(Problem):
    """The client did not authenticate in time, or sent nothing for a long time."""

    status = 408
    slug = "silent-client"
    title = "The client sent nothing for too long"


class SlowReader(Problem):
    """The client does not read what the server sends."""

    status = 408
    slug = "slow-reader"
    title = "The client does not read its messages"


class UnexpectedMessage(Conflict):
    """The message is not allowed at this point."""

    slug = "unexpected-message"
    title = "This message is not expected now"


class SequenceGap(Conflict):
    """Samples are missing before those of the message. `next_seq` is the first one that is missing."""

    slug = "sequence-gap"
    title = "Samples are missing"


class LiveSetDiffers(Conflict):
    """The set was started with another exercise, workout or aspect ratio."""

    slug = "live-set-differs"
    title = "The set was started differently"


class LiveSetTakenOver(Conflict):
    """Another connection has resumed the set, or it was deleted."""

    slug = "live-set-taken-over"
    title = "Another connection continues this set"


class LiveSetTooLong(InvalidInput):
    """The set has as many samples or minutes as a set may have."""

    slug = "live-set-too-long"
    title = "The set is too long"


class NothingCounted(Conflict):
    """The set has neither reps nor a hold, so the workout does not receive it."""

    slug = "nothing-counted"
    title = "Nothing was counted"


class OtherUser(Forbidden):
    """The new access token belongs to another user."""


class TooManyLiveSets(TooManyRequests):
    """The user has as many open connections or sets as allowed."""

    slug = "too-many-live-sets"
    title = "Too many live connections"


class ServerRestart(Unavailable):
    """The server stops. Another one continues the set."""

    slug = "server-restart"
    title = "The server restarts: connect again"
    close_code: ClassVar[int] = SERVICE_RESTART


def close_code(problem: Problem) -> int:
    """Return the code with which a connection closes after a problem."""
    return problem.close_code if isinstance(problem, ServerRestart) else _FIRST_CLOSE_CODE + problem.status
