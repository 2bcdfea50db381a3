"""example_of: a configuration of each type to start from, as people would type it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def example_of(type: str, other: str = "") -> str:
    """The text of an example that can be saved as it is; other: the name of a further one."""
    return (FOLDER / f"{type}{'.' if other else ''}{other}.json").read_text(encoding="utf-8")
