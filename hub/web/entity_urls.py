"""Where people find entities; included under the names of the kernel's pages."""

from __future__ import annotations

from django.urls import path
from django.urls.converters import get_converters, register_converter

from hub.web.entities.browser import entity_home, entity_list
from hub.web.entities.deciding import decide
from hub.web.entities.forms.pages import edit_entity, new_entity
from hub.web.entities.forms.picking import pick
from hub.web.entities.moving import move_order
from hub.web.entities.one import entity_page
from hub.web.entities.recycle_bin import bin_page, delete, purge, restore
from hub.web.entities.transfer.exporting import export_list
from hub.web.entities.transfer.importing import failed_file, import_page, upload
from hub.web.entities.undoing import undo_change
from hub.web.entities.uploading import new_file, new_version
from hub.web.entities.waiting.deciding import decide_waiting
from hub.web.entities.waiting.listing import waiting_list


class StoredSchemaConverter:
    """``<stored_schema:schema>``: any slug that a mapping may have written, without characters no database keeps."""

    regex = r"[^/\x00-\x1f]{1,64}"

    def to_python(self, value: str) -> str:
        """The slug."""
        return value

    def to_url(self, value: str) -> str:
        """The slug."""
        return value


if "stored_schema" not in get_converters():
    register_converter(StoredSchemaConverter, "stored_schema")

urlpatterns = [
    path("app/entities", entity_home, name="entities"),
    path("app/entities/-/candidates", pick, name="pick-entity"),
    path("app/entities/-/waiting", waiting_list, name="waiting-values"),
    path("app/entities/-/waiting/decide", decide_waiting, name="decide-waiting"),
    path("app/entities/file/-/upload", new_file, name="new-file"),
    path("app/entities/file/<uuid:entity_id>/upload", new_version, name="new-file-version"),
    path("app/entities/<stored_schema:schema>", entity_list, name="entity-list"),
    path("app/entities/<stored_schema:schema>/bin", bin_page, name="entity-bin"),
    path("app/entities/<stored_schema:schema>/export", export_list, name="export-entities"),
    path("app/entities/<stored_schema:schema>/import", upload, name="import-entities"),
    path("app/entities/<stored_schema:schema>/import/<uuid:import_id>", import_page, name="entity-import"),
    path("app/entities/<stored_schema:schema>/import/<uuid:import_id>/failed", failed_file, name="failed-rows"),
    path("app/entities/<stored_schema:schema>/new", new_entity, name="new-entity"),
    path("app/entities/<stored_schema:schema>/<uuid:entity_id>", entity_page, name="entity"),
    path("app/entities/<stored_schema:schema>/<uuid:entity_id>/edit", edit_entity, name="edit-entity"),
    path("app/entities/<stored_schema:schema>/<uuid:entity_id>/delete", delete, name="delete-entity"),
    path("app/entities/<stored_schema:schema>/<uuid:entity_id>/restore", restore, name="restore-entity"),
    path("app/entities/<stored_schema:schema>/<uuid:entity_id>/purge", purge, name="purge-entity"),
    path("app/entities/product_order/<uuid:entity_id>/moves/<slug:name>", move_order, name="move-product-order"),
    path(
        "app/entities/<stored_schema:schema>/<uuid:entity_id>/changesets/<str:attribute>/apply",
        decide,
        {"act": "apply"},
        name="apply-changeset",
    ),
    path(
        "app/entities/<stored_schema:schema>/<uuid:entity_id>/changesets/<str:attribute>/dismiss",
        decide,
        {"act": "dismiss"},
        name="dismiss-changeset",
    ),
    path(
        "app/entities/<stored_schema:schema>/<uuid:entity_id>/changes/<uuid:change_id>/undo",
        undo_change,
        name="undo-change",
    ),
]
