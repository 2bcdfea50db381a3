"""The two simulations over HTTP: nothing is stored, and every failure says where."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from hub.accounts.audit import SYSTEM
from hub.entities.models import Entity
from hub.environments.changes import PortalChanges, VariableChanges
from hub.environments.operations.author import Author
from hub.environments.operations.portals import put_portal
from hub.environments.operations.variables import put_variable
from inbound.models import InboundEvent
from integrations.models import UseCaseType
from tests.builders import NOW, make_token
from tests.cast import NEIGHBOUR, OWNER, VIEWER
from tests.inbound.conftest import CONTACT, Erp, customer
from tests.inbound.simulating import DIRECT, V1, V2, post, refused

pytestmark = pytest.mark.django_db

PAYLOAD = customer("C-1", VORNAME="Ada")


def with_field(**field: Any) -> dict[str, Any]:
    """A configuration with a field of its own."""
    [entry] = CONTACT["entities"]
    return {"entities": [entry | {"fields": [*entry["fields"], field]}]}


@pytest.mark.parametrize("payload", [PAYLOAD, json.dumps(PAYLOAD)], ids=["object", "text"])
def test_a_configuration_that_is_sent_along_maps_the_payload(machine: Client, payload: Any) -> None:
    answer = post(machine, V2, {"event_configuration": CONTACT, "format": "json", "payload": payload})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "entity_updates": [
                {
                    "entity_slug": "contact",
                    "unique_identifiers": {"customer_number": "C-1"},
                    "attributes": {"customer_number": "C-1", "last_name": "Müller", "first_name": "Ada"},
                    "mode": "upsert",
                }
            ]
        },
    )


@pytest.mark.parametrize("payload", [PAYLOAD, json.dumps(PAYLOAD)], ids=["object", "text"])
@pytest.mark.parametrize("name", ["use_case_slug", "event_name", "object_type"])
def test_a_stored_configuration_maps_the_payload(erp: Erp, machine: Client, payload: Any, name: str) -> None:
    event = {name: "customer", "format": "json", "payload": payload}
    answer = post(machine, V2, {"integration_id": str(erp.integration.pk), "event": event})
    assert answer.json()["entity_updates"][0]["unique_identifiers"] == {"customer_number": "C-1"}


def test_a_configuration_that_is_sent_along_wins_over_a_stored_one(erp: Erp, machine: Client) -> None:
    event = {"use_case_slug": "customer", "payload": PAYLOAD}
    body = {
        "integration_id": str(erp.integration.pk),
        "event": event,
        "event_configuration": with_field(attribute="title", constant="Dr."),
    }
    assert post(machine, V2, body).json()["entity_updates"][0]["attributes"]["title"] == "Dr."


@pytest.mark.parametrize(
    ("on_top", "in_event"),
    [
        ({"payload": "<z><KUNNR>C-1</KUNNR></z>", "format": "xml"}, {}),
        ({"format": "xml"}, {"payload": "<z><KUNNR>C-1</KUNNR></z>"}),
        ({"payload": {"z": {"KUNNR": "C-1"}}}, {"payload": {"z": {"KUNNR": "C-2"}}}),
        ({"format": "json"}, {"payload": '{"z": {"KUNNR": "C-1"}}', "format": "xml"}),
    ],
)
@pytest.mark.parametrize("is_stored", [True, False])
def test_payload_and_format_on_top_win_over_those_of_the_event(
    erp: Erp, machine: Client, on_top: Any, in_event: Any, is_stored: bool
) -> None:
    [entry] = CONTACT["entities"]
    configuration = {"entities": [entry | {"fields": [{"attribute": "customer_number", "field": "$.z.KUNNR"}]}]}
    erp.add_use_case("nested", configuration)
    source = {"integration_id": str(erp.integration.pk)} if is_stored else {"event_configuration": configuration}
    answer = post(machine, V2, {**source, **on_top, "event": {"use_case_slug": "nested", **in_event}})
    assert answer.json()["entity_updates"][0]["unique_identifiers"] == {"customer_number": "C-1"}


def test_a_disabled_use_case_can_be_simulated(erp: Erp, machine: Client) -> None:
    erp.add_use_case("sleeping", CONTACT, enabled=False)
    event = {"event_name": "sleeping", "payload": PAYLOAD}
    assert post(machine, V2, {"integration_id": str(erp.integration.pk), "event": event}).status_code == 200


def test_nothing_is_stored(erp: Erp, machine: Client) -> None:
    post(machine, V2, {"event_configuration": CONTACT, "payload": PAYLOAD})
    assert (Entity.objects.count(), InboundEvent.objects.count()) == (0, 0)


def test_an_xml_text_is_mapped(machine: Client) -> None:
    configuration = {
        "entities": [
            {
                "entity_schema": "meter",
                "unique_ids": ["meter_number"],
                "fields": [{"attribute": "meter_number", "field": "$.z.nr"}],
            }
        ]
    }
    body = {"event_configuration": configuration, "format": "xml", "payload": "<z><nr>007</nr></z>"}
    assert post(machine, V2, body).json()["entity_updates"][0]["unique_identifiers"] == {"meter_number": "007"}


def test_an_identifier_that_the_schema_does_not_know_is_a_warning(machine: Client) -> None:
    configuration = {
        "entities": [
            {
                "entity_schema": "contact",
                "unique_ids": ["kundnr"],
                "fields": [{"attribute": "kundnr", "field": "KUNNR"}],
            }
        ]
    }
    [warning] = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD}).json()["warnings"]
    assert (warning["entity_schema"], warning["field"]) == ("contact", "kundnr")


def test_system_attributes_are_left_out_with_a_warning(machine: Client) -> None:
    [contact] = CONTACT["entities"]
    title = {"attribute": "_title", "constant": "Boss"}
    configuration = {"entities": [contact | {"fields": [*contact["fields"], title]}]}
    answer = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD}).json()
    assert "_title" not in answer["entity_updates"][0]["attributes"]
    message = "_title is given by the hub alone; the value was left out"
    assert {"entity_schema": "contact", "field": "_title", "message": message} in answer["warnings"]


def test_an_empty_identifier_is_shown_with_a_warning(machine: Client) -> None:
    answer = post(machine, V2, {"event_configuration": CONTACT, "payload": customer(" ")}).json()
    assert answer["entity_updates"][0]["unique_identifiers"] == {}
    assert "empty" in answer["warnings"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"payload": PAYLOAD},
        {"event_configuration": [], "payload": PAYLOAD},
        {"event_configuration": CONTACT},
        {"event_configuration": CONTACT, "payload": "x"},
        {"event_configuration": CONTACT, "payload": {}},
        {"event_configuration": CONTACT, "payload": 7},
        {"event_configuration": CONTACT, "payload": PAYLOAD, "format": "csv"},
        {"integration_id": "no uuid", "event": {"use_case_slug": "customer", "payload": PAYLOAD}},
        {"integration_id": str(uuid4()), "event": {"payload": PAYLOAD}},
        {"integration_id": str(uuid4()), "event": "x"},
        {"event_configuration": CONTACT, "payload": PAYLOAD, "event": {"event_type": "MERGE"}},
    ],
)
def test_a_request_of_the_wrong_shape_is_400(machine: Client, body: Any) -> None:
    answer = post(machine, V2, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("name", ["event_type", "event_name", "use_case_slug", "object_type"])
def test_what_is_wrong_in_the_event_is_told_at_its_place(erp: Erp, machine: Client, name: str) -> None:
    body = {
        "integration_id": str(erp.integration.pk),
        "event": {"use_case_slug": "customer", "payload": PAYLOAD, name: 7},
    }
    assert post(machine, V2, body).json()["details"][0]["path"] == f"event.{name}"


def test_an_integration_of_somebody_else_is_not_found(erp: Erp, client_of: Callable[..., Client]) -> None:
    event = {"use_case_slug": "customer", "payload": PAYLOAD}
    answer = post(client_of(NEIGHBOUR), V2, {"integration_id": str(erp.integration.pk), "event": event})
    assert (answer.status_code, answer.json()["code"]) == (404, "INTEGRATION_NOT_FOUND")


def test_a_payload_that_cannot_be_read_is_422(machine: Client) -> None:
    assert refused(machine, {"event_configuration": CONTACT, "payload": '{"a": '}) == (422, "MALFORMED_PAYLOAD")


def test_an_xml_payload_must_be_a_text(machine: Client) -> None:
    body = {"event_configuration": CONTACT, "payload": PAYLOAD, "format": "xml"}
    assert refused(machine, body) == (422, "MALFORMED_PAYLOAD")


@pytest.mark.parametrize("expression", ["$number('x')", "$lookup(", "($f := function(){$f()}; $f())"])
def test_an_expression_that_fails_is_422_with_its_place(machine: Client, expression: str) -> None:
    configuration = with_field(attribute="title", jsonataExpression=expression)
    answer = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD})
    assert (answer.status_code, answer.json()["code"]) == (422, "MAPPING_EXPRESSION_FAILED")
    assert answer.json()["details"][0]["path"] == "entities[0].fields[3].jsonataExpression"


ENDLESS = "($f := function(){$f()}; $f())"
NOT_TO_BE_INTERRUPTED = "$count($distinct([1..99999]))"


@pytest.mark.parametrize("expression", [ENDLESS, NOT_TO_BE_INTERRUPTED])
def test_a_failure_for_lack_of_time_says_that_a_live_event_has_more(machine: Client, expression: str) -> None:
    configuration = with_field(attribute="title", jsonataExpression=expression)
    answer = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD})
    assert (answer.status_code, answer.json()["code"]) == (422, "MAPPING_EXPRESSION_FAILED")
    assert "a live event 2 s" in answer.json()["message"]


def test_a_configuration_with_mistakes_is_422_with_all_of_them(machine: Client) -> None:
    answer = post(machine, V2, {"event_configuration": {"entities": [{"mode": "guess"}]}, "payload": PAYLOAD})
    assert (answer.status_code, answer.json()["code"]) == (422, "USE_CASE_MISSING_CONFIG")
    assert len(answer.json()["details"]) > 2


def test_a_name_without_a_use_case_is_422(erp: Erp, machine: Client) -> None:
    body = {"integration_id": str(erp.integration.pk), "event": {"event_name": "nobody", "payload": PAYLOAD}}
    assert refused(machine, body) == (422, "USE_CASE_NOT_FOUND")


def test_a_use_case_of_another_type_is_422(erp: Erp, machine: Client) -> None:
    erp.add_use_case("calls", {}, type=UseCaseType.MANAGED_CALL)
    body = {"integration_id": str(erp.integration.pk), "event": {"use_case_slug": "calls", "payload": PAYLOAD}}
    assert refused(machine, body) == (422, "USE_CASE_INVALID_TYPE")


def test_a_use_case_without_a_configuration_is_422(erp: Erp, machine: Client) -> None:
    erp.add_use_case("empty", None)
    body = {"integration_id": str(erp.integration.pk), "event": {"use_case_slug": "empty", "payload": PAYLOAD}}
    assert refused(machine, body) == (422, "USE_CASE_MISSING_CONFIG")
    assert refused(machine, body, DIRECT) == (422, "USE_CASE_INVALID_TYPE")


def test_a_number_beyond_64_bits_in_a_configuration_does_no_harm(machine: Client) -> None:
    configuration = with_field(attribute="title", constant=10**30)
    assert post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD}).status_code == 200


def test_the_sixty_first_run_of_a_minute_waits(erp: Erp, machine: Client) -> None:
    for _ in range(60):
        assert post(machine, V2, {}).status_code == 400
    answer = post(machine, V2, {})
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")


def test_a_person_has_a_limit_of_their_own(erp: Erp, client_of: Callable[..., Client]) -> None:
    client = client_of(OWNER)
    answers = [post(client, V2, {}).status_code for _ in range(301)]
    assert (answers[299], answers[300]) == (400, 429)


def test_any_one_of_three_permissions_is_enough(client_of: Callable[..., Client], erp: Erp) -> None:
    for grant in ("erp:read", "erp:write", "erp:events"):
        token = make_token(organization=erp.organization, grants=(grant,))
        assert post(client_of(token), V2, {"event_configuration": CONTACT, "payload": PAYLOAD}).status_code == 200
    assert post(client_of(VIEWER), V2, {"event_configuration": CONTACT, "payload": PAYLOAD}).status_code == 200


def test_a_token_without_any_of_them_is_refused(client_of: Callable[..., Client], erp: Erp) -> None:
    token = make_token(organization=erp.organization, grants=("erp:monitoring",))
    assert post(client_of(token), V2, {"event_configuration": CONTACT, "payload": PAYLOAD}).status_code == 403


def test_a_token_bound_to_another_integration_sees_no_stored_configuration(
    erp: Erp, client_of: Callable[..., Client]
) -> None:
    token = make_token(organization=erp.organization, integration_ids=(uuid4(),))
    event = {"use_case_slug": "customer", "payload": PAYLOAD}
    body = {"integration_id": str(erp.integration.pk), "event": event}
    assert post(client_of(token), V2, body).status_code == 403


def flat(unique_ids: Any, *fields: dict[str, Any]) -> dict[str, Any]:
    """A request of version 1 with a mapping of version 1.0."""
    mapping = {"objects": {"customer": {"unique_ids": unique_ids, "fields": list(fields)}}}
    return {
        "mapping_configuration": {"mapping": mapping},
        "object_type": "customer",
        "format": "json",
        "payload": {"nr": "C-1", "name": "Kern", "vertrag": "V-1"},
    }


NUMBER = {"entity": "contact", "attribute": "customer_number", "field": "nr"}
NAME = {"entity": "contact", "attribute": "last_name", "jsonataExpression": "$uppercase(name)"}
CONTRACT = {"entity": "contract", "attribute": "contract_number", "field": "vertrag"}


def test_the_first_mapping_makes_one_update_per_entity(machine: Client) -> None:
    ids = {"contact": ["customer_number"], "contract": ["contract_number"]}
    updates = post(machine, V1, flat(ids, NUMBER, NAME, CONTRACT)).json()["entity_updates"]
    assert [(one["entity_slug"], one["attributes"]) for one in updates] == [
        ("contact", {"customer_number": "C-1", "last_name": "KERN"}),
        ("contract", {"contract_number": "V-1"}),
    ]


def test_the_first_mapping_may_identify_by_a_source_key(machine: Client) -> None:
    [update] = post(machine, V1, flat({"contact": {"nr": "customer_number"}}, NAME)).json()["entity_updates"]
    assert update["unique_identifiers"] == {"customer_number": "C-1"}


def test_the_wrapped_mapping_is_taken(machine: Client) -> None:
    mapping = {"version": "2.0", "mapping": {"events": {"customer": CONTACT}}}
    body = {"mapping_configuration": mapping, "object_type": "customer", "payload": PAYLOAD}
    assert post(machine, V1, body).json()["entity_updates"][0]["entity_slug"] == "contact"


def test_an_object_type_that_the_mapping_does_not_know_is_422(machine: Client) -> None:
    body = flat({"contact": ["customer_number"]}, NUMBER) | {"object_type": "invoice"}
    assert refused(machine, body, V1) == (422, "EVENT_NOT_CONFIGURED")


@pytest.mark.parametrize(
    "body",
    [
        flat({"contact": ["customer_number"]}, NUMBER | {"jsonataExpression": "nr"}),
        flat({"contact": ["customer_number"]}, NUMBER, CONTRACT),
        flat({"contact": ["customer_number"]}, {"attribute": "customer_number", "field": "nr"}),
        flat([], NUMBER),
        flat([], NUMBER) | {"mapping_configuration": {"version": "2.0", "mapping": {"events": {"customer": None}}}},
        flat({"contact": ["customer_number"]}, NUMBER) | {"object_type": ""},
        flat({"contact": ["customer_number"]}, NUMBER) | {"mapping_configuration": {"version": "3.0"}},
        flat({"contact": ["customer_number"]}, NUMBER) | {"mapping_configuration": None},
    ],
)
def test_a_first_mapping_of_the_wrong_shape_is_400(machine: Client, body: Any) -> None:
    assert refused(machine, body, V1) == (400, "VALIDATION_ERROR")


def test_a_first_mapping_knows_no_constants(machine: Client) -> None:
    answer = post(machine, V1, flat({"contact": ["customer_number"]}, NUMBER | {"constant": 1}))
    path = "mapping_configuration.mapping.objects.customer.fields[0].constant"
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)


@pytest.mark.parametrize(
    ("unique_ids", "fields", "place"),
    [
        (["customer_number"], [CONTRACT, NUMBER, NAME | {"jsonataExpression": "$("}], "fields[2].jsonataExpression"),
        (["customer_number"], [CONTRACT, NUMBER, NAME | {"jsonataExpression": ""}], "fields[2].jsonataExpression"),
        (["customer_number"], [NUMBER | {"attribute": ""}, CONTRACT], "fields[0].attribute"),
        (
            {"nr": "customer_number"},
            [NAME | {"jsonataExpression": "$number(name)"}, CONTRACT],
            "fields[0].jsonataExpression",
        ),
        ({"nr": ""}, [NAME], "unique_ids.contact.nr"),
        ([], [NUMBER], "unique_ids.contact"),
    ],
)
def test_what_is_wrong_with_a_first_mapping_is_told_where_it_was_sent(
    machine: Client, unique_ids: Any, fields: Any, place: str
) -> None:
    answer = post(machine, V1, flat({"contract": ["contract_number"], "contact": unique_ids}, *fields)).json()
    path = f"mapping_configuration.mapping.objects.customer.{place}"
    assert path in [detail["path"] for detail in answer["details"]]
    assert "entities[" not in json.dumps(answer)


@pytest.fixture
def author(erp: Erp) -> Author:
    """An owner of the ERP's organization."""
    return Author(organization=erp.organization, actor=SYSTEM, is_owner=True, at=NOW)


