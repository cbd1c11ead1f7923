"""The OpenAPI document, made from the endpoints and their types; `scripts/documents` writes it."""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from .. import __version__
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from ..web.endpoints import Endpoint
from .model import Scope

_SCHEMA: Final = "#/components/schemas/{name}"
_ALWAYS: Final = (ErrorCode.RATE_LIMITED,)
_WITH_KEY: Final = (ErrorCode.UNAUTHORIZED, ErrorCode.FORBIDDEN)
_WITH_INPUT: Final = (ErrorCode.MALFORMED,)
_WITH_BODY: Final = (ErrorCode.TOO_LARGE,)
_REFUSAL: Final = {
    "title": "Refusal",
    "description": "The request was not done.",
    "type": "object",
    "properties": {
        "ok": {"const": False},
        "error": {
            "type": "object",
            "properties": {
                "code": {"enum": [code.value for code in ErrorCode]},
                "message": {"type": "string", "description": "English, for logs."},
                "retry_after_ms": {"type": "integer", "minimum": 0},
            },
            "required": ["code", "message"],
        },
    },
    "required": ["ok", "error"],
}
_DONE: Final = {
    "title": "Done",
    "description": "The request was done.",
    "type": "object",
    "properties": {"ok": {"const": True}},
    "required": ["ok"],
}


def document(endpoints: Iterable[Endpoint[Any]]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    endpoints = tuple(endpoints)
    kinds = [kind for one in endpoints for kind in (one.body, one.reply) if kind is not None]
    _, schemas = msgspec.json.schema_components(list(dict.fromkeys(kinds)), ref_template=_SCHEMA)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SmartPixels",
            "version": __version__,
            "description": "Places with lights, for other programs. Keys are made by the server's operator: "
            "`smartpixels-server api-key add NAME --scope read`. Every answer has `ok`; what was not done says why.",
        },
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Done": _DONE, "Refusal": _REFUSAL},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": f"Scopes: {', '.join(Scope)}."}
            },
        },
    }


def _operation(endpoint: Endpoint[Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(endpoint),
        "summary": endpoint.summary,
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint)],
        "responses": _responses(endpoint),
    }
    if endpoint.scope is not None:
        operation["security"] = [{"key": []}]
        operation["description"] = f"Scope `{endpoint.scope}`."
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(_ref(endpoint.body))}
    return operation


def _responses(endpoint: Endpoint[Any]) -> dict[str, Any]:
    done = {"$ref": _SCHEMA.format(name="Done")}
    reply = done if endpoint.reply is None else {"allOf": [done, _ref(endpoint.reply)]}
    responses: dict[str, Any] = {"200": {"description": "Done", "content": _json(reply)}}
    refusals: dict[int, list[str]] = {}
    for code in _refusals(endpoint):
        refusals.setdefault(SmartPixelsError(code, "").http_status, []).append(code)
    for status, codes in sorted(refusals.items()):
        described = ", ".join(f"`{code}`" for code in codes)
        responses[str(status)] = {
            "description": f"Not done: {described}",
            "content": _json({"$ref": _SCHEMA.format(name="Refusal")}),
        }
    return responses


def _refusals(endpoint: Endpoint[Any]) -> Iterable[ErrorCode]:
    yield from endpoint.refusals
    yield from _ALWAYS
    if endpoint.scope is not None:
        yield from _WITH_KEY
    if endpoint.query is not None or endpoint.body is not None:
        yield from _WITH_INPUT
    if endpoint.body is not None:
        yield from _WITH_BODY


def _path_parameters(endpoint: Endpoint[Any]) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(endpoint: Endpoint[Any]) -> Iterable[dict[str, Any]]:
    if endpoint.query is None:
        return
    _, components = msgspec.json.schema_components([endpoint.query], ref_template=_SCHEMA)
    for name, schema in components[endpoint.query.__name__]["properties"].items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _operation_id(endpoint: Endpoint[Any]) -> str:
    words = re.findall(r"\w+", endpoint.path.removeprefix("/api/v1"))
    return "_".join([endpoint.method.lower(), *words])


def _ref(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _SCHEMA.format(name=kind.__name__)}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
