"""`/.well-known/security.txt` (RFC 9116): whom to tell about a vulnerability of this server."""

from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from starlette.responses import PlainTextResponse

PATH = "/.well-known/security.txt"
# RFC 9116 recommends less than a year. A server that still serves the file still has this contact.
_VALID_FOR = timedelta(days=180)


def install(app: FastAPI, contact: str) -> None:
    """Serve the file.

    Args:
        app: the app.
        contact: a URI: `mailto:`, `https:` or `tel:`.

    """

    async def get_security_txt() -> PlainTextResponse:
        expires = (datetime.now(UTC) + _VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
        lines = [f"Contact: {contact}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en"]
        return PlainTextResponse("".join(f"{line}\n" for line in lines))

    app.add_api_route(PATH, get_security_txt, include_in_schema=False)
