"""definition_for: an order as the definition that is kept: of a core schema only what is added to it; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from hub.entities.changesets import EditRule
from hub.entities.schemas.book import Definition
from hub.entities.schemas.catalogue import catalogue, groups
from hub.entities.schemas.definition import PLACEHOLDER, Schema, amount_of, in_plain_words
from hub.entities.schemas.order import AttributeOrder, SchemaOrder, invalid
from hub.entities.schemas.types import MONEY_PARTS, type_from

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
RESERVED: Final = {
    "schemas": "the list of schemas has this name",
    "customer": "it stands for a contact or an account",
}
"""Slugs that mean something else → what."""
ALWAYS_DIRECT: Final = frozenset({"relation", "relations", "reference"})
"""Kinds of attributes that are never parked: they point at other entities, which hold the other end."""


def definition_for(slug: str, order: SchemaOrder) -> Definition:
    """The definition that fulfils the order. Raises Invalid where it contradicts the catalogue or itself."""
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        reason = RESERVED.get(slug, "it has 1 to 64 lower-case letters, digits, - and _")
        raise invalid("slug", f"{slug} cannot name a schema: {reason}")
    core = catalogue().get(slug)
    return _own(order) if core is None else _addition(core, order)


def _own(order: SchemaOrder) -> Definition:
    if not order.title:
        raise invalid("name", "must say what one of these is called")
    if order.groups:
        raise invalid("groups", "belong to core schemas")
    order = _with_types(order, {})
    types, identifiers = {one.name: one.type for one in order.attributes}, _marked(order, "is_identifier")
    definition = Definition(
        title=order.title,
        plural=order.plural or f"{order.title} records",
        title_template=_template(order),
        identifiers=identifiers,
        attributes=types,
        required=_marked(order, "is_required"),
        labels=_labels(order),
        edit_rules=_edit_rules(order, types, identifiers),
    )
    _refuse_other_parts(types, order)
    return definition


def _template(order: SchemaOrder) -> str:
    """The title template; without one, the identifiers are the title."""
    template = order.title_template.replace("{{", "{").replace("}}", "}")
    unknown = set(PLACEHOLDER.findall(template)) - {attribute.name for attribute in order.attributes}
    if unknown:
        raise invalid("title_template", f"names {', '.join(sorted(unknown))}, which is no attribute")
    if template and not PLACEHOLDER.search(template):
        raise invalid("title_template", "must name an attribute in braces, such as {name}")
    return template


def _addition(core: Schema, order: SchemaOrder) -> Definition:
    _refuse_other_texts(core, order)
    of_groups = _attributes_of_groups(core, order)
    known = {**core.attributes, **of_groups}
    order = _with_types(order, known)
    for attribute in order.attributes:
        _refuse_contradiction(core, attribute)
    added = {one.name: one.type for one in order.attributes if known.get(one.name) != one.type}
    identifiers = tuple(name for name in _marked(order, "is_identifier") if name not in core.identifiers)
    definition = Definition(
        identifiers=identifiers,
        attributes=added,
        required=tuple(name for name in _marked(order, "is_required") if name not in core.required),
        labels=_labels(order),
        groups=order.groups,
        edit_rules=_edit_rules(order, {**known, **added}, (*core.identifiers, *identifiers)),
    )
    _refuse_other_parts({**known, **added}, order)
    return definition


def _with_types(order: SchemaOrder, known: Mapping[str, str]) -> SchemaOrder:
    """The order, where a type is known that it does not say: that of what the hub brings."""
    return replace(order, attributes=tuple(_with_type(one, known) for one in order.attributes))


def _with_type(attribute: AttributeOrder, known: Mapping[str, str]) -> AttributeOrder:
    kind = attribute.type or known.get(attribute.name)
    if kind is None:
        raise invalid(attribute.at.key("type"), "must be a text")
    return replace(attribute, type=kind)


def _refuse_other_texts(core: Schema, order: SchemaOrder) -> None:
    for name, given, own in (
        ("name", order.title, core.title),
        ("plural", order.plural, core.plural),
        ("title_template", order.title_template, core.title_template),
    ):
        if given and given != own:
            raise invalid(name, f"of a core schema stays {own}")


def _attributes_of_groups(core: Schema, order: SchemaOrder) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name in order.groups:
        group = groups().get(name)
        if group is None or core.slug not in group.schemas:
            raise invalid("groups", f"has no {name} for {core.slug}")
        attributes |= group.schemas[core.slug]
    return attributes


def _refuse_contradiction(core: Schema, attribute: AttributeOrder) -> None:
    """What the hub brings keeps its type, stays required and stays an identifier."""
    brought = core.attributes.get(attribute.name)
    if brought is not None and attribute.type != brought:
        raise invalid(attribute.at.key("type"), f"of {attribute.name} stays {brought}: the hub brings it")
    if attribute.is_required is False and attribute.name in core.required:
        raise invalid(attribute.at.key("required"), f"of {attribute.name} stays true: the hub brings it")
    if attribute.is_identifier is False and attribute.name in core.identifiers:
        raise invalid(attribute.at.key("identifier"), f"of {attribute.name} stays true: the hub brings it")


def _refuse_other_parts(all_attributes: Mapping[str, str], order: SchemaOrder) -> None:
    """Beside an amount stand its decimal and its currency, whose types are not to be chosen."""
    for attribute in order.attributes:
        for ending, kind in MONEY_PARTS.items():
            amount = attribute.name.removesuffix(ending)
            if amount != attribute.name and all_attributes.get(amount) == "money" and attribute.type != kind:
                raise invalid(attribute.at.key("type"), f"of {attribute.name} is {kind}: it is part of {amount}")


def _edit_rules(order: SchemaOrder, types: Mapping[str, str], identifiers: Collection[str]) -> dict[str, EditRule]:
    """The rules of attributes that are not direct. Raises Invalid for one that has to be, or follows its amount."""
    rules = {one.name: one.edit_rule for one in order.attributes if one.edit_rule is not None}
    for attribute in order.attributes:
        at = attribute.at.key("edit_mode")
        amount = amount_of(types, attribute.name)
        if amount is not None:
            if attribute.says_edit_mode and attribute.edit_rule != rules.get(amount):
                raise invalid(at, f"of {attribute.name} is that of {amount}: they are one value")
        elif attribute.edit_rule is not None and type_from(attribute.type).kind in ALWAYS_DIRECT:
            raise invalid(at, f"of {attribute.name} is direct: it points at other entities")
        elif attribute.edit_rule is not None and attribute.name in identifiers:
            raise invalid(at, f"of {attribute.name} is direct: it is an identifier")
    return {name: rule for name, rule in rules.items() if amount_of(types, name) is None}


def _marked(order: SchemaOrder, flag: str) -> tuple[str, ...]:
    return tuple(attribute.name for attribute in order.attributes if getattr(attribute, flag))


def _labels(order: SchemaOrder) -> dict[str, str]:
    """Labels that say more than the attribute's name."""
    given = {attribute.name: attribute.label for attribute in order.attributes if attribute.label}
    return {name: label for name, label in given.items() if label != in_plain_words(name)}
