"""Secrets that are written down in headers of a managed call or of the steps of a file proxy."""

from __future__ import annotations

from collections.abc import Iterator

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.findings import invalid
from integrations.written_secrets import WRITTEN_DOWN, with_masks, written_in
from proxies.templates import TemplateBroken, placeholders

HEADERS = "headers"


def advice_on_headers(configuration: JSONObject, at: JSONPath) -> list[ErrorDetail]:
    """Each of them with its place; a header that a placeholder or a variable has part in is none."""
    return [
        ErrorDetail(place.key(HEADERS).key(name), WRITTEN_DOWN)
        for request, place in _requests(configuration, at)
        for name in _names(request)
    ]


def refuse_written_headers(configuration: JSONObject, at: JSONPath) -> None:
    """Raise Invalid that names every one."""
    found = advice_on_headers(configuration, at)
    if found:
        raise invalid(found)


def headers_shown(configuration: JSONObject) -> JSONObject:
    """The configuration with a mask in place of each."""
    made = dict(configuration)
    if "operation" in made:
        made["operation"] = _shown(made["operation"])
    steps = made.get("steps")
    if isinstance(steps, list):
        made["steps"] = [_shown(step) for step in steps]
    return made


def _shown(request: JSONValue) -> JSONValue:
    return with_masks(request, HEADERS, _names(request)) if isinstance(request, dict) else request


def _requests(configuration: JSONObject, at: JSONPath) -> Iterator[tuple[JSONObject, JSONPath]]:
    """What describes a request, with its place."""
    operation, steps = configuration.get("operation"), configuration.get("steps")
    if isinstance(operation, dict):
        yield operation, at.key("operation")
    for position, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, dict):
            yield step, at.key("steps").index(position)


def _names(request: JSONObject) -> list[str]:
    return written_in(request.get(HEADERS), is_filled=_is_filled)


def _is_filled(template: str) -> bool:
    try:
        return any(not one.is_escaped for one in placeholders(template))
    except TemplateBroken:  # refused by itself when it is saved, and never sent
        return False
