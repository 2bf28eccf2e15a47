"""JSON documents that stay the same while the process runs."""

from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
from fastapi import FastAPI, Request
from starlette.responses import Response

from exercise_buddy.core.http.conditional_requests import etag, json_response


def serve_document(app: FastAPI, path: str, build: Callable[[], Any]) -> None:
    """Serve a JSON document without authentication. It is built at the first request.

    The document is serialized and hashed once, because nobody has to sign in to request it: to serialize our OpenAPI
    document takes 7 ms, to compress it at most 1 ms.
    """

    @cache
    def read_document() -> tuple[bytes, str]:
        content = orjson.dumps(build())
        return content, etag(content)

    async def get_document(request: Request) -> Response:
        content, tag = read_document()
        return json_response(request, content, tag=tag, headers={"Cache-Control": "no-cache"})

    app.add_api_route(path, get_document, include_in_schema=False)
