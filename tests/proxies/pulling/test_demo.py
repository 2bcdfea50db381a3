"""The demo's grid operator, which a schedule of the demo reads from the hub itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import RequestFactory

from hub.accounts.models import Organization
from inbound.lanes import on_use_case_saved
from inbound.models import InboundEvent, InboundOutcome
from integrations.models import Integration, UseCase
from proxies.api.demo_source import grid_meters
from proxies.demo import install as demo
from proxies.demo.source import EVERY_S, METERS, meters_page
from proxies.models import PullRun
from proxies.pulling import planning, running
from tests.builders import NOW, make_integration
from tests.conftest import FixedClock
from tests.inbound.conftest import drain
from tests.receiver import Received, Receiver, Reply, listening

pytestmark = pytest.mark.django_db


def answered(request: Received, _: int) -> Reply:
    """As the hub's own web server would."""
    path = request.path.removeprefix(demo.PATH)
    answer = grid_meters(RequestFactory().get(path))
    return Reply(answer.status_code, {"Content-Type": "application/json"}, answer.content)


@pytest.fixture
def hub() -> Any:
    """Where the hub listens."""
    with listening() as receiver:
        receiver.answer = answered
        yield receiver


def install(organization: Organization, settings: Any, url: str, allowed: list[str]) -> None:
    settings.HUB_DEVELOPMENT, settings.HUB_BASE_URL, settings.HUB_EGRESS_ALLOW = True, url, allowed
    demo.install(organization=organization, integration=make_integration(organization=organization, name="ERP"))


def test_its_schedule_reads_meters_and_later_those_visited_since(
    organization: Organization, settings: Any, hub: Receiver, clock: FixedClock
) -> None:
    install(organization, settings, hub.url, ["127.0.0.1"])
    on_use_case_saved(use_case=UseCase.objects.get(slug="grid-meters"))
    for _ in range(2):
        planning.plan()
        running.turn(lambda: False)
        clock.move(minutes=15)
    runs = list(PullRun.objects.of(organization).order_by("id"))
    assert [(run.message, run.pages, run.items) for run in runs] == [("", 3, METERS), ("", 1, 3)]
    drain()
    statuses = InboundOutcome.objects.of(organization).values_list("status", flat=True)
    assert set(statuses) == {"success"}
    assert InboundEvent.objects.of(organization).count() == METERS + 3


def test_where_the_hub_may_not_call_itself_there_is_none(organization: Organization, settings: Any) -> None:
    install(organization, settings, "http://127.0.0.1:8000", [])
    assert list(Integration.objects.of(organization).values_list("name", flat=True)) == ["ERP"]


def test_every_meter_is_on_one_page_and_the_latest_visit_on_the_last() -> None:
    pages = [meters_page(since="", page=page, at=NOW) for page in (1, 2, 3)]
    shown = [meter for page in pages for meter in page["meters"]]  # type: ignore[union-attr]
    assert len({meter["number"] for meter in shown}) == len(shown) == METERS  # type: ignore[index,call-overload]
    assert [page["has_more"] for page in pages] == [True, True, False]
    later = meters_page(since=shown[-1]["visited_at"], page=1, at=NOW + timedelta(seconds=EVERY_S))  # type: ignore[index,call-overload,arg-type]
    assert len(later["meters"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("query", ["?page=0", "?page=x", "?page=1001"])
def test_a_page_that_is_no_number_is_refused(query: str) -> None:
    assert grid_meters(RequestFactory().get(f"/meters{query}")).status_code == 400
