"""problem: the one shape of every failure on an API path."""

from __future__ import annotations

from collections.abc import Sequence

from hub.errors import ErrorDetail
from hub.json_types import JSONObject

API_PREFIXES = ("/v1/", "/v2/", "/v3/")


def is_api_path(path: str) -> bool:
    """True for the paths machines call; everything else is for people."""
    return f"{path}/".startswith(API_PREFIXES)


def problem(*, code: str, message: str, details: Sequence[ErrorDetail] = (), correlation_id: str = "") -> JSONObject:
    """{code, message, details: [{path, message}], correlation_id}."""
    return {
        "code": code,
        "message": message,
        "details": [{"path": detail.path, "message": detail.message} for detail in details],
        "correlation_id": correlation_id,
    }
