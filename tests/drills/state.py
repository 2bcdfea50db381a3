"""State: everything that events left in a database, written so that two runs of the same events can be compared."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from tests.drills.erp import as_json
from tests.drills.ledger import COUNTED_ROWS
from tools.running import Hub, rows

State = dict[str, Counter[str]]
"""Table → its rows, each as text, with ids that a run made up replaced by names."""

IDENTIFIERS = ("external_id", "customer_number", "contract_number", "order_number", "meter_number", "code")
"""The attributes that the mappings of a drill know entities by; one of them names an entity."""
ID = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b|(?<=\"_id\": \")[0-9a-f]{24}")
"""Of a row, and of an item of a list."""
ITEM_DIGITS = 24
NAMELESS = "#"
"""An id of something that has no name: an item of a list, an entity that was purged."""

TABLES = {
    "entities": "SELECT id, version, deleted_at IS NOT NULL, attributes FROM entities_entity",
    "keys": "SELECT entity_id, attribute, value FROM entities_entitykey",
    "history": """
        SELECT entity_id, schema, version, operation, event_id, use_case_id, changes, snapshot
        FROM entities_entitychange""",
    "readings": "SELECT id, counter_id, timestamp, value, source, event_id, origin_id FROM entities_meterreading",
    "prunes that wait": """
        SELECT event_id, lane_id, event_order, kind, schema, is_purge, scope, scope_count, member_count
        FROM inbound_heldprune WHERE state = 'waiting'""",
    "what they would remove": """
        SELECT event_id, record_id, version FROM inbound_heldprunemember
        JOIN inbound_heldprune ON inbound_heldprune.id = prune_id WHERE state = 'waiting'""",
    "outcomes": "SELECT event_id, status, code, counts FROM inbound_inboundoutcome",
    "spans": "SELECT event_id, sync_type, level, code, entity_id, attributes FROM monitoring_monitoringevent",
    "counters": f"SELECT use_case_id, status, sum(events) FROM ({COUNTED_ROWS}) counted GROUP BY use_case_id, status",
    "queue": "SELECT event_id FROM inbound_queuedevent",
    "parked": "SELECT schema, key FROM inbound_parkedkey",
}
ENTITIES = "SELECT id, schema, attributes FROM entities_entity"
READINGS = "SELECT id, meter_id, external_id FROM entities_meterreading"
GIVEN = "SELECT id, sequence FROM inbound_inboundevent UNION ALL SELECT id, 0 FROM integrations_usecase"
"""Ids that were there before the runs parted: each names itself."""
FAULTS = {
    "changed twice by one event": """
        SELECT entity_id, event_id FROM entities_entitychange WHERE event_id IS NOT NULL
        GROUP BY entity_id, event_id HAVING count(*) > 1""",
    "gaps in versions": """
        SELECT entity.id FROM entities_entity entity JOIN entities_entitychange change ON change.entity_id = entity.id
        GROUP BY entity.id, entity.version HAVING count(*) <> entity.version OR max(change.version) <> entity.version
            OR count(DISTINCT change.version) <> entity.version""",
    "held twice": """
        SELECT event_id, scope_key FROM inbound_heldprune GROUP BY event_id, scope_key HAVING count(*) > 1""",
    "two wait for one scope": """
        SELECT scope_key FROM inbound_heldprune WHERE state = 'waiting' GROUP BY scope_key HAVING count(*) > 1""",
}


def state_of(hub: Hub) -> State:
    """What is stored now."""
    names = _names(hub)
    return {
        table: Counter(_row(columns, names) for columns in rows(hub.database_url, statement))
        for table, statement in TABLES.items()
    }


def differences(found: State, expected: State) -> dict[str, dict[str, list[str]]]:
    """Table → rows that only one of the two has; empty where they are the same."""
    parted = {
        table: {
            "too much": sorted((found[table] - rows).elements()),
            "missing": sorted((rows - found[table]).elements()),
        }
        for table, rows in expected.items()
    }
    return {table: sides for table, sides in parted.items() if any(sides.values())}


def faults_of(hub: Hub) -> dict[str, list[tuple[Any, ...]]]:
    """What no run may leave behind; empty where all is well. Any: columns."""
    found = {name: rows(hub.database_url, statement) for name, statement in FAULTS.items()}
    return {name: faults for name, faults in found.items() if faults}


def _names(hub: Hub) -> Mapping[UUID, str]:
    given = {_id(identifier): str(_id(identifier)) for identifier, _ in rows(hub.database_url, GIVEN)}
    entities = {
        _id(identifier): f"{schema} {_identifier(as_json(attributes))}"
        for identifier, schema, attributes in rows(hub.database_url, ENTITIES)
    }
    readings = {
        _id(identifier): f"reading {external_id} of {entities.get(_id(meter_id), NAMELESS)}"
        for identifier, meter_id, external_id in rows(hub.database_url, READINGS)
    }
    return given | entities | readings


def _identifier(attributes: Mapping[str, Any]) -> str:
    return next(str(attributes[name]) for name in IDENTIFIERS if name in attributes)


def _id(value: Any) -> UUID:
    """SQLite keeps the digits."""
    return UUID(str(value))


def _row(columns: tuple[Any, ...], names: Mapping[UUID, str]) -> str:
    text = " | ".join(_texts(columns))
    return ID.sub(lambda found: _named(found.group(), names), text)


def _named(identifier: str, names: Mapping[UUID, str]) -> str:
    return NAMELESS if len(identifier) == ITEM_DIGITS else names.get(UUID(identifier), NAMELESS)


def _texts(columns: tuple[Any, ...]) -> Iterator[str]:
    for value in columns:
        is_document = isinstance(value, dict | list) or (isinstance(value, str) and value[:1] in {"{", "["})
        yield json.dumps(as_json(value), sort_keys=True) if is_document else str(value)
