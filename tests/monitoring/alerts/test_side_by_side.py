"""Several processes at once: what changes is written once, and what is written is sent once."""

from __future__ import annotations

from typing import Any

from monitoring.alerts.evaluating import evaluate
from monitoring.alerts.telling.running import work
from monitoring.models import AlertNotice
from tests.builders import NOW, make_integration
from tests.hub.entities.conftest import Store, file_store, in_threads  # noqa: F401 -- a fixture
from tests.monitoring.alerts.builders import ended, make_channel, make_rule
from tests.receiver import listening


def test_four_that_look_at_once_write_one_notice(file_store: Store) -> None:  # noqa: F811 -- a fixture
    make_rule(file_store.organization, make_channel(file_store.organization))
    ended(make_integration(organization=file_store.organization), NOW, bad=4)
    written = in_threads(*[evaluate] * 4)
    assert (sum(written), AlertNotice.objects.count()) == (1, 1)


def test_four_that_send_at_once_send_one_message(file_store: Store, settings: Any) -> None:  # noqa: F811 -- a fixture
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    with listening() as receiver:
        channel = make_channel(file_store.organization, kind="slack", address=receiver.url)
        make_rule(file_store.organization, channel)
        ended(make_integration(organization=file_store.organization), NOW, bad=4)
        evaluate()
        in_threads(*[work] * 4)
        assert len(receiver.requests) == 1
