"""parameters_in: the query of a link to a file, read strictly, because its signature covers every part of it."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from hub.errors import ErrorDetail, Invalid

LONGEST_QUERY: Final = 8192
MOST_PARAMETERS: Final = 50


def parameters_in(query: str) -> dict[str, str]:
    """Name → value, decoded. Raises Invalid for a repeated name, and for what is malformed or more than links have."""
    if len(query) > LONGEST_QUERY:
        raise Invalid(f"The query is longer than {LONGEST_QUERY} characters.")
    try:
        pairs = _pairs(query)
    except ValueError:  # UnicodeDecodeError is one
        raise Invalid(f"The query must be at most {MOST_PARAMETERS} parameters as name=value, in UTF-8.") from None
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        raise Invalid(
            "A parameter is there more than once.", details=[ErrorDetail(name, "is repeated") for name in repeated]
        )
    return parameters


def _pairs(query: str) -> list[tuple[str, str]]:
    if not query:
        return []
    pairs = parse_qsl(
        query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_PARAMETERS
    )
    if any(not name or "\0" in name or "\0" in value for name, value in pairs):
        raise ValueError
    return pairs
