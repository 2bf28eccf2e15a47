"""JSON documents that stay the same while the process runs."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
from fastapi import FastAPI, Request
from starlette.responses import Response

from exercise_buddy.core.http.conditional_requests import etag, json_response
from exercise_buddy.core.threads import run_in_thread


def serve_document(app: FastAPI, build: Callable[[], Any], *paths: str) -> None:
    """Serve a JSON document at some paths, without authentication. It is built at the first request.

    The document is built, serialized and hashed once, because nobody has to sign in to request it. To build our OpenAPI
    document takes a second, so a thread does it while other requests are served; to compress it takes at most 1 ms.
    """
    lock = asyncio.Lock()

    @cache
    def read_document() -> tuple[bytes, str]:
        content = orjson.dumps(build())
        return content, etag(content)

    async def get_document(request: Request) -> Response:
        if not read_document.cache_info().currsize:
            async with lock:
                await run_in_thread(read_document)
        content, tag = read_document()
        return json_response(request, content, tag=tag, headers={"Cache-Control": "public, no-cache"})

    for path in paths:
        app.add_api_route(path, get_document, include_in_schema=False)
