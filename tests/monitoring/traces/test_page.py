"""The page of a trace: from the event of an ERP to the acknowledgement of another, and whatever lies between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from inbound.receive.arrivals import Sender
from inbound.replay import replay_events
from monitoring.external import take_external
from monitoring.record import Span, record
from tests.builders import NOW, make_integration, make_member
from tests.cast import NEIGHBOUR_OWNER, VIEWER
from tests.inbound.conftest import Erp, _end_children, _nothing_cached, customer, drain, erp  # noqa: F401 -- fixtures
from tests.outbound.builders import make_acknowledgement, make_delivery
from tests.outbound.conftest import receiver  # noqa: F401 -- a fixture
from tests.outbound.world import World, world  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
ORDER = "order-4711"


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


def trace(client: Client, correlation_id: str = ORDER) -> Any:
    answer = client.get(f"/app/traces/{quote(correlation_id)}")
    assert answer.status_code == 200
    return answer


def steps(answer: Any) -> list[tuple[str, str]]:
    """Name and status of each row."""
    return [(one["step"].name, one["step"].status) for one in answer.context["rows"]]


def test_an_event_is_shown_with_what_was_mapped_and_written(erp: Erp, viewer: Client) -> None:  # noqa: F811
    erp.sync(customer("C-1"), correlation_id=ORDER)
    shown = steps(trace(viewer))
    assert shown[0] == ("Event", "success")
    assert {name for name, _ in shown} == {"Event", "Received", "In line and mapped", "Written"}


def test_an_event_that_waits_keeps_the_clock_running(erp: Erp, viewer: Client) -> None:  # noqa: F811
    erp.send(erp.event(customer("C-1"), correlation_id=ORDER))
    answer = trace(viewer)
    assert answer.context["timeline"].clock.is_running
    assert ("In line", "received") in steps(answer)


def test_what_went_wrong_is_a_row_with_its_code(erp: Erp, viewer: Client) -> None:  # noqa: F811
    erp.sync({"KUNNR": "C-1", "NAME": {"NACHNAME": {"no": "text"}}}, correlation_id=ORDER)
    answer = trace(viewer)
    assert answer.context["timeline"].status in ("error", "warning")
    codes = {name for name, status in steps(answer) if status in ("error", "warning")}
    assert any(name.isupper() for name in codes)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_one_timeline_leads_from_the_event_to_the_acknowledgement(world: World) -> None:  # noqa: F811
    world.webhook()
    world.use_case()
    sender = Erp(world.organization)
    sender.sync(customer("C-1"), correlation_id="first")
    sender.sync(customer("C-1", last_name="Meyer"), correlation_id=ORDER)
    world.work()
    client = Client()
    client.force_login(make_member(organization=world.organization).user)
    answer = trace(client)
    names = [name for name, _ in steps(answer)]
    assert names.index("Event") < names.index("Written") < names.index("Core event") < names.index("Delivery")
    assert names[-1] == "Acknowledgement"
    assert len(answer.context["integrations"]) == 2
    assert answer.context["timeline"].clock.due_at is not None


def test_steps_of_other_systems_stand_in_between(erp: Erp, viewer: Client) -> None:  # noqa: F811
    erp.sync(customer("C-1"), correlation_id=ORDER)
    pushed = {
        "correlation_id": ORDER,
        "level": "success",
        "use_case_slug": "idoc-out",
        "occurred_at": "2026-01-15T07:59:30Z",
        "message": "IDoc left the ERP",
    }
    assert take_external(integration=erp.integration, pushed=[pushed], at=NOW) == []
    answer = trace(viewer)
    assert steps(answer)[0] == ("Outside the hub", "success")
    assert "IDoc left the ERP" in answer.content.decode()
    assert answer.context["timeline"].has_external


def test_a_step_of_another_system_opens_to_its_whole_message_its_code_and_its_detail(
    erp: Erp,  # noqa: F811
    viewer: Client,
) -> None:
    message = "IDoc 4711 was refused, " + "very " * 380 + "firmly."
    told = {"correlation_id": ORDER, "level": "error", "use_case_slug": "idoc-out"}
    pushed = told | {"occurred_at": "2026-01-15T07:59:30Z", "message": message, "detail": {"partner": "<b>ACME</b>"}}
    assert take_external(integration=erp.integration, pushed=[pushed], at=NOW) == []
    [one] = trace(viewer).context["rows"]
    assert (one["step"].is_foldable, len(one["said"])) == (True, 200)
    assert one["said"].startswith(f"{one['step'].code} · IDoc 4711")
    text = trace(viewer).content.decode()
    assert f"<p>{message}</p>" in text
    assert f">{one['step'].code}</" in text
    assert "&quot;partner&quot;: &quot;&lt;b&gt;ACME&lt;/b&gt;&quot;" in text


def test_a_step_that_has_no_more_to_tell_than_its_row_does_not_open(erp: Erp, viewer: Client) -> None:  # noqa: F811
    erp.sync(customer("C-1"), correlation_id=ORDER)
    assert not any(one["step"].is_foldable for one in trace(viewer).context["rows"])
    assert "<details class=" not in trace(viewer).content.decode().partition('class="ih-waterfall"')[2]


def test_an_acknowledgement_that_is_late_says_so(organization: Organization, viewer: Client) -> None:
    make_acknowledgement(organization=organization, integration_id=None, due_at=NOW - timedelta(minutes=3))
    assert "acknowledgement overdue" in trace(viewer, "corr-1").content.decode()


def test_an_id_that_nobody_used_says_what_that_may_mean(viewer: Client) -> None:
    answer = trace(viewer, "nothing")
    assert answer.context["timeline"] is None
    assert "Nothing carries this id" in answer.content.decode()


def test_what_another_organization_did_is_not_there(erp: Erp, client_of: Callable[..., Client]) -> None:  # noqa: F811
    erp.sync(customer("C-1"), correlation_id=ORDER)
    assert trace(client_of(NEIGHBOUR_OWNER)).context["timeline"] is None


def test_an_id_is_never_markup(erp: Erp, viewer: Client) -> None:  # noqa: F811
    evil = "<script>alert(1)</script>"
    erp.sync(customer("C-1"), correlation_id=evil)
    answer = trace(viewer, evil)
    assert answer.context["timeline"] is not None
    assert "<script>alert(1)" not in answer.content.decode()


def test_an_id_with_slashes_and_blanks_is_found(erp: Erp, viewer: Client) -> None:  # noqa: F811
    odd = "a/b c?d#e%f"
    erp.sync(customer("C-1"), correlation_id=odd)
    answer = viewer.get("/app/traces", {"correlation": odd}, follow=True)
    assert answer.context["timeline"] is not None


@pytest.mark.parametrize("wrong", ["x" * 256, "a\x01b", "ends/"])
def test_an_id_that_none_can_be_is_refused_where_it_was_typed(viewer: Client, wrong: str) -> None:
    answer = viewer.get("/app/traces", {"correlation": wrong})
    assert answer.status_code == 422
    assert "At most 255 characters" in answer.content.decode()


def test_a_trace_of_thousands_of_steps_says_that_there_is_more(organization: Organization, viewer: Client) -> None:
    integration = make_integration(organization=organization)
    spans = [
        Span(organization.pk, integration.pk, "external", "success", NOW, NOW, correlation_id=ORDER) for _ in range(101)
    ]
    record(spans)
    answer = trace(viewer)
    assert answer.context["is_cut"]
    assert len(answer.context["rows"]) == 100


def test_the_number_of_queries_does_not_depend_on_that_of_steps(
    erp: Erp,  # noqa: F811
    viewer: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    erp.sync(customer("C-1"), correlation_id=ORDER)
    make_delivery(organization=erp.organization, correlation_id=ORDER, core_event_id=uuid4())
    trace(viewer)
    with count_queries() as few:
        trace(viewer)
    for number in range(3):
        erp.sync(customer(f"C-{number}"), correlation_id=ORDER)
        make_delivery(organization=erp.organization, correlation_id=ORDER, core_event_id=uuid4())
    with count_queries() as many:
        trace(viewer)
    assert len(many) == len(few)


def replay_of(sender: Erp, *event_ids: str) -> list[str]:
    """Public ids of the new events, not processed yet."""
    organization = sender.organization
    results = replay_events(
        sender=Sender(organization.pk, organization.config_version),
        integration_id=sender.integration.pk,
        event_ids=event_ids,
        at=NOW,
    )
    return [one.replay_event_id for one in results]


def test_an_event_that_was_replayed_leads_to_its_newest_replay_and_says_how_that_ended(
    erp: Erp,  # noqa: F811
    viewer: Client,
) -> None:
    failed = erp.sync({"NAME": {}}, correlation_id=ORDER).event_id
    assert trace(viewer).context["rows"][0]["step"].sequel is None
    older = replay_of(erp, failed)[0]
    drain()
    [newest] = replay_of(erp, failed)
    sequel = trace(viewer).context["rows"][0]["step"].sequel
    assert (sequel.note, sequel.status) == (newest, "received")
    drain()
    answer = trace(viewer)
    sequel = answer.context["rows"][0]["step"].sequel
    assert (sequel.status, sequel.url) == ("error", f"/app/events/{newest}")
    text = answer.content.decode()
    assert (f'href="/app/events/{newest}"' in text, older in text) == (True, False)


def test_replays_of_many_events_cost_no_more_queries_than_that_of_one(
    erp: Erp,  # noqa: F811
    viewer: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    ids = [erp.sync(customer(f"C-{number}"), correlation_id=ORDER).event_id for number in range(4)]
    replay_of(erp, ids[0])
    trace(viewer)
    with count_queries() as few:
        trace(viewer)
    replay_of(erp, *ids)
    with count_queries() as many:
        trace(viewer)
    assert len(many) == len(few)


def test_the_page_of_an_event_leads_to_its_trace(erp: Erp, viewer: Client) -> None:  # noqa: F811
    result = erp.sync(customer("C-1"), correlation_id=ORDER)
    assert f"/app/traces/{ORDER}" in viewer.get(f"/app/events/{result.event_id}").content.decode()
