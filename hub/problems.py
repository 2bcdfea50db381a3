"""problem: the one shape of every failure on an API path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hub.errors import ErrorDetail
from hub.json_types import JSONObject

_API: Final = re.compile(r"/(v\d+|api)(/|\Z)")
"""Versions that there are and those that a client may try."""


def is_api_path(path: str) -> bool:
    """True for the paths machines call; everything else is for people."""
    return _API.match(path) is not None


def problem(*, code: str, message: str, details: Sequence[ErrorDetail] = (), correlation_id: str = "") -> JSONObject:
    """{code, message, details: [{path, message}], correlation_id}."""
    return {
        "code": code,
        "message": message,
        "details": [{"path": detail.path, "message": detail.message} for detail in details],
        "correlation_id": correlation_id,
    }
