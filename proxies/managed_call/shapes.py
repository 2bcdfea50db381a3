"""CONFIGURATION and EXAMPLE: a managed call with its schedule, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any, Final

from proxies.managed_call import configuration, pull

Schema = dict[str, Any]  # Any: JSON Schema


def _expression(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "description": f"JSONata. {description}"}


def _whole(least: int, most: int, **more: Any) -> Schema:  # Any: the rest of JSON Schema
    return {"type": "integer", "minimum": least, "maximum": most, **more}


SEEN: Final = "$ is the result of the call; $payload, $cursor and $page are what it was asked with."
CURSOR: Final[Schema] = {
    "type": "object",
    "description": "What the next run asks from. Left out: every run reads everything.",
    "required": ["parameter"],
    "properties": {
        "parameter": {"type": "string", "maxLength": 128, "description": "The member of the payload that holds it."},
        "initial": {
            "type": ["string", "number"],
            "description": "Of the first run. Left out: the payload as it is.",
        },
        "next": _expression(f"Yields the cursor behind a page. {SEEN} Left out: the moment at which the run began."),
        "overlap_seconds": _whole(
            0, pull.LONGEST_OVERLAP_S, default=0, description="Taken off that moment; not with next."
        ),
    },
}
ON_DEMAND: Final[Schema] = {
    "type": "object",
    "description": "Core events that have one record read at once.",
    "required": ["events", "payload"],
    "properties": {
        "events": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "enum": list(pull.ON_DEMAND_EVENTS)},
        },
        "payload": _expression("$ is the event; yields members of the payload, or nothing where there is no need."),
    },
}
PULL: Final[Schema] = {
    "type": "object",
    "description": "Has the call made by itself, page after page; needs inbound_use_case_slug.",
    "required": ["items"],
    "properties": {
        "every_minutes": _whole(1, pull.LONGEST_MINUTES, description="Left out: by hand and on demand only."),
        "payload": {"type": "object", "additionalProperties": True, "description": "Of the first page."},
        "cursor": CURSOR,
        "items": _expression(f"Yields the records of a page, each an object. {SEEN}"),
        "next_page": _expression(
            f"Yields members of the payload for the next page, nothing on the last. {SEEN} Left out: there is one page."
        ),
        "most_pages": _whole(1, pull.MOST_PAGES, default=pull.PAGES, description="Of one run; more fail it."),
        "on_demand": ON_DEMAND,
    },
}
_TEMPLATES: Final[Schema] = {"type": "object", "additionalProperties": {"type": "string"}}
CONFIGURATION: Final[Schema] = {
    "type": "object",
    "required": ["operation"],
    "properties": {
        "operation": {
            "type": "object",
            "required": ["method", "path"],
            "properties": {
                "method": {"type": "string", "enum": list(configuration.METHODS)},
                "path": {
                    "type": "string",
                    "maxLength": configuration.PATH_CHARACTERS,
                    "description": "Below the base URL of the connector; {{name}} stands for a member of the payload.",
                },
                "headers": _TEMPLATES,
                "query_params": _TEMPLATES,
            },
        },
        "request_mapping": _expression("Makes the body of the request from the payload."),
        "response_mapping": _expression("Makes the result from the answer."),
        "inbound_use_case_slug": {"type": "string", "description": "Of the same integration; takes the result."},
        "secure_proxy": {
            "type": "object",
            "description": "The secure proxy through which the call goes.",
            "required": ["use_case_slug"],
            "properties": {"use_case_slug": {"type": "string"}},
        },
        "timeout_ms": _whole(configuration.LEAST_TIMEOUT_MS, configuration.MOST_TIMEOUT_MS),
        "pull": PULL,
    },
    "additionalProperties": True,
}
EXAMPLE: Final[dict[str, Any]] = {
    "operation": {
        "method": "GET",
        "path": "/customers",
        "query_params": {"changed_since": "{{since}}", "page": "{{page}}"},
    },
    "inbound_use_case_slug": "customers",
    "pull": {
        "every_minutes": 15,
        "payload": {"page": 1},
        "cursor": {"parameter": "since", "initial": "2026-01-01T00:00:00Z", "next": "(customers.changed_at)[-1]"},
        "items": "customers",
        "next_page": 'has_more ? {"page": $page + 1}',
        "on_demand": {
            "events": ["OnDemandSyncCustomerRequested"],
            "payload": '{"since": "", "customer_number": external_id}',
        },
    },
}
