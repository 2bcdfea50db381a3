"""A payload as people read it: indented, every digit and byte accounted for, nothing of it ever taken for markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from inbound.formats import find_problem

SHOWN_CHARACTERS = 120_000
"""Longer payloads are cut on the page; the download has all of them."""
INDENTED_BYTES = 1024 * 1024
INDENT = "  "

JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
XML_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</[^>]*>|<(?:\"[^\"]*\"|'[^']*'|[^'\">])*>|[^<]+", re.DOTALL
)
VISIBLE_CONTROLS = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)} | {0x7F: 0x2421}
"""Control characters as the pictures that Unicode has for them."""


@dataclass(frozen=True, slots=True)
class ShownPayload:
    """text is cut at SHOWN_CHARACTERS. is_exact is False where bytes are no UTF-8 and stand as replacement marks."""

    text: str
    language: str
    size: int
    is_exact: bool
    is_cut: bool
    problem: str = ""


def shown_payload(body: bytes, form: str, *, raw: bool = False) -> ShownPayload:
    """The payload indented where it can be read, else, or with raw, as it came."""
    problem = find_problem(body, form) or ""
    text, is_exact = _decoded(body)
    if not (raw or problem):
        text = indented(body, form)
    shown = _visible(text[:SHOWN_CHARACTERS])
    return ShownPayload(shown, form, len(body), is_exact, len(text) > SHOWN_CHARACTERS, problem)


def indented(body: bytes, form: str) -> str:
    """The text of a payload with a line per member, or as it came where it cannot be read or is very long."""
    text, _is_exact = _decoded(body)
    if len(body) > INDENTED_BYTES or find_problem(body, form) is not None:
        return text
    return indented_xml(text) if form == "xml" else indented_json(text)


def _decoded(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace"), False


def _visible(text: str) -> str:
    """No control character, and none that turns the direction of writing, is left to act on the page."""
    shown = text.translate(VISIBLE_CONTROLS)
    if shown.isascii():
        return shown
    return "".join(f"⟨U+{ord(one):04X}⟩" if unicodedata.category(one) in {"Cf", "Cs"} else one for one in shown)


def indented_json(text: str) -> str:
    """JSON text with a line per member; numbers, escapes and repeated keys stay as they were written."""
    return "".join(_json_pieces(text)).strip()


def _json_pieces(text: str) -> Iterator[str]:
    depth = 0
    previous = ""
    for match in JSON_TOKEN.finditer(text):
        token = match.group()
        if token in "}]":
            depth -= 1
            yield token if previous in "{[" else f"\n{INDENT * depth}{token}"
        else:
            yield f"\n{INDENT * depth}" if previous and previous in "{[," else ""
            yield ": " if token == ":" else token
            depth += token in "{["
        previous = token


def indented_xml(text: str) -> str:
    """XML text with a line per element; an element that holds only text keeps it beside its tags."""
    lines: list[str] = []
    depth = 0
    is_open = False
    for match in XML_TOKEN.finditer(text):
        token = match.group() if match.group().startswith("<") else match.group().strip()
        if not token:
            continue
        is_end, is_text = token.startswith("</"), not token.startswith("<")
        depth -= is_end
        if is_open and (is_end or is_text):
            lines[-1] += token
        else:
            lines.append(INDENT * depth + token)
        is_open = is_open if is_text else _opens(token)
        depth += not is_text and is_open
    return "\n".join(lines)


def _opens(token: str) -> bool:
    return not token.startswith(("</", "<!", "<?")) and not token.endswith("/>")
