"""What needs somebody on the way out, as the first page of monitoring tells of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from hub.web.templatetags.numbers import GROUP
from integrations.models import Integration, UseCase
from monitoring.concerns import MOST_SHOWN, Urgency, read_concerns
from outbound.acknowledging import acknowledge, expire
from outbound.models import Delivery
from tests.builders import NOW, make_integration, make_use_case, make_webhook
from tests.cast import VIEWER, Stage
from tests.conftest import FixedClock
from tests.outbound.builders import make_acknowledgement
from tests.outbound.queue.conftest import FAILED, Queue

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def told(organization: Organization) -> list[tuple[str, str]]:
    """Title and note of every line, in order."""
    return [(one.title, one.note) for one in read_concerns(organization, NOW).lines]


def outbound_use_case(integration: Integration, webhook_id: str, **fields: Any) -> UseCase:
    mapping = {
        "name": "ERP",
        "enabled": True,
        "jsonata_expression": "$",
        "delivery": {"type": "webhook", "webhook_id": webhook_id},
    }
    configuration = {"event_catalog_event": "NobodyKnowsIt", "mappings": [mapping]}
    return make_use_case(integration=integration, type="outbound", configuration=configuration, **fields)


def block(organization: Organization, clock: FixedClock) -> Queue:
    """A queue that its first message halts, with another one behind it."""
    queue = Queue(organization, clock, poison_policy="block")
    queue.put("poison", **FAILED)
    queue.put("behind")
    queue.poll()
    return queue


def bury(organization: Organization, clock: FixedClock, letters: int = 1) -> Queue:
    """A queue with dead letters."""
    queue = Queue(organization, clock)
    queue.put(*map(str, range(letters)), **FAILED)
    queue.poll()
    return queue


def miss(organization: Organization, **fields: Any) -> Any:
    """An event whose time to be acknowledged is over."""
    integration = make_integration(organization=organization)
    one = make_acknowledgement(organization=organization, integration_id=integration.pk, due_at=NOW, **fields)
    expire(NOW, 10)
    return one


def test_a_blocked_queue_says_which_since_when_and_how_much_waits(
    organization: Organization, clock: FixedClock
) -> None:
    queue = block(organization, clock)
    [line] = read_concerns(organization, clock.at + timedelta(hours=2)).lines
    assert (line.title, line.urgency, line.url) == (
        "Poll queue blocked",
        Urgency.HALTED,
        f"/app/queue/{queue.integration.pk}",
    )
    assert line.note == f"{queue.integration.name}, since 2{GROUP}h ago, 2 messages queued"


def test_dead_letters_are_counted_by_integration(organization: Organization, clock: FixedClock) -> None:
    queue = bury(organization, clock, letters=3)
    [line] = read_concerns(organization, clock.at).lines
    assert (line.title, line.note) == ("Dead letters", f"{queue.integration.name}, 3 dead letters")
    assert line.url == f"/app/queue/{queue.integration.pk}?tab=dead"


def test_events_not_acknowledged_in_time_are_one_line(organization: Organization) -> None:
    miss(organization, created_at=NOW - timedelta(hours=3))
    miss(organization, created_at=NOW - timedelta(hours=1))
    assert told(organization) == [("2 events not acknowledged in time", f"the oldest of 3{GROUP}h ago")]


def test_a_late_acknowledgement_takes_its_event_off_the_list(organization: Organization) -> None:
    acknowledge(organization=organization, ack_id=str(miss(organization).pk), at=NOW)
    assert told(organization) == []


def test_an_event_of_yesterday_is_not_told_any_more(organization: Organization) -> None:
    miss(organization, created_at=NOW - DAY - timedelta(seconds=1))
    assert told(organization) == []


def test_a_test_that_nobody_acknowledged_needs_nobody(organization: Organization) -> None:
    miss(organization)
    Delivery.objects.update(is_test=True)
    assert told(organization) == []


def test_a_use_case_whose_webhook_does_not_exist_delivers_nothing(organization: Organization) -> None:
    use_case = outbound_use_case(make_integration(organization=organization), "wh_gone")
    [line] = read_concerns(organization, NOW).lines
    assert (line.title, line.code, line.note, line.urgency) == (
        "Use case delivers nothing",
        use_case.slug,
        "The webhook wh_gone does not exist.",
        Urgency.HALTED,
    )
    assert line.url == f"/app/integrations/{use_case.integration_id}/use-cases/{use_case.pk}"


def test_a_use_case_whose_webhook_is_disabled_delivers_nothing(organization: Organization) -> None:
    webhook = make_webhook(organization=organization, enabled=False)
    outbound_use_case(make_integration(organization=organization), webhook.pk)
    assert told(organization) == [("Use case delivers nothing", f"The webhook {webhook.name} is disabled.")]


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        (None, "The upload recipe to-the-dms does not exist."),
        ({"type": "managed_call"}, "to-the-dms is no file proxy that can upload."),
        ({"type": "file_proxy", "enabled": False}, "The upload recipe to-the-dms is disabled."),
    ],
)
def test_a_use_case_whose_recipe_takes_nothing_uploads_no_files(
    organization: Organization, fields: dict[str, Any] | None, note: str
) -> None:
    integration = make_integration(organization=organization)
    if fields is not None:
        step = {"url": "https://dms.example.com/files", "method": "POST", "response_type": "json"}
        upload = {"direction": "upload", "upload": {}, "steps": [step]}
        make_use_case(integration=integration, slug="to-the-dms", configuration=upload, **fields)
    delivery = {"type": "file_proxy", "use_case_slug": "to-the-dms"}
    mapping = {"name": "Files", "enabled": True, "delivery": delivery}
    make_use_case(
        integration=integration,
        type="outbound",
        configuration={"event_catalog_event": "NobodyKnowsIt", "mappings": [mapping]},
    )
    assert told(organization) == [("Use case uploads no files", note)]


def test_a_use_case_that_is_off_needs_nobody(organization: Organization) -> None:
    outbound_use_case(make_integration(organization=organization), "wh_gone", enabled=False)
    assert told(organization) == []


def test_what_halts_comes_before_what_was_missed(organization: Organization, clock: FixedClock) -> None:
    bury(organization, clock)
    miss(organization)
    outbound_use_case(make_integration(organization=organization), "wh_gone")
    block(organization, clock)
    assert [title for title, _note in told(organization)] == [
        "Poll queue blocked",
        "Use case delivers nothing",
        "Dead letters",
        "1 event not acknowledged in time",
    ]


def test_what_a_source_does_not_name_is_counted(organization: Organization, clock: FixedClock) -> None:
    integration = make_integration(organization=organization)
    for number in range(MOST_SHOWN + 2):
        outbound_use_case(integration, f"wh_gone{number}")
        bury(organization, clock)
    found = read_concerns(organization, clock.at)
    assert found.total == 2 * (MOST_SHOWN + 2)
    assert [one.title for one in found.lines if "more" in one.title] == [
        "2 more use cases deliver nothing",
        "2 more poll queues need somebody",
    ]


def test_a_neighbours_troubles_are_not_among_them(stage: Stage, clock: FixedClock) -> None:
    block(stage.next_door, clock)
    bury(stage.next_door, clock)
    miss(stage.next_door)
    outbound_use_case(make_integration(organization=stage.next_door), "wh_gone")
    assert told(stage.home) == []


def test_the_overview_takes_the_same_queries_however_much_needs_somebody(
    organization: Organization,
    clock: FixedClock,
    client_of: Callable[..., Client],
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    viewer = client_of(VIEWER)

    def trouble() -> None:
        block(organization, clock)
        bury(organization, clock)
        miss(organization)
        outbound_use_case(make_integration(organization=organization), "wh_gone")

    trouble()
    viewer.get("/app/overview")
    with count_queries() as few:
        viewer.get("/app/overview")
    for _ in range(3):
        trouble()
    viewer.get("/app/overview")
    with count_queries() as many:
        page = viewer.get("/app/overview")
    assert len(many) == len(few)
    assert page.content.decode().count("Poll queue blocked") == 4
