"""The check of a signature on the page of a delivery."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from outbound.models import Delivery, DeliveryBody, Webhook
from outbound.signing_keys import signer_of
from tests.builders import NOW
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import BODY, delivery, make_attempt, path_of, viewer, webhook

__all__ = ["delivery", "viewer", "webhook"]
pytestmark = pytest.mark.django_db


def checked(client: Client, delivery: Delivery, webhook: Webhook, **changes: str) -> Any:
    """The verdict about what the webhook's keys sign, changed as a test says."""
    headers = signer_of(webhook.organization_id, webhook, NOW).headers(message_id="msg_1", at=NOW, body=BODY)
    names = {"webhook-id": "message_id", "webhook-timestamp": "timestamp", "webhook-signature": "signature"}
    sent = {names[name]: value for name, value in headers} | {"body": BODY.decode()} | changes
    return client.post(path_of(delivery), sent).context["verdict"]


def test_a_signature_of_its_keys_is_valid(viewer: Client, delivery: Delivery, webhook: Webhook) -> None:
    verdict = checked(viewer, delivery, webhook)
    assert (verdict.tone, verdict.title) == ("success", "The signature is valid.")
    assert "v1a" in verdict.text
    assert "signing secret of today" in verdict.text


CHANGES = {
    "a body that was changed": ({"body": '{"number":"C-2"}'}, "No key of this webhook"),
    "a body that was written anew": ({"body": '{\n  "number": "C-1"\n}'}, "fits the same JSON written otherwise"),
    "a timestamp that is none": ({"timestamp": "yesterday"}, "no number of seconds"),
    "a signature that is none": ({"signature": "sha256=abc"}, "begins with v1"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_signature_does_not_fit(viewer: Client, delivery: Delivery, webhook: Webhook, name: str) -> None:
    changes, reason = CHANGES[name]
    verdict = checked(viewer, delivery, webhook, **changes)
    assert verdict.tone == "error"
    assert reason in verdict.text


def test_what_a_get_has_sent_is_valid_as_the_check_begins_with_it(
    organization: Organization, viewer: Client, webhook: Webhook
) -> None:
    delivery = make_delivery(organization=organization, webhook_id=webhook.pk, body=b'{"number":"C-1"}')
    DeliveryBody.objects.filter(delivery_id=delivery.id).update(request={"method": "GET", "url": "https://e.example"})
    headers = signer_of(webhook.organization_id, webhook, NOW).headers(message_id="msg_1", at=NOW, body=b"")
    make_attempt(delivery, request_headers=[list(one) for one in headers])
    page = viewer.get(path_of(delivery))
    fields = {name: page.context["form"][name].value() for name in ("message_id", "timestamp", "signature", "body")}
    assert (fields["body"], page.context["is_query"]) == ("", True)
    assert viewer.post(path_of(delivery), fields).context["verdict"].title == "The signature is valid."


def test_the_check_begins_with_what_the_newest_attempt_has_sent(
    organization: Organization, viewer: Client, delivery: Delivery
) -> None:
    make_attempt(delivery)
    form = viewer.get(path_of(delivery)).context["form"]
    assert (form["message_id"].value(), form["body"].value()) == ("msg_1", BODY.decode())
