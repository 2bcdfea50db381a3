"""Where clients find entities; included by the table of contents of the site."""

from __future__ import annotations

from django.urls import path
from django.urls.converters import get_converters, register_converter

from hub.api import converters
from hub.api.entities.changesets import ChangesetApplication, ChangesetDismissal, Changesets
from hub.api.entities.file_versions import NewFile, Versions
from hub.api.entities.many import Entities, Upsert
from hub.api.entities.one import OneEntity, Restoration
from hub.api.entities.product_orders import MoveConverter, ProductOrderMove
from hub.api.entities.relations import RelationList, Relations
from hub.api.entities.schemas import ExampleOfSchema, JSONSchemaOfSchema, OneSchema, Schemas, VersionsOfSchema
from hub.api.entities.search import EntitySearch
from hub.api.entities.transfer import EntityExport, EntityImport
from hub.entities.files.storing import SCHEMA as FILE
from hub.entities.product_orders import SCHEMA as PRODUCT_ORDER

converters.register()
if "product_order_move" not in get_converters():
    register_converter(MoveConverter, "product_order_move")

ONE = "<use_case_slug:schema>/<id:entity_id>"
CHANGESET = f"v1/entity/{ONE}/changesets/<opaque:attribute>"

urlpatterns = [
    path("v1/entity/schemas", Schemas.as_view(), name="entity_schemas"),
    path("v1/entity/schemas/<use_case_slug:schema>", OneSchema.as_view(), name="entity_schema"),
    path(
        "v1/entity/schemas/<use_case_slug:schema>/json/schema",
        JSONSchemaOfSchema.as_view(),
        name="entity_json_schema",
    ),
    path(
        "v1/entity/schemas/<use_case_slug:schema>/versions", VersionsOfSchema.as_view(), name="entity_schema_versions"
    ),
    path("v1/entity/schemas/<use_case_slug:schema>/json/example", ExampleOfSchema.as_view(), name="entity_example"),
    path("v1/entity:search", EntitySearch.as_view(), name="entity_search"),
    path("v1/entity:export", EntityExport.as_view(), name="entity_export"),
    path("v1/entity:import", EntityImport.as_view(), name="entity_import"),
    path("v1/entity/<use_case_slug:schema>", Entities.as_view(), name="entity_list"),
    path("v1/entity/<use_case_slug:schema>:upsert", Upsert.as_view(), name="entity_upsert"),
    path(f"v1/entity/{FILE}:upload", NewFile.as_view(), {"schema": FILE}, name="file_upload"),
    path(f"v1/entity/{FILE}/<id:entity_id>/versions", Versions.as_view(), {"schema": FILE}, name="file_versions"),
    path(f"v1/entity/{ONE}", OneEntity.as_view(), name="entity"),
    path(f"v1/entity/{ONE}:restore", Restoration.as_view(), name="entity_restore"),
    path(
        f"v1/entity/{PRODUCT_ORDER}/<id:entity_id>:<product_order_move:move>",
        ProductOrderMove.as_view(),
        {"schema": PRODUCT_ORDER},
        name="product_order_move",
    ),
    path(f"v1/entity/{ONE}/changesets", Changesets.as_view(), name="entity_changesets"),
    path(f"{CHANGESET}:apply", ChangesetApplication.as_view(), name="entity_changeset_apply"),
    path(f"{CHANGESET}:dismiss", ChangesetDismissal.as_view(), name="entity_changeset_dismiss"),
    path(f"v1/entity/{ONE}/relations", Relations.as_view(), name="entity_relations"),
    path(f"v3/entity/{ONE}/relations", RelationList.as_view(), name="entity_relation_list"),
]
