"""SchemaOrder: what somebody wants a schema to be, parsed from JSON; the form is the one that schemas are shown in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from hub.entities.changesets import EditMode, EditRule, Match
from hub.entities.schemas.types import AttributeType, type_from
from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue

NAME: Final = re.compile(r"[^\W_][\w-]{0,127}")
"""An attribute begins with a letter or digit: what begins with an underscore is the hub's. No dots: they make paths."""
MOST_ATTRIBUTES: Final = 500
MOST_OPTIONS: Final = 500
LONGEST_TEXT: Final = 255
LONGEST_TEMPLATE: Final = 1_000
Choice = TypeVar("Choice", bound=StrEnum)
UNSAID: Final = (
    "is required: send every attribute that the schema shall have beside those of the hub, or [] to take them all out"
)
LISTED: Final = {"enum": "options", "list": "members"}
"""Kind → the member of an attribute that lists its options."""


@dataclass(frozen=True, slots=True)
class AttributeOrder:
    """One attribute. type "", is_required, is_identifier None: nothing is said. label "": its name in plain words.

    edit_rule: None for an attribute that is written directly. says_edit_mode tells that from one where nothing is said.
    """

    name: str
    type: str
    label: str
    is_required: bool | None
    is_identifier: bool | None
    edit_rule: EditRule | None
    says_edit_mode: bool
    at: JSONPath


@dataclass(frozen=True, slots=True)
class SchemaOrder:
    """A schema. Texts are "" where nothing is said."""

    title: str
    plural: str
    title_template: str
    attributes: tuple[AttributeOrder, ...]
    groups: tuple[str, ...]

    @classmethod
    def parse(cls, raw: JSONObject) -> SchemaOrder:
        """The order in a JSON object; raises Invalid with the place of the first thing that is wrong.

        attributes must be named, if only as an empty list: without them an order would take away all that was added.
        """
        if raw.get("attributes") is None:
            raise invalid("attributes", UNSAID)
        attributes = _list(raw, "attributes", MOST_ATTRIBUTES, ROOT)
        at = JSONPath("attributes")
        parsed = tuple(_attribute(one, at.index(place)) for place, one in enumerate(attributes))
        _refuse_repeats(parsed)
        return cls(
            title=_text(raw, "name", LONGEST_TEXT, ROOT),
            plural=_text(raw, "plural", LONGEST_TEXT, ROOT),
            title_template=_text(raw, "title_template", LONGEST_TEMPLATE, ROOT),
            attributes=parsed,
            groups=tuple(dict.fromkeys(_texts(raw, "groups", ROOT))),
        )


def invalid(at: str, message: str) -> Invalid:
    """The error about one place of a schema."""
    return Invalid(f"The schema is wrong: {at} {message}.", details=[ErrorDetail(at, message)])


def _attribute(raw: JSONValue, at: JSONPath) -> AttributeOrder:
    if not isinstance(raw, dict):
        raise invalid(at, "must be an object with name and type")
    name = raw.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise invalid(at.key("name"), "must be up to 128 letters, digits, _ and -, and begin with a letter or digit")
    return AttributeOrder(
        name=name,
        type=_type(raw, at),
        label=_text(raw, "label", LONGEST_TEXT, at),
        is_required=_flag(raw, "required", at),
        is_identifier=_flag(raw, "identifier", at),
        edit_rule=_edit_rule(raw, at),
        says_edit_mode=raw.get("edit_mode") is not None,
        at=at,
    )


def _type(raw: JSONObject, at: JSONPath) -> str:
    """``{"type": "enum", "options": […]}``, ``{"type": "relation", "schema": …}``, or the short form in one text."""
    kind = raw.get("type")
    if kind is None:
        return ""
    if not isinstance(kind, str) or not kind:
        raise invalid(at.key("type"), "must be a text")
    options: list[str] = []
    if kind in LISTED:
        options = _texts(raw, LISTED[kind], at)
        if any("|" in option for option in options):
            raise invalid(at.key(LISTED[kind]), "must not contain a vertical bar")
    elif kind in {"relation", "relations"} and raw.get("schema") is not None:
        options = [_text(raw, "schema", 64, at)]
    try:
        return type_from(AttributeType(kind, tuple(options)).text).text
    except ValueError as error:
        raise invalid(at.key("type"), str(error)) from error


def _edit_rule(raw: JSONObject, at: JSONPath) -> EditRule | None:
    mode = _choice(raw, "edit_mode", EditMode, at) or EditMode.DIRECT
    match = _choice(raw, "match", Match, at)
    if match is not None and mode is not EditMode.EXTERNAL:
        raise invalid(at.key("match"), "is only said of an external attribute")
    return None if mode is EditMode.DIRECT else EditRule(mode, match or Match.EXACT)


def _choice(raw: JSONObject, name: str, choices: type[Choice], at: JSONPath) -> Choice | None:
    value = raw.get(name)
    if value is None:
        return None
    if value not in list(choices):
        raise invalid(at.key(name), f"must be one of {', '.join(choices)}")
    return choices(value)


def _refuse_repeats(attributes: tuple[AttributeOrder, ...]) -> None:
    seen: set[str] = set()
    for attribute in attributes:
        if attribute.name in seen:
            raise invalid(attribute.at.key("name"), f"repeats {attribute.name}")
        seen.add(attribute.name)


def _text(raw: JSONObject, name: str, most: int, at: JSONPath) -> str:
    value = raw.get(name)
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or len(value) > most or not value.strip():
        raise invalid(at.key(name), f"must be a text of 1 to {most} characters")
    return value.strip()


def _flag(raw: JSONObject, name: str, at: JSONPath) -> bool | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, bool):
        raise invalid(at.key(name), "must be true or false")
    return value


def _list(raw: JSONObject, name: str, most: int, at: JSONPath) -> list[JSONValue]:
    value = raw.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        raise invalid(at.key(name), f"must be a list of up to {most}")
    return value


def _texts(raw: JSONObject, name: str, at: JSONPath) -> list[str]:
    values = _list(raw, name, MOST_OPTIONS, at)
    texts = [value for value in values if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT]
    if len(texts) < len(values):
        raise invalid(at.key(name), f"must be texts of 1 to {LONGEST_TEXT} characters")
    return texts
