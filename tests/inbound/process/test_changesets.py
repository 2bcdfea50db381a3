"""Events meet values that wait for the ERP: the same value confirms, another one does not."""

from __future__ import annotations

import json

import pytest

from hub.accounts.audit import SYSTEM
from hub.entities.changesets import changesets_in
from hub.entities.editing import change_entity
from hub.entities.editor import Editor
from hub.entities.models import EntityChange
from hub.entities.schema_changes import save_schema
from hub.entities.schemas.order import SchemaOrder
from hub.ids import find_id
from tests.builders import NOW
from tests.inbound.conftest import Erp, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(erp: Erp) -> Erp:
    """An ERP with a customer whose last name somebody has changed; the change waits for the ERP."""
    editor = Editor(erp.organization, SYSTEM, NOW)
    order = SchemaOrder.parse({"attributes": [{"name": "last_name", "edit_mode": "external", "match": "suffix"}]})
    save_schema(editor=editor, slug="contact", order=order)
    erp.organization.refresh_from_db()
    erp.sync(customer("4711", "Kern"))
    change_entity(
        editor=editor,
        schema="contact",
        entity_id=erp.entity("4711").pk,
        attributes={"last_name": "Obermüller"},
        expected=None,
        is_whole=False,
    )
    assert parked(erp) == {"last_name": "Obermüller"}
    return erp


def parked(erp: Erp) -> dict[str, object]:
    return {name: one["value"] for name, one in changesets_in(erp.entity("4711").attributes).items()}


@pytest.mark.parametrize("echo", ["Obermüller", "***müller"])
def test_an_event_with_a_matching_value_confirms_what_waits(waiting: Erp, echo: str) -> None:
    sent = waiting.sync(customer("4711", echo))
    assert waiting.entity("4711").attributes == {"customer_number": "4711", "last_name": echo}
    change = EntityChange.objects.latest("version")
    assert (change.operation, change.event_id) == ("confirmed", find_id("evt_", sent.event_id))
    assert (change.use_case_id, set(change.changes)) == (waiting.use_case.pk, {"_changesets", "last_name"})


@pytest.mark.parametrize("echo", ["Kern", "Korn"])
def test_an_event_with_another_value_leaves_it_waiting(waiting: Erp, echo: str) -> None:
    waiting.sync(customer("4711", echo))
    assert waiting.entity("4711").attributes["last_name"] == echo
    assert parked(waiting) == {"last_name": "Obermüller"}


def test_an_event_is_never_parked(waiting: Erp) -> None:
    waiting.sync(customer("4711", "Korn", VORNAME="Ute"))
    assert waiting.entity("4711").attributes["last_name"] == "Korn"


def test_a_mapping_writes_no_changesets(waiting: Erp) -> None:
    fields = [
        {"attribute": "customer_number", "field": "KUNNR"},
        {"attribute": "_changesets", "jsonataExpression": json.dumps({"last_name": {"value": "Mine"}})},
    ]
    entity = {"entity_schema": "contact", "unique_ids": ["customer_number"], "fields": fields}
    waiting.add_use_case("forger", {"entities": [entity]})
    waiting.sync({"KUNNR": "4711"}, use_case_slug="forger")
    assert parked(waiting) == {"last_name": "Obermüller"}
