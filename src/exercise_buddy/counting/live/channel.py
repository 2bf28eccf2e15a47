"""The description of live connections for AsyncAPI."""

from exercise_buddy.core.http.asyncapi import Channel, Message
from exercise_buddy.core.http.routing import BASE_PATH
from exercise_buddy.counting.live import messages, schemas

CHANNEL = Channel(
    name="liveCounting",
    address=f"{BASE_PATH}/counting/live",
    protocol="ws",
    title="Count a set while it happens",
    description=f"""A WebSocket with the subprotocol `{messages.SUBPROTOCOL}`. Messages are JSON text.

- The first message is `authenticate`. Send it again with a new access token before the old one expires.
- `start` begins a set with an id of your choice, or resumes it after a lost connection, on any server. `ready` says
  which sample to send next. Samples before it may be repeated, but none may be left out: keep those that `saved` has
  not named. A set that has ended responds with `counted` again, for a day.
- `end` ends the set. It is stored once, with its id, in the workout that `start` named. Then another set may start.
- A connection ends after 10 s without `authenticate`, and after 60 s without any message. A set that is not resumed
  within 15 minutes is counted and stored as if it had ended.
- A second has up to {messages.MESSAGES_PER_SECOND} messages and {messages.SAMPLES_PER_SECOND} samples (the server
  reads no faster), a message up to {messages.MAX_MESSAGE_BYTES // 1024} KiB, a set up to 36,000 samples and 30
  minutes. A user has up to 5 open connections, and as many open sets.
- Every error is a `problem`, after which the connection closes with the code 4000 + its status. When the server stops,
  the code is 1012: connect again. A client that does not read is cut off.
- The token is in a message and not in a cookie, so that pages of any origin may connect: without a token they learn
  nothing.
""",
    messages=(
        Message("authenticate", messages.Authenticate, "Identifies the user.", "client"),
        Message("start", messages.Start, "Begins or resumes a set.", "client"),
        Message("samples", schemas.SamplesInput, "Continues the set.", "client"),
        Message("end", messages.End, "Ends the set.", "client"),
        Message("ping", messages.Ping, "Keeps the connection open, and asks for a pong.", "client"),
        Message("ready", schemas.Ready, "The set has begun or is resumed."),
        Message("saved", schemas.Saved, "Samples are stored."),
        Message("rep", schemas.RepCounted, "A rep or a rejected movement."),
        Message("tracking", schemas.TrackingChanged, "Whether the body is seen and in position."),
        Message("hold", schemas.HoldCounted, "The duration of the hold so far."),
        Message("counted", schemas.Counted, "The set has ended."),
        Message("problem", schemas.ProblemRaised, "The connection ends with an error."),
        Message("pong", schemas.Pong, "Responds to a ping."),
    ),
)
