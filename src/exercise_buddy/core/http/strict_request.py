"""A request whose body is parsed strictly, and whose large body is validated beside the event loop."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

from fastapi import Request
from fastapi._compat import ModelField
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY

from exercise_buddy.core.http.body_memory import LARGE_BODY_BYTES, BodyMemory
from exercise_buddy.core.http.json_bodies import parse_json, refuse_nul
from exercise_buddy.core.http.validation import from_validation, pointer
from exercise_buddy.core.ops.rate_limits import BODY_BYTES_PER_UNIT, FREE_BODY_BYTES, RateLimits
from exercise_buddy.core.problem_schemas import MAX_ERRORS
from exercise_buddy.core.problems import ContentTooLarge, FieldError, InvalidInput, Problem, UnsupportedMediaType
from exercise_buddy.core.threads import run_in_thread

_MAX_SHARE_OF_FILE = 0.5
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})

BodyParser = Callable[[Request, bytes], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class BodyContract:
    """What an endpoint accepts as its body: JSON (`is_json`), a form, or nothing. A form without files may be JSON.

    `work_factor` is how much more work a body causes than one that is stored. `model` validates a whole JSON body.
    `parse` replaces the parser of JSON.
    """

    is_json: bool = False
    form_fields: frozenset[str] = frozenset()
    max_files: int = 0
    needs_file: bool = False
    work_factor: int = 1
    model: ModelField | None = None
    parse: BodyParser | None = None

    @property
    def is_plain_form(self) -> bool:
        """Whether the body is a form without files."""
        return bool(self.form_fields) and not self.is_json and not self.max_files


class StrictRequest(Request):
    """A request whose body is parsed strictly.

    FastAPI converts every error while parsing into a 400 without details, so the problem is kept in `refused`.
    """

    refused: Problem | None = None
    contract = BodyContract()
    _is_charged = False
    _memory = 0
    """What the body takes of the memory for large ones."""
    _disk = 0
    """What it takes of the disk."""
    _upload_limit: int | None = None
    """The maximum size of an upload in bytes; None if the body is no upload."""

    async def body(self) -> bytes:
        """Return the whole body. A large one is charged as work before it is read, if its length is known."""
        if hasattr(self, "_body"):
            return self._body
        try:
            length = self._declared_length()
            await self._charge(length)
            self._body = await (super().body() if 0 < length < LARGE_BODY_BYTES else self._receive_large_body())
        except Problem as problem:
            self.refused = problem
            raise
        return self._body

    async def _receive_large_body(self) -> bytes:
        """Receive a body that may be large, and wait until there is memory for it."""
        memory: BodyMemory = self.state.body_memory
        with SpooledTemporaryFile(max_size=LARGE_BODY_BYTES) as file:
            async with aclosing(self.stream()) as stream:
                async for part in stream:
                    file.write(part)
            size = file.tell()
            await self._charge(size)
            if size >= LARGE_BODY_BYTES:
                self._memory = await memory.acquire(size)
            file.seek(0)
            return file.read()

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield the parts of the body, which are counted: until the end of the request, they may be on disk."""
        memory: BodyMemory = self.state.body_memory
        async with aclosing(super().stream()) as stream:
            async for part in stream:
                if self._upload_limit is not None and self._disk + len(part) > self._upload_limit:
                    raise _too_large(self._upload_limit)
                memory.take_disk(len(part), self.state.client_key, is_upload=self._upload_limit is not None)
                self._disk += len(part)
                yield part

    def accept_upload(self, max_bytes: int) -> None:
        """Accept a body of so many bytes, which stays on disk. Call it before the body is read.

        Raises:
            ContentTooLarge: its length is known, and larger.

        """
        self._upload_limit = max_bytes
        if self._declared_length() > max_bytes:
            raise _too_large(max_bytes)

    def release_memory(self) -> None:
        """Free the memory of the body. A second call does nothing."""
        size, self._memory = self._memory, 0
        if size:
            self.state.body_memory.release(size)

    def release(self) -> None:
        """Free the memory and the disk space of the body."""
        self.release_memory()
        size, self._disk = self._disk, 0
        if size:
            self.state.body_memory.release_disk(size, self.state.client_key)

    def take_refusal(self) -> Problem | None:
        """Return the problem of the body, and keep it no longer."""
        problem, self.refused = self.refused, None
        return problem

    def _declared_length(self) -> int:
        """Return the length of the body, or 0 if it is unknown, or too large to be read: it costs nothing then."""
        try:
            length = int(self.headers.get("content-length", 0))
        except ValueError:
            return 0
        return length if length <= self.scope.get(MAX_BODY_SIZE_SCOPE_KEY, length) else 0

    async def _charge(self, length: int) -> None:
        if length >= FREE_BODY_BYTES and not self._is_charged:
            self._is_charged = True
            limits: RateLimits = self.state.rate_limits
            units = self.contract.work_factor * length // BODY_BYTES_PER_UNIT
            # A file is as large as its owner's history is long. It must pass after other work of the same minute.
            await limits.require_work(self, units, max_share=_MAX_SHARE_OF_FILE if self.contract.max_files else 1)

    async def json(self) -> Any:  # noqa: ANN401  (any JSON value, or the validated body)
        """Return the parsed body. A large one is validated already; FastAPI accepts it as it is."""
        try:
            body = await self.body()
            if self.contract.parse is not None:
                parsed = await self.contract.parse(self, body)
                # What it returns is smaller than the text, and takes long to be counted.
                self.release_memory()
                return parsed
            if len(body) < LARGE_BODY_BYTES:
                return parse_json(body)
            return await run_in_thread(_parse_large_body, body, self.contract.model)
        except Problem as problem:
            self.refused = problem
            raise

    async def _get_form(self, **_: Any) -> FormData:  # noqa: ANN401  (Starlette's own)
        contract = self.contract
        if contract.is_plain_form and _is_json(_media_type(self.headers.get("content-type", ""))):
            return await self._read_json_form()
        if contract.needs_file and _media_type(self.headers.get("content-type", "")) != "multipart/form-data":
            # It has no file, so that the answer is known without reading it: up to 256 MiB, character by character.
            return FormData()
        max_fields = len(contract.form_fields) + MAX_ERRORS
        try:
            await self._charge(self._declared_length())
            form = await super()._get_form(max_fields=max_fields, max_files=contract.max_files + 1)
            await self._charge(sum(_size(value) for _, value in form.multi_items()))
        except Problem as problem:
            self.refused = problem
            raise
        texts = [
            (name, value if isinstance(value, str) else value.filename or "") for name, value in form.multi_items()
        ]
        try:
            refuse_nul(((name,) for name, text in texts if "\0" in name + text), "body")
            _refuse_other_fields(Counter(name for name, _ in texts), contract.form_fields)
        except InvalidInput as problem:
            self.refused = problem
            await form.close()
            raise
        return form

    async def _read_json_form(self) -> FormData:
        """Return a JSON object as a form, so that the rules for its fields are the same."""
        fields = await self.json() if await self.body() else {}
        try:
            _refuse_other_types(fields)
            _refuse_other_fields(Counter(fields.keys()), self.contract.form_fields)
        except InvalidInput as problem:
            self.refused = problem
            raise
        return FormData(list(fields.items()))


