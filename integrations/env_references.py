"""``{{env.KEY}}``: how a configuration refers to a value of the organization's environment."""

from __future__ import annotations

from hub.environments.references import KEY, REFERENCE

__all__ = ["KEY", "REFERENCE", "is_reference"]


def is_reference(text: str) -> bool:
    """True when the text is one reference and nothing else."""
    return REFERENCE.fullmatch(text) is not None
