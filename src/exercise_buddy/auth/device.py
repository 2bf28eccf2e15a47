"""Where a request comes from, as the security log and the list of sessions show it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

_MAX_AGENT = 255
_MAX_ADDRESS = 45


@dataclass(frozen=True, slots=True)
class Device:
    """A program and the address that it calls from."""

    user_agent: str | None
    address: str


SERVER = Device(None, "")
"""What is done from the command line, or by the server itself."""


async def get_device(request: Request) -> Device:
    """Read it from the request. What cannot be printed is dropped: it is shown to people."""
    agent = request.headers.get("user-agent")
    printable = "".join(character for character in agent if character.isprintable())[:_MAX_AGENT] if agent else None
    return Device(printable or None, request.client.host[:_MAX_ADDRESS] if request.client else "")


DeviceDep = Annotated[Device, Depends(get_device)]
