"""The doors of this app over HTTP: intake, query, replay; and the monitoring of what came in."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from hub.accounts.models import AuditEntry
from inbound.models import InboundEvent
from monitoring.models import MonitoringEvent
from tests.cast import OPERATOR
from tests.inbound.conftest import Erp, customer, drain

pytestmark = pytest.mark.django_db

V3 = "/v3/erp/updates/events"


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(path, data, content_type="application/json", headers=headers)


def test_events_are_accepted_over_http(erp: Erp, machine: Client) -> None:
    answer = post(machine, V3, erp.request(erp.event(customer("1"))))
    assert answer.status_code == 200
    assert [result["status"] for result in answer.json()["results"]] == ["success"]


def test_version_1_finds_the_integration_by_its_component(erp: Erp, machine: Client) -> None:
    from integrations.models import AppMapping

    app, component = uuid4(), uuid4()
    AppMapping.objects.create(
        organization=erp.organization,
        app_id=app,
        component_id=component,
        integration=erp.integration,
        created_at=erp.integration.created_at,
    )
    body = {"app_id": str(app), "component_id": str(component), "meta": {}}
    event = erp.event(customer("1"), event_type="UPDATE", object_type="customer")
    answer = post(machine, "/v1/erp/updates/events", body | {"events": [event]})
    assert (answer.json()["results"][0]["status"], answer["Deprecation"]) == ("success", "true")


def test_version_1_without_a_mapping_is_refused(erp: Erp, machine: Client) -> None:
    body = {"app_id": str(uuid4()), "component_id": str(uuid4()), "meta": {}, "events": []}
    answer = post(machine, "/v1/erp/updates/events", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "APP_MAPPING_NOT_FOUND")


def test_an_outdated_call_leaves_one_span(erp: Erp, machine: Client) -> None:
    event = erp.event(customer("1"), event_type="UPDATE", object_type="customer")
    post(machine, "/v2/erp/updates/events", erp.request(event, event))
    assert MonitoringEvent.objects.filter(code="DEPRECATED_ENDPOINT").count() == 1


def test_a_grant_for_another_integration_does_not_open_this_one(erp: Erp, client_of: Callable[..., Client]) -> None:
    from tests.builders import make_integration, make_token

    other = make_integration(organization=erp.organization)
    scoped = make_token(organization=erp.organization, grants=({"action": "erp:events", "resource": str(other.pk)},))
    erp.configuration_changed()
    answer = post(client_of(scoped), V3, erp.request(erp.event(customer("1"))))
    assert (answer.status_code, InboundEvent.objects.count()) == (403, 0)


def test_a_member_may_send_after_the_configuration_moved(erp: Erp, client_of: Callable[..., Client]) -> None:
    client = client_of(OPERATOR)
    post(client, V3, erp.request(erp.event(customer("1"))))
    erp.configuration_changed()
    assert post(client, V3, erp.request(erp.event(customer("2")))).status_code == 200


def test_a_revoked_token_is_refused_at_once(erp: Erp, machine: Client) -> None:
    from hub.accounts.audit import OPERATOR
    from hub.accounts.operations import revoke_token

    post(machine, V3, erp.request(erp.event(customer("1"))))
    revoke_token(organization=erp.organization, token_id=erp.token.id, actor=OPERATOR, at=erp.integration.created_at)
    assert post(machine, V3, erp.request(erp.event(customer("1")))).status_code == 401


def test_stored_events_are_answered_also_when_the_outdated_call_cannot_be_noted(
    erp: Erp, machine: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    caplog.set_level(logging.CRITICAL, "inbound.api.intake")
    monkeypatch.setattr("inbound.api.intake.record_outdated_call", fail)
    event = erp.event(customer("1"), event_type="UPDATE", object_type="customer")
    answer = post(machine, "/v2/erp/updates/events", erp.request(event))
    assert (answer.status_code, InboundEvent.objects.count()) == (200, 1)


def test_stored_events_are_listed_newest_first_with_their_payload(erp: Erp, machine: Client) -> None:
    erp.send(erp.event(customer("1")), erp.event(customer("2")))
    page = post(machine, f"/v1/integrations/{erp.integration.pk}/events", {}).json()
    assert [json.loads(row["payload"])["KUNNR"] for row in page["data"]] == ["2", "1"]
    assert (page["has_more"], page["next_cursor"]) == (False, None)


def test_pages_follow_each_other_without_gap_or_repetition(erp: Erp, machine: Client) -> None:
    erp.send(*[erp.event(customer(str(number))) for number in range(60)])
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = post(machine, f"/v1/integrations/{erp.integration.pk}/events", {"cursor": cursor}).json()
        seen += [row["event_id"] for row in page["data"]]
        cursor = page["next_cursor"]
    assert (len(seen), len(set(seen)), cursor) == (60, 60, None)


@pytest.mark.parametrize("body", [{"limit": 0}, {"limit": 26}, {"cursor": {"event_id": "evt_1"}}, {"event_type": "X"}])
def test_a_bad_query_is_refused(erp: Erp, machine: Client, body: Any) -> None:
    assert post(machine, f"/v1/integrations/{erp.integration.pk}/events", body).status_code == 400


@pytest.mark.parametrize("name", ["event_name", "object_type"])
def test_events_are_found_by_the_name_they_were_sent_with(erp: Erp, machine: Client, name: str) -> None:
    erp.send(erp.event(customer("1"), event_name="customer"), erp.event(customer("2")))
    page = post(machine, f"/v1/integrations/{erp.integration.pk}/events", {name: "customer"}).json()
    assert len(page["data"]) == 2


@pytest.mark.parametrize(("event_type", "found"), [("UPDATE", ["2", "1"]), ("DELETE", ["3"]), (None, ["3", "2", "1"])])
def test_events_are_found_by_the_type_they_are_shown_with(
    erp: Erp, machine: Client, event_type: str | None, found: list[str]
) -> None:
    erp.send(*[erp.event(customer(str(n)), event_type=kind) for n, kind in enumerate((None, "UPDATE", "DELETE"), 1)])
    page = post(machine, f"/v1/integrations/{erp.integration.pk}/events", {"event_type": event_type}).json()
    assert [json.loads(row["payload"])["KUNNR"] for row in page["data"]] == found


def test_a_replay_answers_per_id_and_queues_a_new_event(erp: Erp, machine: Client) -> None:
    [sent] = erp.send(erp.event(customer("1"), deduplication_id="once"))
    body = {"event_ids": [sent.event_id, "evt-001", sent.event_id]}
    answer = post(machine, f"/v1/integrations/{erp.integration.pk}/events/replay", body).json()
    assert [result["status"] for result in answer["results"]] == ["queued", "not_found", "skipped"]
    assert (answer["replayed"], answer["event_ids"]) == (1, body["event_ids"])


def test_a_replay_starts_again_where_a_use_case_is_saved_meanwhile(
    erp: Erp, machine: Client, save_meanwhile: Callable[[int], None]
) -> None:
    [sent] = erp.send(erp.event(customer("1")))
    save_meanwhile(1)
    body = {"event_ids": [sent.event_id]}
    answer = post(machine, f"/v1/integrations/{erp.integration.pk}/events/replay", body)
    assert (answer.status_code, answer.json()["replayed"]) == (200, 1)


def test_a_replay_while_use_cases_are_saved_again_and_again_asks_for_another_try(
    erp: Erp, machine: Client, save_meanwhile: Callable[[int], None]
) -> None:
    [sent] = erp.send(erp.event(customer("1")))
    save_meanwhile(2)
    answer = post(machine, f"/v1/integrations/{erp.integration.pk}/events/replay", {"event_ids": [sent.event_id]})
    assert (answer.status_code, answer.json()["code"]) == (503, "CONFIGURATION_CHANGING")
    assert InboundEvent.objects.count() == 1


def test_a_replay_over_the_api_is_audited(erp: Erp, machine: Client) -> None:
    [sent] = erp.send(erp.event(customer("1")))
    path = f"/v1/integrations/{erp.integration.pk}/events/replay"
    [result] = post(machine, path, {"event_ids": [sent.event_id]}).json()["results"]
    post(machine, path, {"event_ids": ["evt-001"]})
    [entry] = AuditEntry.objects.of(erp.organization).filter(action="event.replay")
    assert (entry.actor_type, entry.changes) == ("token", {"replays": {sent.event_id: result["replay_event_id"]}})


def test_a_replay_over_the_api_runs_stale_events_too(erp: Erp, machine: Client) -> None:
    old, new = (erp.sync(customer("1", name)).event_id for name in ("Old", "New"))
    body = {"event_ids": [old, new]}
    answer = post(machine, f"/v1/integrations/{erp.integration.pk}/events/replay", body).json()
    assert [result["status"] for result in answer["results"]] == ["queued", "queued"]


@pytest.mark.parametrize("ids", [[], ["evt_1"] * 101, "evt_1", [7], [""]])
def test_a_replay_without_a_proper_list_is_refused(erp: Erp, machine: Client, ids: Any) -> None:
    answer = post(machine, f"/v1/integrations/{erp.integration.pk}/events/replay", {"event_ids": ids})
    assert answer.status_code == 400


def test_an_event_of_another_organization_cannot_be_replayed(erp: Erp, other_erp: Erp, machine: Client) -> None:
    [foreign] = other_erp.send(other_erp.event(customer("1")))
    body = {"event_ids": [foreign.event_id]}
    answer = post(machine, f"/v1/integrations/{erp.integration.pk}/events/replay", body).json()
    assert answer["results"][0]["status"] == "not_found"


def test_monitoring_tells_status_code_and_category(erp: Erp, machine: Client) -> None:
    erp.send(erp.event({"NAME": {"NACHNAME": "nobody"}}))
    drain()
    path = f"/v1/integrations/{erp.integration.pk}/monitoring/inbound-events"
    [row] = post(machine, path, {"status": "error"}).json()["data"]
    assert (row["error_code"], row["error_category"]) == ("MISSING_UNIQUE_IDENTIFIERS", "validation")


def test_monitoring_pages_split_spans_of_one_event_without_loss(erp: Erp, machine: Client) -> None:
    erp.send(*[erp.event(customer(str(number))) for number in range(7)])
    drain()
    path = f"/v1/integrations/{erp.integration.pk}/monitoring/inbound-events"
    seen, cursor = [], None
    for _ in range(4):
        page = post(machine, path, {"limit": 2, "cursor": cursor}).json()
        seen += [row["event_id"] for row in page["data"]]
        cursor = page["next_cursor"]
    assert (len(set(seen)), cursor) == (7, None)


@pytest.mark.parametrize(
    "body",
    [
        {"status": "fine"},
        {"from_date": "2026-02-01T00:00:00Z", "to_date": "2026-01-01T00:00:00Z"},
        {"from_date": "0001-01-01T00:00:00+14:00"},
        {"cursor": 1},
        {"cursor": {"completed_at": "2026-01-15T08:00:00Z", "event_id": "evt_01M89XMEYXB67PN2GVWSY8RK56", "id": 7}},
    ],
)
def test_a_bad_monitoring_query_is_refused(erp: Erp, machine: Client, body: Any) -> None:
    path = f"/v1/integrations/{erp.integration.pk}/monitoring/inbound-events"
    assert post(machine, path, body).status_code == 400
