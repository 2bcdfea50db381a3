"""The built-in events: all are there, are sound, and are found."""

from __future__ import annotations

import pytest

from hub.entities.schemas import catalogue
from hub.errors import NotFound
from hub.events.catalogue import EventDefinition, built_in, built_ins, find_built_in, links, watching
from hub.events.catalogue.catalogue import FILES
from hub.events.catalogue.custom_graph import check_graph
from hub.events.catalogue.findings import Findings
from hub.json_types import ROOT
from hub.jsonata.engine import compile_expression
from tests.hub.events.catalogue.books import PLAIN

pytestmark = pytest.mark.once
every_event = pytest.mark.parametrize("name", built_ins())

ENERGY = {
    "MeterReadingAdded", "ServiceMeterReadingAdded", "CustomerDetailsUpdated", "CustomerCreated",
    "PortalUserRegistered", "CustomerRequestSubmitted", "GeneralRequestCreated", "PaymentMethodUpdated",
    "BillingAddressUpdated", "InstallmentUpdated", "ServiceInstallmentChange", "BillingAccountConnectionRemoved",
    "OrderSubmission", "TariffChange", "LocationMoveRequested", "TerminateContractRequested",
    "InvoiceSimulationRequested", "OnDemandSyncCustomerRequested", "OnDemandSyncContractRequested", "FileCreated",
    "FileUpdated", "GridConnectionRequested", "GridConnectionProgressed", "GridPlantRegistrationRequested",
    "GridPlantRegistrationProgressed",
}  # fmt: skip
MANUFACTURING = {"ProductOrderCreated", "ProductOrderStatusChanged", "ProductOrderCompleted", "RecordingCompleted"}


def test_the_catalogue_holds_the_events_of_energy_and_manufacturing():
    assert set(built_ins()) == ENERGY | MANUFACTURING
    assert len(FILES) == 2


@every_event
def test_every_definition_survives_its_wire_shape(name: str):
    document = built_in(name).as_json()
    assert EventDefinition.parse(document).as_json() == document


@every_event
def test_every_graph_is_sound(name: str):
    findings = Findings()
    check_graph(built_in(name).graph, PLAIN, ROOT, findings)
    assert findings.errors == []


@every_event
def test_every_edge_is_a_relation_of_the_core_schemas(name: str):
    graph = built_in(name).graph
    ends = [(graph.find(edge.parent), graph.find(edge.child)) for edge in graph.edges]
    assert all(parent and child and links(parent, child, PLAIN) for parent, child in ends)


@every_event
def test_every_projection_compiles(name: str):
    for field in built_in(name).fields:
        if field.source:
            compile_expression(field.source)


@every_event
def test_every_trigger_watches_attributes_that_there_are(name: str):
    trigger = built_in(name).trigger
    if trigger:
        watched = {*trigger.attributes, *dict(trigger.values)}
        assert all(watched <= set(catalogue()[slug].attributes) for slug in trigger.schemas)


@every_event
def test_what_shows_success_is_an_attribute_of_a_node(name: str):
    definition = built_in(name)
    schemas = {node.schema for node in definition.graph.nodes}
    for criterion in definition.success_criteria:
        assert criterion.schema in schemas
        assert criterion.attribute in catalogue()[criterion.schema].attributes


@every_event
def test_every_event_says_when_it_fires_and_who_brought_it(name: str):
    definition = built_in(name)
    assert definition.description.startswith("Fires ")
    assert definition.tags[0] == "builtin"
    assert definition.origin == "builtin"


def test_an_event_is_found_by_the_operation_that_fires_it():
    assert [event.name for event in watching("updateEntity", "product_order")] == [
        "ProductOrderStatusChanged",
        "ProductOrderCompleted",
    ]
    assert watching("deleteEntity", "contact") == ()


def test_an_event_that_nobody_knows_is_not_found():
    assert find_built_in("Nothing") is None
    with pytest.raises(NotFound, match=r"no event called Nothing\.$"):
        built_in("Nothing")


def test_orders_of_every_purpose_fire():
    trigger = built_in("OrderSubmission").trigger
    assert trigger is not None
    assert trigger.purposes == ()


def test_a_portal_user_who_becomes_registered_fires_whether_new_or_known():
    trigger = built_in("PortalUserRegistered").trigger
    assert trigger is not None
    assert trigger.operations == ("createEntity", "updateEntity")
    assert trigger.values == (("registration_status", ("Registered",)),)


def test_only_automations_fire_what_needs_a_stable_source():
    only = {name for name, one in built_ins().items() if one.automation_trigger_only}
    assert only == {name for name in ENERGY if name.startswith(("Grid", "CustomerRequest"))}
    assert all(not built_in(name).api_trigger and built_in(name).required_node for name in only)
