"""A dry run of a resend tells what the mapping of now would make of each delivery; nothing is written or sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry, Role
from hub.errors import HubError
from hub.events.models import CoreEvent
from hub.jobs.models import Job
from integrations.models import UseCase
from outbound.models import Delivery, DeliveryBody, DeliveryState, QueuedMessage, Webhook
from outbound.resends.dry_run import MOST_TRIED, Tried, dry_run
from outbound.ui import bulk_resending, resend_tried
from tests.builders import make_member
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import public
from tests.outbound.world import World, mapping

pytestmark = pytest.mark.usefixtures("transactional_db")
NEW_BODY = '{"number": contact.customer_number, "name": contact.first_name}'


@pytest.fixture
def sent(world: World) -> Delivery:
    """One that has arrived."""
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    return world.delivery()


def mapped_by(**fields: Any) -> None:
    """From now on the use case has this mapping."""
    use_case = UseCase.objects.get()
    UseCase.objects.update(configuration=use_case.configuration | {"mappings": [mapping(**fields)]})


def tried(world: World, *rows: Delivery) -> list[Tried]:
    return dry_run(organization=world.organization, delivery_ids=[row.id for row in rows])


def places(one: Tried) -> list[str]:
    return [str(each.path) for each in one.differences]


def test_the_difference_of_the_body_is_told_place_by_place(world: World, sent: Delivery) -> None:
    mapped_by(jsonata_expression=NEW_BODY)
    [one] = tried(world, sent)
    assert (one.state, places(one), one.is_same) == (DeliveryState.WAITING, ["_ack_id", "name"], False)
    assert one.differences[1].new == "Ada"


def test_nothing_differs_where_the_mapping_makes_the_same(world: World, sent: Delivery) -> None:
    [one] = tried(world, sent)
    assert (places(one), one.is_same) == ([], True)


def test_another_address_is_a_difference_too(world: World, sent: Delivery) -> None:
    webhook = Webhook.objects.get()
    Webhook.objects.update(configuration=webhook.configuration | {"url": "https://erp.example.com/v2"})
    [one] = tried(world, sent)
    assert (places(one), one.differences[0].new) == (["request.url"], "https://erp.example.com/v2")


def test_nothing_is_written_or_sent(world: World, sent: Delivery) -> None:
    mapped_by(jsonata_expression=NEW_BODY)
    before = (Delivery.objects.count(), DeliveryBody.objects.count(), AuditEntry.objects.count())
    tried(world, sent)
    world.work()
    assert (Delivery.objects.count(), DeliveryBody.objects.count(), AuditEntry.objects.count()) == before
    assert len(world.receiver.requests) == 1


def test_a_body_that_cannot_be_made_says_why(world: World, sent: Delivery) -> None:
    mapped_by(jsonata_expression='$error("no tariff")')
    [one] = tried(world, sent)
    assert (one.state, one.code) == (DeliveryState.FAILED, "MAPPING_EXPRESSION_FAILED")
    assert "no tariff" in one.message


def test_what_a_filter_leaves_out_now_is_told(world: World, sent: Delivery) -> None:
    use_case = UseCase.objects.get()
    UseCase.objects.update(configuration=use_case.configuration | {"event_filter": "false"})
    assert tried(world, sent)[0].state == DeliveryState.SKIPPED


def test_what_goes_to_the_queue_now_is_told_and_not_queued(world: World, sent: Delivery) -> None:
    mapped_by(delivery={"type": "poll"})
    [one] = tried(world, sent)
    assert (one.is_polled, QueuedMessage.objects.exists()) == (True, False)


def test_of_a_malformed_event_nobody_knows_the_body_yet(world: World, sent: Delivery) -> None:
    CoreEvent.objects.update(state=CoreEvent.State.MALFORMED, problem="email: wrong")
    [one] = tried(world, sent)
    assert (one.is_renewed, CoreEvent.objects.get().state) == (True, CoreEvent.State.MALFORMED)


def test_no_more_than_the_first_are_looked_at(world: World, sent: Delivery) -> None:
    same = {"core_event_id": sent.core_event_id, "replayed_from": sent.id}
    rows = [make_delivery(organization=world.organization, **same) for _ in range(MOST_TRIED + 1)]
    assert len(tried(world, *rows)) == MOST_TRIED


# The pages


@pytest.fixture
def operator(world: World, client: Client) -> Client:
    """Somebody of this world who repairs."""
    client.force_login(make_member(organization=world.organization, role=Role.OPERATOR).user)
    return client


@pytest.mark.parametrize("path", ["chosen", "filter"])
def test_the_page_shows_the_differences(world: World, sent: Delivery, operator: Client, path: str) -> None:
    mapped_by(jsonata_expression=NEW_BODY)
    many = "/app/deliveries/resend-matching"
    address = many if path == "chosen" else operator.get(f"{many}?status=delivered")["Location"]
    chosen = {"delivery": public(sent)} if path == "chosen" else {}
    text = operator.post(address, {**chosen, "is_anew": "on", "reason": "", "try": "1"}).content.decode()
    assert "What would differ" in text
    assert "<ins>Ada</ins>" in text
    assert (Job.objects.count(), Delivery.objects.count()) == (0, 1)


def test_as_it_was_nothing_differs(sent: Delivery, operator: Client) -> None:
    text = operator.post("/app/deliveries/resend-matching", {"delivery": public(sent), "try": "1"}).content.decode()
    assert "the same bytes go out under the same message ids" in text


def test_a_dry_run_that_cannot_be_made_now_says_so(
    sent: Delivery, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**_asked: object) -> None:
        raise HubError("All processes are busy.", code="BUSY")

    monkeypatch.setattr(resend_tried, "dry_run", busy)
    asked = {"delivery": public(sent), "is_anew": "on", "try": "1"}
    answer = operator.post("/app/deliveries/resend-matching", asked)
    assert (answer.status_code, "All processes are busy." in answer.content.decode()) == (200, True)


def test_a_filter_looks_past_what_was_sent_again(
    world: World, sent: Delivery, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_resending, "MOST_TRIED", 1)
    arrived = {"core_event_id": sent.core_event_id, "state": DeliveryState.SUCCEEDED, "code": ""}
    later = make_delivery(organization=world.organization, **arrived)
    address = operator.get("/app/deliveries/resend-matching?status=delivered")["Location"]
    make_delivery(organization=world.organization, replayed_from=sent.id)
    text = operator.post(address, {"is_anew": "on", "try": "1"}).content.decode()
    assert (f"/app/deliveries/{public(later)}" in text, f"/app/deliveries/{public(sent)}" in text) == (True, False)
