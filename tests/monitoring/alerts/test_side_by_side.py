"""Several processes at once: what changes is written once, and what is written is sent once."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.db import connection

from monitoring.alerts.evaluating import evaluate
from monitoring.alerts.operations.rules import delete_rule, save_rule
from monitoring.alerts.telling.running import work
from monitoring.models import AlertNotice, AlertState
from tests.builders import NOW, make_integration
from tests.hub.entities.conftest import Store, file_store, in_threads  # noqa: F401 -- a fixture
from tests.monitoring.alerts.builders import HALF, author_in, ended, make_channel, make_rule, wish_of
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


class SlowLook:
    """A look that takes its time before it stores where the rules stand."""

    def __init__(self) -> None:
        self.is_storing = threading.Event()

    def look(self) -> int:
        """How many notices were written."""
        with connection.execute_wrapper(self._store_slowly):
            return evaluate()

    def _store_slowly(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT") and AlertState._meta.db_table in sql:
            self.is_storing.set()
            time.sleep(0.5)
        return execute(sql, parameters, many, context)


def test_what_a_rule_said_before_it_was_changed_does_not_come_back(file_store: Store) -> None:  # noqa: F811
    organization, slow = file_store.organization, SlowLook()
    rule = make_rule(organization, make_channel(organization))
    ended(make_integration(organization=organization), NOW, bad=4)

    def change() -> None:
        slow.is_storing.wait(5)
        wish = wish_of(parameters=HALF | {"percent": 60})
        save_rule(author=author_in(organization), wish=wish, rule_id=rule.pk)

    assert in_threads(slow.look, change)[0] == 1
    assert AlertState.objects.count() == 0


def test_a_rule_that_is_deleted_while_somebody_looks_breaks_no_look(file_store: Store) -> None:  # noqa: F811
    organization, slow = file_store.organization, SlowLook()
    rule = make_rule(organization, make_channel(organization))
    ended(make_integration(organization=organization), NOW, bad=4)

    def delete() -> None:
        slow.is_storing.wait(5)
        delete_rule(author=author_in(organization), rule_id=rule.pk)

    assert in_threads(slow.look, delete)[0] == 1
    assert AlertState.objects.count() == 0
