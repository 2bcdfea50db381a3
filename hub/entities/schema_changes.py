"""save_schema and install_group: an organization defines a schema of its own or adds to one of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import OperationalError, transaction
from msgspec.structs import replace

from hub import database
from hub.accounts.audit import Act, record
from hub.accounts.models import Organization
from hub.entities.editor import Editor, Stale
from hub.entities.key_indexes import ensure_key_indexes
from hub.entities.models import OrganizationSchema
from hub.entities.query.sql import statements
from hub.entities.query.sql.parts import Selection
from hub.entities.query.syntax import Present
from hub.entities.schemas.book import Definition, schema_from
from hub.entities.schemas.catalogue import catalogue, groups
from hub.entities.schemas.definition import Schema
from hub.entities.schemas.order import SchemaOrder
from hub.entities.schemas.ordered import definition_for
from hub.entities.schemas.types import may_replace
from hub.errors import Conflict, ErrorDetail, Invalid, NotFound

MOST_OWN_SCHEMAS = 200
VERSIONS_LOOKED_AT = 100
"""Versions back to which an attribute that was taken out keeps its type."""
LONGEST_LOOK_S = 3.0
"""How long may be looked for values of an attribute; beyond, they are taken to be there."""


class AttributeInUse(Invalid):
    """An attribute would change its type while entities hold values of it."""

    code = "ATTRIBUTE_TYPE_IN_USE"


def save_schema(*, editor: Editor, slug: str, order: SchemaOrder, expected: frozenset[int] | None = None) -> Schema:
    """Make the schema what order says and answer it; what it already is makes no new version.

    expected: versions of which the present one must be one. Identifiers are indexed: at once in a schema with few
    entities, in the background otherwise. Raises Invalid for an order that cannot be fulfilled, AttributeInUse for a
    type that would change under data, Stale, and Conflict beyond MOST_OWN_SCHEMAS.
    """
    definition = definition_for(slug, order)
    return database.retrying(lambda: _save(editor, slug, definition, expected))


def install_group(*, editor: Editor, group: str) -> list[Schema]:
    """Add a group's attributes to every schema it is about; those that have it stay as they are."""
    found = groups().get(group)
    if found is None:
        raise NotFound(f"There is no attribute group {group}.")
    return database.retrying(lambda: _install(editor, group, sorted(found.schemas)))


@transaction.atomic
def _install(editor: Editor, group: str, slugs: list[str]) -> list[Schema]:
    _lock(editor)
    return [_with_group(editor, slug, group) for slug in slugs]


def _with_group(editor: Editor, slug: str, group: str) -> Schema:
    row = _current(editor, slug)
    present = Definition() if row is None else Definition.of(row)
    installed = tuple(dict.fromkeys((*present.groups, group)))
    return _stored(editor, slug, row, replace(present, groups=installed))


@transaction.atomic
def _save(editor: Editor, slug: str, definition: Definition, expected: frozenset[int] | None) -> Schema:
    _lock(editor)
    row = _current(editor, slug)
    version = _version(slug, row)
    if expected is not None and version not in expected:
        raise Stale(f"The schema is at version {version} by now: read it again, then repeat the change.")
    return _stored(editor, slug, row, definition)


def _lock(editor: Editor) -> None:
    """Changes of one organization's configuration run one after the other."""
    Organization.objects.select_for_update(no_key=True).only("pk").get(pk=editor.organization.pk)


def _current(editor: Editor, slug: str) -> OrganizationSchema | None:
    return OrganizationSchema.objects.of(editor.organization).filter(slug=slug, is_current=True).first()


def _version(slug: str, row: OrganizationSchema | None) -> int:
    """0 for what is not there, 1 for a core schema that nobody extended."""
    return row.version if row is not None else int(slug in catalogue())


def _stored(editor: Editor, slug: str, row: OrganizationSchema | None, definition: Definition) -> Schema:
    version = _version(slug, row)
    present = Definition() if row is None else Definition.of(row)
    if definition.as_json() == present.as_json():
        return schema_from(slug, definition, version)
    _refuse_too_many(editor, slug, row)
    schema = schema_from(slug, definition, version + 1)
    _refuse_other_types(editor, schema)
    OrganizationSchema.objects.of(editor.organization).filter(slug=slug, is_current=True).update(is_current=False)
    OrganizationSchema.objects.create(
        organization=editor.organization,
        slug=slug,
        version=schema.version,
        definition=definition.as_json(),
        actor_type=editor.actor.type,
        actor_id=editor.actor.id,
        created_at=editor.at,
    )
    ensure_key_indexes(organization_id=editor.organization.pk, schema=slug, attributes=schema.identifiers)
    _record(editor, schema)
    return schema


def _record(editor: Editor, schema: Schema) -> None:
    editor.organization.bump_config_version()
    act = Act("schema.save", "schema", schema.slug, {"version": schema.version})
    record(organization=editor.organization, actor=editor.actor, act=act, at=editor.at)


def _refuse_too_many(editor: Editor, slug: str, row: OrganizationSchema | None) -> None:
    if row is None and slug not in catalogue():
        own = OrganizationSchema.objects.of(editor.organization).filter(is_current=True)
        if own.exclude(slug__in=catalogue()).count() >= MOST_OWN_SCHEMAS:
            raise Conflict(f"There are {MOST_OWN_SCHEMAS} schemas of your own, which is the limit.")


def _refuse_other_types(editor: Editor, schema: Schema) -> None:
    """Raise AttributeInUse for the first attribute whose values would not fit any more."""
    earlier = _earlier_types(editor, schema.slug)
    for name, kind in schema.attributes.items():
        if name in earlier and not may_replace(earlier[name], kind) and _has_values(editor, schema.slug, name):
            message = f"stays {earlier[name]} while entities have values of it; add another attribute instead"
            raise AttributeInUse(f"{name} {message}.", details=[ErrorDetail(f"attributes.{name}.type", message)])


def _earlier_types(editor: Editor, slug: str) -> Mapping[str, str]:
    """The last type of every attribute of earlier versions: one that was taken out still has its values."""
    rows = OrganizationSchema.objects.of(editor.organization).filter(slug=slug).order_by("-version")
    types: dict[str, str] = {}
    for row in reversed(rows[:VERSIONS_LOOKED_AT]):
        types.update(schema_from(slug, Definition.of(row), row.version).attributes)
    return types


def _has_values(editor: Editor, slug: str, attribute: str) -> bool:
    """Whether any entity, deleted ones included, has a value of the attribute that is not null."""
    condition = statements().attribute_clause((attribute,), Present())
    selection = Selection(editor.organization.pk, slug, None, condition)
    try:
        with statements().time_limit(LONGEST_LOOK_S):
            return statements().count(selection, 1) > 0
    except OperationalError as error:
        if database.is_cancelled(error):
            return True
        raise
