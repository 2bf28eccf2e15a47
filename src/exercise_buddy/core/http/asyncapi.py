"""The AsyncAPI document: what OpenAPI cannot describe, WebSockets and streams of events.

A slice declares its channels. The schemas of their messages come from the types that the code itself uses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import FastAPI
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from exercise_buddy.core.http.constant_documents import serve_document
from exercise_buddy.core.http.openapi_examples import describe_references

PATH = "/api/v1/asyncapi.json"
_REFERENCE = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a channel.

    Args:
        name: unique in its channel.
        payload: the type of its JSON: a model, a dataclass, or a TypedDict.
        summary: what it says, as a sentence.
        sender: who sends it.

    """

    name: str
    payload: Any
    summary: str
    sender: Literal["server", "client"] = "server"


@dataclass(frozen=True, slots=True)
class Channel:
    """A WebSocket, or a stream of server-sent events.

    Args:
        name: unique in the document, in camel case.
        address: the path, with its parameters in braces.
        protocol: of the channel.
        title: what a client uses it for.
        description: what is special, in Markdown.
        messages: that are sent on it.
        parameters: the descriptions of the parameters of the path.

    """

    name: str
    address: str
    protocol: Literal["ws", "http"]
    title: str
    description: str
    messages: Sequence[Message]
    parameters: Mapping[str, str] = field(default_factory=dict)


def build_asyncapi(title: str, version: str, channels: Sequence[Channel]) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of all channels."""
    # A message that a client sends is validated, one that the server sends is serialized: defaults differ.
    keys: list[tuple[tuple[str, str], JsonSchemaMode, TypeAdapter[Any]]] = [
        (
            (channel.name, message.name),
            "serialization" if message.sender == "server" else "validation",
            TypeAdapter(message.payload),
        )
        for channel in channels
        for message in channel.messages
    ]
    payloads, schemas = TypeAdapter.json_schemas(keys, ref_template=_REFERENCE)
    by_key = {key: schema for (key, _), schema in payloads.items()}
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": title,
            "version": version,
            "description": "The WebSockets and event streams. `/api/v1/openapi.json` describes everything else.",
        },
        "defaultContentType": "application/json",
        "servers": {
            protocol: {"host": "localhost:8000", "protocol": protocol, "description": "The default of `serve`"}
            for protocol in sorted({channel.protocol for channel in channels})
        },
        "channels": {channel.name: _build_channel(channel) for channel in channels},
        "operations": {
            f"{verb}{channel.name[0].upper()}{channel.name[1:]}": _build_operation(channel, verb, messages)
            for channel in channels
            for verb, sender in (("send", "server"), ("receive", "client"))
            if (messages := [message for message in channel.messages if message.sender == sender])
        },
        "components": {
            "messages": {
                _name_component(channel, message): {
                    "name": message.name,
                    "summary": message.summary,
                    "payload": by_key[channel.name, message.name],
                }
                for channel in channels
                for message in channel.messages
            },
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
    describe_references(document)
    return document


def _build_operation(channel: Channel, verb: str, messages: Sequence[Message]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        # The document takes the view of the server.
        "action": verb,
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "messages": [{"$ref": f"#/channels/{channel.name}/messages/{message.name}"} for message in messages],
    }
    if channel.protocol == "http":
        # A browser cannot add headers to a WebSocket: its client authenticates with a message.
        operation["security"] = [{"$ref": "#/components/securitySchemes/accessToken"}]
    return operation


def _build_channel(channel: Channel) -> dict[str, Any]:
    built: dict[str, Any] = {
        "address": channel.address,
        "title": channel.title,
        "description": channel.description,
        "servers": [{"$ref": f"#/servers/{channel.protocol}"}],
        "messages": {
            message.name: {"$ref": f"#/components/messages/{_name_component(channel, message)}"}
            for message in channel.messages
        },
    }
    if channel.parameters:
        built["parameters"] = {name: {"description": text} for name, text in channel.parameters.items()}
    return built


def _name_component(channel: Channel, message: Message) -> str:
    return f"{channel.name}.{message.name}"


def install(app: FastAPI, channels: Sequence[Channel]) -> None:
    """Serve the document at `PATH`."""
    serve_document(app, lambda: build_asyncapi(app.title, app.version, channels), PATH)
