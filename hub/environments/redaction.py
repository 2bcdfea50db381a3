"""redact: masks secrets in a text that is about to be kept or shown, in every form they may have taken (1.4); pure."""

from __future__ import annotations

import base64
import html
import json
import re
import string
from collections.abc import Iterable, Iterator
from functools import lru_cache

from hub.json_types import JSONValue

MASK = "***"
_BASE64 = frozenset(string.ascii_letters + string.digits + "+/-_")
_RUN = re.compile("[A-Za-z0-9]+")
"""What every form leaves as it is."""
SHORTEST_RUN = 3
SHORTEST = 6
"""Characters of a secret that is looked for; a shorter one would mask half of the log. It is masked by name only."""


CHARACTERS_OF_ONE = 16
"""The most that a character of a secret becomes in any form: a surrogate pair of JSON, percent-encoded."""


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text with *** for each secret: plain, percent-encoded, JSON-, HTML- or XML-escaped, and in base64.

    In base64 also as a part of something longer, such as ``user:secret``. Call it before anything is cut off: half of
    a secret is not found. Secrets of fewer than 6 characters stay.
    """
    return redact_beginning(text, secrets, most=len(text))


def redact_beginning(text: str, secrets: Iterable[str], *, most: int) -> str:
    """What redact makes of the first characters of a text, which goes on for look_ahead more, or ends.

    A secret that begins within them is masked whole, so that a cut leaves no part of it.
    """
    wanted = [secret for secret in dict.fromkeys(secrets) if len(secret) >= SHORTEST]
    pieces, end = [], 0
    for start, stop in _places(text, wanted) if wanted else ():
        if start >= most:
            break
        pieces += [text[end:start], MASK] if start >= end else []
        end = max(end, stop)
    return "".join([*pieces, text[end:most]])


def look_ahead(secrets: Iterable[str]) -> int:
    """Characters of the longest form that any of the secrets may take."""
    return CHARACTERS_OF_ONE * max(map(len, secrets), default=0)


def traces_of(secret: str) -> tuple[str, ...]:
    """Texts of which at least one stands wherever the secret does, in whichever form: a quick first look.

    Empty where there are none, and only redact can tell.
    """
    runs = [max(_RUN.findall(form), key=len, default="") for form in (secret, *_base64_cores(secret))]
    return tuple(runs) if all(len(run) >= SHORTEST_RUN for run in runs) else ()


def is_too_short(value: JSONValue) -> bool:
    """True when a secret, or one in a list of them, is such that redact leaves it alone."""
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and len(text) < SHORTEST for text in texts)


def _places(text: str, secrets: list[str]) -> Iterator[tuple[int, int]]:
    """Where in the text a secret begins and ends, in order."""
    for found in _pattern(tuple(secrets)).finditer(text):
        start = found.start()
        is_inside = found["base64"] is not None and start > 0 and text[start - 1] in _BASE64
        yield start - is_inside, found.end()


@lru_cache(maxsize=64)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    """What is looked for. Remembered: the same few secrets are looked for again and again."""
    plain = {"".join(map(_perhaps_percent_encoded, form)) for secret in secrets for form in _escaped(secret)}
    cores = {_in_urls(core) for secret in secrets for core in _base64_cores(secret)}
    # The characters at both ends hold bits of the secret, too, mixed with those of its neighbours. The one before is
    # taken in afterwards: a search for something that may begin with any letter is three times as slow.
    in_base64 = rf"(?P<base64>{_any_of(cores)})[A-Za-z0-9+/_-]?(?:=|%3[Dd]){{0,2}}"
    return re.compile(f"{_any_of(plain)}|{in_base64}")


def _any_of(patterns: Iterable[str]) -> str:
    """The longest first, so that of a secret within another nothing is left."""
    return "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))


def _escaped(secret: str) -> set[str]:
    as_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    slashed = {form.replace("/", "\\/") for form in as_json}
    markup = {html.escape(secret, quote=False), html.escape(secret)}
    numbered = {form.replace("&#x27;", mark) for form in markup for mark in ("&#39;", "&apos;")}
    return {secret} | as_json | slashed | markup | numbered


def _perhaps_percent_encoded(character: str) -> str:
    """Who encodes a text for a URL leaves letters and digits alone; about everything else they differ."""
    if character.isascii() and character.isalnum():
        return character
    encoded = "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
    blank = r"|\+" if character == " " else ""
    return f"(?:{re.escape(character)}|(?i:{encoded}){blank})"


def _base64_cores(secret: str) -> Iterator[str]:
    """What stays the same of the secret's base64 wherever in a longer text it stands: one for each of three offsets."""
    raw = secret.encode("utf-8", "surrogatepass")
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + raw).decode().rstrip("=")
        first, last = -(-offset * 8 // 6), (offset + len(raw)) * 8 // 6
        yield encoded[first:last]


def _in_urls(core: str) -> str:
    """The pattern of a base64 text in either alphabet, percent-encoded or not."""
    marks = {"+": "(?:[+-]|%2[Bb])", "/": "(?:[/_]|%2[Ff])"}
    return "".join(marks.get(character, character) for character in core)
