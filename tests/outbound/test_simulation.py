"""…/outbound/mapping-simulation: what a mapping would make of an event, or why it makes nothing (outbound.md 13.7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.events.shaping.pool import shaping_pool
from hub.jsonata.limits import INTERACTIVE
from integrations.models import Integration
from outbound.models import QueuedMessage
from outbound.queue.remapping import mapping_version
from tests.builders import NOW, make_integration, make_secret, make_token, make_variable
from tests.cast import Stage
from tests.hub.events.builders import make_core_event

pytestmark = pytest.mark.django_db

EVENT = {"_event_name": "ContractCreated", "contract": {"number": "V-1", "amount": 7}}
GOOD = "{'number': contract.number}"


@pytest.fixture(autouse=True, scope="module")
def _end_children() -> Iterator[None]:
    yield
    shaping_pool(INTERACTIVE).close()


@pytest.fixture
def integration(organization: Organization) -> Integration:
    return make_integration(organization=organization)


class Door:
    """The operation, as a client with some grants sees it."""

    def __init__(self, client: Client, integration: Integration) -> None:
        self.client = client
        self.path = f"/v1/integrations/{integration.pk}/outbound/mapping-simulation"

    def ask(self, **body: Any) -> Any:  # Any: the answer of the test client
        return self.client.post(self.path, json.dumps(body), content_type="application/json")

    def simulate(self, expression: str | None = GOOD, **body: Any) -> Any:
        asked = {"payload": EVENT} | body
        asked |= {} if expression is None else {"jsonata_expression": expression}
        answer = self.ask(**{name: value for name, value in asked.items() if value is not None})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def error(self, expression: str, **body: Any) -> Any:
        answer = self.simulate(expression, **body)
        assert (answer["valid"], "output" in answer) == (False, False)
        return answer["error"]


@pytest.fixture
def door(integration: Integration, client_of: Callable[..., Client]) -> Door:
    token = make_token(organization=integration.organization, grants=("integration:view",))
    return Door(client_of(token), integration)


def test_a_mapping_yields_what_would_be_delivered(door: Door) -> None:
    assert door.simulate() == {
        "valid": True,
        "output": {"number": "V-1"},
        "mapping_version": mapping_version(GOOD),
    }


def test_a_poll_delivery_without_an_expression_delivers_the_event(door: Door) -> None:
    assert door.simulate(None) == {"valid": True, "output": EVENT}
    assert door.simulate(" ") == {"valid": True, "output": EVENT}


def test_no_digit_is_lost(door: Door) -> None:
    body = b'{"payload": {"n": 12345678901234567890123}}'
    answer = door.client.post(door.path, body, content_type="application/json")
    assert b'"output":{"n":12345678901234567890123}' in answer.content


def test_expressions_see_variables_that_are_no_secrets(organization: Organization, door: Door) -> None:
    make_variable(organization=organization, key="tenant", value="t1")
    make_secret(organization=organization, key="erp_key")
    assert door.simulate("{'keys': $keys($env), 'tenant': $env.tenant}")["output"] == {
        "keys": "tenant",
        "tenant": "t1",
    }


def test_the_clock_of_a_payload_stands_at_the_request(door: Door) -> None:
    assert door.simulate("{'at': $now()}")["output"] == {"at": "2026-01-15T08:00:00.000Z"}


@pytest.mark.parametrize(
    ("expression", "code", "position"),
    [
        ("{'a': }", "syntax_error", {"line": 1, "column": 8}),
        ("{\n 'a': $envv.x }", "unknown_binding", {"line": 2, "column": 7}),
        ("$upper(contract.number)", "unknown_binding", {"line": 1, "column": 1}),
        ("{'n': $sum(contract.number)}", "evaluation_error", {"line": 1, "column": 7}),
        ("($f := function($n) { $f($n + 1) }; {'a': $f(0)})", "timeout", None),
        ("contract.number", "invalid_output", None),
        ("nothing", "invalid_output", None),
        ("/* " + "x" * 10_000 + " */ {}", "expression_too_long", None),
    ],
    ids=["syntax", "binding", "function", "evaluation", "timeout", "text", "nothing", "long"],
)
def test_what_is_wrong_with_a_mapping_has_its_code_and_place(
    door: Door, expression: str, code: str, position: Any
) -> None:
    error = door.error(expression)
    assert (error["code"], error.get("position")) == (code, position), error
    assert error["message"]


def test_a_webhook_takes_longer_expressions_and_other_values_than_objects(door: Door) -> None:
    padded = "/* " + "x" * 10_000 + " */ contract.number"
    assert door.simulate(padded, delivery_type="webhook")["output"] == "V-1"
    assert door.error("/* " + "x" * 33_000 + " */ 1", delivery_type="webhook")["code"] == "expression_too_long"


def test_a_mapping_that_is_not_valid_has_a_version_too(door: Door) -> None:
    assert len(door.simulate("{'a': }")["mapping_version"]) == 16


def test_the_files_of_an_event_are_told_where_a_webhook_sends_them(door: Door) -> None:
    entry = {"entity_id": str(UUID(int=7)), "version_index": 0, "filename": "a.pdf", "size_bytes": 5}
    answer = door.simulate(
        "{'url': 'data:;base64,' & file_data.base64}",
        payload={"event_attachments": [entry]},
        delivery_type="webhook",
        delivery_mode="json_base64",
    )
    assert answer["output"] == {"url": "data:;base64,<base64 of a.pdf, 5 bytes>"}


def test_an_event_of_the_past_is_the_input_and_is_shown(organization: Organization, door: Door) -> None:
    at = NOW - timedelta(days=1)
    event = make_core_event(organization=organization, at=at, payload=EVENT | {"_automation_chain": ["a"]})
    answer = door.simulate("{'at': $now(), 'number': contract.number}", payload=None, event_id=event.public_id)
    assert answer["input"] == EVENT
    assert answer["output"] == {"at": "2026-01-14T08:00:00.000Z", "number": "V-1"}
    by_uuid = door.simulate("{'number': contract.number}", payload=None, event_id=str(event.row.pk))
    assert by_uuid["output"] == {"number": "V-1"}


def test_an_event_may_be_asked_for_by_name_as_well(organization: Organization, door: Door) -> None:
    event = make_core_event(organization=organization, name="ContractCreated")
    asked = {"jsonata_expression": GOOD, "event_id": event.public_id}
    named = [door.ask(**asked, event_catalog_event=name).status_code for name in ("ContractCreated", "Other")]
    assert named == [200, 404]


def test_an_event_of_another_organization_is_not_there(stage: Stage, door: Door) -> None:
    foreign = make_core_event(organization=stage.next_door)
    answers = [door.ask(event_id=one) for one in (foreign.public_id, "01" + "0" * 24, "nonsense")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.json()["message"] for answer in answers}) == 1


@pytest.mark.parametrize(("grants", "status"), [(("erp:events",), 403), (("erp:read",), 200)])
def test_an_event_of_the_past_needs_the_permission_to_see_history(
    integration: Integration, client_of: Callable[..., Client], grants: tuple[str, ...], status: int
) -> None:
    event = make_core_event(organization=integration.organization)
    door = Door(client_of(make_token(organization=integration.organization, grants=grants)), integration)
    assert door.ask(event_id=event.public_id).status_code == status
    assert door.ask(payload=EVENT).status_code == 200


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "payload"),
        ({"payload": {}, "event_id": "x"}, "payload"),
        ({"payload": "text"}, "payload"),
        ({"payload": {}, "jsonata_expression": 1}, "jsonata_expression"),
        ({"payload": {}, "delivery_type": "webhook"}, "jsonata_expression"),
        ({"payload": {}, "delivery_type": "webhook", "jsonata_expression": " "}, "jsonata_expression"),
        ({"payload": {}, "delivery_type": "ftp"}, "delivery_type"),
        ({"payload": {}, "delivery_type": "file_proxy"}, "use_case_slug"),
        ({"payload": {}, "use_case_slug": "x"}, "use_case_slug"),
        ({"payload": {}, "delivery_mode": "json_base64"}, "delivery_mode"),
        ({"payload": {}, "delivery_type": "webhook", "jsonata_expression": "$", "delivery_mode": "x"}, "delivery_mode"),
        ({"payload": {}, "delivery_type": "file_proxy", "use_case_slug": "x", "steps": {}}, "steps"),
        ({"payload": {}, "delivery_type": "file_proxy", "use_case_slug": "x", "steps": [1]}, "steps"),
        (
            {"payload": {}, "delivery_type": "file_proxy", "use_case_slug": "x", "jsonata_expression": "$"},
            "jsonata_expression",
        ),
        ({"event_id": 7}, "event_id"),
        ({"payload": {}, "event_catalog_event": ""}, "event_catalog_event"),
        ({"payload": {}, "expression": "x"}, "expression"),
    ],
)
def test_a_request_that_is_not_well_formed_is_refused(door: Door, body: Any, path: str) -> None:
    answer = door.ask(**body)
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)


def test_payload_and_event_id_are_told_apart_from_neither(door: Door) -> None:
    both, neither = door.ask(payload={}, event_id="x").json(), door.ask().json()
    assert both["message"] == "payload: cannot be given beside event_id: send one of the two"
    assert neither["message"] == "payload: is required, or event_id in its place"


def test_simulations_of_both_directions_share_the_limit_of_a_minute(door: Door, settings: Any) -> None:
    settings.HUB_SIMULATION_LIMIT_PER_MINUTE = 2
    answers = [door.ask(payload=EVENT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Retry-After" in answers[-1]


def test_nothing_is_queued(door: Door) -> None:
    door.simulate()
    assert not QueuedMessage.objects.exists()
