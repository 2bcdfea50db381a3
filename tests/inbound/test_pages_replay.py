"""Replay from the pages: asked first, done once, recorded, and only by who may send."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from hub.ids import find_id, new_id, to_text
from hub.web.templatetags.numbers import number
from inbound.models import InboundBody, InboundEvent
from inbound.receive.store import ConfigurationMoved
from inbound.replays import running
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
    monkeypatch.setattr(running, "replay_events", moved)
    text = operator.post(DO, {"event": event_id}, follow=True).content.decode()
    assert "Nothing was replayed; try again." in text


# What would not run is said before


def unroutable(erp: Erp, count: int) -> list[str]:
    return [one.event_id for one in erp.send(*(erp.event(customer("C-1"), event_name="nobody") for _ in range(count)))]


def test_what_would_be_left_out_is_said_in_advance_with_its_reasons(erp: Erp, operator: Client) -> None:
    good = erp.sync(customer("C-1")).event_id
    purged = erp.sync(customer("C-2")).event_id
    InboundBody.objects.filter(pk=find_id("evt_", purged)).delete()
    text = asked(operator, good, purged, *unroutable(erp, 2))
    assert "1 of 4 events, oldest first" in text
    assert "<b>2</b> No enabled use case takes them now" in text
    assert "<b>1</b> The payload is not kept any more" in text
    assert "Replay 1 event<" in text


def test_where_nothing_would_run_the_act_is_not_offered(erp: Erp, operator: Client) -> None:
    answer = operator.post(ASK, {"event": unroutable(erp, 2)})
    text = answer.content.decode()
    assert (answer.status_code, "Nothing would run." in text, "ih-button--primary" in text) == (422, True, False)


def test_of_a_single_event_the_reason_is_about_it_alone(erp: Erp, operator: Client) -> None:
    assert "No enabled use case takes it now" in asked(operator, *unroutable(erp, 1))


def test_the_use_cases_are_those_that_take_the_events_now(erp: Erp, operator: Client) -> None:
    [event_id] = unroutable(erp, 1)
    erp.add_use_case("nobody", erp.use_case.configuration)
    assert '<dd class="ih-mono">nobody</dd>' in asked(operator, event_id)


def test_what_is_still_on_its_way_is_left_out_by_the_question_and_by_the_act(erp: Erp, operator: Client) -> None:
    event_ids = [one.event_id for one in erp.send(*(erp.event(customer(f"C-{each}")) for each in range(2)))]
    assert "<b>2</b> Still on their way" in asked(operator, *event_ids)
    text = operator.post(DO, {"event": event_ids}, follow=True).content.decode()
    assert ("2 events were not replayed: Still on their way." in text, replays()) == (True, 0)


# More than run at once, and others who ask for the same


def test_a_hundred_events_and_more_are_offered_as_a_job_and_none_is_dropped(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "MOST_EVENTS", 2)
    ids = [erp.sync(customer(f"C-{number}")).event_id for number in range(3)]
    for path in (ASK, DO):
        text = operator.post(path, {"event": ids}).content.decode()
        assert "Go on with a job" in text
        assert re.findall('name="event" value="([^"]+)"', text) == ids
    assert replays() == 0


def test_a_thousand_chosen_events_fit_into_the_form_of_a_job(erp: Erp, operator: Client) -> None:
    ids = [to_text("evt_", new_id()) for _ in range(999)]
    ids.append(erp.sync(customer("C-1")).event_id)
    answer = operator.post("/app/events/replay-many", {"event": ids, "version": "active", "preview": "1"})
    assert f"1 of {number(1_000)} can run" in answer.content.decode()


def test_more_than_a_form_carries_is_refused_with_what_to_do(erp: Erp, operator: Client) -> None:
    answer = operator.post(ASK, {"event": [to_text("evt_", new_id()) for _ in range(1_200)]})
    assert answer.status_code == 400
    assert "Choose fewer, or act on all that match" in answer.content.decode()


def seen(text: str) -> str:
    return re.findall('name="seen" value="([0-9]+)"', text)[0]


def test_two_people_who_were_asked_about_the_same_events_run_each_once(erp: Erp, operator: Client) -> None:
    ids = [erp.sync(customer(f"C-{number}")).event_id for number in range(2)]
    sent = {"event": ids, "seen": seen(operator.post(ASK, {"event": ids}).content.decode())}
    operator.post(DO, sent)
    drain()
    text = operator.post(DO, sent, follow=True).content.decode()
    assert ("2 events are left out" in text, replays()) == (True, 2)


def test_a_replay_that_is_on_its_way_is_not_started_again(erp: Erp, operator: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    for _ in range(2):
        operator.post(DO, {"event": event_id})
    assert replays() == 1


def test_what_was_replayed_before_the_question_runs_again(erp: Erp, operator: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    for _ in range(2):
        operator.post(DO, {"event": event_id, "seen": seen(operator.post(ASK, {"event": event_id}).content.decode())})
        drain()
    assert replays() == 2


# Stale events


def named(erp: Erp, *names: str) -> list[str]:
    """Ids of events about one customer, of which all but the last are stale."""
    return [erp.sync(customer("C-1", name)).event_id for name in names]


def asked(client: Client, *ids: str) -> str:
    return client.post(ASK, {"event": ids}).content.decode()


def replayed() -> set[str]:
    """Public ids of the events that were replayed."""
    originals = InboundEvent.objects.filter(replay_of__isnull=False).values_list("replay_of", flat=True)
    return {to_text("evt_", original) for original in originals if original}


def test_where_nothing_is_stale_nothing_is_said_of_it(erp: Erp, operator: Client) -> None:
    text = asked(operator, *named(erp, "Only"))
    assert "stale." not in text
    assert 'type="checkbox" name="skip_stale"' not in text


def test_some_stale_events_are_counted_and_left_out_unless_the_box_is_unticked(erp: Erp, operator: Client) -> None:
    text = asked(operator, *named(erp, "Old", "Older", "New"))
    assert "2 of 3 events are stale." in text
    assert 'type="checkbox" name="skip_stale" checked' in text
    assert buttons(text) == {"ih-if-ticked": "Replay 1 event", "ih-if-unticked": "Replay 3 events"}


def test_where_all_events_are_stale_only_unticking_lets_them_run(erp: Erp, operator: Client) -> None:
    text = asked(operator, *named(erp, "Old", "Older", "New")[:2])
    assert "All 2 events are stale." in text
    assert "Untick the box to replay nonetheless." in text
    assert buttons(text) == {"ih-if-unticked": "Replay 2 events"}


def test_the_only_stale_event_shows_what_overtook_it(erp: Erp, operator: Client) -> None:
    old, new = named(erp, "Old", "New")
    text = asked(operator, old)
    assert "A newer event concerns 2 attributes of it" in text
    assert f'href="/app/events/{new}"' in text


def test_a_stale_deletion_is_explained_without_attributes(erp: Erp, operator: Client) -> None:
    deletion = erp.sync(customer("C-1")) and erp.sync(customer("C-1"), event_type="DELETE").event_id
    erp.sync(customer("C-1"))
    assert "A newer event concerns the entity that it deletes" in asked(operator, deletion)


def test_events_that_reached_no_entity_are_counted_as_not_checked(erp: Erp, operator: Client) -> None:
    text = asked(operator, erp.sync(customer(None)).event_id)
    assert "1 event that reached no entity" in text


def test_stale_events_are_skipped_said_and_recorded(erp: Erp, operator: Client) -> None:
    old, new = named(erp, "Old", "New")
    text = operator.post(DO, {"event": [old, new], "skip_stale": "on"}, follow=True).content.decode()
    assert "1 stale event was skipped: a newer one concerns the same attributes." in text
    assert replayed() == {new}
    assert AuditEntry.objects.get(action="event.replay").changes["skipped_stale"] == [old]


def test_stale_events_run_when_the_box_is_unticked(erp: Erp, operator: Client) -> None:
    old, new = named(erp, "Old", "New")
    operator.post(DO, {"event": [old, new]})
    assert replayed() == {old, new}
    assert "skipped_stale" not in AuditEntry.objects.get(action="event.replay").changes


def test_what_became_stale_since_the_question_is_skipped(erp: Erp, operator: Client) -> None:
    [old] = named(erp, "Old")
    form = re.findall(r'<input type="hidden" name="(skip_stale)" value="(on)">', asked(operator, old))
    named(erp, "New")
    text = operator.post(DO, {"event": old, **dict(form)}, follow=True).content.decode()
    assert ("1 stale event was skipped" in text, replays()) == (True, 0)


def test_skipping_all_is_not_in_the_audit_log(erp: Erp, operator: Client) -> None:
    old, _ = named(erp, "Old", "New")
    operator.post(DO, {"event": old, "skip_stale": "on"})
    assert not AuditEntry.objects.filter(action="event.replay").exists()


def buttons(text: str) -> dict[str, str]:
    """When each button of the form is shown, and its words."""
    return dict(
        re.findall(r'<button class="ih-button ih-button--primary (\S+)" data-shortcut="mod\+enter">([^<]+)<', text)
    )


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
