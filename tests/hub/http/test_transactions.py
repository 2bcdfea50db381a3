"""No transaction is open while the network is waited for."""

from __future__ import annotations

import pytest
from django.db import transaction

from hub.database import no_transaction_is_open
from hub.http import client
from hub.http.batches import BatchSender
from hub.http.messages import Request
from hub.http.pool import Pool
from tests.hub.http.conftest import GENEROUS, LOOPBACK, request_to
from tests.hub.http.receivers import Receiver, answering


def _send_sync(request: Request) -> int:
    answer = client.send(request, policy=LOOPBACK, budget=GENEROUS, forbid_in_transaction=no_transaction_is_open)
    return answer.status


def _send_async(request: Request) -> int:
    async def batch(pool: Pool) -> int:
        return (await pool.send(request, organization_id=1, policy=LOOPBACK, budget=GENEROUS)).status

    with BatchSender(forbid_in_transaction=no_transaction_is_open) as sender:
        return sender.run(batch)


@pytest.mark.django_db
@pytest.mark.parametrize("send", [_send_sync, _send_async])
def test_nothing_is_sent_while_a_transaction_is_open(send):
    with Receiver(answering()) as receiver:
        with transaction.atomic(), pytest.raises(AssertionError):
            send(request_to(receiver))
        assert receiver.connections == 0
        assert send(request_to(receiver)) == 200
