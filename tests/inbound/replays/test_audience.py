"""The question before a replay says who outside would hear of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbound.replays.looking import look
from inbound.replays.options import Options
from inbound.replays.preview import Preview, preview_of
from outbound.cascade import on_use_case_saved
from tests.builders import make_use_case, make_webhook
from tests.cast import OPERATOR
from tests.hub.events.builders import switch
from tests.inbound.conftest import Erp, customer
from tests.inbound.replays.conftest import selection
from tests.outbound.world import EVENT, mapping

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(erp: Erp) -> Erp:
    """An ERP whose changes of contacts go to a webhook and into a queue."""
    make_webhook(organization=erp.organization, id="wh_1", configuration={"name": "SAP"})
    mappings = [mapping(), mapping(number=2, delivery={"type": "poll"})]
    row = make_use_case(
        integration=erp.integration,
        slug="out",
        type="outbound",
        name="Customers out",
        configuration={"event_catalog_event": EVENT, "mappings": mappings},
    )
    on_use_case_saved(use_case=row)
    switch(erp.organization, EVENT)
    erp.configuration_changed()
    return erp


def previewed(erp: Erp, *event_ids: str, **options: bool) -> Preview:
    scope, how = selection(*event_ids), Options(**options)
    looked = look(organization=erp.organization, scope=scope, options=how)
    return preview_of(organization=erp.organization, scope=scope, looked=looked, options=how)


def test_it_names_core_events_and_listeners_and_counts_deliveries_at_most(heard: Erp) -> None:
    ids = [heard.sync(customer(f"C-{number}")).event_id for number in range(3)]
    [one] = previewed(heard, *ids).heard
    assert (one.name, one.at_most, len(one.listeners), one.deliveries) == (EVENT, 3, 2, 6)
    assert {listener.target for listener in one.listeners} == {"SAP", ""}


def test_a_replay_without_deliveries_reaches_nobody(heard: Erp) -> None:
    assert previewed(heard, heard.sync(customer("C-1")).event_id, has_deliveries=False).heard == ()


def test_where_nobody_listens_nobody_is_named(erp: Erp) -> None:
    assert previewed(erp, erp.sync(customer("C-1")).event_id).heard == []


def test_the_question_shows_them(heard: Erp, client_of: Callable[..., Client]) -> None:
    event_id = heard.sync(customer("C-1")).event_id
    asked = {"event": event_id, "version": "active", "preview": "1"}
    text = client_of(OPERATOR).post("/app/events/replay-many", asked).content.decode()
    assert f'at most <b>1</b> event <span class="ih-mono">{EVENT}</span>' in text
    assert "Customers out" in text
    quiet = client_of(OPERATOR).post("/app/events/replay-many", asked | {"is_quiet": "on"}).content.decode()
    assert "nobody outside hears of it" in quiet
