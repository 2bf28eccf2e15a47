"""Limits of the request line and the headers."""

from collections.abc import Iterable

import httptools

MAX_HEAD_BYTES = 32 * 1024
# websockets accepts 128.
MAX_HEADERS = 100
HEAD_TOO_LARGE = (431, "The request line and headers are over 32 KiB.")


def check_head(url: bytes, headers: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
    """Return the status and the reason of the refusal of a head; None if it is within the limits."""
    if len(headers) > MAX_HEADERS:
        return 431, f"The request has more than {MAX_HEADERS} headers."
    size = len(url)
    for name, value in headers:
        size += len(name) + len(value) + 4
        # Otherwise a compressed body would be read as plain: the parser accepts any list that ends with chunked.
        if name == b"transfer-encoding" and value.lower() != b"chunked":
            return 400, "The only supported Transfer-Encoding is chunked."
    return HEAD_TOO_LARGE if size > MAX_HEAD_BYTES else None


def rebuild_head(parser: httptools.HttpRequestParser, url: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the head that a parser has read, without its `Upgrade` header."""
    lines = [b"%s %s HTTP/%s" % (parser.get_method(), url, parser.get_http_version().encode())]
    lines += [b"%s: %s" % header for header in headers if header[0] != b"upgrade"]
    return b"\r\n".join(lines) + b"\r\n\r\n"
