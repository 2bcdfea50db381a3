"""What a replay would do is looked for page after page, until there are examples or a bound is reached."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub import clock as system_clock
from hub.ids import find_id
from hub.jobs.models import Job
from inbound.models import InboundBody, InboundEvent
from inbound.query import EventFilter, TooSlow
from inbound.replays import looking
from inbound.replays.looking import Looked, look
from inbound.replays.options import Options
from inbound.replays.scopes import FailuresOf, Matching, Scope, Selection
from tests.cast import OPERATOR
from tests.inbound.conftest import Erp, customer
from tests.inbound.replays.conftest import ask, finish, selection, synced

pytestmark = pytest.mark.django_db

MANY = "/app/events/replay-many"
TRY = {"version": "active", "try": "1"}


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    return client_of(OPERATOR)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are looked at at once."""
    monkeypatch.setattr(looking, "AT_ONCE", 2)


def asked_to_try(operator: Client, address: str) -> str:
    return operator.post(address, TRY).content.decode()


def question(operator: Client, query: str) -> HttpResponse:
    return operator.get(f"{MANY}?window=90d&{query}", follow=True)


def failed_after(erp: Erp, good: int) -> Job:
    """A replay of so many events that went well, and one after them that did not."""
    ids = [*synced(erp, good), erp.sync({"NAME": {}}).event_id]
    job = ask(erp, selection(*ids))
    finish()
    return job


def test_failures_that_begin_after_the_first_page_are_found(erp: Erp, operator: Client) -> None:
    job = failed_after(erp, 5)
    asked = f"{MANY}?job={job.pk}"
    shown = operator.get(asked).content.decode()
    assert "1 of 1 can run" in shown
    assert "MISSING_UNIQUE_IDENTIFIERS" in asked_to_try(operator, asked)


def test_payloads_after_the_first_page_are_found(erp: Erp, operator: Client) -> None:
    synced(erp, 5)
    wanted = erp.sync(customer("C-9", "Last")).event_id
    shown = question(operator, "payload=NAME.NACHNAME+%3D+Last")
    assert "1 of 1 can run" in shown.content.decode()
    assert f"/app/events/{wanted}" in asked_to_try(operator, shown.wsgi_request.get_full_path())


def test_events_that_can_run_behind_those_that_cannot_are_found(erp: Erp, operator: Client) -> None:
    ids = synced(erp, 5)
    InboundBody.objects.filter(pk__in=[find_id("evt_", one) for one in ids[:4]]).delete()
    shown = question(operator, "")
    assert "1 of 5 can run" in shown.content.decode()
    assert f"/app/events/{ids[4]}" in asked_to_try(operator, shown.wsgi_request.get_full_path())


# Bounds


def looked(erp: Erp, scope: Scope) -> Looked:
    return look(organization=erp.organization, scope=scope, options=Options())


def everything(text: str = "") -> Matching:
    return Matching.until(EventFilter(payload=text), system_clock.now())


def test_no_more_pages_are_looked_at_than_there_have_to_be(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "ENOUGH", 3)
    synced(erp, 6)
    found = looked(erp, everything())
    assert (len(found.runs), found.looked_at, found.is_all) == (4, 4, False)


def test_rows_are_bounded_and_the_page_says_so(erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    job = failed_after(erp, 4)
    monkeypatch.setattr(looking, "MOST_LOOKED_AT", 3)
    shown = operator.get(f"{MANY}?job={job.pk}").content.decode()
    assert "None of the first 3 would run" in shown
    assert "the first 3 results of the job were looked at; more may follow" in shown
    assert "More may follow." in shown
    assert "Look at all, and replay what can run" in shown
    assert "Of the first 3 that were looked at none would run; more may follow." in asked_to_try(
        operator, f"{MANY}?job={job.pk}"
    )


def test_where_only_the_first_cannot_run_nobody_says_that_nothing_would(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_LOOKED_AT", 2)
    synced(erp, 3)
    InboundBody.objects.all().delete()
    shown = question(operator, "").content.decode()
    assert ("None of the first 2 would run" in shown, "Nothing would run" in shown) == (True, False)
    assert "Look at all, and replay what can run" in shown


def test_the_time_is_bounded_however_many_payloads_a_page_has(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "PATIENCE_S", -1)
    synced(erp, 5)
    shown = question(operator, "payload=NAME.NACHNAME+%3D+Nobody").content.decode()
    assert "None of the first 1 would run" in shown
    assert "the first 1 payloads of the window were read; more may follow" in shown


def test_a_later_page_that_is_too_slow_ends_the_look(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    synced(erp, 5)
    page_of = Matching.page

    def slow(self: Matching, organization_id: int, cursor: object, *bounds: object) -> object:
        if cursor is not None:
            raise TooSlow
        return page_of(self, organization_id, None, *bounds)  # type: ignore[arg-type]

    monkeypatch.setattr(Matching, "page", slow)
    found = looked(erp, everything())
    assert (found.looked_at, found.is_all) == (2, False)


def test_a_search_goes_on_where_the_time_was_up(erp: Erp) -> None:
    ids = synced(erp, 2)
    first = everything("KUNNR = C-1").page(erp.organization.pk, None, 10, deadline=-1.0)
    second = everything("KUNNR = C-1").page(erp.organization.pk, first.cursor, 10, deadline=-1.0)
    assert (first.events, first.is_last, first.looked_at) == ([], False, 1)
    assert [event.pk for event in second.events] == [find_id("evt_", ids[1])]
    assert second.is_last


def test_failures_among_more_results_than_are_counted_have_no_number(erp: Erp) -> None:
    job = failed_after(erp, 2)
    assert FailuresOf(job.pk).count(erp.organization.pk, 4) == 1
    assert FailuresOf(job.pk).count(erp.organization.pk, 3) is None


def test_every_page_costs_the_same_number_of_queries(
    erp: Erp, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    synced(erp, 6)
    InboundBody.objects.all().delete()
    costs = []
    for most in (4, 6):
        events = InboundEvent.objects.order_by("sequence").values_list("pk", flat=True)[:most]
        with count_queries() as queries:
            looked(erp, Selection(tuple(events)))
        costs.append(len(queries))
    two, three = costs
    assert three - two <= 14
