"""Replay from the pages: asked first, done once, recorded, and only by who may send."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from hub.ids import find_id
from inbound.models import InboundBody, InboundEvent
from inbound.receive.store import ConfigurationMoved
from inbound.ui import replaying
from tests.builders import make_integration
from tests.cast import NEIGHBOUR_OWNER, OPERATOR, VIEWER
from tests.inbound.conftest import Erp, customer, drain

pytestmark = pytest.mark.django_db

ASK, DO = "/app/events/replay/ask", "/app/events/replay"


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    """Somebody who may replay."""
    return client_of(OPERATOR)


def replays() -> int:
    return InboundEvent.objects.filter(replay_of__isnull=False).count()


def test_the_question_says_what_would_run_and_runs_nothing(erp: Erp, operator: Client) -> None:
    ids = [erp.sync(customer(f"C-{number}")).event_id for number in range(2)]
    answer = operator.post(ASK, {"event": ids})
    assert "Replay 2 events?" in answer.content.decode()
    assert (answer.status_code, replays()) == (200, 0)


def test_the_question_comes_as_a_dialog_where_scripts_run(erp: Erp, operator: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    text = operator.post(ASK, {"event": event_id}, headers={"HX-Request": "true"}).content.decode()
    assert "<dialog" in text
    assert "<html" not in text


def test_nothing_chosen_is_said_in_the_dialog(erp: Erp, operator: Client) -> None:
    answer = operator.post(ASK, {}, headers={"HX-Request": "true"})
    assert (answer.status_code, "No event is chosen" in answer.content.decode()) == (422, True)


def test_a_replay_is_a_new_event_and_its_page_opens(erp: Erp, operator: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    answer = operator.post(DO, {"event": event_id})
    fresh = answer["Location"].removeprefix("/app/events/")
    drain()
    row = InboundEvent.objects.get(pk=find_id("evt_", fresh))
    assert (row.replay_of, row.correlation_id) == (find_id("evt_", event_id), fresh)


def test_several_replays_lead_back_to_the_list_with_its_filter(erp: Erp, operator: Client) -> None:
    ids = [erp.sync(customer(f"C-{number}")).event_id for number in range(3)]
    answer = operator.post(f"{DO}?status=success", {"event": ids})
    assert (answer["Location"], replays()) == ("/app/events?status=success", 3)


def test_events_of_several_integrations_are_replayed_together(erp: Erp, operator: Client) -> None:
    first = erp.sync(customer("C-1")).event_id
    home = erp.integration
    erp.integration = make_integration(organization=erp.organization)
    erp.add_use_case("customer", erp.use_case.configuration)
    second = erp.sync(customer("C-2")).event_id
    operator.post(DO, {"event": [first, second]})
    assert {row.integration_id for row in InboundEvent.objects.filter(replay_of__isnull=False)} == {
        home.pk,
        erp.integration.pk,
    }


def test_a_replay_is_in_the_audit_log(erp: Erp, operator: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    operator.post(DO, {"event": event_id})
    entry = AuditEntry.objects.get(action="event.replay")
    assert (entry.object_id, entry.actor_type, list(entry.changes["replays"])) == (event_id, "user", [event_id])


def test_an_event_without_a_use_case_is_reported_as_left_out(erp: Erp, operator: Client) -> None:
    [result] = erp.send(erp.event(customer("C-1"), event_name="nobody"))
    text = operator.post(DO, {"event": result.event_id}, follow=True).content.decode()
    assert "1 event was not replayed: No enabled use case takes it now." in text
    assert not AuditEntry.objects.filter(action="event.replay").exists()


def test_an_event_without_a_payload_is_reported_as_left_out(erp: Erp, operator: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    InboundBody.objects.all().delete()
    operator.post(DO, {"event": event_id})
    assert replays() == 0


def test_a_change_of_the_configuration_in_between_replays_nothing(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(**_: object) -> None:
        raise ConfigurationMoved

    event_id = erp.sync(customer("C-1")).event_id
    monkeypatch.setattr(replaying, "replay_events", moved)
    text = operator.post(DO, {"event": event_id}, follow=True).content.decode()
    assert "Nothing was replayed; try again." in text


@pytest.mark.parametrize("path", [ASK, DO])
def test_a_viewer_may_not_replay(erp: Erp, client_of: Callable[..., Client], path: str) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert client_of(VIEWER).post(path, {"event": event_id}).status_code == 403
    assert replays() == 0


@pytest.mark.parametrize("path", [ASK, DO])
def test_a_stranger_is_sent_to_sign_in(erp: Erp, path: str) -> None:
    assert Client().post(path, {"event": "evt_x"}).status_code == 302


def test_events_of_somebody_else_are_not_there(erp: Erp, client_of: Callable[..., Client]) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    neighbour = client_of(NEIGHBOUR_OWNER)
    assert neighbour.post(ASK, {"event": event_id}).status_code == 422
    neighbour.post(DO, {"event": event_id})
    assert replays() == 0


@pytest.mark.parametrize("path", [ASK, DO])
def test_a_form_without_its_protection_is_refused(erp: Erp, operator: Client, path: str) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = operator.cookies
    assert strict.post(path, {"event": event_id}).status_code == 403


@pytest.mark.parametrize("path", [ASK, DO])
def test_replays_are_never_done_by_a_link(erp: Erp, operator: Client, path: str) -> None:
    answer = operator.get(f"{path}?event=evt_x")
    assert answer.status_code in {404, 405}
