"""A worker that is killed while it sends an alert: a signed webhook gets it again under its id, a chat does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.drills.conftest import NewErp
from tests.receiver import Received, Receiver, Reply, listening
from tools.running import Hub, execute, rows, wait_for

pytestmark = pytest.mark.drill

MAKE = """
from hub import clock
from hub.accounts.audit import OPERATOR
from hub.accounts.models import Organization
from hub.ids import new_id
from integrations.operations.author import Author
from monitoring.alerts.operations.channels import ChannelWish, save_channel
from monitoring.models import AlertNotice
at, organization = clock.now(), Organization.objects.get()
author = Author(organization, OPERATOR, is_admin=True, at=at)
channel = save_channel(author=author, wish=ChannelWish("Duty", "{kind}", "{url}")).channel
AlertNotice.objects.create(id=new_id(), organization_id=organization.pk, rule_id=new_id(), channel_id=channel.pk,
    rule_name="Drill", change="fired", severity="error", subject="drill", text="It drills.", created_at=at,
    state="due", next_attempt_at=at)
"""
LAPSE = "UPDATE monitoring_alertnotice SET leased_until = '2020-01-01 00:00:00+00:00' WHERE state = 'sending'"
STATES = "SELECT state FROM monitoring_alertnotice"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Answers 200, unless a test wants something else."""
    with listening() as receiver:
        yield receiver


def send_and_die(hub: Hub, receiver: Receiver, kind: str) -> None:
    """The worker dies before it hears the answer; another one goes on once the lease has lapsed."""
    hub.manage("shell", "-c", MAKE.format(kind=kind, url=receiver.url))
    worker = hub.start_worker()

    def answer(_: Received, number: int) -> Reply:
        if number == 1:
            hub.kill(worker)
        return Reply()

    receiver.answer = answer
    wait_for(lambda: worker.poll() is not None, "the kill", patience_s=60)
    execute(hub.database_url, LAPSE)
    hub.start_worker()
    wait_for(lambda: rows(hub.database_url, STATES)[0][0] in ("sent", "failed"), "an end", patience_s=60)


def test_a_signed_webhook_gets_it_again_under_the_same_id(new_erp: NewErp, receiver: Receiver) -> None:
    hub = new_erp(HUB_EGRESS_ALLOW="127.0.0.1").hub
    send_and_die(hub, receiver, "webhook")
    assert rows(hub.database_url, STATES) == [("sent",)]
    assert len(receiver.requests) == 2
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1


def test_a_chat_gets_it_once_and_the_history_says_that_it_may_have_arrived(new_erp: NewErp, receiver: Receiver) -> None:
    hub = new_erp(HUB_EGRESS_ALLOW="127.0.0.1").hub
    send_and_die(hub, receiver, "slack")
    assert len(receiver.requests) == 1
    [(state, reason)] = rows(hub.database_url, "SELECT state, reason FROM monitoring_alertnotice")
    assert (state, "may have arrived" in reason) == ("failed", True)
