"""The origin of a request, as the security log and the list of sessions show it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

_MAX_AGENT = 255
_MAX_ADDRESS = 45


@dataclass(frozen=True, slots=True)
class Device:
    """A client program and its IP address."""

    user_agent: str | None
    address: str


SERVER = Device(None, "")
"""The origin of events that the command line or the server itself causes."""


async def get_device(request: Request) -> Device:
    """Return the device of a request. Unprintable characters are removed, because people see the text."""
    agent = request.headers.get("user-agent")
    printable = "".join(character for character in agent if character.isprintable())[:_MAX_AGENT] if agent else None
    return Device(printable or None, request.client.host[:_MAX_ADDRESS] if request.client else "")


DeviceDep = Annotated[Device, Depends(get_device)]
