"""Projections that are no more than a path from a node, such as ``contract.contract_number``; pure."""

from __future__ import annotations

import re
from typing import Final

PATH: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


def path_of(source: str | None) -> list[str] | None:
    """The members that the projection names one after the other; None when it is more than a path, or absent."""
    return source.split(".") if source and PATH.fullmatch(source) else None
