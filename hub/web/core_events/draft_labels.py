"""label_of: what the inputs of the form of an own event are called, for the list of what is wrong above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SINGLE: Final[dict[str, _StrPromise]] = {
    "event_name": gettext_lazy("Name"),
    "event_title": gettext_lazy("Title"),
    "event_description": gettext_lazy("Description"),
    "event_tags": gettext_lazy("Tags"),
    "operation": gettext_lazy("When an entity is"),
    "schemas": gettext_lazy("Of schema"),
    "attributes": gettext_lazy("Touching one of these attributes"),
    "jsonata": gettext_lazy("One expression for all"),
}
SECTIONS: Final[dict[str, _StrPromise]] = {
    "nodes": gettext_lazy("Entity %(number)s, %(column)s"),
    "edges": gettext_lazy("Relation %(number)s, %(column)s"),
    "fields": gettext_lazy("Field %(number)s, %(column)s"),
}
COLUMNS: Final[dict[str, _StrPromise]] = {
    "id": gettext_lazy("id"),
    "schema": gettext_lazy("schema"),
    "cardinality": gettext_lazy("how many"),
    "fields": gettext_lazy("attributes"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "name": gettext_lazy("name"),
    "type": gettext_lazy("type"),
    "source": gettext_lazy("expression"),
    "form": gettext_lazy("form"),
}


def label_of(key: str) -> str:
    """``Entity 2, schema`` for the input nodes-1-schema."""
    if key in SINGLE:
        return str(SINGLE[key])
    section, number, column = key.split("-")
    return str(SECTIONS[section]) % {"number": int(number) + 1, "column": COLUMNS[column]}
