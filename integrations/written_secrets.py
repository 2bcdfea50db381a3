"""Texts that are secrets by their names and are written down: found to be refused, and masked where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from hub.environments.masking import is_telling
from hub.environments.redaction import MASK
from hub.environments.references import names_in
from hub.json_types import JSONObject, JSONValue

WRITTEN_DOWN: Final = "is a secret by its name and written down here; refer to a variable with {{env.KEY}} instead"
KINDS_OF_TOKENS: Final = frozenset(
    {"token_type", "token_format", "requested_token_type", "subject_token_type", "actor_token_type"}
)
"""Names that hold an identifier of a kind, which is public (RFC 6749 section 5.1, RFC 8693 section 2.1)."""


def has_reference(text: str) -> bool:
    """Whether any part of it comes from the environment."""
    return bool(names_in([text]))


def written_in(
    members: JSONValue,
    *,
    is_filled: Callable[[str], bool] = has_reference,
    others: Collection[str] = (),
) -> list[str]:
    """The names in a map of texts that say that their text is secret, where no part of it is filled in later.

    is_filled: says so of a text. others: further names that tell, in lower case. Empty texts are no secrets, and what
    is no map or no text has none.
    """
    return [
        name
        for name, text in (members.items() if isinstance(members, dict) else ())
        if isinstance(text, str) and text.strip() and _tells(name, others) and not is_filled(text)
    ]


def with_masks(members: JSONObject, part: str, names: Collection[str]) -> JSONObject:
    """The object with a mask in place of those texts of the map that it has under part."""
    inside = members.get(part)
    if not names or not isinstance(inside, dict):
        return members
    return members | {part: inside | dict.fromkeys(names, MASK)}


def _tells(name: str, others: Collection[str]) -> bool:
    return is_telling(name, others=others) and name.lower() not in KINDS_OF_TOKENS
