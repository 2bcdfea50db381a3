"""Payload bytes turned into a JSON document, or a sentence that says why not."""

from __future__ import annotations

from inbound.formats.document import Document, Malformed
from inbound.formats.json_text import read_json
from inbound.formats.xml_text import read_xml

__all__ = ["Document", "Malformed", "find_problem", "read_json", "read_payload", "read_xml"]


def read_payload(body: bytes, form: str) -> Document:
    """The document of a payload; form is "json" or "xml". Raises Malformed."""
    return read_xml(body) if form == "xml" else read_json(body)


def find_problem(body: bytes, form: str) -> str | None:
    """The sentence of what keeps a payload from being read, or None."""
    try:
        read_payload(body, form)
    except Malformed as error:
        return str(error)
    return None
