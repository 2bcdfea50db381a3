"""SchemaBook: the schemas as one organization sees them: the catalogue, what it added, and its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Final

import msgspec

from hub.accounts.models import Organization
from hub.entities.changesets import EditRule
from hub.entities.models import OrganizationSchema
from hub.entities.schemas.catalogue import bare_schema, catalogue, declared_identifiers, groups
from hub.entities.schemas.definition import Schema
from hub.json_types import JSONObject

BOOKS_IN_MEMORY: Final = 512
"""Organizations whose schemas a process remembers; the one that was asked for longest ago is forgotten."""


class Definition(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an organization says about a schema, as OrganizationSchema keeps it; of a core schema only what it adds."""

    title: str = ""
    plural: str = ""
    title_template: str = ""
    identifiers: tuple[str, ...] = ()
    attributes: Mapping[str, str] = {}
    required: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    groups: tuple[str, ...] = ()
    edit_rules: Mapping[str, EditRule] = {}

    @classmethod
    def of(cls, row: OrganizationSchema) -> Definition:
        """What a row keeps."""
        return msgspec.convert({**row.definition, "attributes": dict(row.definition.get("attributes", ()))}, cls)

    def as_json(self) -> JSONObject:
        """The form that a row keeps: attributes as pairs, because the database forgets the order of an object."""
        document: JSONObject = msgspec.to_builtins(self)
        return document | {"attributes": [[name, kind] for name, kind in self.attributes.items()]}


@dataclass(frozen=True, eq=False)
class SchemaBook:
    """Every schema of an organization. Ask book_of or current_book for it; both are cheap."""

    schemas: Mapping[str, Schema]
    """By slug: the catalogue in its order, then the organization's own by slug."""

    def find(self, slug: str) -> Schema | None:
        """The schema called slug, or None when nobody has defined it."""
        return self.schemas.get(slug)

    def nearest(self, slug: str) -> str:
        """The slug that a mistyped one resembles most; empty where there is none."""
        return next(iter(get_close_matches(slug, self.schemas, n=1)), "")

    def schema_of(self, slug: str) -> Schema:
        """The schema called slug; for an unknown one a bare schema named after it."""
        return self.schemas.get(slug) or bare_schema(slug)

    def declared_identifiers(self, slug: str) -> tuple[str, ...]:
        """The identifiers that the schema names; none for an unknown one."""
        return self.schema_of(slug).identifiers

    def is_declared_somewhere(self, attribute: str) -> bool:
        """Whether any schema names the attribute as an identifier."""
        return attribute in self._declared

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(name for schema in self.schemas.values() for name in schema.identifiers)


def book_of(organization: Organization) -> SchemaBook:
    """The organization's schemas as of its config_version; one query when this process has not seen that version.

    Not to be called in a transaction that has itself changed a schema: what it reads would be remembered even if
    that transaction were rolled back. save_schema answers the schema that it made.
    """
    return _book(organization.pk, organization.config_version)


def current_book(organization_id: int) -> SchemaBook:
    """The same where only the id is known: one query for the present config_version. For slices, not for events."""
    return _book(organization_id, Organization.objects.values_list("config_version", flat=True).get(pk=organization_id))


def book_at(organization_id: int, config_version: int) -> SchemaBook:
    """The same where the config_version has just been read; no query for one that this process knows."""
    return _book(organization_id, config_version)


@lru_cache(maxsize=BOOKS_IN_MEMORY)
def _book(organization_id: int, config_version: int) -> SchemaBook:
    return SchemaBook(read_schemas(organization_id))


def forget_all() -> None:
    """Read every organization's schemas anew."""
    _book.cache_clear()


def identifiers_now(organization_id: int, slug: str) -> tuple[str, ...]:
    """The identifiers of one schema, straight from the database: for transactions that may change schemas."""
    row = OrganizationSchema.objects.filter(organization_id=organization_id, slug=slug, is_current=True).first()
    return declared_identifiers(slug) if row is None else schema_from(slug, Definition.of(row), row.version).identifiers


def read_schemas(organization_id: int) -> dict[str, Schema]:
    """The present schemas, straight from the database."""
    schemas = dict(catalogue())
    rows = OrganizationSchema.objects.filter(organization_id=organization_id, is_current=True)
    for row in rows.order_by("slug"):
        schemas[row.slug] = schema_from(row.slug, Definition.of(row), row.version)
    return schemas


def schema_from(slug: str, definition: Definition, version: int) -> Schema:
    """The schema that a definition makes: on its own, or added to the core schema of that slug."""
    core = catalogue().get(slug)
    if core is None:
        return Schema(
            slug,
            definition.title,
            definition.plural,
            definition.title_template,
            definition.identifiers,
            definition.attributes,
            definition.required,
            definition.labels,
            version,
            is_core=False,
            edit_rules=definition.edit_rules,
        )
    added = {**_of_groups(slug, definition.groups), **definition.attributes}
    return Schema(
        slug,
        core.title,
        core.plural,
        core.title_template,
        (*core.identifiers, *(name for name in definition.identifiers if name not in core.identifiers)),
        {**core.attributes, **added},
        (*core.required, *(name for name in definition.required if name not in core.required)),
        definition.labels,
        version,
        is_core=True,
        added=tuple(name for name in added if name not in core.attributes),
        groups=definition.groups,
        edit_rules=definition.edit_rules,
    )


def _of_groups(slug: str, installed: tuple[str, ...]) -> dict[str, str]:
    """Attributes of installed groups; a group that a later release no longer brings is left out."""
    known = [groups()[name] for name in installed if name in groups()]
    return {name: kind for group in known for name, kind in group.schemas.get(slug, {}).items()}
