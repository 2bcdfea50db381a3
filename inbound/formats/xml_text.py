"""read_xml: the hub's published convention from XML to JSON (mapping.md section 16), without recursion."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from hub.json_types import JSONObject, JSONValue
from inbound.formats.document import Document, Malformed

DEPTH = 100
ELEMENTS = 100_000
ATTRIBUTES = 200
NAME_CHARACTERS = 256
NAMESPACES = 50
"""Bounds of one document (proxies-and-security.md section 10)."""

SEPARATOR = " "
"""Stands between namespace and local name in what the parser reports."""
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True)
class _Element:
    """An element being read."""

    name: str
    attributes: dict[str, str]
    is_nil: bool
    children: JSONObject = field(default_factory=dict)
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    """Text in order; True marks a CDATA section, which is never trimmed."""

    def add_child(self, name: str, value: JSONValue, repeated: set[str]) -> None:
        """A second child of one name turns the value into a list."""
        if name not in self.children:
            self.children[name] = value
        elif name in repeated:
            self.children[name].append(value)  # type: ignore[union-attr]  # a list since the second child
        else:
            self.children[name] = [self.children[name], value]
            repeated.add(name)

    def value(self) -> JSONValue:
        """A string for text alone, null for xsi:nil, else an object with @attributes, children and #text."""
        if self.is_nil:
            return None
        text = self._text()
        if not self.attributes and not self.children:
            return text
        value: JSONObject = {f"@{name}": attribute for name, attribute in self.attributes.items()}
        value |= self.children
        return value | {"#text": text} if text else value

    def _text(self) -> str:
        pieces = [(text, is_raw) for text, is_raw in self.pieces if is_raw or text.strip()]
        if not pieces:
            return ""
        first, last = pieces[0], pieces[-1]
        texts = [text for text, _ in pieces]
        if not first[1]:
            texts[0] = texts[0].lstrip()
        if not last[1]:
            texts[-1] = texts[-1].rstrip()
        return "".join(texts)


class _Reader:
    """Receives the parser's events and keeps the open elements on a list."""

    def __init__(self) -> None:
        self.open: list[_Element] = []
        self.repeated: list[set[str]] = []
        self.root: JSONObject = {}
        self.elements = 0
        self.namespaces = 0
        self.is_raw = False

    def start(self, name: str, attributes: list[str]) -> None:
        self.elements += 1
        if len(self.open) >= DEPTH:
            raise Malformed(f"The payload is nested deeper than {DEPTH} levels")
        if self.elements > ELEMENTS:
            raise Malformed(f"The payload has more than {ELEMENTS} elements")
        if len(attributes) > 2 * ATTRIBUTES:
            raise Malformed(f"An element has more than {ATTRIBUTES} attributes")
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        is_nil = any(key == f"{INSTANCE}{SEPARATOR}nil" and value in {"true", "1"} for key, value in pairs)
        kept = {_local(key): value for key, value in pairs if not key.startswith(f"{INSTANCE}{SEPARATOR}")}
        self.open.append(_Element(_local(name), kept, is_nil))
        self.repeated.append(set())

    def end(self, name: str) -> None:
        element = self.open.pop()
        self.repeated.pop()
        if self.open:
            self.open[-1].add_child(element.name, element.value(), self.repeated[-1])
        else:
            self.root = {element.name: element.value()}

    def text(self, text: str) -> None:
        pieces = self.open[-1].pieces
        if pieces and pieces[-1][1] == self.is_raw:
            pieces[-1] = (pieces[-1][0] + text, self.is_raw)
        else:
            pieces.append((text, self.is_raw))

    def start_raw(self) -> None:
        self.is_raw = True

    def end_raw(self) -> None:
        self.is_raw = False

    def namespace(self, prefix: str | None, uri: str) -> None:
        self.namespaces += 1
        if self.namespaces > NAMESPACES:
            raise Malformed(f"The payload declares more than {NAMESPACES} namespaces")

    def refuse_declaration(self, *_: object) -> None:
        raise Malformed("The payload has a document type declaration, which is not accepted")


def _local(name: str) -> str:
    local = name.rpartition(SEPARATOR)[2]
    if len(local) > NAME_CHARACTERS:
        raise Malformed(f"A name is longer than {NAME_CHARACTERS} characters")
    return local


def read_xml(body: bytes) -> Document:
    """The document of XML text in UTF-8; an encoding declaration in it means nothing. Raises Malformed."""
    reader = _Reader()
    parser = _parser(reader)
    try:
        parser.Parse(body.removeprefix(b"\xef\xbb\xbf"), True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "unreadable")
        raise Malformed(f"Not valid XML: {reason} at line {error.lineno}, column {error.offset + 1}") from None
    return Document(reader.root)


def _parser(reader: _Reader) -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8", SEPARATOR)
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartCdataSectionHandler = reader.start_raw
    parser.EndCdataSectionHandler = reader.end_raw
    parser.StartNamespaceDeclHandler = reader.namespace
    parser.StartDoctypeDeclHandler = reader.refuse_declaration
    parser.EntityDeclHandler = reader.refuse_declaration
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser
