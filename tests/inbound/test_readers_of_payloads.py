"""Whoever reads a payload reads a packed one as any other, and says plainly of a deleted one that it is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.audit import SYSTEM
from hub.ids import to_text
from hub.retention import running
from hub.retention.ages import choose_ages
from hub.retention.models import PackedPayload
from inbound import packing
from inbound.events import EVENT_PREFIX
from inbound.models import InboundBody, InboundEvent
from inbound.original_event import find_document
from inbound.payload_search.search import search_payloads
from inbound.query import EventFilter
from inbound.replays.starting import ReplayRefused
from inbound.retention_kinds import PAYLOADS
from tests.builders import NOW
from tests.cast import VIEWER
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer
from tests.inbound.replays.conftest import ask, replay, selection, tried

pytestmark = pytest.mark.django_db

NAME = "Maier-Leibnitz " * 40
GONE = "The payload of this event was deleted on"

ClientOf = Callable[[Any], Client]


@pytest.fixture
def packed(erp: Erp, clock: FixedClock) -> str:
    """The public id of an event whose payload lies packed."""
    clock.move(days=900)
    erp.sync(customer("1", NAME, VORNAME="Eva"))
    packing.pack()
    assert (InboundBody.objects.count(), PackedPayload.objects.count()) == (0, 1)
    return to_text(EVENT_PREFIX, InboundEvent.objects.get().pk)


@pytest.fixture
def purged(packed: str, erp: Erp, clock: FixedClock) -> str:
    """The same once its payload is deleted."""
    choose_ages(organization=erp.organization, days={PAYLOADS: 30}, actor=SYSTEM, at=NOW)
    clock.move(days=31)
    running.apply()
    assert (PackedPayload.objects.count(), InboundEvent.objects.count()) == (0, 1)
    return packed


def bench(client_of: ClientOf, event_id: str) -> str:
    return client_of(VIEWER).get("/app/simulation", {"event": event_id}).content.decode()


def queried(erp: Erp, machine: Client) -> dict[str, Any]:
    path = f"/v1/integrations/{erp.integration.pk}/events"
    [document] = machine.post(path, {}, content_type="application/json").json()["data"]
    return dict(document)


def found(erp: Erp) -> int:
    wanted = EventFilter(payload="NAME.VORNAME = Eva")
    return len(search_payloads(organization_id=erp.organization.pk, wanted=wanted, limit=5).rows)


def test_the_simulation_opens_with_a_packed_payload(client_of: ClientOf, packed: str) -> None:
    page = bench(client_of, packed)
    assert "Maier-Leibnitz" in page
    assert GONE not in page


def test_the_simulation_says_when_a_payload_went(client_of: ClientOf, purged: str) -> None:
    assert GONE in bench(client_of, purged)


def test_the_simulation_says_so_too_where_nobody_knows_when(client_of: ClientOf, packed: str) -> None:
    PackedPayload.objects.all().delete()
    assert "The payload of this event is no longer kept." in bench(client_of, packed)


def test_a_packed_payload_is_downloaded_byte_for_byte(client_of: ClientOf, packed: str) -> None:
    answer = client_of(VIEWER).get(f"/app/events/{packed}/payload")
    assert b"Maier-Leibnitz" in answer.content


def test_the_download_of_a_deleted_one_is_not_found(client_of: ClientOf, purged: str) -> None:
    answer = client_of(VIEWER).get(f"/app/events/{purged}/payload")
    assert answer.status_code == 404


def test_the_api_answers_a_packed_payload(erp: Erp, machine: Client, packed: str) -> None:
    document = queried(erp, machine)
    assert "Maier-Leibnitz" in document["payload"]
    assert "payload_purged_at" not in document


def test_the_api_says_when_a_payload_went(erp: Erp, machine: Client, clock: FixedClock, purged: str) -> None:
    document = queried(erp, machine)
    assert document["payload"] == ""
    assert document["payload_purged_at"][:10] == clock.now().isoformat()[:10]


def test_the_original_of_an_event_says_so_too(erp: Erp, clock: FixedClock, purged: str) -> None:
    document = find_document(
        organization=erp.organization, integration_id=erp.integration.pk, event_id=InboundEvent.objects.get().pk
    )
    assert document
    assert (document["payload"], document["payload_purged_at"]) == ("", clock.now())


def test_a_replay_runs_a_packed_payload(erp: Erp, packed: str) -> None:
    assert replay(erp, selection(packed)) == [("done", "")]


def test_a_replay_of_nothing_but_deleted_ones_is_refused(erp: Erp, purged: str) -> None:
    with pytest.raises(ReplayRefused):
        ask(erp, selection(purged))


def test_a_replay_leaves_a_deleted_one_out_and_says_why(erp: Erp, purged: str) -> None:
    kept = erp.sync(customer("2")).event_id
    assert set(replay(erp, selection(purged, kept))) == {("skipped", "PAYLOAD_PURGED"), ("done", "")}


def test_a_dry_run_tries_a_packed_payload(erp: Erp, packed: str) -> None:
    assert len(tried(erp, packed)) == 1


def test_a_dry_run_leaves_a_deleted_one_out(erp: Erp, purged: str) -> None:
    assert tried(erp, purged) == []


def test_a_search_finds_what_is_packed(erp: Erp, packed: str) -> None:
    assert found(erp) == 1


def test_a_search_passes_over_what_is_gone(erp: Erp, purged: str) -> None:
    assert found(erp) == 0