def test_values_of_the_environment_are_known_and_secrets_are_not(machine: Client, author: Author) -> None:
    for key, kind in (("region", "String"), ("token", "SecretString")):
        changes = VariableChanges.parse({"type": kind, "value": "north"})
        put_variable(author=author, key=key, changes=changes)
    fields = with_field(attribute="title", jsonataExpression="$env.region & '/' & $env.token")
    [update] = post(machine, V2, {"event_configuration": fields, "payload": PAYLOAD}).json()["entity_updates"]
    assert update["attributes"]["title"] == "north/"


def test_a_reference_to_a_secret_is_answered_like_one_to_a_key_that_is_missing(machine: Client, author: Author) -> None:
    put_variable(author=author, key="token", changes=VariableChanges.parse({"type": "SecretString", "value": "hidden"}))
    told = []
    for key in ("token", "missing"):
        configuration = with_field(attribute="title", env_var_ref={"key": key})
        answer = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD})
        told.append((answer.status_code, answer.text.replace(key, "key").replace(answer.headers["X-Request-ID"], "")))
    assert told[0] == told[1]
    assert "the environment has no value called key" in told[0][1]


def test_portals_of_the_organization_are_known(machine: Client, author: Author) -> None:
    put_portal(author=author, portal_id="p-1", changes=PortalChanges.parse({"origin": "B2B_PORTAL"}))
    configuration = with_field(attribute="portal", portal_ref={"filter": {"origin": "B2B_PORTAL"}})
    [update] = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD}).json()["entity_updates"]
    assert update["attributes"]["portal"] == "p-1"