def _too_large(max_bytes: int) -> ContentTooLarge:
    return ContentTooLarge(f"This server accepts up to {max_bytes // 1024**2} MiB here.")


def _size(value: str | UploadFile) -> int:
    return len(value) if isinstance(value, str) else value.size or 0


def check_content_type(request: StrictRequest) -> None:
    """Refuse a body that its headers say is not JSON, or compressed, if the endpoint accepts only JSON, or plain."""
    contract, headers = request.contract, request.headers
    content_type = headers.get("content-type")
    if contract.is_json and content_type is not None and not _is_json(_media_type(content_type)):
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
    if contract.is_plain_form and content_type is not None and not _is_form_or_json(_media_type(content_type)):
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json, or a form.")
    if contract.parse is None and (contract.is_json or contract.form_fields):
        encoding = headers.get("content-encoding", "identity")
        if encoding.strip().lower() != "identity":
            raise UnsupportedMediaType(
                "Send the body without Content-Encoding.", headers={"Accept-Encoding": "identity"}
            )


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _is_form_or_json(media_type: str) -> bool:
    return media_type in _FORMS or _is_json(media_type)


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _parse_large_body(body: bytes, model: ModelField | None) -> Any:  # noqa: ANN401
    value = parse_json(body)
    if model is None:
        return value
    validated, errors = model.validate(value, {}, loc=("body",))
    if errors:
        raise from_validation(RequestValidationError(errors))
    return validated


def _refuse_other_types(value: object) -> None:
    if not isinstance(value, dict):
        raise InvalidInput(errors=[FieldError("", "object_type", "This should be a JSON object")])


def _refuse_other_fields(sent: Counter[str], known: Iterable[str]) -> None:
    errors = [
        FieldError(pointer((name,)), "extra_forbidden", "This field does not exist")
        for name in sorted(sent.keys() - known)
    ] or [
        FieldError(pointer((name,)), "repeated", "This field was sent more than once")
        for name, count in sorted(sent.items())
        if count > 1
    ]
    if errors:
        raise InvalidInput(errors=errors)
