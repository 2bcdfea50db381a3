"""/v1/entity/schemas: the schemas of the organization, as lists, as JSON Schemas, as examples."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.entities.conditional import REVALIDATED, expected_version
from hub.api.entities.documentation import documented
from hub.api.entities.parameters import version_in
from hub.api.entities.schema_documents import counted, schema_document, version_document
from hub.api.entities.views import EntityView
from hub.entities.read import schema_counts
from hub.entities.schema_changes import save_schema
from hub.entities.schema_versions import schema_at, versions_of
from hub.entities.schemas import Schema
from hub.entities.schemas.book import book_of
from hub.entities.schemas.example import example_of
from hub.entities.schemas.json_schema import json_schema_of
from hub.entities.schemas.order import SchemaOrder
from hub.errors import NotFound


@documented(get="listSchemas")
class Schemas(EntityView):
    """Every schema whose entities the caller may read."""

    requires = {"GET": Capability.ENTITY_VIEW}
    checks_each_integration = True

    def get(self, request: Request) -> Response:
        """The catalogue in its order, then the organization's own, each with the number of its entities."""
        counts = {count.schema: count for count in schema_counts(organization=self.organization)}
        schemas = [one for one in book_of(self.organization).schemas.values() if self.may_view(one.slug)]
        return Response({"results": [counted(one, counts.get(one.slug)) for one in schemas]})


class SchemaView(EntityView):
    """Base of the views of one schema."""

    requires = {"GET": Capability.ENTITY_VIEW}

    def named(self, slug: str) -> Schema:
        """The schema called slug; raises NotFound when nobody has defined it."""
        found = book_of(self.organization).find(slug)
        if found is None:
            raise NotFound(f"There is no schema {slug}.")
        return found


@documented(get="getSchema", put="saveSchema")
class OneSchema(SchemaView):
    """One schema."""

    requires = {"GET": Capability.ENTITY_VIEW, "PUT": Capability.ENTITY_EDIT}

    def get(self, request: Request, schema: str) -> Response:
        """The schema with its version, or as an earlier version had it."""
        version = version_in(request, "version")
        if version is None:
            return _shown(self.named(schema))
        return _shown(schema_at(organization=self.organization, slug=schema, version=version))

    def put(self, request: Request, schema: str) -> Response:
        """The schema as it is from now on."""
        expected = expected_version(request)
        saved = save_schema(
            editor=self.editor(),
            slug=schema,
            order=SchemaOrder.parse(self.body_object()),
            expected=None if expected is None else frozenset({expected}),
        )
        return _shown(saved)


def _shown(schema: Schema) -> Response:
    return Response(schema_document(schema), headers={"ETag": f'"{schema.version}"', **REVALIDATED})


@documented(get="listSchemaVersions")
class VersionsOfSchema(SchemaView):
    """What became of a schema."""

    def get(self, request: Request, schema: str) -> Response:
        """Its versions, newest first."""
        before = version_in(request, "before")
        versions = versions_of(organization=self.organization, slug=schema, before=before)
        return Response({"results": [version_document(one) for one in versions]})


@documented(get="getSchemaAsJSONSchema")
class JSONSchemaOfSchema(SchemaView):
    """A schema for validators and generators."""

    def get(self, request: Request, schema: str) -> Response:
        """A JSON Schema of draft 2020-12."""
        return Response(json_schema_of(self.named(schema)))


@documented(get="getSchemaExample")
class ExampleOfSchema(SchemaView):
    """A schema by example."""

    def get(self, request: Request, schema: str) -> Response:
        """Attributes that validate against the schema, ready to be posted."""
        return Response(example_of(self.named(schema)))
