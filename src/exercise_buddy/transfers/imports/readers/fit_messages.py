"""The messages of FIT files: binary records that a profile of Garmin describes.

A file can be several FIT files in a row. Fields of developers are left out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

MAX_BYTES = 16 * 1024 * 1024
MAX_MESSAGES = 1_000_000
"""More than a watch records in ten days, a message each second."""

_MESSAGES = {"file_id", "activity", "session", "set", "workout", "workout_step", "exercise_title"}
_MAX_LISTED = 5_000


class FitDamagedError(Exception):
    """A FIT file ends too early, or is damaged.

    Attributes:
        reason: what is wrong, as the end of a sentence.
        number: the number of the last message before.
        is_after_end: whether a complete FIT file comes before.

    """

    def __init__(self, reason: str, number: int, *, is_after_end: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.number = number
        self.is_after_end = is_after_end


@dataclass(frozen=True, slots=True)
class FitMessage:
    """A message of a FIT file.

    Attributes:
        number: its number in the file, from 1.
        values: its fields that have a value, scaled. What has a name in the profile has it here.
        raw: the same as the file has them.

    """

    number: int
    values: dict[str, Any]
    raw: dict[str, Any]

    def get_number(self, name: str) -> float:
        """Return a number that is not negative; 0 if the field has none."""
        value = self.values.get(name)
        return value if isinstance(value, int | float) and 0 <= value < float("inf") else 0

    def get_text(self, name: str) -> str:
        """Return a text; an empty one if the field has none."""
        value = self.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def get_first(self, name: str) -> int | None:
        """Return the first value of a field as the file has it, which may be an array of the best guesses."""
        value = self.raw.get(name)
        value = value[0] if isinstance(value, tuple) and value else value
        return value if isinstance(value, int) else None


@dataclass(slots=True)
class FitFile:
    """What one FIT file has of the messages that describe workouts, by their names, in the order of the file."""

    messages: dict[str, list[FitMessage]] = field(default_factory=dict)

    def add(self, name: str, message: FitMessage) -> None:
        """Add a message."""
        listed = self.messages.setdefault(name, [])
        if len(listed) == _MAX_LISTED:
            raise FitDamagedError(f"it has more than {_MAX_LISTED:,} messages of the kind {name}", message.number)
        listed.append(message)

    def list(self, name: str) -> list[FitMessage]:
        """Return the messages of a name."""
        return self.messages.get(name, [])

    def find(self, name: str) -> FitMessage | None:
        """Return the first message of a name."""
        return next(iter(self.list(name)), None)


def read_fit_files(file: BinaryIO, counts: Counter[str]) -> Iterator[FitFile]:
    """Yield the FIT files of a file, each when it is complete and its checksum is right.

    Args:
        file: the file.
        counts: gets the number of messages of each name, also of those that are not complete.

    Raises:
        FitDamagedError: one is incomplete, damaged or too large.

    """
    # It takes an eighth of a second and 28 MB.
    from fitdecode import FitCRC, FitDataMessage  # noqa: PLC0415

    if file.seek(0, 2) > MAX_BYTES:
        raise FitDamagedError(f"it is larger than {MAX_BYTES // 1024 // 1024} MB", 0)
    file.seek(0)
    found = FitFile()
    for number, frame in _read_frames(file):
        if number > MAX_MESSAGES:
            raise FitDamagedError(f"it has more than {MAX_MESSAGES:,} messages", number)
        if isinstance(frame, FitCRC):
            yield found
            found = FitFile()
        elif isinstance(frame, FitDataMessage) and frame.name in _MESSAGES:
            found.add(frame.name, _convert(number, frame.fields))
            counts[frame.name] += 1


def _read_frames(file: BinaryIO) -> Iterator[tuple[int, Any]]:
    """Yield the headers, definitions, messages and checksums with their numbers."""
    import fitdecode  # noqa: PLC0415

    # Times and units are converted by the reader: the processor of the library fails on times that do not exist.
    frames = fitdecode.FitReader(
        file,
        processor=None,
        check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )
    number = 0
    try:
        for number, frame in enumerate(frames, 1):
            yield number, frame
    except fitdecode.FitHeaderError:
        reason = "what follows is no FIT file" if number else "its header cannot be read"
        raise FitDamagedError(reason, number, is_after_end=number > 0) from None
    except fitdecode.FitEOFError:
        raise FitDamagedError("it ends too early", number) from None
    except fitdecode.FitCRCError:
        raise FitDamagedError("its checksum is wrong", number) from None
    except Exception as error:  # noqa: BLE001  (of a damaged file, the library raises errors of any kind)
        raise FitDamagedError(f"a message cannot be read ({type(error).__name__})", number) from None


def _convert(number: int, fields: list[Any]) -> FitMessage:
    values: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    for data in fields:
        is_of_developer = data.field_def is not None and data.field_def.is_dev
        if data.field is not None and not is_of_developer and data.raw_value is not None:
            values.setdefault(data.name, data.value)
            raw.setdefault(data.name, data.raw_value)
    return FitMessage(number, values, raw)
