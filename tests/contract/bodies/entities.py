"""What is sent to the operations of entities, their schemas, files and readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.bodies.plain import Body, no_body
from tests.contract.things import Things


def _reading(things: Things) -> dict[str, Any]:
    return {"meter_id": things.meter_id, "counter_id": things.counter_id, "value": "812.4", "source": "ECP"}


BODIES: Mapping[str, Body] = {
    "listSchemas": no_body,
    "getSchema": no_body,
    "saveSchema": lambda things: {"attributes": [{"name": "loyalty", "type": "enum", "options": ["a", "b"]}]},
    "listSchemaVersions": no_body,
    "getSchemaAsJSONSchema": no_body,
    "getSchemaExample": no_body,
    "listEntities": no_body,
    "createEntity": lambda things: {"customer_number": "C-9", "last_name": "New"},
    "upsertEntity": lambda things: {"unique_key": ["customer_number"], "entity": {"customer_number": "C-1"}},
    "getEntity": no_body,
    "patchEntity": lambda things: {"last_name": "Changed"},
    "replaceEntity": lambda things: {"customer_number": "C-1"},
    "deleteEntity": no_body,
    "restoreEntity": no_body,
    "listRelations": no_body,
    "addRelations": lambda things: [{"attribute": "neighbours", "entity_id": things.entity_id}],
    "removeRelations": lambda things: [{"attribute": "neighbours", "entity_id": things.entity_id}],
    "listChangesets": no_body,
    "applyChangeset": lambda things: {"reason": "checked"},
    "dismissChangeset": lambda things: {"reason": "checked"},
    "downloadFile": no_body,
    "uploadFile": lambda things: {"a": "file"},
    "listFileVersions": no_body,
    "addFileVersion": lambda things: {"a later": "file"},
    "moveProductOrder": lambda things: {"quantity_completed": 1},
    "getEntityActivity": no_body,
    "revertEntityChange": lambda things: {"change_id": things.change_id},
    "exportEntities": lambda things: {"schema": "contact"},
    "importEntities": lambda things: {"schema": "contact", "rows": [{"customer_number": "C-1", "last_name": "New"}]},
    "searchEntities": lambda things: {"q": "_schema:contact"},
    "listMeterReadings": no_body,
    "writeMeterReadings": lambda things: {"readings": [_reading(things)]},
}
