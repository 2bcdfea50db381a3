"""described_secure_proxy: what the OpenAPI document says about secure proxies and their allow lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter

from integrations.api.documents import Described, documented
from integrations.api.examples import PROBLEMS
from integrations.api.shapes import (
    BOOLEAN,
    IDENTIFIER,
    MOMENT,
    NAME,
    SLUG,
    TEXT,
    TEXT_LIST,
    TEXT_MAP,
    described,
    list_of,
)
from proxies.secure_proxy.configuration import VPC_MODES
from proxies.secure_proxy.request import METHODS, RESPONSE_TYPES

TAG: Final = "Secure proxies"
MODE = TEXT | {"enum": list(VPC_MODES)}
NULLABLE_MODE = {"type": ["string", "null"], "enum": [*VPC_MODES, None]}
DOMAINS = TEXT_LIST | {"description": "Hosts, or *. before a host for everything below it."}
RANGES = TEXT_LIST | {"description": "CIDR ranges; every address that a host leads to has to lie in one of them."}
ANYTHING: dict[str, Any] = {"description": "A text is sent as it is, anything else as JSON."}

REQUEST = described(
    {
        "integration_id": IDENTIFIER,
        "use_case_id": IDENTIFIER,
        "use_case_slug": SLUG,
        "url": TEXT | {"format": "uri", "maxLength": 8192},
        "method": TEXT | {"enum": list(METHODS)},
        "headers": TEXT_MAP | {"description": "Sent along, except those of the connection and of intermediaries."},
        "body": ANYTHING,
        "response_type": TEXT | {"enum": list(RESPONSE_TYPES), "default": RESPONSE_TYPES[0]},
    },
    ["integration_id", "url", "method"],
    anyOf=[{"required": ["use_case_id"]}, {"required": ["use_case_slug"]}],
)
A_REQUEST = {
    "integration_id": "01a20e4a-aad7-4ea1-a4e4-b2be9472073a",
    "use_case_slug": "billing-link",
    "url": "https://billing.example.com/v1/invoices",
    "method": "POST",
    "headers": {"Authorization": "Bearer token-of-the-billing-system"},
    "body": {"number": "R-1"},
}
ANSWER = described(
    {
        "status_code": {"type": "integer", "description": "What the target answered, 4xx and 5xx included."},
        "headers": TEXT_MAP | {"description": "Names in lower case; repeated ones in one value."},
        "body": {"description": "JSON or text; for response_type binary the bytes in base64."},
    },
    ["status_code", "headers", "body"],
)
AN_ANSWER = {"status_code": 201, "headers": {"content-type": "application/json"}, "body": {"id": 4711}}
PROXY = described(
    {
        "id": IDENTIFIER,
        "name": NAME,
        "slug": SLUG,
        "enabled": BOOLEAN,
        "vpc_mode": NULLABLE_MODE,
        "allowed_domains": DOMAINS,
        "allowed_ips": RANGES,
        "integration_id": IDENTIFIER,
        "integration_name": NAME,
    },
    ["id", "name", "enabled", "vpc_mode", "integration_id", "integration_name"],
)
SOME_LISTS = {"allowed_domains": ["*.billing.example.com"], "allowed_ips": ["10.0.1.0/24"]}
A_PROXY = {
    "id": "01a20e4a-aad7-4ea1-a4e4-b2be9472073c",
    "name": "Billing link",
    "slug": "billing-link",
    "enabled": True,
    "vpc_mode": "secure_link",
    **SOME_LISTS,
    "integration_id": "01a20e4a-aad7-4ea1-a4e4-b2be9472073a",
    "integration_name": "ERP",
}
WHITELIST = described(
    {"vpc_mode": NULLABLE_MODE, "allowed_domains": DOMAINS, "allowed_ips": RANGES},
    ["vpc_mode", "allowed_domains", "allowed_ips"],
)
A_WHITELIST = {"vpc_mode": "secure_link", **SOME_LISTS}
NEW_LISTS = described(
    {
        "allowed_domains": DOMAINS,
        "allowed_ips": RANGES,
        "reason": TEXT | {"maxLength": 500, "description": "Goes to the history."},
    },
    minProperties=1,
    additionalProperties=False,
    description="A list that is left out stays as it is; an empty one is cleared.",
)
LISTS = described({"allowed_domains": TEXT_LIST, "allowed_ips": TEXT_LIST}, ["allowed_domains", "allowed_ips"])
CHANGE = described(
    {
        "id": IDENTIFIER,
        "changed_at": MOMENT,
        "actor": described({"type": TEXT, "id": TEXT}, ["type", "id"]),
        "reason": TEXT,
        "before": LISTS,
        "after": LISTS,
    },
    ["id", "changed_at", "actor", "reason", "before", "after"],
)
A_CHANGE = {
    "id": "01a20e4a-aad7-4ea1-a4e4-b2be9472073d",
    "changed_at": "2026-01-15T08:00:00.000Z",
    "actor": {"type": "user", "id": "12"},
    "reason": "The billing system has moved.",
    "before": {"allowed_domains": [], "allowed_ips": []},
    "after": SOME_LISTS,
}
LIMIT = OpenApiParameter("limit", int, description="Changes, 1 to 50; 10 by default, at most 20 are answered.")
OWN_PROBLEMS = PROBLEMS | {
    502: {
        "code": "ECONNREFUSED",
        "message": "Upstream network error",
        "details": [],
        "reason": "The host refuses the connection.",
    },
    503: {
        "code": "SECURE_PROXY_MODE_UNAVAILABLE",
        "message": "Secure proxies of the mode static_ip have no way out here.",
        "details": [],
    },
    504: {"code": "TIMEOUT", "message": "The target did not answer within 25 seconds.", "details": []},
}
READS = (401, 403, 404, 429)
OPERATIONS: dict[str, Described] = {
    "listSecureProxies": Described(
        described({"secure_proxies": list_of(PROXY)}, ["secure_proxies"]),
        {"secure_proxies": [A_PROXY]},
        (401, 403, 429),
        tag=TAG,
    ),
    "secureProxy": Described(
        ANSWER,
        AN_ANSWER,
        (400, *READS, 502, 503, 504),
        request=REQUEST,
        request_example=A_REQUEST,
        tag=TAG,
        problems=OWN_PROBLEMS,
    ),
    "getSecureProxyWhitelist": Described(WHITELIST, A_WHITELIST, READS, tag=TAG),
    "replaceSecureProxyWhitelist": Described(
        WHITELIST,
        A_WHITELIST,
        (400, *READS),
        request=NEW_LISTS,
        request_example={**SOME_LISTS, "reason": "The billing system has moved."},
        tag=TAG,
    ),
    "listSecureProxyWhitelistHistory": Described(
        described({"history": list_of(CHANGE)}, ["history"]),
        {"history": [A_CHANGE]},
        (400, *READS),
        tag=TAG,
        parameters=(LIMIT,),
    ),
}


def described_secure_proxy(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
