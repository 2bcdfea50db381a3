"""Clients of the API that resend the same deliveries: it goes out once, whoever asks while it is on its way."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry, Organization
from hub.ids import to_text
from outbound.models import DELIVERY_PREFIX, Delivery, DeliveryState, Webhook
from outbound.resends import sending
from tests.builders import make_organization, make_token, make_webhook
from tests.hub.entities.conftest import Store, file_store, in_threads  # noqa: F401 -- a fixture
from tests.hub.events.builders import make_core_event
from tests.outbound.builders import make_delivery


class Clients:
    """Machines of one organization that resend what failed for its webhook."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.webhook: Webhook = make_webhook(organization=organization)

    def failed(self, **fields: Any) -> Delivery:
        """One more that may go out again."""
        return make_delivery(organization=self.organization, webhook_id=self.webhook.pk, **fields)

    def ask(self, path: str, body: Any) -> Any:
        """A client of its own, with a token of its own."""
        token = make_token(organization=self.organization).text
        client = Client(headers={"authorization": f"Bearer {token}"})
        url = f"/v1/webhooks/configs/{self.webhook.pk}/events/{path}"
        return client.post(url, body, content_type="application/json")

    def resend(self, delivery: Delivery, **body: Any) -> int:
        """The status of the answer."""
        status: int = self.ask(f"{named(delivery)}/replay", body).status_code
        return status


def named(delivery: Delivery) -> str:
    return to_text(DELIVERY_PREFIX, delivery.id)


def resends() -> list[Delivery]:
    return list(Delivery.objects.exclude(replayed_from=None).order_by("sequence"))


def end(state: str = DeliveryState.SUCCEEDED) -> None:
    Delivery.objects.exclude(replayed_from=None).update(state=state)


@pytest.fixture
def clients(db: None) -> Clients:
    return Clients(make_organization())


def test_many_clients_at_the_same_moment_send_it_once(file_store: Store) -> None:  # noqa: F811 -- a fixture
    clients = Clients(file_store.organization)
    original = clients.failed()
    statuses = in_threads(*[lambda: clients.resend(original)] * 4)
    assert (statuses, len(resends())) == ([204] * 4, 1)


def test_who_asks_while_it_is_on_its_way_is_answered_as_the_first(clients: Clients) -> None:
    original = clients.failed()
    assert [clients.resend(original), clients.resend(original)] == [204, 204]
    assert len(resends()) == 1


@pytest.mark.parametrize("state", [DeliveryState.SUCCEEDED, DeliveryState.FAILED])
def test_once_the_first_has_ended_it_goes_out_once_more(clients: Clients, state: str) -> None:
    original = clients.failed()
    clients.resend(original)
    end(state)
    assert (clients.resend(original), len(resends())) == (204, 2)


def test_of_a_batch_the_others_go_out_and_all_are_named(clients: Clients) -> None:
    first, second = clients.failed(), clients.failed()
    clients.resend(first)
    answer = clients.ask("replay-batch", {"eventIds": [named(first), named(second)]})
    assert (answer.status_code, answer.json()) == (202, {"replayed_event_ids": [named(first), named(second)]})
    assert [one.replayed_from for one in resends()] == [first.id, second.id]


def test_made_anew_it_is_another_message_and_goes_out_beside_the_one_as_it_was(clients: Clients) -> None:
    event = make_core_event(organization=clients.organization)
    original = clients.failed(core_event_id=event.row.pk)
    for is_anew in (False, True, True, False):
        assert clients.resend(original, reapply_transform=is_anew) == 204
    assert [one.state for one in resends()] == [DeliveryState.WAITING, DeliveryState.PLANNED]


def test_what_ended_while_the_second_waited_for_its_turn_is_not_sent_twice(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = clients.failed()

    def somebody_was_first(organization_id: int) -> None:
        make_delivery(
            organization=clients.organization,
            replayed_from=original.id,
            message_id=original.message_id,
            state=DeliveryState.SUCCEEDED,
        )

    monkeypatch.setattr(sending, "take_resending_turn", somebody_was_first)
    assert (clients.resend(original), len(resends())) == (204, 1)


def test_the_audit_trail_tells_who_asked_as_well_and_which_one_goes_out(clients: Clients) -> None:
    original = clients.failed()
    clients.resend(original, reason="The first")
    clients.resend(original, reason="The second")
    changes = [row.changes for row in AuditEntry.objects.filter(action="delivery.resend").order_by("at", "pk")]
    new = str(resends()[0].id)
    assert sorted((one["reason"], one.get("new_delivery"), one.get("under_way")) for one in changes) == [
        ("The first", new, None),
        ("The second", None, new),
    ]


def test_one_that_is_itself_on_its_way_is_refused_as_ever(clients: Clients) -> None:
    assert clients.resend(clients.failed(state=DeliveryState.WAITING)) == 409
