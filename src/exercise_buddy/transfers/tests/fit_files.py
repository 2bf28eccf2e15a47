"""FIT files for tests: https://developer.garmin.com/fit/protocol/."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fitdecode import profile
from fitdecode.utils import compute_crc

_EPOCH = datetime(1989, 12, 31, tzinfo=UTC).timestamp()
_MESSAGES = {message.name: message for message in profile.MESSAGE_TYPES.values()}


def fit_time(text: str) -> int:
    """Return a time as a FIT file has it."""
    return int(datetime.fromisoformat(text).timestamp() - _EPOCH)


def encode(name: str, *, developer: bytes = b"", **values: Any) -> bytes:
    """Return a message with its definition. Enumerations and numbers are sent as the file has them.

    `developer` is a field of a developer that no message describes.
    """
    message = _MESSAGES[name]
    fields = {known.name: known for known in message.fields.values()}
    definition, data = b"", b""
    for key, value in values.items():
        base = fields[key].type if hasattr(fields[key].type, "identifier") else fields[key].type.base_type
        if isinstance(value, str):
            content = value.encode() + b"\0"
        else:
            content = b"".join(
                struct.pack(f"<{base.fmt}", one) for one in (value if isinstance(value, tuple) else (value,))
            )
        definition += bytes([fields[key].def_num, len(content), base.identifier])
        data += content
    flags = 0x60 if developer else 0x40
    start = bytes([flags, 0, 0]) + struct.pack("<HB", message.mesg_num, len(values)) + definition
    if developer:
        start += bytes([1, 0, len(developer), 0])
    return start + b"\0" + data + developer


def build_file(*messages: bytes, size: int | None = None, checksum: int | None = None) -> bytes:
    """Return a FIT file of messages. `size` and `checksum` are what it claims."""
    body = b"".join(messages)
    header = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body) if size is None else size, b".FIT")
    content = header + struct.pack("<H", compute_crc(header)) + body
    return content + struct.pack("<H", compute_crc(content) if checksum is None else checksum)


@dataclass
class Activity:
    """An activity with one session and its sets."""

    start: str = "2026-03-02T17:00:00+00:00"
    local: str | None = "2026-03-02T18:00:00+00:00"
    session: dict[str, Any] = field(default_factory=dict)
    messages: list[bytes] = field(default_factory=list)

    def build(self) -> bytes:
        """Return the file."""
        start = fit_time(self.start)
        session = {
            "start_time": start,
            "timestamp": start + 3600,
            "sport": 10,
            "sub_sport": 20,
            "total_elapsed_time": 3_600_000,
            "total_timer_time": 3_500_000,
        } | self.session
        local: dict[str, Any] = {} if self.local is None else {"local_timestamp": fit_time(self.local)}
        return build_file(
            encode("file_id", type=4, manufacturer=1),
            encode("record", timestamp=start, heart_rate=100, developer=b"\1\2"),
            *self.messages,
            encode("session", **session),
            encode("activity", timestamp=start, num_sessions=1, **local),
        )


def encode_set(category: int, subtype: int, reps: int, weight: float = 0, seconds: float = 30, **values: Any) -> bytes:
    """Return the message of an active set, whose exercise has two worse guesses."""
    return encode(
        "set",
        set_type=1,
        duration=round(seconds * 1000),
        repetitions=reps,
        weight=round(weight * 16),
        category=(category, 65534, 0xFFFF),
        category_subtype=(subtype, 0xFFFF, 0xFFFF),
        **{"weight_display_unit": 1} | values,
    )


def encode_rest(seconds: float) -> bytes:
    """Return the message of a rest."""
    return encode("set", set_type=0, duration=round(seconds * 1000))