def test_portals_of_somebody_else_are_not_known(client_of: Callable[..., Client], erp: Erp, author: Author) -> None:
    put_portal(author=author, portal_id="p-1", changes=PortalChanges.parse({"origin": "B2B_PORTAL"}))
    configuration = with_field(attribute="portal", portal_ref={"select": "all"})
    answer = post(client_of(NEIGHBOUR), V2, {"event_configuration": configuration, "payload": PAYLOAD})
    assert answer.json()["entity_updates"][0]["attributes"]["portal"] == []


def test_a_failing_expression_tells_what_it_was_given(machine: Client) -> None:
    configuration = with_field(attribute="title", jsonataExpression="$number(KUNNR)")
    answer = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD})
    assert answer.json()["details"][1]["message"].startswith('the input was {"KUNNR":"C-1"')


def test_relations_stay_unresolved_and_without_types(machine: Client) -> None:
    target = {"entity_schema": "account", "unique_ids": [{"attribute": "email", "_type": "email", "field": "KUNNR"}]}
    configuration = with_field(attribute="account", relations={"operation": "_set", "items": [target]})
    [update] = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD}).json()["entity_updates"]
    item = {"$entity_unique_ids": {"email": "C-1"}, "_schema": "account"}
    assert update["attributes"]["account"] == {"$relation": {"_set": [item]}}


@pytest.mark.parametrize("value", [{"$relation": "x"}, {"$relation": {"_set": 1}}, {"$relation_ref": {"_set": [{}]}}])
def test_a_constant_that_only_looks_like_a_relation_is_shown_as_it_is(machine: Client, value: Any) -> None:
    configuration = with_field(attribute="account", constant=value)
    [update] = post(machine, V2, {"event_configuration": configuration, "payload": PAYLOAD}).json()["entity_updates"]
    assert update["attributes"]["account"] == value


def test_a_value_that_its_schema_wants_as_a_list_is_shaped_and_advised(machine: Client) -> None:
    entry = {"entity_schema": "contact", "unique_ids": ["email"], "fields": [{"attribute": "email", "field": "mail"}]}
    body = {"event_configuration": {"entities": [entry]}, "format": "json", "payload": {"mail": "a@x.test"}}
    document = post(machine, V2, body).json()
    assert document["entity_updates"][0]["attributes"]["email"] == [{"email": "a@x.test"}]
    assert "say so with _type" in document["warnings"][0]["message"]
