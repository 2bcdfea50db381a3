"""mask_*: hides what a name gives away as secret, whatever its value: headers, query parameters, members of JSON; pure.

The other half of section 1.4: redact knows values, and leaves out those that are too short to be looked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote_plus

from hub.environments.redaction import MASK

TELLING_NAMES = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "signature"})
TELLING_PARTS = ("token", "secret", "password")
TELLING_ENDS = ("apikey", "accesskey", "privatekey", "subscriptionkey", "functionskey")
"""Ends of names without their hyphens and underscores: X-API-Key, api_key, Ocp-Apim-Subscription-Key."""
_JOINTS = str.maketrans("", "", "-_ ")
_PARAMETER = re.compile(r"(?<=[?&;])([^=&;#\s]+)=([^&;#\s]*)")
_TEXT = r'"(?:[^"\\]|\\.)*+"?'
_SCALARS = rf'\[(?:[\s,]|{_TEXT}|[^\[\]{{}}",\s])*+\]'
_MEMBER = re.compile(rf'({_TEXT})(?:(\s*+:\s*+)({_TEXT}|{_SCALARS}|[^\s"\[\]{{}},]++))?+', re.DOTALL)
"""A text, and where it is the name of a member, its value, unless that is an object or has lists inside."""


def is_telling(name: str, *, others: Collection[str] = ()) -> bool:
    """Whether whatever has this name is secret; others: further names, in lower case."""
    lower = name.lower()
    if lower in TELLING_NAMES or lower in others or any(part in lower for part in TELLING_PARTS):
        return True
    return lower.translate(_JOINTS).endswith(TELLING_ENDS)


def mask_header(name: str, value: str, *, others: Collection[str] = ()) -> str:
    """The value of a header, or *** when its name says that it is secret."""
    return MASK if is_telling(name, others=others) else value


def mask_query(text: str) -> str:
    """An address with *** for each parameter whose name says that it is secret."""
    return _PARAMETER.sub(lambda found: f"{found[1]}={MASK}" if is_telling(unquote_plus(found[1])) else found[0], text)


def mask_members(text: str) -> str:
    """A text that may hold JSON, whole or cut off, with "***" for each member whose name says that it is secret."""
    return _MEMBER.sub(_masked_member, text)


def _masked_member(found: re.Match[str]) -> str:
    name, colon, value = found.groups()
    if value is None or value == "null" or not is_telling(name.strip('"')):
        return found[0]
    return f'{name}{colon}"{MASK}"'
