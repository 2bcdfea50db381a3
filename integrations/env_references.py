"""``{{env.KEY}}``: how a configuration refers to a value of the organization's environment."""

from __future__ import annotations

import re
from typing import Final

from hub.environments.references import KEY, REFERENCE, names_in

__all__ = ["KEY", "REFERENCE", "is_reference", "names_in_origin", "would_follow"]

_VALUE: Final = "\ufffc"
_ORIGIN: Final = re.compile(r"(?:[^:/?#]*:/{0,2})?[^/?#]*")
"""Whatever a value can change the host through: also a scheme, a port, and what follows a host without a slash."""


def is_reference(text: str) -> bool:
    """True when the text is one reference and nothing else."""
    return REFERENCE.fullmatch(text) is not None


def names_in_origin(address: str) -> list[str]:
    """The names that scheme, host or port of an address come from, each once, in order; empty when all are written."""
    found = _ORIGIN.match(REFERENCE.sub(_VALUE, address))
    return names_in(one[0] for one in list(REFERENCE.finditer(address))[: found[0].count(_VALUE)]) if found else []


def would_follow(address: str, words: str) -> str | None:
    """What is wrong with a secret that is written down and sent to that address, which people call words.

    None where the origin is written down as well. Elsewhere whoever may change the variable, which takes no right to
    change what holds the secret, could have it sent to a machine of theirs.
    """
    names = ", ".join(f"{{{{env.{name}}}}}" for name in names_in_origin(address))
    if not names:
        return None
    return (
        f"is written down, but the host of the {words} comes from {names}, so it would follow whoever changes that;"
        " refer to a secret with {{env.KEY}} here, or write the host down"
    )
