"""The messages of a live connection: what a client sends, and how the server writes its own."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias
from uuid import UUID

import orjson
from pydantic import Field, Strict, ValidationError

from exercise_buddy.core.http.validation import field_errors
from exercise_buddy.core.problems import FieldError, InvalidInput, MalformedRequest
from exercise_buddy.core.types import Input
from exercise_buddy.counting.count_documents import build_rep
from exercise_buddy.counting.trace_schemas import AspectRatio
from exercise_buddy.workouts.public import LiveEvent

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.stream import Event

SUBPROTOCOL = "exercise-buddy.live.v1"
MAX_MESSAGE_BYTES = 64 * 1024
MESSAGES_PER_SECOND = 60
SAMPLES_PER_SECOND = 240
_MAX_TOKEN = 8192


class Authenticate(Input):
    """Identifies the user: the first message. A later one replaces an access token that is about to expire."""

    type: Literal["authenticate"] = Field(description="The kind of the message.")
    access_token: Annotated[str, Field(max_length=_MAX_TOKEN)] = Field(
        description="The access token of a response with tokens."
    )


class Start(Input):
    """Begins a set, or resumes it after a lost connection. Without an exercise, whatever repeats is counted."""

    type: Literal["start"] = Field(description="The kind of the message.")
    set_id: UUID = Field(description="An id of your choice (UUIDv7), with which the set can be resumed.")
    exercise_id: UUID | None = Field(default=None, description="Null counts whatever repeats.")
    workout_id: UUID | None = Field(
        default=None,
        description="The workout that stores the set. With null, only who watches the current workout hears of it.",
    )
    aspect_ratio: AspectRatio | None = Field(
        default=None,
        description="Width / height of the image, if x and y are shares of it. Without it, both have one unit.",
    )


class Samples(Input):
    """Samples of the set. `seq` is the number of the first one; the samples of a set are numbered from 0."""

    type: Literal["samples"] = Field(description="The kind of the message.")
    seq: Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
    # `live.samples` checks the values, and `live.schemas` describes them.
    times_ms: list[Any] = Field(min_length=1, max_length=SAMPLES_PER_SECOND)
    landmarks: dict[str, Any]


class End(Input):
    """Ends the set."""

    type: Literal["end"] = Field(description="The kind of the message.")


class Ping(Input):
    """Asks for a `pong`."""

    type: Literal["ping"] = Field(description="The kind of the message.")


ClientMessage: TypeAlias = Authenticate | Start | Samples | End | Ping
_MODELS: dict[Any, type[ClientMessage]] = {
    "authenticate": Authenticate,
    "start": Start,
    "samples": Samples,
    "end": End,
    "ping": Ping,
}


def parse_message(text: str) -> ClientMessage:
    """Parse a message of a client.

    Raises:
        MalformedRequest: the text is not JSON. It has neither NaN nor Infinity.
        InvalidInput: the message is not one of the protocol.

    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(f"The message is not valid JSON: {error.msg}.") from None
    kind = value.get("type") if isinstance(value, dict) else None
    model = _MODELS.get(kind) if isinstance(kind, str) else None
    if model is None:
        message = f"A message is a JSON object whose type is one of {', '.join(_MODELS)}"
        raise InvalidInput(errors=[FieldError("/type", "unknown_message", message)])
    try:
        return model.model_validate(value)
    except ValidationError as error:
        items = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise InvalidInput(errors=field_errors(items)) from None


def describe_event(event: "Event") -> tuple[LiveEvent, dict[str, Any]]:
    """Return the type and the members of the message that reports an event of a stream."""
    from exercise_buddy.counting.engine.stream import HoldEvent, RepEvent  # noqa: PLC0415  (it loads NumPy)

    if isinstance(event, RepEvent):
        return "rep", {"number": event.number, "count": event.count, "rep": build_rep(event.rep)}
    if isinstance(event, HoldEvent):
        return "hold", {"duration_ms": event.duration_ms}
    return "tracking", {"state": event.state, "hint": event.hint}


def write_message(kind: str, **members: Any) -> str:  # noqa: ANN401  (what orjson writes)
    """Return the text of a message of the server."""
    return orjson.dumps({"type": kind, **members}).decode()
